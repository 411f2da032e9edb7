"""How far the figures of a snapshot can be trusted, and why not further."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from dashboards.settings import WallSettings
from dashboards.wall.snapshot import Snapshot

State = Literal["ok", "incomplete", "stale", "no_data"]


@dataclass(frozen=True, slots=True)
class Condition:
    """Times in seconds; None: not known.

    `age`: since the figures of all topics were last whole. `away`: since Prometheus last answered,
    None while it does. `backlog`: cases that sources still have to send.
    """

    now: float | None
    simulated: bool | None
    complete: bool
    backlog: float | None
    age: float | None
    away: float | None
    figures: State

    def of(self, value: float | None) -> State:
        """The state of one figure."""
        return "no_data" if value is None else self.figures


@dataclass(frozen=True, slots=True)
class Completeness:
    """Of one topic: `whole` if every partition has just one owner that has read all of it, now.

    `age` since that last was so, `backlog` cases that sources still have to send; None: not known.
    """

    whole: bool
    age: float | None
    backlog: float | None

    def state(self, settings: WallSettings) -> State:
        if not self.whole or self.age is None or self.age > settings.stale_after:
            return "stale"
        return "incomplete" if self.backlog else "ok"


def completeness(snapshot: Snapshot, topic: str, elapsed: float) -> Completeness:
    """`elapsed` since the snapshot was taken."""
    whole, at, backlog = (
        snapshot.rows("completeness", ref, "topic").get(topic) for ref in ("A", "B", "C")
    )
    return Completeness(
        whole=whole is not None,
        age=None if at is None else max(0.0, snapshot.time - at.value / 1000 + elapsed),
        backlog=None if backlog is None else backlog.value,
    )


def condition(
    snapshot: Snapshot,
    settings: WallSettings,
    elapsed: float,
    *,
    away: bool,
    topics: Collection[str],
) -> Condition:
    """Of the figures of `topics` together; `away` if Prometheus has not answered since."""
    found = [completeness(snapshot, topic, elapsed) for topic in topics]
    states = {one.state(settings) for one in found}
    ages = [one.age for one in found if one.age is not None]
    backlogs = [one.backlog for one in found if one.backlog is not None]
    worst: State = "stale" if away or "stale" in states else _incomplete_or_ok(states)
    return Condition(
        now=None if snapshot.now is None else snapshot.now + elapsed,
        simulated=_simulated(snapshot),
        complete=worst == "ok",
        backlog=sum(backlogs) if backlogs else None,
        age=max(ages) if len(ages) == len(found) else None,
        away=elapsed if away else None,
        figures=worst,
    )


def _incomplete_or_ok(states: Collection[State]) -> State:
    return "incomplete" if "incomplete" in states else "ok"


def _simulated(snapshot: Snapshot) -> bool | None:
    if snapshot.value("origin", "A"):
        return True
    return False if snapshot.value("origin", "B") else None
