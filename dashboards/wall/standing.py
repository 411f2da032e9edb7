"""Whether a subsystem is well: a decision without clock, network or words."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

TileState = Literal["well", "warning", "critical", "stale", "no_data"]
# By the number that `ioc:subsystem_state` has; the worst to look at stands first in WORST_FIRST.
STATES: tuple[TileState, ...] = ("well", "warning", "critical", "stale", "no_data")
WORST_FIRST: tuple[TileState, ...] = ("critical", "warning", "stale", "no_data", "well")

SourceState = Literal["fresh", "late", "dead", "never"]
# By the number that `ioc:source_state` has.
SOURCE_STATES: tuple[SourceState, ...] = ("fresh", "late", "dead", "never")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a subsystem at one moment.

    `said`: what the rules say, None while they say nothing. `sources`: the state of each source
    that feeds it. `whole`: every partition of its topic has been read to its end, and just now.
    `away`: Prometheus does not answer, so that all of this is old.
    """

    said: TileState | None
    has_value: bool
    sources: Collection[SourceState]
    whole: bool
    away: bool

    @property
    def trusted(self) -> bool:
        """What is shown is of now, all of it; no source at all is no ground for trust."""
        fresh = bool(self.sources) and all(source == "fresh" for source in self.sources)
        return fresh and self.whole and not self.away


def tile_state(evidence: Evidence) -> TileState:
    """Never better than the rules say, and never well or a mere warning from what is not of now.

    What was critical when it was last seen stays so: silence is no recovery.
    """
    if evidence.said == "critical":
        return "critical"
    if evidence.said is None or evidence.said == "no_data" or not evidence.has_value:
        return "no_data"
    return evidence.said if evidence.trusted else "stale"
