"""Who may send: every mistake in the file is told, no secret is weak, sessions end."""

from pathlib import Path

import pytest

from connectors.dvcqg.accounts import Account, AccountFileError, load_accounts
from connectors.dvcqg.sessions import MOST_PER_ACCOUNT, Sessions

SECRET = "a-secret-of-some-length"
ONE = Account("one", "one-stop", "one_stop")
TWO = Account("two", "district", "one_stop")


def entry(**changes: str) -> str:
    keys = {
        "username": "one",
        "password_file": "one.password",
        "source": "one-stop",
        "kind": "one_stop",
    } | changes
    return "[[account]]\n" + "".join(f'{key} = "{value}"\n' for key, value in keys.items())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    for name in ("one.password", "one.token", "two.password"):
        (tmp_path / name).write_text(f"{SECRET}-{name}\n")
        (tmp_path / name).chmod(0o600)
    return tmp_path / "accounts.toml"


def test_passwords_and_tokens_open_their_account_and_no_other(file: Path) -> None:
    file.write_text(
        entry(token_file="one.token")
        + entry(username="two", source="district", password_file="two.password")
    )
    accounts = load_accounts(file)
    assert accounts.by_password("one", f"{SECRET}-one.password") == ONE
    assert accounts.by_password("two", f"{SECRET}-two.password") == TWO
    assert accounts.by_token(f"{SECRET}-one.token") == ONE
    for username, password in [
        ("one", f"{SECRET}-two.password"),
        ("one", f"{SECRET}-one.token"),
        ("one", ""),
        ("nobody", ""),
        ("nobody", f"{SECRET}-one.password"),
        ("", ""),
    ]:
        assert accounts.by_password(username, password) is None
    for token in ("", f"{SECRET}-one.password", "đ"):
        assert accounts.by_token(token) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "allowed: one or more"),
        ("[[account]]\n[other]\n", "allowed: one or more"),
        ("account = 1", "allowed: one or more"),
        ("not toml", "allowed: a TOML file"),
        ("[[account]]\nusername = 'x'\n", "account 1, password_file: Field required"),
        (entry(kind="person"), "account 1, kind: .*allowed: one_stop"),
        (entry(source="Sở Công Thương"), "account 1, source: "),
        (entry(extra="x"), "account 1, extra: "),
        (entry(username=""), "account 1, username: "),
        (entry(password_file="missing"), r"account 1 \(one\): .*missing.*allowed: a file"),
        (entry() + entry(source="other"), "username: 'one' stands there twice"),
        (entry() + entry(username="two"), "source: 'one-stop' stands there twice"),
    ],
)
def test_a_mistake_is_told_with_file_entry_and_what_is_allowed(
    file: Path, content: str, words: str
) -> None:
    file.write_text(content)
    with pytest.raises(AccountFileError, match=words) as raised:
        load_accounts(file)
    assert str(file) in str(raised.value)


def test_a_secret_that_others_may_read_or_that_is_short_is_refused(file: Path) -> None:
    file.write_text(entry())
    secret = file.parent / "one.password"
    secret.chmod(0o644)
    with pytest.raises(AccountFileError, match=r"0644.*chmod 600"):
        load_accounts(file)
    secret.chmod(0o600)
    for text in ("", "short", "  123456789012345  \n"):
        secret.write_text(text)
        with pytest.raises(AccountFileError, match="characters; allowed: 16 or more") as raised:
            load_accounts(file)
        assert text.strip() in ("", "short") or text.strip() not in str(raised.value)


def test_all_mistakes_are_told_at_once(file: Path) -> None:
    file.write_text(entry(kind="x") + entry(password_file="missing"))
    with pytest.raises(AccountFileError) as raised:
        load_accounts(file)
    assert len(str(raised.value).splitlines()) == 2


class Now:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_session_lives_for_its_time_and_no_longer() -> None:
    now = Now()
    sessions = Sessions(60.0, now)
    session = sessions.begin(ONE)
    now.seconds += 59.9
    assert sessions.account(session) == ONE
    now.seconds += 0.2
    assert sessions.account(session) is None
    assert len(sessions) == 0


def test_sessions_are_random_and_known_only_as_a_whole() -> None:
    sessions = Sessions(60.0)
    names = {sessions.begin(ONE) for _ in range(50)}
    assert len(names) == 50
    name = next(iter(names))
    for wrong in ("", name[:-1], name + "x", name.swapcase()):
        assert sessions.account(wrong) is None


def test_a_sender_that_never_ends_a_session_takes_no_room_from_others() -> None:
    sessions = Sessions(60.0)
    other = sessions.begin(TWO)
    first = sessions.begin(ONE)
    latest = [sessions.begin(ONE) for _ in range(MOST_PER_ACCOUNT)]
    assert len(sessions) == MOST_PER_ACCOUNT + 1
    assert sessions.account(first) is None
    assert sessions.account(latest[0]) == ONE
    assert sessions.account(other) == TWO
