"""Workers as processes, and what they answer."""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from prometheus_client.parser import text_string_to_metric_families

from connectors.log.settings import KafkaSettings
from deploy.local.processes import end, spawn
from tests.integration.fold.log import NOW

T = TypeVar("T")
Series = dict[tuple[str, frozenset[tuple[str, str]]], float]
PATIENCE_SECONDS = 60.0


class WorkerProcess:
    """`ioc worker`; `peers` are the ports of the others."""

    def __init__(
        self, kafka: KafkaSettings, directory: Path, name: str, port: int, peers: list[int]
    ) -> None:
        self.name = name
        self.address = f"http://127.0.0.1:{port}"
        self.log = directory / f"{name}.log"
        self._command = [
            sys.executable, "-m", "deploy", "worker",
            "--name", name,
            "--port", str(port),
            "--bootstrap", kafka.bootstrap,
            "--topic-prefix", kafka.prefix,
            "--session-timeout", "6",
            "--clock-offset", str(NOW - time.time()),
        ]  # fmt: skip
        if peers:
            addresses = ",".join(f"http://127.0.0.1:{peer}" for peer in peers)
            self._command += ["--workers", addresses]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = spawn(self._command, self.log)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def signal(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            end([self.process])

    def exit_code(self) -> int:
        """Waits for the process to end by itself."""
        assert self.process
        return self.process.wait(PATIENCE_SECONDS)

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body; (0, b"") when nobody answers."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except OSError:
            return 0, b""

    def json(self, path: str) -> tuple[int, dict[str, Any]]:
        status, body = self.get(path)
        return status, json.loads(body) if body else {}

    def metrics(self) -> Series:
        _, body = self.get("/metrics")
        return parsed(body.decode())

    def cases(self) -> Series:
        return {key: value for key, value in self.metrics().items() if "_cases" in key[0]}

    def complete(self) -> dict[str, Any] | None:
        """The state, once it is the whole."""
        status, state = self.json("/api/state")
        return state if status == 200 else None

    def says(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else "(no log)"


def parsed(text: str) -> Series:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def eventually(question: Callable[[], T | None], about: str, *workers: WorkerProcess) -> T:
    """The first answer that is not empty; what the workers logged, when there is none."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.1)
    said = "\n".join(f"--- {worker.name}\n{worker.says()}" for worker in workers)
    raise AssertionError(f"{about}: not within {PATIENCE_SECONDS:g} s\n{said}")
