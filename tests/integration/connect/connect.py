"""What tests of connectors share: a runner in this process, sources of our own, eyes on the log."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.clock import Clock
from connectors.contract.codec import Reading
from connectors.log.settings import KafkaSettings
from connectors.runner.adapter import Batch, Position, Record, SourceError, Unreadable
from connectors.runner.families import open_adapter
from connectors.runner.pace import Pace
from connectors.runner.runner import Runner, connecting
from connectors.runner.settings import ConnectSettings, SourceSettings
from connectors.runner.source import OpenAdapter
from tests.integration.receiver.receiving import read_events

TOPIC = "ioc.environment-land"
SOON = Pace(first_retry=0.05, slowest_retry=0.2, first_poll_within=0.0)


def stations(name: str = "stations", **changes: Any) -> SourceSettings:
    """Rows of the table below; no network behind it unless a test puts one there."""
    declared: dict[str, Any] = {
        "name": name,
        "connector": "http-json",
        "subsystem": "environment-land",
        "every_seconds": 0.05,
        "http": {"url": "http://127.0.0.1:1/"},
        "readings": {"unit": "tram", "time": "gio", "values": {"salinity": "man"}},
    }
    return SourceSettings.model_validate(declared | changes)


def row(number: int) -> dict[str, Any]:
    """A different reading for every number."""
    hour, minute = divmod(number % 1440, 60)
    day = 1 + number // 1440 % 28
    time = f"2026-{1 + number // 40_320:02}-{day:02}T{hour:02}:{minute:02}:00"
    return {"tram": f"tram-{number % 7}", "gio": time, "man": number % 50 / 10}


@dataclass
class Table:
    """An adapter over rows that can be read again; the position is the number of rows read."""

    rows: list[dict[str, Any] | bytes] = field(default_factory=list)
    away: Exception | None = None
    polls: int = 0
    hangs: float = 0.0
    gate: threading.Event | None = None
    closed: bool = False

    def poll(self, position: Position | None, limit: int) -> Batch:
        self.polls += 1
        time.sleep(self.hangs)
        if self.gate:
            self.gate.wait()
        if self.away:
            raise self.away
        begin = int(position or 0)
        taken = self.rows[begin : begin + limit]
        end = begin + len(taken)
        return Batch(
            records=[_record(one, begin + number) for number, one in enumerate(taken, 1)],
            position=str(end) if end else None,
            more=end < len(self.rows),
            backlog=len(self.rows) - end,
        )

    def position_at(self, moment: int) -> Position | None:
        raise SourceError(f"no position at {moment}")

    def close(self) -> None:
        self.closed = True


def _record(one: dict[str, Any] | bytes, number: int) -> Record | Unreadable:
    if isinstance(one, bytes):
        return Unreadable(one, "is no row", f"row {number}")
    return Record(one, f"row {number}")


def opener(**tables: Any) -> Callable[[SourceSettings, Clock], Any]:
    """Opens the table of each source by its name."""
    return lambda source, _: tables[source.name]


@asynccontextmanager
async def started(
    kafka: KafkaSettings,
    data: Path,
    sources: Sequence[SourceSettings],
    *,
    opener: OpenAdapter = open_adapter,
    clock: Clock | None = None,
    ack_seconds: float = 20.0,
) -> AsyncIterator[Runner]:
    async with connecting(
        sources,
        ConnectSettings(data=data, ack_seconds=ack_seconds),
        kafka,
        clock or Clock(),
        opener=opener,
        pace=SOON,
        heartbeat_seconds=0.2,
    ) as runner:
        yield runner


async def until(condition: Callable[[], Any], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.02)


def status(runner: Runner, name: str = "stations") -> dict[str, Any]:
    return next(one for one in runner.status() if one["name"] == name)


def readings_in(kafka: KafkaSettings, topic: str = TOPIC) -> list[Reading]:
    return [event for event in read_events(kafka, topic) if isinstance(event, Reading)]
