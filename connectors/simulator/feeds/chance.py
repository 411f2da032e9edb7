"""Chance without a memory: the same words always give the same number."""

from hashlib import blake2b
from math import cos, exp, pi, sqrt

_BITS = 56


class Chance:
    """Numbers that look drawn, each a pure function of the seed and of the words it is asked with.

    So a value does not depend on which others were asked for before it.
    """

    def __init__(self, *words: object) -> None:
        self._begun = blake2b("|".join(map(str, words)).encode(), digest_size=_BITS // 8)

    def within(self, *words: object) -> "Chance":
        """Chances of its own for something, for instance one indicator."""
        narrowed = Chance()
        narrowed._begun = self._begun.copy()
        narrowed._begun.update(_spelt(words))
        return narrowed

    def share(self, *words: object) -> float:
        """Even over [0, 1)."""
        drawn = self._begun.copy()
        drawn.update(_spelt(words))
        return int.from_bytes(drawn.digest(), "big") / 2.0**_BITS

    def bell(self, *words: object) -> float:
        """Mean 0, standard deviation 1, never beyond 3."""
        return 2 * sum(self.share(*words, part) for part in range(3)) - 3

    def wave(self, moment: float, seconds: float, *words: object) -> float:
        """A smooth walk through a new bell every so many seconds."""
        place, along = divmod(moment / seconds, 1)
        here, there = self.bell(*words, int(place)), self.bell(*words, int(place) + 1)
        return here + (there - here) * (1 - cos(pi * along)) / 2

    def count(self, mean: float, *words: object) -> int:
        """How many of something that happens so often on average (Poisson)."""
        if mean > 30:  # from here on a bell is as good
            return max(0, round(mean + sqrt(mean) * self.bell(*words)))
        left, number, share = self.share(*words), 0, exp(-mean)
        while left >= share and number < 100:  # never, but for rounding
            left -= share
            number += 1
            share *= mean / number
        return number


def _spelt(words: tuple[object, ...]) -> bytes:
    return "".join(f"|{word}" for word in words).encode()
