"""One run of all queries of all boards, at one instant."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from dashboards.numbers import local
from dashboards.wall.panels import WallPanel
from dashboards.wall.prometheus import Prometheus, RefusedQueryError, Sample

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What Prometheus answered to the queries of one board.

    `taken_at` by the wall's steady clock, `time` by Prometheus' clock, `now` by the clock of the
    figures, all in seconds; `now` and `period` None: not known. `samples` by panel and ref; a query
    that Prometheus refused has none.
    """

    taken_at: float
    time: float
    now: float | None
    period: int | None
    samples: Mapping[tuple[str, str], tuple[Sample, ...]]

    def value(self, panel: str, ref: str = "A") -> float | None:
        """The only sample of a query; None without data."""
        found = self.samples.get((panel, ref), ())
        return found[0].value if len(found) == 1 else None

    def rows(self, panel: str, ref: str, by: str) -> dict[str, Sample]:
        """The samples of a query by one of their labels."""
        found = self.samples.get((panel, ref), ())
        return {sample.labels[by]: sample for sample in found if by in sample.labels}


def nothing(taken_at: float, period: int | None) -> Snapshot:
    """Before Prometheus has ever answered."""
    return Snapshot(taken_at, time=0.0, now=None, period=period, samples={})


async def take(
    boards: Mapping[str, tuple[WallPanel, ...]],
    prometheus: Prometheus,
    period: int | None,
    steady: Callable[[], float],
) -> dict[str, Snapshot]:
    """Every query of the boards at the same instant, those that boards share once.

    Raises UnreachableError.
    """
    time = await prometheus.time()
    taken_at = steady()
    panels = [panel for found in boards.values() for panel in found]
    clock = next(panel for panel in panels if panel.panel.view == "clock")
    ticks = await _samples(prometheus, clock.queries["A"], time)
    now = ticks[0].value / 1000 if ticks else None
    year = period or local(now or time).year
    expressions = sorted({panel.expression(ref, year) for panel in panels for ref in panel.queries})
    answers = await asyncio.gather(*(_samples(prometheus, one, time) for one in expressions))
    found = dict(zip(expressions, answers, strict=True))
    return {
        board: Snapshot(taken_at, time, now, year, _of_board(own, found, year))
        for board, own in boards.items()
    }


def _of_board(
    panels: tuple[WallPanel, ...], found: Mapping[str, tuple[Sample, ...]], year: int
) -> dict[tuple[str, str], tuple[Sample, ...]]:
    return {
        (panel.panel.id, ref): found[panel.expression(ref, year)]
        for panel in panels
        for ref in panel.queries
    }


async def _samples(prometheus: Prometheus, expression: str, time: float) -> tuple[Sample, ...]:
    """A refused query leaves its panel without data, and says so in the log."""
    try:
        return await prometheus.samples(expression, time)
    except RefusedQueryError as error:
        _complain(str(error))
        return ()


@cache
def _complain(reason: str) -> None:
    """Once for each reason: the query comes back every few seconds."""
    log.error("a panel has no data, because Prometheus refuses its query: %s", reason)
