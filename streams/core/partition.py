"""The fold of one partition: state = f(log), figures = g(state, now).

The state knows the offset that comes next, so that no event is folded twice or left out. As long
as it has not read to the end that the log had when the partition was gained (the gate), facts
merge and nothing is derived.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import Final

from connectors.contract.partitions import partition_of
from streams.core.agenda import Agenda
from streams.core.cases import Case
from streams.core.digests import StateHash
from streams.core.events import CaseEventLike, RefusedError
from streams.core.facts import Facts
from streams.core.ledger import Cells, Counts, Totals, move, totals
from streams.core.packing import Names
from streams.core.quality import Quality
from streams.core.readings import Readings, subsystem_of
from streams.core.refusals import Refusals, reason_of
from streams.core.registers import Voice
from streams.core.rules import Rules, rules_of_seeds
from streams.core.standing import Standing
from streams.core.watch import WatchRow
from streams.core.watchlist import Watchlist

SLICE: Final = 1_000


class Gap(Exception):
    """An offset higher than the next one: events are missing, and nothing may be folded."""


class Diverged(Exception):
    """The log does not hold what was folded from it: the state is worth nothing."""


@dataclass(frozen=True, slots=True)
class Context:
    """What all partitions of a process share: cells and names, ranks of sources, the law."""

    cells: Cells
    names: Names = field(default_factory=Names)
    ranks: Mapping[str, int] = field(default_factory=dict)
    rules: Rules = field(default_factory=rules_of_seeds)


class PartitionState:
    """`next` is the offset of the first bundle not folded; `now` the latest instant it was told.

    `count` is the number of partitions of the topic; an event that belongs to another partition
    is refused.
    """

    def __init__(self, topic: str, partition: int, count: int, context: Context) -> None:
        self.topic = topic
        self.partition = partition
        self.count = count
        self.context = context
        self.next = 0
        self.now = 0
        self.gate: int | None = None
        self.open = False
        self.cases: dict[str, dict[str, Case]] = {}
        self.counts: Counts = Counter()
        self.imbalance = 0
        self.refusals = Refusals(topic, partition)
        self.watchlist = Watchlist()
        self._settling = False
        self._last_bundle = b""
        self._agenda = Agenda(self.all_cases, self.case)
        self._hash = StateHash(context.names)
        self.quality = Quality()
        self.readings = Readings(
            subsystem_of(topic), partition, count, context.names, self._hash, self.quality
        )

    # -- the log

    @property
    def resume_at(self) -> int:
        """Where to read on: the last folded bundle is read once more, to be compared."""
        return max(self.next - 1, 0)

    def fold(self, offset: int, value: bytes, events: Sequence[object]) -> bool:
        """Folds the bundle `value`, decoded to `events`; False when it was folded before.

        An event that cannot be folded is refused, the others of its bundle go through. Raises
        Gap or Diverged, and changes nothing then.
        """
        if offset != self.next:
            self._compare(offset, value)
            return False
        touched: set[Case] = set()
        for index, event in enumerate(events):
            try:
                if hasattr(event, "case"):
                    self._merge(event, touched)  # type: ignore[arg-type]
                else:
                    self.readings.hear(event)  # type: ignore[arg-type]
            except Exception as error:
                self.refusals.add(offset, index, reason_of(event, error))
        self.next = offset + 1
        self._last_bundle = value
        for case in touched:
            case.offset = offset
            if self._settling:
                self._settle(case)
        return True

    def refuse_message(self, offset: int, value: bytes, reason: str) -> bool:
        """Goes past a message that is no bundle; False when it was met before."""
        if offset != self.next:
            self._compare(offset, value)
            return False
        self.refusals.add(offset, None, reason)
        self.next = offset + 1
        self._last_bundle = value
        return True

    def _compare(self, offset: int, value: bytes) -> None:
        place = f"{self.topic}/{self.partition}"
        if offset > self.next:
            raise Gap(f"{place}: offset {offset} arrived where {self.next} was to come")
        if offset == self.next - 1 and value != self._last_bundle:
            raise Diverged(f"{place}: the bundle at offset {offset} is not the one folded before")

    def _merge(self, event: CaseEventLike, touched: set[Case]) -> None:
        context = self.context
        of_kind = self.cases.get(event.kind)
        case = None if of_kind is None else of_kind.get(event.case)
        if case is None:
            case = self._new_case(event)
            voice = case.first
        else:
            known = case.voice_of(event.source)
            voice = known or Voice(context.names.shared(event.source))
            told = voice.hear(event, context.names)
            if known is None:
                case.add(voice, context.ranks)
            elif not told:
                self.quality[voice.source].repeated += 1
                return
            self._hash.forget(case)
        self.quality[voice.source].new += 1
        touched.add(case)

    def _new_case(self, event: CaseEventLike) -> Case:
        subsystem = self.readings.subsystem
        if subsystem is not None and event.kind not in subsystem.case_kinds:
            raise RefusedError("kind: is none of the cases of this topic")
        home = partition_of(event.case, self.count)
        if home != self.partition:
            raise RefusedError(f"the case belongs to partition {home}")
        names = self.context.names
        voice = Voice(names.shared(event.source))
        voice.hear(event, names)
        kind = names.shared(event.kind)
        case = Case(kind, event.case, voice)
        self.cases.setdefault(kind, {})[case.id] = case
        self._hash.add(case)
        return case

    # -- the gate

    @property
    def at_gate(self) -> bool:
        """The log was read to the end that it had when the partition was gained."""
        return self.gate is not None and self.next >= self.gate

    def opening(self, now: int, size: int = SLICE) -> Iterator[None]:
        """Derives every case once, yielding after each slice; open when exhausted.

        Folding may go on between slices.
        """
        self.now = max(self.now, now)
        self._settling = True
        cases = iter(list(self.all_cases()))
        while part := list(islice(cases, size)):
            for case in part:
                self._settle(case)
            yield
        self.open = True

    # -- figures

    def advance(self, now: int) -> None:
        """Lets time pass; `now`, in whole Unix seconds, never goes backwards."""
        if now <= self.now:
            return
        self.now = now
        for case in self._agenda.due(now):
            self._settle(case)

    def _settle(self, case: Case) -> None:
        """Counts the case where it stands now, and nowhere else."""
        facts = case.facts(self.context.names)
        if facts is None:
            return
        standing = self._stand(case, facts)
        place = self.context.cells.locate(case.kind, facts, standing, case.first.source)
        if place is not case.place:
            move(self.counts, case.place, place)
            case.place = place
        if standing.changes_at != case.wake:
            self._agenda.schedule(case, standing.changes_at)
        self.watchlist.see(case, facts, standing)

    def standing(self, case: Case) -> Standing | None:
        facts = case.facts(self.context.names)
        return None if facts is None else self._stand(case, facts)

    def _stand(self, case: Case, facts: Facts) -> Standing:
        rows = partial(case.rows, self.context.names)
        return self.context.rules.stand(case.kind, facts, case.row_keys(), rows, self.now)

    def case(self, kind: str, case_id: str) -> Case | None:
        return self.cases.get(kind, {}).get(case_id)

    def watch_row(self, key: bytes) -> WatchRow | None:
        """What is wanted in ioc.watch under a key; None when there is no such case."""
        kind, _, case_id = key.decode(errors="replace").partition("/")
        case = self.case(kind, case_id)
        return None if case is None else self.watchlist.row(case, self.context.names)

    def all_cases(self) -> Iterator[Case]:
        """Of every kind, in no order that means anything."""
        return chain.from_iterable(map(dict.values, self.cases.values()))

    @property
    def size(self) -> int:
        """The number of cases, those without facts included."""
        return sum(map(len, self.cases.values()))

    def totals(self, kind: str | None = None) -> Totals:
        return totals(self.counts, self.context.cells, kind)

    # -- proof

    def auditing(self, size: int = SLICE) -> Iterator[None]:
        """Recounts everything, yielding after each slice; `imbalance` is new when exhausted.

        Each case is derived anew and compared with the cell, the instant and the rung that are
        held of it, then the ledger with what the cases remember. Folding may go on between slices.
        """
        wrong = 0
        cases = iter(list(self.all_cases()))
        while part := list(islice(cases, size)):
            wrong += sum(map(self._misplaced, part))
            yield
        self.imbalance = wrong + self._miscounted()

    def _misplaced(self, case: Case) -> bool:
        facts = case.facts(self.context.names)
        if facts is None:
            return case.place is not None
        standing = self._stand(case, facts)
        place = self.context.cells.locate(case.kind, facts, standing, case.first.source)
        return (
            place != case.place
            or standing.changes_at != case.wake
            or not self.watchlist.agrees(case, facts, standing)
        )

    def _miscounted(self) -> int:
        remembered: Counts = Counter()
        for case in self.all_cases():
            remembered.update(case.place or ())
        remembered.subtract(self.counts)
        return sum(map(abs, remembered.values())) + self.readings.miscounted()

    def audit(self) -> int:
        """The recount in one go."""
        for _ in self.auditing():
            pass
        return self.imbalance

    def hashing(self, size: int = SLICE) -> Iterator[None]:
        """Brings the hash up to what was folded, yielding after each slice."""
        return self._hash.hashing(size)

    def state_hash(self) -> int:
        """Sum mod 2^128 over cases and readings: equal facts, equal hash, however they came."""
        for _ in self.hashing():
            pass
        return self._hash.value
