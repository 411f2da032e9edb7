"""`ioc feeds` as a process: it serves, lets things happen, writes its sources, and ends."""

import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from deploy.commands.feeds import command
from deploy.local.processes import free_ports
from deploy.local.services import answers

SCENARIO_NOW = 1_704_157_200


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    [port] = free_ports(1)
    arguments = ["--data", str(tmp_path / "feeds"), "--port", str(port), "--pace", "300"]
    offset = ["--clock-offset", str(SCENARIO_NOW - time.time())]
    happening = ["--happening", "salinity-intrusion"]
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy", "feeds", *arguments, *offset, *happening]
    )
    url = f"http://127.0.0.1:{port}"
    while not answers(f"{url}/health"):
        assert process.poll() is None
        time.sleep(0.05)
    yield url
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_it_lives_at_the_pace_of_its_clock_and_lets_things_happen(url: str, tmp_path: Path) -> None:
    def asked(path: str) -> int:
        answer = httpx.get(f"{url}/{path}", trust_env=False).json()
        return int(answer["told"] if path == "health" else answer["next"])

    first = asked("cameras?cursor=1704157200000")
    while asked("cameras?cursor=1704157200000") == first:
        time.sleep(0.1)
    assert SCENARIO_NOW <= asked("health") < SCENARIO_NOW + 300
    made = httpx.post(f"{url}/happenings", json={"name": "fire"}, trust_env=False)
    assert made.status_code == 201
    assert (tmp_path / "feeds" / "databases" / "documents-cases.db").exists()
    assert len(list((tmp_path / "feeds" / "files" / "police").glob("*.csv"))) >= 7


def test_it_writes_the_sources_that_it_is(tmp_path: Path) -> None:
    answer = CliRunner().invoke(command, ["--data", str(tmp_path / "d"), "--write-config"])
    assert answer.exit_code == 0
    tables = tomllib.loads(answer.output)["source"]
    [stations] = [table for table in tables if table["name"] == "stations"]
    assert stations["http"]["url"] == "http://127.0.0.1:8803/stations"
    assert stations["simulated"] is True
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--happening", "flood"], "--happening: happening 'flood' is not allowed; allowed: "),
        (["--happening", "fire:stations"], "fire cannot be at 'stations'; allowed: "),
        (["--pace", "0"], "Invalid value for '--pace'"),
    ],
)
def test_wrong_use_is_said(tmp_path: Path, arguments: list[str], said: str) -> None:
    [port] = free_ports(1)
    given = ["--data", str(tmp_path / "d"), "--port", str(port), *arguments]
    answer = CliRunner().invoke(command, given)
    assert answer.exit_code == 2
    assert said in answer.output


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        answer = CliRunner().invoke(command, ["--data", str(tmp_path), "--port", port])
    assert answer.exit_code == 1
    assert f"cannot serve on 127.0.0.1:{port}" in answer.output
