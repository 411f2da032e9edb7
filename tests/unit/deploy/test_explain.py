"""`ioc explain`: whom it asks, what it prints, and its exit codes."""

import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from click.testing import CliRunner, Result

from deploy.addresses import WORKER, worker_address
from deploy.commands.explain import command
from deploy.local.layout import Running, write_record

CASE = "000.00.16.H51/230109 0007"
ANSWER = {"id": CASE, "text": "GIẢI TRÌNH\nHồ sơ: 1\n", "receipt": {"at": 1}}


class FakeWorker(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.body = json.dumps(ANSWER).encode()
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: FakeWorker

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def worker() -> Iterator[FakeWorker]:
    server = FakeWorker()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def explained(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def test_the_receipt_as_it_was_answered(worker: FakeWorker) -> None:
    result = explained(CASE, "--worker", f"{worker.address}/")
    assert (result.exit_code, result.output) == (0, ANSWER["text"])
    assert worker.asked == ["/api/cases/000.00.16.H51%2F230109%200007/receipt?lang=vi"]


def test_instant_and_language_go_along(worker: FakeWorker) -> None:
    more = ["--at", "2023-02-01T10:00:00+07:00", "--lang", "en", "--json"]
    result = explained(CASE, "--worker", worker.address, *more)
    assert json.loads(result.output) == ANSWER
    assert dict(parse_qsl(urlsplit(worker.asked[0]).query)) == {"lang": "en", "at": "1675220400"}
    assert explained(CASE, "--worker", worker.address, "--at", "1675220400").exit_code == 0


@pytest.mark.parametrize(
    ("status", "exit_code", "message"),
    [
        (404, 1, "t/1 is full of holes; check the id, as its source writes it"),
        (503, 2, "cannot tell (503): t/1 is full of holes"),
        (400, 2, "cannot tell (400): t/1 is full of holes"),
    ],
)
def test_no_receipt(worker: FakeWorker, status: int, exit_code: int, message: str) -> None:
    worker.status, worker.body = status, b'{"reason": "t/1 is full of holes"}'
    result = explained(CASE, "--worker", worker.address)
    assert result.exit_code == exit_code
    assert message in result.output


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>"), (404, b"404: Not Found"), (404, b"{}"), (200, b"{}"), (200, b"[1]")],
)
def test_what_is_no_worker_never_says_that_there_is_no_case(
    worker: FakeWorker, status: int, body: bytes
) -> None:
    worker.status, worker.body = status, body
    result = explained(CASE, "--worker", worker.address)
    assert result.exit_code == 2
    assert f"{worker.address} does not answer as a worker; name one with --worker" in result.output


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "nowhere", "http://127.0.0.1:x"])
def test_a_worker_that_is_not_there(address: str) -> None:
    result = explained(CASE, "--worker", address)
    assert result.exit_code == 2
    assert f"cannot reach a worker at {address}" in result.output
    assert "`ioc worker`" in result.output


@pytest.mark.parametrize(
    "wrong", [[], [CASE, "--lang", "fr"], [CASE, "--at", "2023-02-01"], [CASE, "--at", "soon"]]
)
def test_wrong_use(wrong: list[str]) -> None:
    assert explained(*wrong).exit_code == 2


def stack_of(directory: Path, *services: Running) -> Path:
    write_record(
        directory / "stack.json",
        services,
        started_at=datetime.now(UTC),
        scenario=None,
        clock_offset_seconds=0.0,
    )
    return directory


def test_the_stack_that_runs_here_is_asked(
    worker: FakeWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = Running("wall", os.getpid(), "http://127.0.0.1:1", "w.log")
    first = Running("worker-1", os.getpid(), worker.address, "1.log")
    stack_of(tmp_path / ".ioc", wall, first)
    monkeypatch.chdir(tmp_path)
    assert explained(CASE).output == ANSWER["text"]


def test_without_a_running_stack_the_usual_address(tmp_path: Path) -> None:
    gone = Running("worker-1", 2**22 + 1, "http://127.0.0.1:1", "1.log")  # above pid_max
    assert worker_address(tmp_path) == WORKER
    assert worker_address(stack_of(tmp_path, gone)) == WORKER
    assert worker_address(stack_of(tmp_path)) == WORKER
    (tmp_path / "stack.json").write_text('{"services": [{"na', encoding="utf-8")
    assert worker_address(tmp_path) == WORKER
