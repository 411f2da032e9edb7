"""`ioc up` as people and machines run it: a small scenario to the end, deaths, and the end."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.services import answers

pytestmark = pytest.mark.stack

PATIENCE = 120.0


class Up:
    """A running `ioc up`; `output` is what it has said so far."""

    def __init__(self, directory: Path, *arguments: str) -> None:
        self.directory = directory
        self.log = directory / "said"
        directory.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "deploy", "up", "--data", str(directory), *arguments]
        with self.log.open("w") as said:
            self.process = subprocess.Popen(command, stdout=said, stderr=said)

    @property
    def output(self) -> str:
        return self.log.read_text()

    def record(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads((self.directory / "stack.json").read_text())
        return record

    def service(self, name: str) -> dict[str, Any]:
        return next(one for one in self.record()["services"] if one["name"] == name)

    def until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.1)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    begun: list[Up] = []

    def begin(*arguments: str, directory: str = "ioc") -> Up:
        begun.append(Up(tmp_path / directory, "--ports", "auto", *arguments))
        return begun[-1]

    yield begin
    for one in begun:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists() and not _zombie(pid)]


def _zombie(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


def test_a_scenario_is_loaded_and_every_figure_agrees(up: Callable[..., Up]) -> None:
    checked = up("--dossiers", "500", "--seed", "3", "--check")
    assert checked.process.wait(PATIENCE) == 0, checked.output
    assert "all figures agree" in checked.output
    [heads] = [line.split("  ") for line in checked.output.splitlines() if "truth" in line]
    assert {"API", "Prometheus", "wall", "wall's page"} <= {head.strip() for head in heads}
    assert (checked.directory / "wall.png").read_bytes().startswith(b"\x89PNG")
    assert not (checked.directory / "stack.json").exists()
    modes = {file.stat().st_mode & 0o777 for file in (checked.directory / "secrets").iterdir()}
    assert modes == {0o600}


def test_what_dies_comes_back_and_ctrl_c_ends_everything(up: Callable[..., Up]) -> None:
    running = up("--dossiers", "60", "--seed", "3")
    running.until(lambda: "running; Ctrl-C stops everything" in running.output)
    record = running.record()
    names = [one["name"] for one in record["services"]]
    assert names == [
        "broker", "receiver", "worker-1", "alertmanager", "prometheus", "feeds", "connect",
        "wall", "simulator",
    ]  # fmt: skip
    assert record["scenario"] == "60-dossiers-seed-3"
    assert record["clock_offset_seconds"] < 0
    worker, wall = running.service("worker-1"), running.service("wall")
    assert answers(f"{wall['address']}/health")
    os.kill(worker["pid"], signal.SIGKILL)
    running.until(lambda: running.service("worker-1")["pid"] != worker["pid"])
    running.until(lambda: answers(f"{worker['address']}/ready"))
    assert re.search(r"worker-1 ended with code -9; restarting in 0\.5 s", running.output)
    pids = [one["pid"] for one in running.record()["services"]]
    assert len(alive(pids)) == len(pids)
    assert running.end(signal.SIGINT) == 0
    assert alive(pids) == []
    assert running.output.splitlines()[-1] == "stopped"


def test_no_process_outlives_a_killed_supervisor(up: Callable[..., Up]) -> None:
    running = up()
    running.until(lambda: "topics" in running.output and len(running.record()["services"]) > 4)
    pids = [one["pid"] for one in running.record()["services"]]
    assert alive(pids) == pids
    assert running.end(signal.SIGKILL) == -9
    deadline = time.monotonic() + 10
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive(pids) == []


def test_a_second_one_on_the_same_data_is_refused(up: Callable[..., Up]) -> None:
    first = up()
    first.until((first.directory / "up.lock").exists)
    first.until(lambda: (first.directory / "up.lock").read_text() != "")
    second = up()
    assert second.process.wait(PATIENCE) == 1
    assert f"another `ioc up` (process {first.process.pid}) runs in {first.directory}" in (
        second.output
    )
    assert first.end(signal.SIGTERM) == 0


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (tmp_path / "ioc.toml").write_text(f"[wall]\nport = {port}\n")
        refused = Up(tmp_path / "ioc", "--config", str(tmp_path / "ioc.toml"))
        assert refused.process.wait(PATIENCE) == 1
    assert f"port {port}, which wall needs, is taken" in refused.output
    assert not (tmp_path / "ioc" / "logs").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--check"], "--check and --keep go with --scenario or --dossiers"),
        (["--scenario", "year-1999"], "no scenario 'year-1999'; there are: year-2023"),
        (["--scenario", "year-2023", "--dossiers", "3"], "give one of --scenario and --dossiers"),
    ],
)
def test_wrong_use(tmp_path: Path, arguments: list[str], said: str) -> None:
    wrong = Up(tmp_path, *arguments)
    assert wrong.process.wait(PATIENCE) == 2
    assert said in wrong.output
