"""Publishing boards to a Grafana."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboards.boards.dossiers import BOARD
from dashboards.boards.files import BOARDS, file_of
from dashboards.boards.publish import PublishError, publish, token_from
from deploy.commands.boards import command
from tests.unit.dashboards.fake_grafana import FakeGrafana, served

TOKEN = "glsa_only-for-this-test"
NAMES = ["toan-tinh", "ho-so", "chat-luong-du-lieu"]


@pytest.fixture
def grafana() -> FakeGrafana:
    return FakeGrafana(TOKEN)


@pytest.fixture
def url(grafana: FakeGrafana) -> Iterator[str]:
    with served(grafana) as address:
        yield address


def test_boards_are_created_in_our_folder(grafana: FakeGrafana, url: str) -> None:
    done = publish(url, TOKEN)
    assert [(one.board, one.outcome) for one in done] == [(name, "created") for name in NAMES]
    assert done[1].url == f"{url}/d/ioc-ho-so"
    there = grafana.boards["ioc-ho-so"]
    assert there["meta"]["folderUid"] == "ioc"
    committed = json.loads(file_of(BOARD).read_text(encoding="utf-8"))
    assert there["dashboard"].items() >= committed.items()


def test_publishing_again_writes_nothing(grafana: FakeGrafana, url: str) -> None:
    publish(url, TOKEN)
    before = list(grafana.writes)
    assert {one.outcome for one in publish(url, TOKEN)} == {"unchanged"}
    assert grafana.writes == before == ["/api/folders", *["/api/dashboards/db"] * len(BOARDS)]


def test_a_board_changed_there_is_put_right(grafana: FakeGrafana, url: str) -> None:
    publish(url, TOKEN)
    grafana.boards["ioc-toan-tinh"]["dashboard"]["title"] = "Của ai đó"
    outcomes = [one.outcome for one in publish(url, TOKEN)]
    assert outcomes == ["updated", "unchanged", "unchanged"]
    assert grafana.boards["ioc-toan-tinh"]["dashboard"]["title"] == "Toàn tỉnh"


def test_a_board_in_another_folder_is_brought_back(grafana: FakeGrafana, url: str) -> None:
    publish(url, TOKEN)
    grafana.boards["ioc-toan-tinh"]["meta"]["folderUid"] = "other"
    outcomes = [one.outcome for one in publish(url, TOKEN)]
    assert outcomes == ["updated", "unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ((401, {"message": "no"}), "service account"),
        ((403, {"message": "Access denied"}), "403"),
        ((400, {"message": "bad panel"}), "refuses a board"),
        ((500, {"message": "database is locked"}), "database is locked"),
    ],
)
def test_what_grafana_says_is_passed_on(
    grafana: FakeGrafana, url: str, fault: tuple[int, object], said: str
) -> None:
    grafana.fault = fault
    with pytest.raises(PublishError, match=said):
        publish(url, TOKEN)


def test_a_grafana_that_is_away_is_named() -> None:
    with pytest.raises(PublishError, match=r"127\.0\.0\.1:1: cannot be reached"):
        publish("http://127.0.0.1:1", TOKEN)


def test_a_password_in_the_url_is_not_allowed() -> None:
    with pytest.raises(PublishError, match="--token-file"):
        publish("http://admin:admin@127.0.0.1:1", TOKEN)


@pytest.mark.parametrize("content", ["", "  \n", "two words\n"])
def test_a_file_without_a_token_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "token"
    file.write_text(content)
    with pytest.raises(PublishError, match="holds no token"):
        token_from(file)


def test_a_missing_token_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="nowhere: cannot be read"):
        token_from(tmp_path / "nowhere")


def test_the_command_publishes(url: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    arguments = ["publish", "--url", url, "--token-file", str(file)]
    result = CliRunner().invoke(command, arguments)
    assert (result.exit_code, result.output) == (
        0,
        "".join(f"{name}: created  {url}/d/ioc-{name}\n" for name in NAMES),
    )
    again = CliRunner().invoke(command, [*arguments, "--json"])
    assert json.loads(again.output) == [{"board": name, "outcome": "unchanged"} for name in NAMES]


def test_the_command_fails_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    result = CliRunner().invoke(
        command, ["publish", "--url", "http://127.0.0.1:1", "--token-file", str(file)]
    )
    assert result.exit_code == 1
    assert "cannot be reached" in result.output
    assert TOKEN not in result.output


def test_there_is_no_default_token() -> None:
    result = CliRunner().invoke(command, ["publish", "--url", "http://127.0.0.1:1"])
    assert result.exit_code == 2
    assert "--token-file" in result.output
