"""What in the log cannot be folded, kept with its reason."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from streams.core.events import RefusedError, Unreadable

REFUSALS_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that cannot be folded; `index` is its place in the bundle, None: the message."""

    topic: str
    partition: int
    offset: int
    index: int | None
    reason: str


class Refusals:
    """Of one partition: how many there were, and the latest ones."""

    def __init__(self, topic: str, partition: int) -> None:
        self.total = 0
        self.latest: deque[Refusal] = deque(maxlen=REFUSALS_KEPT)
        self._topic = topic
        self._partition = partition

    def add(self, offset: int, index: int | None, reason: str) -> None:
        self.total += 1
        self.latest.append(Refusal(self._topic, self._partition, offset, index, reason))


def reason_of(event: object, error: Exception) -> str:
    """Never with values of the event, which may be anything."""
    if isinstance(event, Unreadable):
        return event.reason
    if isinstance(error, RefusedError):
        return str(error)
    if not hasattr(event, "case") and not hasattr(event, "indicator"):
        return f"neither case event nor reading but a {type(event).__name__}"
    return f"a value is out of its range ({type(error).__name__})"
