"""Whether a series of periodic readings has holes."""

from typing import Final

# A slot is as long as the promised refresh; only so many, up to the newest reading, are looked at.
SLOTS: Final = 24
_WINDOW: Final = (1 << SLOTS) - 1


class Slots:
    """The slots of one series that one source filled, by the times of its readings.

    The newest slot is the lowest bit. What comes after the newest reading is no hole: whether the
    source lives is another question.
    """

    __slots__ = ("_bits", "_first", "_newest")

    def __init__(self, slot: int) -> None:
        self._first = self._newest = slot
        self._bits = 1

    def __contains__(self, slot: int) -> bool:
        """Whether it is filled; of slots before the window nobody knows."""
        behind = self._newest - slot
        return 0 <= behind < SLOTS and bool(self._bits >> behind & 1)

    def fill(self, slot: int) -> None:
        """The order of filling, and filling again, change nothing."""
        self._first = min(self._first, slot)
        ahead = slot - self._newest
        if ahead > 0:
            self._newest = slot
            # What is shifted further than the window is gone for good.
            self._bits = (self._bits << min(ahead, SLOTS) & _WINDOW) | 1
        elif -ahead < SLOTS:
            self._bits |= 1 << -ahead

    @property
    def promised(self) -> int:
        return min(SLOTS, self._newest - self._first + 1)

    @property
    def filled(self) -> int:
        return self._bits.bit_count()
