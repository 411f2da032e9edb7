"""What the whole session shares: one broker, topics of one's own, and no process left behind."""

import ctypes
import os
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from deploy.local.broker import Broker

PR_SET_CHILD_SUBREAPER = 36
# Fixtures of the session that are processes which a test may end and start again.
SHARED = ("broker", "server")

# A slow machine is no finding.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    # kafka-python reads its protocol's schemas that way, and cannot know our Python.
    for name in ("read_text", "open_text"):
        config.addinivalue_line("filterwarnings", f"ignore:{name} is deprecated:DeprecationWarning")
    # Orphans of a test's processes become children of this one, where they are seen.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Broker"]:
    """The session's only Apache Kafka; `bootstrap`, and `kill`, `stop`, `restart` for the brave.

    A test that stops it starts it again.
    """
    from deploy.local.broker import Broker

    shared = Broker(tmp_path_factory.mktemp("broker"))
    shared.start()
    yield shared
    shared.kill()


@pytest.fixture
def topic_prefix(broker: "Broker") -> Iterator[str]:
    """A prefix whose topics were just created; they go with the test."""
    from connectors.log import topics
    from connectors.log.settings import KafkaSettings

    prefix = f"t{uuid.uuid4().hex[:12]}."
    settings = KafkaSettings(bootstrap=broker.bootstrap, prefix=prefix)
    topics.create(settings)
    yield prefix
    topics.delete(settings)


@pytest.fixture(autouse=True)
def no_process_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test after which a process that it started is still there."""
    before = _children()
    yield
    left = _after_grace(before | _shared(request))
    for pid in left:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert not left, f"processes left behind: {left}"


def _shared(request: pytest.FixtureRequest) -> set[int]:
    """The session's broker or database may be another process now than before the test."""
    shared = [request.getfixturevalue(name) for name in SHARED if name in request.fixturenames]
    return {pid for one in shared for pid in one.pids()}


def _after_grace(known: set[int], seconds: float = 3.0) -> dict[int, str]:
    deadline = time.monotonic() + seconds
    while True:
        left = {pid: line for pid in _children() - known if (line := _running(pid))}
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.05)


def _children() -> set[int]:
    """Children of every thread of this process."""
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that just ended
            found |= {int(pid) for pid in (task / "children").read_text().split()}
    return found


def _running(pid: int) -> str:
    """The command line of a child; empty when it is gone. An orphan that ended is reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        return ""
    return "" if state in "ZX" else line
