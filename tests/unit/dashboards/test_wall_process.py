"""The wall's server over HTTP."""

import json
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from dashboards.wall.server import HEADERS
from deploy.commands.wall import command
from deploy.local.processes import listens
from tests.unit.dashboards.fake_prometheus import FakePrometheus, served, whole_year
from tests.unit.dashboards.wall_process import Wall
from tests.unit.dashboards.wall_process import wall as running_wall


@pytest.fixture(scope="module")
def fake() -> FakePrometheus:
    return FakePrometheus(whole_year())


@pytest.fixture(scope="module")
def wall(fake: FakePrometheus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    log = tmp_path_factory.mktemp("wall") / "wall.log"
    with served(fake) as prometheus, running_wall(prometheus, log) as running:
        eventually(lambda: running.get("/health").json()["prometheus"] == "ok")
        yield running


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def events(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    name = ""
    for line in lines:
        key, _, value = line.partition(": ")
        if key == "event":
            name = value
        if key == "data":
            yield name, value


def test_the_api_says_what_the_wall_shows(wall: Wall) -> None:
    board = wall.get("/api/board/ho-so").json()
    panels = {panel["id"]: panel for panel in board["panels"]}
    assert panels["received"]["text"] == "605.859"
    assert panels["on-time-rate"]["text"] == "99,79 %"
    assert {"now", "simulated", "complete", "panels"} <= board.keys()
    for panel in board["panels"]:
        assert panel.keys() >= {"id", "title", "text", "value", "change", "age_seconds", "state"}


def test_the_api_speaks_english(wall: Wall) -> None:
    assert wall.get("/api/board/ho-so", lang="en").json()["origin"] == "SIMULATED DATA"


def test_the_stream_says_hello_and_pushes_whole_boards(wall: Wall) -> None:
    url = f"{wall.url}/api/board/ho-so/stream"
    with httpx.stream("GET", url, trust_env=False) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        found = list(islice(events(answer.iter_lines()), 4))
    assert [name for name, _ in found] == ["hello", "board", "board", "board"]
    assert found[0][1] == wall.get("/health").json()["version"]
    assert all(late(json.loads(data)) == "1.230" for _, data in found[1:])


def test_a_change_reaches_the_stream(wall: Wall, fake: FakePrometheus) -> None:
    url = f"{wall.url}/api/board/ho-so/stream"
    try:
        with httpx.stream("GET", url, trust_env=False) as answer:
            pages = (
                json.loads(data) for name, data in events(answer.iter_lines()) if name == "board"
            )
            assert late(next(pages)) == "1.230"
            fake.table = whole_year(late__A=1231)
            assert any(late(page) == "1.231" for page in islice(pages, 50))
    finally:
        fake.table = whole_year()


def late(page: dict[str, Any]) -> str:
    return next(str(panel["text"]) for panel in page["panels"] if panel["id"] == "late")


def test_screens_that_left_are_forgotten(wall: Wall) -> None:
    eventually(lambda: wall.get("/health").json()["listeners"] == 0)


def test_health_names_panels_without_data(wall: Wall, fake: FakePrometheus) -> None:
    missing = ["toan-tinh/social-security"]
    fake.table = whole_year() | {("late", "A"): []}
    eventually(lambda: without_data(wall) == [*missing, "ho-so/late"])
    fake.table = whole_year()
    eventually(lambda: without_data(wall) == missing)


def without_data(wall: Wall) -> list[str]:
    found: list[str] = wall.get("/health").json()["without_data"]
    return found


@pytest.mark.parametrize("path", ["/", "/api/board/ho-so", "/health", "/static/wall.js", "/no"])
def test_every_answer_is_guarded(wall: Wall, path: str) -> None:
    headers = wall.get(path).headers
    assert {key: headers[key] for key in HEADERS} == HEADERS
    assert "unsafe" not in headers["content-security-policy"]
    assert "server" not in headers
    assert headers["cache-control"] == ("no-cache" if "static" in path else "no-store")


@pytest.mark.parametrize("path", ["/", "/health", "/api/board/ho-so", "/static/wall.js"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(wall: Wall, method: str, path: str) -> None:
    assert httpx.request(method, wall.url + path, trust_env=False).status_code == 405


@pytest.mark.parametrize(
    ("path", "parameters", "status", "said"),
    [
        ("/api/board/nothing", {}, 404, "known: toan-tinh, ho-so, chat-luong-du-lieu"),
        ("/api/board/nothing/stream", {}, 404, "known: toan-tinh, ho-so, chat-luong-du-lieu"),
        ("/api/board/ho-so", {"lang": "fr"}, 400, "vi, en"),
        ("/api/board/ho-so/stream", {"lang": "fr"}, 400, "vi, en"),
        ("/", {"lang": "fr"}, 400, "vi, en"),
        ("/", {"board": "nothing"}, 404, "known: toan-tinh"),
    ],
)
def test_wrong_questions_get_a_sentence(
    wall: Wall, path: str, parameters: dict[str, str], status: int, said: str
) -> None:
    answer = wall.get(path, **parameters)
    assert answer.status_code == status
    assert said in answer.json()["error"]


@pytest.mark.parametrize("path", ["/static/../server.py", "/static/%2e%2e/server.py"])
def test_only_static_files_are_served(wall: Wall, path: str) -> None:
    assert wall.get(path).status_code == 404


def test_the_page_asks_nobody_else(wall: Wall) -> None:
    page = wall.get("/").text
    files = ["/static/wall.css", "/static/wall.js", "/static/vendor/inter.css"]
    for text in [page, *(wall.get(file).text for file in files)]:
        assert "http" not in text.replace("http://www.w3.org", "")
        assert "style=" not in text


def test_the_index_speaks_the_language_that_it_is_asked_in(wall: Wall) -> None:
    assert '<html lang="vi">' in wall.get("/").text
    assert '<html lang="en">' in wall.get("/", lang="en").text


def test_sigterm_is_a_clean_stop_even_with_screens(fake: FakePrometheus, tmp_path: Path) -> None:
    with served(fake) as prometheus, running_wall(prometheus, tmp_path / "wall.log") as wall:
        url = f"{wall.url}/api/board/ho-so/stream"
        with httpx.stream("GET", url, trust_env=False) as answer:
            assert next(events(answer.iter_lines()))
            assert wall.stop() == 0
        assert not listens(wall.port)
    assert "Traceback" not in (tmp_path / "wall.log").read_text()


def test_a_wall_without_prometheus_serves_and_says_so(tmp_path: Path) -> None:
    with running_wall("http://127.0.0.1:1", tmp_path / "wall.log", period=None) as wall:
        assert wall.get("/health").json()["prometheus"] == "away"
        board = wall.get("/api/board/ho-so").json()
        assert {panel["state"] for panel in board["panels"]} == {"no_data"}
        assert board["now"] is None


def test_a_taken_port_is_named(wall: Wall) -> None:
    result = CliRunner().invoke(command, ["--port", str(wall.port)])
    assert result.exit_code == 1
    assert f"cannot listen on 127.0.0.1:{wall.port}" in result.output
    assert "--port" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--prometheus", "ftp://here"], "--prometheus: 'ftp://here' is not allowed"),
        (["--period", "23"], "--period: 23 is not allowed; allowed: a whole number from 2000"),
        (["--rotation", "-1"], "--rotation: -1.0 is not allowed; allowed: a number from 0"),
        (["--config", "/nowhere.toml"], "there is no such file"),
    ],
)
def test_wrong_use_is_said(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_the_section_of_the_file_is_used(wall: Wall, tmp_path: Path) -> None:
    file = tmp_path / "ioc.toml"
    file.write_text(f"[wall]\nport = {wall.port}\n")
    result = CliRunner().invoke(command, ["--config", str(file)])
    assert f"127.0.0.1:{wall.port}" in result.output


def test_help_has_an_example() -> None:
    assert "Example: ioc wall" in CliRunner().invoke(command, ["--help"]).output
