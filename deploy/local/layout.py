"""Where the local stack keeps what: all under one directory, `.ioc` unless told otherwise."""

import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Layout:
    """`run` names whose data it is: a scenario's never mix with a province's own."""

    root: Path
    run: str = "own"

    @property
    def data(self) -> Path:
        return self.root / "data" / self.run

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def record(self) -> Path:
        return self.root / "stack.json"

    @property
    def picture(self) -> Path:
        """The wall as the last check saw it."""
        return self.root / "wall.png"

    def log(self, service: str) -> Path:
        return self.logs / f"{service}.log"

    def clear(self) -> None:
        """Forget the data of this run."""
        shutil.rmtree(self.data, ignore_errors=True)

    def rotate_logs(self) -> None:
        """What was logged in the last run stays beside the new logs, as `*.log.1`."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for log in self.logs.glob("*.log"):
            log.replace(log.with_suffix(".log.1"))


@dataclass(frozen=True, slots=True)
class Running:
    """A process of the stack, as programs and tests read it."""

    name: str
    pid: int
    address: str
    log: str


def write_record(
    file: Path,
    services: Sequence[Running],
    *,
    started_at: datetime,
    scenario: str | None,
    clock_offset_seconds: float,
) -> None:
    """Replace `stack.json` at once: nobody reads half of it."""
    content: dict[str, Any] = {
        "started_at": started_at.isoformat(timespec="seconds"),
        "supervisor": os.getpid(),
        "scenario": scenario,
        "clock_offset_seconds": clock_offset_seconds,
        "services": [asdict(one) for one in services],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(f".{time.monotonic_ns()}")
    beside.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    beside.replace(file)
