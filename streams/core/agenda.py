"""When the standing of which case changes by time alone."""

from collections.abc import Callable, Iterable, Iterator
from heapq import heapify, heappop, heappush
from typing import Final

from streams.core.cases import Case

# A heap that holds more instants of the past than this beside its living ones is built anew.
STALE_ALLOWED: Final = 1_000


class Agenda:
    """A heap of the instants at which cases wake; an entry counts while the case says the same.

    `everyone` gives all cases of the partition, `find` one of them by kind and id.
    """

    def __init__(
        self, everyone: Callable[[], Iterable[Case]], find: Callable[[str, str], Case | None]
    ) -> None:
        self._everyone = everyone
        self._find = find
        self._heap: list[tuple[int, str, str]] = []
        self._waking = 0

    def __len__(self) -> int:
        return len(self._heap)

    def schedule(self, case: Case, instant: int | None) -> None:
        """None: the case is not to be woken."""
        self._waking += (instant is not None) - (case.wake is not None)
        case.wake = instant
        if instant is not None:
            heappush(self._heap, (instant, case.kind, case.id))
            if len(self._heap) > 2 * self._waking + STALE_ALLOWED:
                self._build_anew()

    def _build_anew(self) -> None:
        self._heap = [
            (case.wake, case.kind, case.id) for case in self._everyone() if case.wake is not None
        ]
        heapify(self._heap)

    def due(self, now: int) -> Iterator[Case]:
        """Takes out the cases that wake at `now`, in whole Unix seconds, or before."""
        while self._heap and self._heap[0][0] <= now:
            instant, kind, case_id = heappop(self._heap)
            case = self._find(kind, case_id)
            if case is not None and case.wake == instant:
                yield case
