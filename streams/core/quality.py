"""What the fold counts of each source, so that rules can say how correct, complete and clean it is.

Counts are sums over events or over what is held: those of several partitions and workers add up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final, Literal

# Something was not known before; nothing changed; a value that was known is another one now.
Outcome = Literal["new", "repeated", "corrected"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("new", "repeated", "corrected")


@dataclass(slots=True)
class SourceCounts:
    """Observations by outcome; `unknown` of them are of an indicator or unit that we do not know.

    `promised` and `filled`: slots of periodic readings.
    """

    new: int = 0
    repeated: int = 0
    corrected: int = 0
    unknown: int = 0
    promised: int = 0
    filled: int = 0

    def add(self, other: "SourceCounts") -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


class Quality(dict[str, SourceCounts]):
    """The counts of every source of a partition."""

    def __missing__(self, source: str) -> SourceCounts:
        counts = self[source] = SourceCounts()
        return counts


def summed(parts: Iterable[Quality]) -> Quality:
    total = Quality()
    for part in parts:
        for source, counts in part.items():
            total[source].add(counts)
    return total
