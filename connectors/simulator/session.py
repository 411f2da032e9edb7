"""A run of the simulator: a feed to a file or to a receiver, the truth beside it, life after it."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from connectors.clock import Clock
from connectors.simulator.aftermath import Aftermath
from connectors.simulator.biography import lives
from connectors.simulator.feed import Feed
from connectors.simulator.requests import Request, dropped, line, shuffled
from connectors.simulator.scenarios import Scenario
from connectors.simulator.sender import Account, Progress, send, send_live
from connectors.simulator.truth import Truth

_REPORT_SECONDS = 1.0

Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """`drop`: so many deciding records are lost; `shuffle`: a seed for another order, or None."""

    scenario: Scenario
    drop: int = 0
    shuffle: int | None = None


class Session:
    """One scenario, told once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.feed = Feed(settings.scenario)

    def requests(self) -> Iterator[Request]:
        settings, scenario = self.settings, self.settings.scenario
        requests = self.feed.requests()
        if settings.drop:
            requests = dropped(requests, settings.drop, scenario.seed, scenario.dossiers)
        return requests if settings.shuffle is None else shuffled(requests, settings.shuffle)

    def write(self, file: BinaryIO, report: Report) -> None:
        """One line of JSON for each request."""
        progress, reported = Progress(), time.monotonic()
        for request in self.requests():
            file.write(line(request))
            progress.requests += 1
            progress.objects += len(request.objects)
            progress.remaining = request.remaining
            if time.monotonic() - reported > _REPORT_SECONDS:
                report(progress)
                reported = time.monotonic()
        report(progress)

    async def send(self, account: Account, report: Report) -> Progress:
        progress = Progress()
        async with _reporting(progress, report):
            await send(self.requests(), account, progress=progress)
        return progress

    async def live(self, account: Account, clock: Clock, report: Report) -> Progress:
        """Goes on from the scenario's `now`, or from the clock's where that is later."""
        progress = Progress()
        start = max(int(clock.now()), self.settings.scenario.now)
        async with _reporting(progress, report):
            requests = Aftermath(self.feed, start).requests()
            await send_live(requests, account, clock, progress=progress)
        return progress


class _reporting:  # noqa: N801  # used as a statement
    """Reports every second while the body runs, and once at its end."""

    def __init__(self, progress: Progress, report: Report) -> None:
        self._progress = progress
        self._report = report

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        self._report(self._progress)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_REPORT_SECONDS)
            self._report(self._progress)


def truth_alone(scenario: Scenario) -> Truth:
    """The truth of a scenario that is told to nobody."""
    truth = Truth(scenario.outages)
    for life in lives(scenario):
        truth.add(life)
    return truth


def truth_document(scenario: Scenario, truth: Truth) -> dict[str, Any]:
    """The truth at the scenario's `now`, for a program to read."""
    now = scenario.now
    return {
        "scenario": scenario.name,
        "seed": scenario.seed,
        "dossiers": truth.dossiers,
        "now": now,
        "totals": truth.totals(now),
        "open": truth.open(now),
        "series": [
            {"name": name, "labels": dict(sorted(labels)), "value": value}
            for (name, labels), value in sorted(
                truth.series(now).items(), key=lambda item: (item[0][0], sorted(item[0][1]))
            )
        ],
        "cases": [asdict(truth.expectation(case, now)) for case in truth.sample()],
    }


def write_truth(file: Path, scenario: Scenario, truth: Truth) -> None:
    document = truth_document(scenario, truth)
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
