"""The rehearsal as seen from outside: Prometheus, the switches of the province, and processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from json import loads
from pathlib import Path
from typing import Any

import httpx

from deploy.prometheus.quality import SCORE_PROMISE, SCORES

PATIENCE_SECONDS = 90.0
SUBSYSTEMS = Path(__file__).with_name("subsystems")


class Monitor:
    """A running rehearsal below `directory`; `stop` it."""

    def __init__(self, directory: Path) -> None:
        self._record = directory / "ioc" / "stack.json"
        self._said = directory / "said"
        self.environment = {**os.environ, "IOC_SUBSYSTEMS": str(SUBSYSTEMS)}
        self._client = httpx.Client(trust_env=False)
        command = [sys.executable, "-m", "tests.integration.happenings.rehearsal"]
        with self._said.open("w") as said:
            self.process = subprocess.Popen(
                [*command, str(directory / "ioc")], stdout=said, stderr=said, env=self.environment
            )

    def stop(self) -> None:
        self._client.close()
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait(60)

    def until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert self.process.poll() is None, self._said.read_text()
            assert time.monotonic() < deadline, f"{what}: {self._said.read_text()}"
            time.sleep(0.5)

    def is_running(self) -> bool:
        return "\nrunning" in self._said.read_text()

    def address(self, service: str) -> str:
        return str(self._service(service)["address"])

    def pid(self, service: str) -> int:
        return int(self._service(service)["pid"])

    def _service(self, name: str) -> dict[str, Any]:
        services = loads(self._record.read_text())["services"]
        found: dict[str, Any] = next(one for one in services if one["name"] == name)
        return found

    def happen(self, name: str, source: str | None, seconds: int) -> None:
        asked = {"name": name, "source": source, "seconds": seconds}
        answer = self._client.post(f"{self.address('feeds')}/happenings", json=asked)
        assert answer.status_code == httpx.codes.CREATED, answer.text

    def by(self, label: str, expression: str) -> dict[str, float]:
        """Value of a label -> value."""
        asked = {"query": expression}
        answer = self._client.get(f"{self.address('prometheus')}/api/v1/query", params=asked)
        result = answer.raise_for_status().json()["data"]["result"]
        return {one["metric"].get(label, ""): float(one["value"][1]) for one in result}

    def figure(self, expression: str) -> float:
        """0 where there is none: cells that count nothing are not told."""
        return sum(self.by("", expression).values())

    def states(self) -> dict[str, float]:
        return self.by("source", "ioc:source_state")

    def scores(self) -> dict[tuple[str, str], float]:
        """(source, score) -> value."""
        return {
            (source, score): value
            for score in SCORES
            for source, value in self.by("source", f"ioc:source_{score}:ratio").items()
        }

    def below(self) -> set[tuple[str, str]]:
        """(source, score) of those below the promise."""
        return {key for key, value in self.scores().items() if value < SCORE_PROMISE}

    def listed(self) -> subprocess.CompletedProcess[str]:
        """What `ioc sources` prints."""
        where = ["--prometheus", self.address("prometheus"), "--worker", self.address("worker-1")]
        return subprocess.run(
            [sys.executable, "-m", "deploy", "sources", *where],
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
