"""What waits to be sent, by topic and partition, and what is on its way: pure bookkeeping.

Times are seconds of one monotonic clock, given by the caller. Nothing here locks or sends.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

from connectors.contract.bundles import MAX_BYTES, MAX_EVENTS, MAX_WAIT_SECONDS, pack
from connectors.contract.partitions import partition_of

# A lane that has nothing on its way waits only so long for company: requests that arrive together
# share a message, and a lonely event is not kept for the whole of MAX_WAIT_SECONDS.
IDLE_WAIT_SECONDS = 0.005


class LogError(Exception):
    """An event that is not known to be in the log."""


class LogUnavailableError(LogError):
    """The log did not acknowledge in time; the same events may be written again."""


class LogFullError(LogUnavailableError):
    """As much waits for the log as may wait."""


class EventTooLargeError(LogError):
    """An event that is larger than any that the log takes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_bytes` and `max_bundles` bound what waits and is on its way, `ack_seconds` how long
    a write may take until the log has acknowledged it.
    """

    max_bytes: int = 64 * 1024 * 1024
    max_bundles: int = 2_000
    max_event_bytes: int = 512 * 1024
    ack_seconds: float = 4.5


@dataclass(slots=True, eq=False)
class Ticket:
    """One write: `left` of its events are not yet acknowledged."""

    total: int
    left: int
    deadline: float
    future: "Future[int]" = field(default_factory=Future)

    def resolve(self) -> None:
        if not self.future.done():
            self.future.set_result(self.total)

    def fail(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)


@dataclass(slots=True, eq=False)
class Part:
    """The events of one write that go to one partition, `size` bytes."""

    ticket: Ticket
    events: list[bytes]
    size: int


@dataclass(slots=True, eq=False)
class Bundle:
    """One Kafka message: `shares` says how many of its events belong to which write."""

    topic: str
    partition: int
    message: bytes
    events: int
    shares: list[tuple[Ticket, int]]


@dataclass(slots=True, eq=False)
class Lane:
    """The events that wait for one partition; `on_the_way` bundles are not acknowledged."""

    parts: list[Part] = field(default_factory=list)
    events: int = 0
    size: int = 0
    first_at: float = 0.0
    on_the_way: int = 0

    def add(self, part: Part, now: float) -> None:
        if not self.parts:
            self.first_at = now
        self.parts.append(part)
        self.events += len(part.events)
        self.size += part.size

    def due_at(self) -> float:
        """When what waits is to be sent; infinity when nothing waits."""
        if not self.parts:
            return float("inf")
        if self.events >= MAX_EVENTS or self.size >= MAX_BYTES:
            return self.first_at
        return self.first_at + (MAX_WAIT_SECONDS if self.on_the_way else IDLE_WAIT_SECONDS)

    def take(self) -> list[Part]:
        parts, self.parts = self.parts, []
        self.events = self.size = 0
        return parts

    def drop_failed(self) -> int:
        """Forget what belongs to writes that failed; returns its size in bytes."""
        dropped = 0
        if any(part.ticket.future.done() for part in self.parts):
            for part in self.take():
                if part.ticket.future.done():
                    dropped += part.size
                else:
                    self.add(part, self.first_at)
        return dropped


class Lanes:
    """All lanes. `held_bytes` of events wait or are on their way, in `bundles` messages."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.held_bytes = 0
        self.bundles = 0
        self._lanes: dict[tuple[str, int], Lane] = {}
        self._open: deque[Ticket] = deque()

    @property
    def empty(self) -> bool:
        return not self.held_bytes

    def admit(
        self, topic: str, partitions: int, events: Iterable[tuple[str, bytes]], now: float
    ) -> Ticket:
        """Take (subject, encoded event) pairs of one write.

        Raises LogFullError or EventTooLargeError, and then takes none of them.
        """
        groups, total, size = self._grouped(partitions, events)
        if self.held_bytes and self.held_bytes + size > self.limits.max_bytes:
            raise LogFullError(
                f"{self.held_bytes} bytes wait for the log, {self.limits.max_bytes} may: "
                "write again later"
            )
        ticket = Ticket(total, total, now + self.limits.ack_seconds)
        ticket.future.set_running_or_notify_cancel()  # a write that has begun is not cancelled
        if not total:
            ticket.resolve()
            return ticket
        for partition, encoded in groups.items():
            lane = self._lanes.setdefault((topic, partition), Lane())
            lane.add(Part(ticket, encoded, sum(map(len, encoded))), now)
        self.held_bytes += size
        self._open.append(ticket)
        return ticket

    def _grouped(
        self, partitions: int, events: Iterable[tuple[str, bytes]]
    ) -> tuple[dict[int, list[bytes]], int, int]:
        groups: dict[int, list[bytes]] = {}
        total = size = 0
        for subject, event in events:
            length = len(event)
            if length > self.limits.max_event_bytes:
                raise EventTooLargeError(
                    f"an event of {length} bytes: the log takes {self.limits.max_event_bytes}"
                )
            groups.setdefault(partition_of(subject, partitions), []).append(event)
            total += 1
            size += length
        return groups, total, size

    def due(self, now: float) -> list[Bundle]:
        """The bundles to send now, as far as `max_bundles` allows."""
        found: list[Bundle] = []
        for (topic, partition), lane in self._lanes.items():
            if self.bundles >= self.limits.max_bundles:
                break
            if lane.due_at() <= now:
                bundles = list(_bundles(topic, partition, lane.take()))
                lane.on_the_way += len(bundles)
                self.bundles += len(bundles)
                found += bundles
        return found

    def settle(self, bundle: Bundle) -> list[Ticket]:
        """The log has the bundle; returns the writes that are thereby complete."""
        self._arrived(bundle)
        complete = []
        for ticket, events in bundle.shares:
            ticket.left -= events
            if not ticket.left:
                complete.append(ticket)
        return complete

    def give_up(self, bundle: Bundle) -> list[Ticket]:
        """Nobody knows whether the log has the bundle; returns the writes that thereby failed."""
        self._arrived(bundle)
        return [ticket for ticket, _ in bundle.shares]

    def _arrived(self, bundle: Bundle) -> None:
        self._lanes[bundle.topic, bundle.partition].on_the_way -= 1
        self.bundles -= 1
        # Brackets and commas of the message are not events.
        self.held_bytes -= len(bundle.message) - bundle.events - 1

    def expired(self, now: float) -> list[Ticket]:
        """Writes whose time is up. The caller fails them, then calls `drop_failed`."""
        late = []
        while self._open and (self._open[0].future.done() or self._open[0].deadline <= now):
            ticket = self._open.popleft()
            if not ticket.future.done():
                late.append(ticket)
        return late

    def drop_failed(self) -> None:
        """Forget what waits for writes that failed; what is on its way stays counted."""
        for lane in self._lanes.values():
            self.held_bytes -= lane.drop_failed()

    def next_deadline(self) -> float:
        """When the oldest open write expires; infinity without one."""
        return self._open[0].deadline if self._open else float("inf")

    def next_event_at(self) -> float:
        """When something is next due or expires; infinity when nothing is held."""
        if self.bundles >= self.limits.max_bundles:
            return self.next_deadline()  # an acknowledgement makes room, and wakes the sender
        due = min((lane.due_at() for lane in self._lanes.values()), default=float("inf"))
        return min(due, self.next_deadline())


def _bundles(topic: str, partition: int, parts: list[Part]) -> Iterator[Bundle]:
    owners = deque((part.ticket, len(part.events)) for part in parts)
    for message, count in pack(event for part in parts for event in part.events):
        yield Bundle(topic, partition, message, count, list(_shares(owners, count)))


def _shares(owners: deque[tuple[Ticket, int]], count: int) -> Iterator[tuple[Ticket, int]]:
    """The owners of the next `count` events; takes them off the queue."""
    while count:
        ticket, owned = owners.popleft()
        share = min(owned, count)
        if owned > share:
            owners.appendleft((ticket, owned - share))
        count -= share
        yield ticket, share
