"""Starting and ending processes of our own, so that none of them outlives us."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

LOOPBACK = "127.0.0.1"


class MissingProgramError(Exception):
    """A program that this machine lacks, with the command that brings it."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(
            f"{program} is not on this machine: run `make setup`, or "
            f"`sudo apt-get install --no-install-recommends {package}`"
        )


class StartError(Exception):
    """A process that did not become ready: which one, why, and where its log is."""


def program(name: str, package: str) -> str:
    """The path of a program; raises MissingProgramError naming its Debian package."""
    if found := shutil.which(name):
        return found
    raise MissingProgramError(name, package)


def bound_to_parent(command: Sequence[str]) -> list[str]:
    """The command, such that the kernel kills it when the thread that starts it is gone."""
    return [program("setpriv", "util-linux"), "--pdeathsig", "KILL", "--", *command]


def spawn(
    command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own (a Ctrl-C in the terminal is for us alone).

    Its output is appended to `log`. Call it from the main thread: the process dies with it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            bound_to_parent(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )


def end(processes: Iterable[subprocess.Popen[bytes]], budget_seconds: float = 10.0) -> None:
    """Ask all to stop, wait together for at most the budget, kill the rest. Leaves no zombie."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + budget_seconds
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
    for process in running:
        process.wait()


def free_ports(count: int) -> list[int]:
    """Distinct loopback ports that nobody listens on now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for candidate in sockets:
            candidate.bind((LOOPBACK, 0))
        return [int(candidate.getsockname()[1]) for candidate in sockets]


def listens(port: int, host: str = LOOPBACK) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1.0):
            return True
    except OSError:
        return False


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], *, name: str, log: Path,
               timeout_seconds: float = 60.0) -> None:  # fmt: skip
    """Return when `ready`; raises StartError when the process ends first or time is up."""
    deadline = time.monotonic() + timeout_seconds
    while not ready():
        if (code := process.poll()) is not None:
            raise StartError(f"{name} ended with code {code} at its start: see {log}{tail(log)}")
        if time.monotonic() > deadline:
            raise StartError(f"{name} is not ready after {timeout_seconds:.0f} s: see {log}")
        time.sleep(0.05)


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log, each indented, for a message; empty without a log."""
    if not log.exists():
        return ""
    last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "".join(f"\n    {line}" for line in last)


def ioc(*arguments: str) -> list[str]:
    """The command line of `ioc` in this very environment."""
    return [sys.executable, "-m", "deploy", *arguments]
