"""The latest heartbeat of every source: whether it lives, and what it still has to send."""

from dataclasses import dataclass
from typing import Final

from streams.core.events import HeartbeatLike

# The labels of `ioc_source_events_total{outcome}`.
OUTCOMES: Final = ("accepted", "refused", "repeated", "unknown")


@dataclass(frozen=True, slots=True)
class Pulse:
    """`at` and `last_event_at` in Unix microseconds; counts are cumulative at the source."""

    source: str
    kind: str
    topic: str
    at: int
    backlog: int | None
    last_event_at: int | None
    outcomes: tuple[int, ...]


class Pulses:
    """Latest by the source's own clock, per source and topic that it feeds."""

    def __init__(self) -> None:
        self._latest: dict[tuple[str, str], Pulse] = {}

    def hear(self, beat: HeartbeatLike) -> None:
        key = beat.source, beat.topic
        known = self._latest.get(key)
        if known is None or beat.at >= known.at:
            self._latest[key] = Pulse(
                beat.source,
                beat.kind,
                beat.topic,
                beat.at,
                beat.backlog,
                beat.last_event_at,
                (beat.accepted, beat.refused, beat.repeated, beat.unknown),
            )

    def latest(self) -> list[Pulse]:
        return [self._latest[key] for key in sorted(self._latest)]
