"""Whether what this worker shows may be believed, and whether it still moves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from streams.shell.holdings import Partition

# An idle log is answered every 1.5 s; silence for longer than this begins to count.
SILENCE_SECONDS = 5.0
# The watchdog looks every second. If it could not look for so long, the whole process was stopped
# or the machine asleep: what it sees then is no fault of the worker yet.
BLINK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Flow:
    """What the watchdog saw at one moment; times in seconds of a monotonic clock.

    `fetch_age` is how long ago Kafka last answered; `offsets` holds, for each partition held, the
    next offset to fold and the end of its log as far as known.
    """

    at: float
    rebalancing: bool
    fetch_age: float
    offsets: Mapping[Partition, tuple[int, int | None]]


@dataclass(slots=True)
class Watchdog:
    """Ends a worker that holds partitions and does not move: state comes back from the log.

    `limit` in seconds. A rebalance may wait for the slowest member, hence twice that long.
    """

    limit: float
    _looked_at: float | None = None
    _offsets: Mapping[Partition, tuple[int, int | None]] = field(default_factory=dict)
    # What is wrong, and since when it has been seen at every look.
    _since: dict[str, float] = field(default_factory=dict)

    def verdict(self, flow: Flow) -> str | None:
        """Why the process must end, or None."""
        if self._looked_at is None or flow.at - self._looked_at > BLINK_SECONDS:
            self._since.clear()
        wrong = dict(self._wrong(flow))
        self._since = {what: self._since.get(what, flow.at) for what in wrong}
        self._looked_at, self._offsets = flow.at, flow.offsets
        for what, limit in wrong.items():
            if flow.at - self._since[what] > limit:
                return f"{what} for {limit:g} s"
        return None

    def _wrong(self, flow: Flow) -> Iterator[tuple[str, float]]:
        """What is wrong now, and how long it may be so."""
        if flow.rebalancing:
            yield "the consumer group has been rebalancing", 2 * self.limit
            return
        if flow.offsets and flow.fetch_age > SILENCE_SECONDS:
            yield "Kafka has not answered", self.limit
        for partition, (following, end) in flow.offsets.items():
            before, _ = self._offsets.get(partition, (None, None))
            if end is not None and following < end and following == before:
                yield f"{partition} has not moved on from offset {following}", self.limit
