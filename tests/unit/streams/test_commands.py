"""`ioc worker` and `ioc state-hash`: exit codes and what they say."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from click.testing import CliRunner, Result

from connectors.log import topics as log_topics
from connectors.log.settings import KafkaSettings
from connectors.log.topics import TopicState
from deploy.commands import state_hash, worker
from seeds.topics import HEARTBEATS, PUBLIC_ADMINISTRATION
from streams.shell.service import CannotBeginError, require_topics

STATE = {
    "hash": "0f" * 16,
    "cases": 3,
    "reason": "open at no worker: t/1",
    "offsets": {PUBLIC_ADMINISTRATION: {"10": 2, "9": 1}},
}


@pytest.fixture
def fake_worker() -> Iterator[Any]:
    """Answers every question with `status` and `body`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answering.asked.append(self.path)  # type: ignore[attr-defined]
            self.send_response(answering.status)  # type: ignore[attr-defined]
            self.end_headers()
            self.wfile.write(answering.body)  # type: ignore[attr-defined]

        def log_message(self, *_: object) -> None: ...

    answering = HTTPServer(("127.0.0.1", 0), Handler)
    answering.status, answering.body = 200, json.dumps(STATE).encode()  # type: ignore[attr-defined]
    answering.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=answering.serve_forever)
    thread.start()
    yield answering
    answering.shutdown()
    thread.join()
    answering.server_close()


def hash_from(fake_worker: Any, *more: str) -> Result:
    address = f"http://127.0.0.1:{fake_worker.server_port}"
    return CliRunner().invoke(state_hash.command, ["--worker", address, *more])


def test_the_hash_and_beside_it_the_offsets(fake_worker: Any) -> None:
    result = hash_from(fake_worker)
    assert result.exit_code == 0
    assert result.output == f"{STATE['hash']}  3 cases\n{PUBLIC_ADMINISTRATION}  9:1 10:2\n"
    assert fake_worker.asked == ["/api/state"]


def test_the_hash_for_a_program(fake_worker: Any) -> None:
    assert json.loads(hash_from(fake_worker, "--json").output) == {
        name: STATE[name] for name in ("hash", "cases", "offsets")
    }


def test_a_hash_of_less_than_the_whole_is_not_given(fake_worker: Any) -> None:
    fake_worker.status = 503
    result = hash_from(fake_worker)
    assert result.exit_code == 1
    assert "open at no worker: t/1" in result.output
    assert "0f0f" not in result.output


@pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (404, b"{}")])
def test_what_is_no_worker_is_said_to_be_none(fake_worker: Any, status: int, body: bytes) -> None:
    fake_worker.status, fake_worker.body = status, body
    result = hash_from(fake_worker)
    assert result.exit_code == 1
    assert "does not answer as a worker" in result.output


def test_a_worker_that_is_not_there(fake_worker: Any) -> None:
    result = CliRunner().invoke(state_hash.command, ["--worker", "http://127.0.0.1:1"])
    assert result.exit_code == 1
    assert "cannot reach a worker at http://127.0.0.1:1" in result.output


def test_a_worker_does_not_begin_without_kafka() -> None:
    result = CliRunner().invoke(worker.command, ["--bootstrap", "127.0.0.1:1"])
    assert result.exit_code == 1
    assert "cannot reach Kafka at 127.0.0.1:1" in result.output


@pytest.mark.parametrize(
    ("arguments", "key"), [(["--port", "0"], "port"), (["--session-timeout", "1"], "session")]
)
def test_wrong_use_names_the_key(arguments: list[str], key: str) -> None:
    result = CliRunner().invoke(worker.command, arguments)
    assert result.exit_code == 2
    assert key in result.output


def state(topic: str, partitions: int) -> TopicState:
    wanted = 12 if topic == PUBLIC_ADMINISTRATION else 1
    return TopicState(topic, topic, wanted, partitions, 1, {})


@pytest.mark.parametrize(
    ("partitions", "message"),
    [(0, "is missing: run `ioc topics create`"), (11, "has 11 partitions, wanted 12")],
)
def test_topics_must_be_there_and_right(
    monkeypatch: pytest.MonkeyPatch, partitions: int, message: str
) -> None:
    found = [state(PUBLIC_ADMINISTRATION, partitions), state(HEARTBEATS, 1)]
    monkeypatch.setattr(log_topics, "describe", lambda _: found)
    with pytest.raises(CannotBeginError, match=message):
        require_topics(KafkaSettings())
