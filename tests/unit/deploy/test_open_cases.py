"""Whom a change of law would move, asked of workers that run."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.commands.law import command
from deploy.open_cases import CannotTellError, OpenCases
from seeds.law_files import LAWS
from seeds.topics import topics
from streams.core.facts import Facts
from streams.core.legal.comparison import KnownCase
from streams.shell.holdings import folded_topics

NOW = 1_704_157_200
CASE = {"id": "H-1", "kind": "feedback", "facts": {"received": NOW - 86_400}, "rows": []}


def partition(*, is_open: bool = True) -> dict[str, Any]:
    return {"open": is_open, "next": 1, "cases": 1, "hash": "0", "imbalance": 0, "refused": 0}


def everything() -> dict[str, Any]:
    held = {
        topic: {str(number): partition() for number in range(topics()[topic].partitions)}
        for topic in folded_topics()
    }
    return {"now": NOW, "reason": None, "partitions": held}


class FakeWorker(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.state: Any = everything()
        self.lines = [json.dumps(CASE)]
        self.status = 200
        self.length: int | None = None
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: FakeWorker

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        asked_for_state = self.path.startswith("/api/state")
        lines = [json.dumps(self.server.state)] if asked_for_state else self.server.lines
        body = "".join(f"{line}\n" for line in lines).encode()
        self.send_response(200 if asked_for_state else self.server.status)
        if self.server.length and not asked_for_state:
            self.send_header("Content-Length", str(self.server.length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def workers() -> Iterator[tuple[FakeWorker, FakeWorker]]:
    servers = (FakeWorker(), FakeWorker())
    threads = [
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        for server in servers
    ]
    for thread in threads:
        thread.start()
    yield servers
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


def diff(worker: str, *more: str) -> Result:
    return CliRunner().invoke(command, ["diff", str(LAWS), str(LAWS), "--worker", worker, *more])


def test_every_worker_tells_the_cases_that_it_holds(
    workers: tuple[FakeWorker, FakeWorker],
) -> None:
    one, other = workers
    topic = folded_topics()[0]
    other.state["partitions"] = {topic: {"0": one.state["partitions"][topic].pop("0")}}
    other.lines = [json.dumps(CASE | {"id": "H-2"}), ""]
    told = OpenCases([one.address + "/", other.address])
    facts = Facts(received=NOW - 86_400)
    assert list(told) == [KnownCase(f"H-{n}", "feedback", facts, []) for n in (1, 2)]
    assert told.now == NOW
    assert one.asked == ["/api/state?local=1", "/api/cases?open=1&local=1"]


def test_a_part_of_the_province_is_not_told(workers: tuple[FakeWorker, FakeWorker]) -> None:
    one, _ = workers
    topic = folded_topics()[0]
    one.state["partitions"][topic]["3"] = partition(is_open=False)
    with pytest.raises(CannotTellError, match=f"open at no worker: {topic}/3.*name all of them"):
        OpenCases([one.address])


def test_a_worker_that_breaks_off(workers: tuple[FakeWorker, FakeWorker]) -> None:
    one, _ = workers
    one.length = 10_000
    with pytest.raises(CannotTellError, match=f"cannot reach a worker at {one.address}"):
        list(OpenCases([one.address]))


@pytest.mark.parametrize("state", [{}, [], {"now": NOW, "partitions": {"t": {"0": {}}}}])
def test_who_answers_something_else_is_no_worker(
    workers: tuple[FakeWorker, FakeWorker], state: object
) -> None:
    workers[0].state = state
    with pytest.raises(CannotTellError, match="does not answer as a worker; name another"):
        OpenCases([workers[0].address])


def test_diff_asks_workers(workers: tuple[FakeWorker, FakeWorker]) -> None:
    result = diff(workers[0].address)
    assert (result.exit_code, result.output) == (0, "0 of 1 cases would move\n")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"lines": ["{"]}, "case 1: is not JSON"),
        ({"lines": ["3"]}, "case 1, key id: is missing"),
        ({"status": 404}, "does not answer as a worker (404 for /api/cases)"),
    ],
)
def test_a_worker_that_cannot_tell_is_wrong_use(
    workers: tuple[FakeWorker, FakeWorker], change: dict[str, Any], problem: str
) -> None:
    vars(workers[0]).update(change)
    result = diff(workers[0].address)
    assert result.exit_code == 2
    assert problem in " ".join(result.output.split())


def test_nobody_answers() -> None:
    result = diff("http://127.0.0.1:1")
    assert result.exit_code == 2
    assert "cannot reach a worker at http://127.0.0.1:1" in " ".join(result.output.split())


def test_one_source_of_cases_is_to_be_named() -> None:
    for more in ((), ("--cases", str(LAWS / "dossier-2018.toml"), "--worker", "http://a")):
        result = CliRunner().invoke(command, ["diff", str(LAWS), str(LAWS), *more])
        assert result.exit_code == 2
        assert "give one of --cases FILE and --worker URL[,URL]" in result.output
