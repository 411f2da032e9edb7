"""The partitions that this worker holds, their state, and where each is read on.

Knows nothing of Faust: a partition is a (topic, number) pair with the topic's own name, without
the prefix it has in the cluster.
"""

from collections.abc import Iterator, Mapping, Set
from logging import getLogger
from typing import NamedTuple

from connectors.contract.partitions import partition_of
from seeds.registry import subsystems
from seeds.topics import HEARTBEATS, Topic, source_topics, topics
from streams.core.heartbeats import PulseLog
from streams.core.partition import Context, PartitionState
from streams.shell.decoding import NoBundleError, read_bundle

log = getLogger(__name__)

# Of the heartbeats only the latest of each source counts; so many messages are read back for it.
# At one message in 5 s that is more than five days.
HEARTBEATS_READ_BACK = 100_000


class Partition(NamedTuple):
    topic: str
    number: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.number}"


def folded_topics() -> list[str]:
    """The source topics, all of which are folded."""
    return [topic.name for topic in source_topics()]


def read_topics() -> list[str]:
    """All that a worker reads."""
    return [*folded_topics(), HEARTBEATS]


def places_of(kind: str, case: str) -> list[Partition]:
    """Where a case of that kind may be: kinds such as incidents come from several subsystems."""
    counts = {name: topic.partitions for name, topic in topics().items()}
    return [
        Partition(subsystem.topic, partition_of(case, counts[subsystem.topic]))
        for subsystem in subsystems().values()
        if kind in subsystem.case_kinds
    ]


class UnfoldableLogError(Exception):
    """The log is not one that can be folded; says what to do."""


class Holdings:
    """State of the partitions held, kept through a rebalance, dropped when really lost."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.states: dict[Partition, PartitionState] = {}
        self.pulses: dict[Partition, PulseLog] = {}

    # -- who holds what

    @property
    def held(self) -> Set[Partition]:
        return self.states.keys() | self.pulses.keys()

    def assign(self, partitions: Set[Partition]) -> Set[Partition]:
        """Drops what was lost, makes room for what was gained, and returns what was gained.

        Raises UnfoldableLogError when a partition cannot be one of its topic.
        """
        lost, gained = self.held - partitions, partitions - self.held
        for partition in lost:
            self.states.pop(partition, None)
            self.pulses.pop(partition, None)
        for partition in gained:
            self._make_room(partition)
        if lost or gained:
            log.info("partitions gained: %s; lost: %s", _listed(gained), _listed(lost))
        return gained

    def _make_room(self, partition: Partition) -> None:
        topic = _topic(partition)
        if topic.role == "source":
            self.states[partition] = self._new_state(partition)
        else:
            self.pulses[partition] = PulseLog()

    def _new_state(self, partition: Partition) -> PartitionState:
        count = topics()[partition.topic].partitions
        return PartitionState(partition.topic, partition.number, count, self.context)

    def survey(
        self,
        gained: Set[Partition],
        starts: Mapping[Partition, int],
        ends: Mapping[Partition, int],
    ) -> None:
        """Looks at the offsets that the log has: sets the gates of what was gained.

        A kept state that is beyond the end of its log is discarded: that log is another one.
        Raises UnfoldableLogError when the beginning of a source topic is gone.
        """
        for partition, state in list(self.states.items()):
            if starts[partition] > 0:
                raise UnfoldableLogError(
                    f"{partition} begins at offset {starts[partition]}: its beginning was deleted, "
                    "and figures without it would be wrong; set retention.ms=-1, and load the "
                    "topic again under another [kafka] prefix"
                )
            if state.next > ends[partition]:
                self.discard(partition, ends[partition], "the log ends before what was folded")
            elif partition in gained:
                state.gate = ends[partition]
        for partition, pulses in self.pulses.items():
            if partition in gained:
                start, end = starts[partition], ends[partition]
                pulses.next = max(start, end - HEARTBEATS_READ_BACK)
                pulses.gate = end

    def discard(self, partition: Partition, end: int, reason: str) -> None:
        """Begins the fold of a partition anew; its gate is at `end`."""
        log.error("%s: %s; its state is discarded and folded anew", partition, reason)
        self.states[partition] = self._new_state(partition)
        self.states[partition].gate = end

    def position(self, partition: Partition) -> int:
        """Where to read on."""
        if partition in self.pulses:
            return self.pulses[partition].next
        return self.states[partition].resume_at

    # -- what comes

    def fold(self, partition: Partition, offset: int, value: bytes | None) -> bool:
        """Folds a message; False when it was folded before or the partition is not held.

        Raises Gap or Diverged, see PartitionState.fold.
        """
        if partition in self.pulses:
            return self._fold_pulses(self.pulses[partition], offset, value)
        state = self.states.get(partition)
        if state is None:
            return False
        try:
            events = read_bundle(value)
        except NoBundleError as error:
            return state.refuse_message(offset, value or b"", str(error))
        return state.fold(offset, value or b"", events)

    def _fold_pulses(self, pulses: PulseLog, offset: int, value: bytes | None) -> bool:
        try:
            events = read_bundle(value)
        except NoBundleError as error:
            log.warning("%s: offset %d is no bundle: %s", HEARTBEATS, offset, error)
            events = []
        pulses.fold(offset, events)
        return True

    # -- what is shown

    def advance(self, now: int) -> None:
        """Lets time pass in every state that is counted."""
        for state in self.states.values():
            if state.open:
                state.advance(now)

    def ready_to_open(self) -> PartitionState | None:
        return next(
            (state for state in self.states.values() if state.at_gate and not state.open), None
        )

    def open_states(self) -> Iterator[tuple[Partition, PartitionState]]:
        return ((place, state) for place, state in self.states.items() if state.open)

    def open_pulses(self) -> Iterator[PulseLog]:
        return (pulses for pulses in self.pulses.values() if pulses.open)


def _topic(partition: Partition) -> Topic:
    topic = topics()[partition.topic]
    if partition.number >= topic.partitions:
        raise UnfoldableLogError(
            f"{partition} exists, but the topic is to have {topic.partitions} partitions: a case's "
            "partition depends on the count; load the topic again under another [kafka] prefix"
        )
    return topic


def _listed(partitions: Set[Partition]) -> str:
    return ", ".join(map(str, sorted(partitions))) or "none"
