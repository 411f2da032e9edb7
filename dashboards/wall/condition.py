"""How far the figures of a snapshot can be trusted, and why not further."""

from dataclasses import dataclass
from typing import Literal

from dashboards.settings import WallSettings
from dashboards.wall.snapshot import Snapshot

State = Literal["ok", "incomplete", "stale", "no_data"]


@dataclass(frozen=True, slots=True)
class Condition:
    """Times in seconds; None: not known.

    `age`: since the topic's figures were last whole. `away`: since Prometheus last answered, None
    while it does. `backlog`: dossiers that sources still have to send.
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


def condition(
    snapshot: Snapshot, settings: WallSettings, elapsed: float, *, away: bool
) -> Condition:
    """`elapsed` since the snapshot was taken; `away` if Prometheus has not answered since."""
    complete_at = snapshot.value("completeness", "B")
    age = None if complete_at is None else snapshot.time - complete_at / 1000 + elapsed
    backlog = snapshot.value("completeness", "C")
    whole = snapshot.value("completeness", "A") is not None
    stale = away or not whole or age is None or age > settings.stale_after
    loading = bool(backlog)
    return Condition(
        now=None if snapshot.now is None else snapshot.now + elapsed,
        simulated=_simulated(snapshot),
        complete=not stale and not loading,
        backlog=backlog,
        age=None if age is None else max(0.0, age),
        away=elapsed if away else None,
        figures="stale" if stale else "incomplete" if loading else "ok",
    )


def _simulated(snapshot: Snapshot) -> bool | None:
    if snapshot.value("origin", "A"):
        return True
    return False if snapshot.value("origin", "B") else None
