"""When a source is asked again: its own pace, or slower and slower while it fails."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. Jitter keeps sources from being asked all at once."""

    first_retry: float = 1.0
    slowest_retry: float = 60.0
    first_poll_within: float = 2.0

    def first(self, every: float) -> float:
        return random.uniform(0.0, min(every, self.first_poll_within))

    def next(self, every: float, took: float) -> float:
        """After a poll that began `took` seconds ago."""
        return max(every * random.uniform(0.95, 1.05) - took, 0.0)

    def retry(self, failures: int) -> float:
        """After so many failures in a row, from 1 on."""
        longest = min(self.first_retry * 2.0 ** min(failures - 1, 30), self.slowest_retry)
        return longest * random.uniform(0.5, 1.0)


class RefusalLimit:
    """Says when a source sends so much that cannot be read that somebody must look at it."""

    WINDOW = 1_000

    def __init__(self, in_a_row: int, share: float) -> None:
        self._in_a_row = in_a_row
        self._share = share
        self.reset()

    def reset(self) -> None:
        self._row = self._records = self._refused = 0

    def count(self, accepted: int, refused: int) -> str | None:
        """Why to stop; None while it is bearable. A batch with anything good in it ends a row."""
        self._row = 0 if accepted else self._row + refused
        self._records += accepted + refused
        self._refused += refused
        if self._row >= self._in_a_row:
            return f"{self._row} records in a row were refused, {self._in_a_row} may be"
        if self._records < self.WINDOW:
            return None
        records, many = self._records, self._refused
        self._records = self._refused = 0
        if many > self._share * records:
            return f"{many} of {records} records were refused, {self._share:.0%} may be"
        return None
