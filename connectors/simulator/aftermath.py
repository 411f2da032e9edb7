"""Life after the load: open dossiers go on around their appointments, and new ones come.

No truth goes with it; it is there so that a screen is alive.
"""

from collections.abc import Iterator
from dataclasses import replace
from heapq import heappop, heappush

from msgspec.structs import replace as changed

from connectors.simulator import plan as fates
from connectors.simulator.biography import writers
from connectors.simulator.feed import Feed, Moment
from connectors.simulator.lanes import alone
from connectors.simulator.lives import (
    ACCEPTED,
    DONE,
    IN_PROCESS,
    RETURNED,
    Life,
    Row,
    Told,
    appointment,
)
from connectors.simulator.openings import HOUR, Reception
from connectors.simulator.requests import Request
from connectors.simulator.worktime import local_day, vietnam

# How lives that begin now will end.
_FATES = {
    fates.IN_TIME: 0.970,
    fates.LATE_IN_SYSTEM: 0.012,
    fates.LATE_OTHER: 0.006,
    fates.REFUSED: 0.008,
    fates.WITHDRAWN: 0.004,
}
_FULL_ONLINE_SHARE = 0.55
_PAID_ONLINE_SHARE = 0.01
# Half of the online ones are seen before they are received.
_TOLD_BEFORE_RECEIPT = 0.5
# Above any number that the year gave on the day life goes on.
_FIRST_NUMBER = 50_001


class Aftermath:
    """`start`: Unix seconds of the scenario's clock. The feed must be exhausted."""

    def __init__(self, feed: Feed, start: int) -> None:
        self._biographer = feed.biographer
        self._working = feed.biographer.working
        self._encode = feed.encode
        self._open_lives = feed.open_lives
        self._random = feed.biographer.chances("aftermath")
        self._start = self._working.reading(start)
        self._serial = feed.scenario.dossiers
        year = feed.scenario.year
        working_days = self._working.ordinal(local_day(vietnam(year + 1, 1, 1)))
        working_days -= self._working.ordinal(local_day(vietnam(year, 1, 1)))
        self._daily = feed.scenario.dossiers / working_days
        self._reception = self._open_reception(feed)
        self._writers = writers(self._reception)
        self._moments: list[Moment] = []
        self._scheduled = 0

    def _open_reception(self, feed: Feed) -> Reception:
        end = vietnam(feed.scenario.year + 1, 12, 30, 17)
        oddities = replace(feed.scenario.oddities, told_before_receipt=_TOLD_BEFORE_RECEIPT)
        scenario = replace(feed.scenario, closes=end, now=end, oddities=oddities)
        return Reception(scenario, self._working, self._random, first_number=_FIRST_NUMBER)

    def requests(self) -> Iterator[Request]:
        """In the order of scenario time, one record each, up to the end of the known calendar."""
        for life in self._open_lives:
            after = self._sequel(life)
            self._schedule(after, len(life.earlier) + 1, len(life.rows))
        day_seconds = self._working.day_seconds
        for ordinal in range(self._start // day_seconds, self._reception.end // day_seconds):
            for life in self._newcomers(ordinal):
                self._schedule(life, 0, 0)
            yield from self._until(self._working.instant((ordinal + 1) * day_seconds))

    def _newcomers(self, ordinal: int) -> Iterator[Life]:
        """The rhythm of the year's working days, evenly over the day."""
        self._reception.open_day(ordinal)
        random, length = self._random, self._working.day_seconds
        first = max(ordinal * length, self._start)
        room = (ordinal + 1) * length - HOUR // 3 - first
        expected = self._daily * max(room, 0) / length
        count = int(expected) + (random.random() < expected % 1)
        offices = self._biographer.staff.offices
        chosen = random.choices(offices, [office.weight for office in offices], k=count)
        ends = random.choices(list(_FATES), list(_FATES.values()), k=count)
        points = sorted(first + int(random.random() * room) for _ in range(count))
        for at, office, fate in zip(points, chosen, ends, strict=True):
            resolved = fate in fates.RESOLVED
            full = resolved and office.digital and random.random() < _FULL_ONLINE_SHARE
            paid = random.random() < _PAID_ONLINE_SHARE and fate != fates.REFUSED
            opening = self._reception.open(self._serial, at, office, fate, full=full, paid=paid)
            self._serial += 1
            yield self._writers[fate](opening)

    def _schedule(self, life: Life, first_version: int, first_row: int) -> None:
        for index in range(first_version, len(life.earlier)):
            self._push(life.earlier[index].at, life, index)
        self._push(life.told, life, len(life.earlier))
        for index in range(first_row, len(life.rows)):
            self._push(life.rows[index].at, life, -1 - index)

    def _push(self, at: int, life: Life, what: int) -> None:
        heappush(self._moments, (at, self._scheduled, life, what))
        self._scheduled += 1

    def _until(self, instant: int) -> Iterator[Request]:
        while self._moments and self._moments[0][0] < instant:
            at, _, life, what = heappop(self._moments)
            yield alone(self._encode, at, 0, life, what).with_remaining(0)

    # -- what becomes of an open dossier ----------------------------------------------------

    def _sequel(self, life: Life) -> Life:
        """The same dossier, taken up, supplemented and finished."""
        before = self._start
        if life.fate == fates.AWAITING:
            life, before = self._received(life)
        elif life.waits:
            life, before = self._supplemented(life)
        finish = self._finish(life, before)
        finished = self._working.instant(finish)
        return changed(
            life,
            earlier=(*life.earlier, _as_told(life)),
            status=RETURNED,
            told=finished,
            finished=finished,
            returned=finished,
            rows=(*life.rows, Row(finished, DONE)),
        )

    def _received(self, life: Life) -> tuple[Life, int]:
        at = self._later(self._start, self._working.day_seconds // 2)
        instant = self._working.instant(at)
        due = self._working.instant(at + 3 * self._working.day_seconds)
        earlier = (*life.earlier, _as_told(life))
        taken = changed(
            life, earlier=earlier, status=ACCEPTED, told=instant, received=instant, due=due
        )
        return taken, at

    def _supplemented(self, life: Life) -> tuple[Life, int]:
        at = self._later(self._start, 10 * self._working.day_seconds)
        instant = self._working.instant(at)
        due = self._working.instant(at + 2 * self._working.day_seconds)
        brought = tuple(
            s if s.received else changed(s, received=instant, due_after=due)
            for s in life.supplements
        )
        earlier = (*life.earlier, _as_told(life))
        rows = (*life.rows, Row(instant, IN_PROCESS))
        resumed = changed(
            life, earlier=earlier, status=IN_PROCESS, told=instant, supplements=brought, rows=rows
        )
        return resumed, at

    def _finish(self, life: Life, before: int) -> int:
        """Around the appointment: mostly before it, now and then after."""
        day = self._working.day_seconds
        due = appointment(life)
        due_at = self._working.reading(due) if due else before + 5 * day
        if due_at <= before + 60:
            return self._later(before, int(day * self._random.expovariate(0.4)))
        if self._random.random() < 0.95:
            return self._later(max(before, due_at - 2 * day), 0, until=due_at)
        return self._later(due_at, 2 * day)

    def _later(self, point: int, within: int, *, until: int | None = None) -> int:
        room = within if until is None else until - point - 60
        return point + 60 + int(self._random.random() * max(room, 0))


def _as_told(life: Life) -> Told:
    return Told(
        life.told,
        life.status,
        life.received,
        life.due,
        life.supplements,
        life.finished,
        life.returned,
    )
