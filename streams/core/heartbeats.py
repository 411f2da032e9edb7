"""The latest heartbeat of every source: whether it lives, and what it still has to send."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from streams.core.events import HeartbeatLike

# The labels of `ioc_source_events_total{outcome}`.
OUTCOMES: Final = ("accepted", "refused", "repeated", "unknown")

# A heartbeat of so many microseconds ago is no late one: the source's clock had run ahead, and was
# set right. To wait until it is there again could take years.
SET_BACK: Final = 300_000_000


@dataclass(frozen=True, slots=True)
class Pulse:
    """`at` and `last_event_at` in Unix microseconds; counts, in the order of `OUTCOMES`, and `lost`
    are cumulative at the source. `topic` is the one that the source feeds, `position` where it was
    read up to, `reminders` how often it broke its promise in the calendar year of `at`.
    """

    source: str
    kind: str
    topic: str
    at: int
    backlog: int | None
    position: str | None
    last_event_at: int | None
    promise_seconds: int | None
    reminders: int
    lost: int
    outcomes: tuple[int, ...]


class PulseLog:
    """The fold of the topic of heartbeats: latest by the source's clock, per source and topic fed,
    and once that clock was set back, latest from then on.

    The topic does not keep everything, and an older heartbeat says nothing that a newer one does
    not: so reading starts anywhere, and a missing offset is no gap.
    """

    def __init__(self) -> None:
        self.next = 0
        self.gate: int | None = None
        self._latest: dict[tuple[str, str], Pulse] = {}

    @property
    def open(self) -> bool:
        return self.gate is not None and self.next >= self.gate

    def fold(self, offset: int, events: Sequence[object]) -> None:
        """What is no heartbeat is passed over."""
        for event in events:
            if hasattr(event, "accepted"):
                self._hear(event)  # type: ignore[arg-type]
        self.next = max(self.next, offset + 1)

    def _hear(self, beat: HeartbeatLike) -> None:
        key = beat.source, beat.topic
        known = self._latest.get(key)
        if known is None or not known.at - SET_BACK < beat.at < known.at:
            self._latest[key] = Pulse(
                beat.source,
                beat.kind,
                beat.topic,
                beat.at,
                beat.backlog,
                beat.position,
                beat.last_event_at,
                beat.promise_seconds,
                beat.reminders,
                beat.lost,
                (beat.accepted, beat.refused, beat.repeated, beat.unknown),
            )

    def latest(self) -> list[Pulse]:
        return [self._latest[key] for key in sorted(self._latest)]
