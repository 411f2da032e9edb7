"""Processes under the supervisor: order, restart, and an end that leaves none of them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.processes import MissingProgramError, StartError, end, program, spawn
from deploy.local.services import Service, Stage
from deploy.local.supervisor import StopRequestedError, Supervisor, stopped_by_signals

SLEEP = "exec sleep 600"
IDLE = "while :; do sleep 0.05; done"
STUBBORN = "trap '' TERM"


class Scene:
    """Shell scripts as services; each says that it is ready by a file with its process id."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.said: list[str] = []
        self.supervisor = Supervisor(self.said.append)

    def service(self, name: str, script: str = SLEEP, trap: str = ":") -> Service:
        file = self.directory / f"{name}.pid"
        command = ["sh", "-c", f"{trap}; echo $$ > {file}.new; mv {file}.new {file}; {script}"]
        log = self.directory / f"{name}.log"
        return Service(name, command, f"address-of-{name}", file.exists, log)

    def pid(self, name: str) -> int:
        return int((self.directory / f"{name}.pid").read_text())


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_stage_starts_when_the_one_before_is_ready(scene: Scene) -> None:
    order: list[str] = []

    def told(line: str) -> Callable[[], str]:
        def tell() -> str:
            order.append(line)
            return line

        return tell

    first = Stage([scene.service("a")], told("before a"), told("after a"))
    second = Stage([scene.service("b"), scene.service("c")], told("before b"))
    with scene.supervisor as supervisor:
        supervisor.start([first, second])
        assert order == ["before a", "after a", "before b"]
        lines = [line.split()[:2] for line in scene.said if "ready in" in line]
        assert lines == [[name, f"address-of-{name}"] for name in "abc"]


def test_what_dies_is_started_again(scene: Scene) -> None:
    with scene.supervisor as supervisor:
        supervisor.start([Stage([scene.service("a"), scene.service("b")])])
        first, other = scene.pid("a"), scene.pid("b")
        os.kill(first, signal.SIGKILL)
        assert supervisor.run_until(lambda: scene.pid("a") != first, timeout_seconds=20)
        assert scene.pid("b") == other
        died = f"a ended with code -9; restarting in 0.5 s (see {scene.directory / 'a.log'})"
        assert scene.said[-1] == died


def test_what_dies_again_and_again_is_started_less_and_less_often(scene: Scene) -> None:
    with scene.supervisor as supervisor:
        supervisor.start([Stage([scene.service("a", "sleep 0.2; exit 3")])])

        def waits() -> list[str]:
            return [line.split("restarting in ")[1] for line in scene.said if "ended" in line]

        assert supervisor.run_until(lambda: len(waits()) == 3, timeout_seconds=30)
        assert [wait.split()[0] for wait in waits()] == ["0.5", "1", "2"]


def test_what_must_rest_is_started_after_its_rest(scene: Scene) -> None:
    tired = replace(scene.service("a", "sleep 0.2; exit 3"), rest_seconds=1.5)
    with scene.supervisor as supervisor:
        supervisor.start([Stage([tired])])
        assert supervisor.run_until(lambda: "restarting in 1.5 s" in scene.said[-1], 20)


def test_what_does_not_start_ends_everything_and_shows_its_log(scene: Scene) -> None:
    good = scene.service("good")
    bad = Service(
        "bad", ["sh", "-c", "echo no such luck; exit 4"], "", lambda: False, scene.directory / "l"
    )
    said = r"(?s)bad ended with code 4 at its start.*no such luck"
    with pytest.raises(StartError, match=said), scene.supervisor as supervisor:
        supervisor.start([Stage([good]), Stage([bad])])
    assert gone(scene.pid("good"))


def test_what_is_never_ready_is_named(scene: Scene) -> None:
    mute = Service("mute", ["sleep", "600"], "", lambda: False, scene.directory / "mute.log")
    said = r"mute is not ready: see .*mute\.log"
    with pytest.raises(StartError, match=said), scene.supervisor as supervisor:
        supervisor.start([Stage([mute])], timeout_seconds=0.3)


def test_the_end_kills_what_does_not_listen_and_shares_one_budget(scene: Scene) -> None:
    stages = [
        Stage([scene.service("a", IDLE, STUBBORN)]),
        Stage([scene.service("b", IDLE, STUBBORN)]),
    ]
    scene.supervisor.start(stages)
    scene.supervisor.stop(budget_seconds=0.4)
    assert gone(scene.pid("a"))
    assert gone(scene.pid("b"))


def test_the_last_stage_ends_first(scene: Scene) -> None:
    log = scene.directory / "order"
    trap = "trap 'echo {} >> " + str(log) + "; exit' TERM"
    stages = [Stage([scene.service(name, IDLE, trap.format(name))]) for name in "abc"]
    scene.supervisor.start(stages)
    scene.supervisor.stop()
    assert log.read_text().split() == ["c", "b", "a"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_wait(scene: Scene, number: signal.Signals) -> None:
    with scene.supervisor as supervisor, stopped_by_signals(supervisor):
        supervisor.start([Stage([scene.service("a")])])
        os.kill(os.getpid(), number)
        with pytest.raises(StopRequestedError):
            supervisor.run_until(lambda: False)
    assert gone(scene.pid("a"))


def test_no_orphan_when_the_supervisor_itself_is_killed(tmp_path: Path) -> None:
    program = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from test_supervisor import IDLE, STUBBORN, Scene, Stage
scene = Scene(Path({str(tmp_path)!r}))
scene.supervisor.start([Stage([scene.service("a"), scene.service("b", IDLE, STUBBORN)])])
(scene.directory / "started").touch()
scene.supervisor.run_until(lambda: False)
"""
    supervisor = subprocess.Popen([sys.executable, "-W", "ignore", "-c", program])
    eventually((tmp_path / "started").exists)
    supervisor.kill()
    supervisor.wait()
    scene = Scene(tmp_path)
    eventually(lambda: gone(scene.pid("a")) and gone(scene.pid("b")))


def test_a_missing_program_is_named_with_the_command_that_brings_it() -> None:
    wanted = "apt-get install --no-install-recommends some-package"
    with pytest.raises(MissingProgramError, match=wanted):
        program("no-such-program-here", "some-package")


def test_ending_what_has_ended_is_no_fault(tmp_path: Path) -> None:
    process = spawn(["true"], tmp_path / "log")
    process.wait()
    end([process])
