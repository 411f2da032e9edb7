"""`ioc wall` as it runs anywhere: a process of its own."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from deploy.local.processes import end, free_ports, ioc, spawn, tail

INTERVAL = "0.2"


class Wall:
    """A running wall; `stop` and `start` keep its port."""

    def __init__(
        self, prometheus: str, log: Path, period: int | None = 2023, rotation: float = 20
    ) -> None:
        self.port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._command = ioc(
            "wall", "--port", str(self.port), "--prometheus", prometheus, "--interval", INTERVAL,
            "--rotation", str(rotation),
        )  # fmt: skip
        if period:
            self._command += ["--period", str(period)]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers and has asked Prometheus once."""
        self.process = spawn(self._command, self.log)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                httpx.get(f"{self.url}/health", trust_env=False)
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"the wall does not start:{tail(self.log)}")

    def stop(self) -> int:
        """Its exit code."""
        assert self.process is not None
        end([self.process])
        return self.process.returncode

    def get(self, path: str, **parameters: str) -> httpx.Response:
        return httpx.get(self.url + path, params=parameters, trust_env=False)


@contextmanager
def wall(
    prometheus: str, log: Path, period: int | None = 2023, rotation: float = 20
) -> Iterator[Wall]:
    running = Wall(prometheus, log, period, rotation)
    running.start()
    try:
        yield running
    finally:
        running.stop()
