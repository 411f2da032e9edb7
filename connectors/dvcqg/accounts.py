"""Who may send: accounts from a TOML file, their secrets from files of their own.

    [[account]]
    username = "one-stop"
    password_file = "one-stop.password"
    token_file = "one-stop.token"       # optional, see below
    source = "one-stop"
    kind = "one_stop"

A password opens a session. A token needs none: it is for senders that can only be given a URL
(`?token=…`). No secret has a default, and none may be readable by others.
"""

import hmac
import stat
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.contract.vocabulary import SourceKind

SHORTEST_SECRET = 16


class AccountFileError(Exception):
    """The accounts cannot be used: which file, which entry, and what is allowed."""


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    username: str = Field(min_length=1, max_length=64)
    password_file: Path
    token_file: Path | None = None
    source: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    kind: SourceKind


@dataclass(frozen=True, slots=True)
class Account:
    """A sender; what it sends is of `source`."""

    username: str
    source: str
    kind: SourceKind


class Accounts:
    """The accounts of a file; secrets are compared in constant time."""

    def __init__(self, secrets: Iterable[tuple[Account, bytes, bytes | None]]) -> None:
        self._secrets = {entry[0].username: entry for entry in secrets}

    def by_password(self, username: str, password: str) -> Account | None:
        account, secret, _ = self._secrets.get(username, (None, b"", None))
        return account if hmac.compare_digest(secret, password.encode()) and secret else None

    def by_token(self, token: str) -> Account | None:
        found = None
        for account, _, secret in self._secrets.values():
            if secret and hmac.compare_digest(secret, token.encode()):
                found = account
        return found


def load_accounts(file: Path) -> Accounts:
    """Raises AccountFileError with everything that is wrong, a line each."""
    entries, findings = _entries(file)
    secrets = []
    for number, entry in enumerate(entries, start=1):
        where = f"{file}, account {number} ({entry.username})"
        try:
            password = _secret(file, entry.password_file)
            token = _secret(file, entry.token_file) if entry.token_file else None
        except AccountFileError as error:
            findings.append(f"{where}: {error}")
        else:
            account = Account(entry.username, entry.source, entry.kind)
            secrets.append((account, password, token))
    for key in ("username", "source"):
        names = [getattr(entry, key) for entry in entries]
        findings += [
            f"{file}, {key}: {name!r} stands there twice; allowed: each {key} once"
            for name in sorted({name for name in names if names.count(name) > 1})
        ]
    if findings:
        raise AccountFileError("\n".join(findings))
    return Accounts(secrets)


def _entries(file: Path) -> tuple[list[Entry], list[str]]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AccountFileError(f"{file}: {error}; allowed: a TOML file of [[account]]") from error
    listed = content.get("account")
    if not isinstance(listed, list) or not listed or set(content) != {"account"}:
        raise AccountFileError(f"{file}: allowed: one or more [[account]], and nothing else")
    entries, findings = [], []
    for number, item in enumerate(listed, start=1):
        try:
            entries.append(Entry.model_validate(item))
        except ValidationError as error:
            findings += [f"{file}, account {number}, {_finding(one)}" for one in error.errors()]
    return entries, findings


def _finding(error: Any) -> str:
    key = ".".join(map(str, error["loc"]))
    allowed = {"kind": f"; allowed: {', '.join(get_args(SourceKind))}"}.get(key, "")
    return f"{key}: {error['msg']}{allowed}"


def _secret(accounts: Path, named: Path) -> bytes:
    """The secret in a file that is named from the folder of the accounts."""
    file = accounts.parent / named
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise AccountFileError(f"{error}; allowed: a file with the secret alone") from error
    if mode & 0o077:
        raise AccountFileError(f"others may read {file} (mode {mode:04o}): `chmod 600 {file}`")
    if len(secret) < SHORTEST_SECRET:
        raise AccountFileError(
            f"the secret in {file} has {len(secret)} characters; allowed: {SHORTEST_SECRET} or more"
        )
    return secret.encode()
