"""The readings of a partition: of every series and period the newest version of all sources.

The merge is commutative, associative and idempotent. Counts of quality tell how events came, and
are no part of what is held.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from connectors.contract.partitions import partition_of, reading_subject
from seeds.registry import subsystems
from seeds.subsystem import Subsystem
from seeds.unit_codes import is_unit_of
from streams.core.digests import StateHash
from streams.core.events import ReadingLike, RefusedError
from streams.core.packing import Names
from streams.core.quality import Outcome, Quality
from streams.core.reading_pages import Page, Record, Told, key_of, pack_reading
from streams.core.slots import Slots

# Units become labels: of one indicator no more of them are shown, over all partitions of a topic.
UNITS_SHOWN: Final = 1_000


class Series:
    """All periods of one indicator at one unit.

    `is_known`: the registry has the indicator and the unit is of its coverage, so that its figures
    are shown. `slot_seconds`: how often the source promises a reading, None: not in clock time.
    """

    __slots__ = (
        "_latest",
        "_sought",
        "indicator",
        "is_known",
        "pages",
        "slot_seconds",
        "slots",
        "unit",
    )

    def __init__(
        self, indicator: str, unit: str, *, is_known: bool, slot_seconds: int | None
    ) -> None:
        self.indicator = indicator
        self.unit = unit
        self.is_known = is_known
        self.slot_seconds = slot_seconds
        self.pages: dict[int, Page] = {}
        self.slots: dict[str, Slots] = {}
        self._latest: Told | None = None
        # A sensor that broke may say for a year that it has no value: nobody looks for one twice.
        self._sought = False

    def changed(self) -> None:
        self._sought = False

    def latest(self, names: Names) -> Told | None:
        """The latest period that has a value: one that was withdrawn is as if never told."""
        if not self._sought:
            self._latest = self._seek(names)
            self._sought = True
        return self._latest

    def _seek(self, names: Names) -> Told | None:
        for number in sorted(self.pages, reverse=True):
            page = self.pages[number]
            at = page.latest()
            if at is not None:
                return page.read(at, names)
        return None

    def backwards(self, names: Names, before: str | None = None) -> Iterator[Told]:
        """Every period before that one, the last first, withdrawn ones too. RefusedError when it is
        no period.
        """
        end = None if before is None else key_of(before)
        for number in sorted(self.pages, reverse=True):
            page = self.pages[number]
            last = len(page) if end is None else page.place(end)[0]
            yield from (page.read(at, names) for at in reversed(range(last)))

    def __len__(self) -> int:
        return sum(map(len, self.pages.values()))


class Readings:
    """`subsystem` is that of the topic, None when the registry has none for it."""

    def __init__(
        self,
        subsystem: Subsystem | None,
        partition: int,
        count: int,
        names: Names,
        state_hash: StateHash,
        quality: Quality,
    ) -> None:
        self.subsystem = subsystem
        self._partition = partition
        self._count = count
        self._names = names
        self._hash = state_hash
        self._quality = quality
        self._series: dict[tuple[str, str], Series] = {}
        self._shown: Counter[str] = Counter()
        self._held = 0

    def __len__(self) -> int:
        """Readings held: series and periods."""
        return self._held

    def __iter__(self) -> Iterator[Series]:
        return iter(self._series.values())

    def hear(self, event: ReadingLike) -> None:
        """Merges an event. Raises RefusedError, ValueError or struct.error and changes nothing."""
        record = pack_reading(event, self._names)
        series = self._series.get((event.indicator, event.unit))
        if series is None:
            series = self._new_series(event)
        outcome = self._merge(series, record, event)
        source = self._names.shared(event.source)
        counts = self._quality[source]
        setattr(counts, outcome, getattr(counts, outcome) + 1)
        if not series.is_known:
            counts.unknown += 1
        elif series.slot_seconds is not None:
            self._fill(series, source, event.time // series.slot_seconds)

    def _merge(self, series: Series, record: Record, event: ReadingLike) -> Outcome:
        number = record.page
        page = series.pages.get(number)
        if page is None:
            page = self._new_page(series, number)
        at, is_there = page.place(record.key)
        if not is_there:
            self._hash.forget(page)
            page.put(at, record, anew=True)
            self._held += 1
            series.changed()
            return "new"
        if record.version <= page.version(at):
            return "repeated"
        value, time = page.content(at)
        self._hash.forget(page)
        page.put(at, record, anew=False)
        series.changed()
        if value != event.value:
            return "corrected"
        return "repeated" if time == event.time else "new"

    def _new_series(self, event: ReadingLike) -> Series:
        if self.subsystem is None or event.subsystem != self.subsystem.name:
            raise RefusedError("subsystem: is not the one of this topic")
        home = partition_of(reading_subject(event.indicator, event.unit), self._count)
        if home != self._partition:
            raise RefusedError(f"the reading belongs to partition {home}")
        series = self._classified(self.subsystem, event)
        self._series[series.indicator, series.unit] = series
        return series

    def _classified(self, subsystem: Subsystem, event: ReadingLike) -> Series:
        indicator = subsystem.indicators.get(event.indicator)
        is_known = (
            indicator is not None
            and is_unit_of(indicator.coverage, event.unit)
            and self._shown[event.indicator] < UNITS_SHOWN // self._count
        )
        self._shown[event.indicator] += is_known
        return Series(
            self._names.shared(event.indicator),
            self._names.shared(event.unit),
            is_known=is_known,
            slot_seconds=indicator.refresh.seconds if indicator else None,
        )

    def _new_page(self, series: Series, number: int) -> Page:
        subsystem = self.subsystem and self.subsystem.name
        page = Page(repr(["reading", subsystem, series.indicator, series.unit]).encode())
        series.pages[number] = page
        self._hash.add(page)
        return page

    def _fill(self, series: Series, source: str, slot: int) -> None:
        slots = series.slots.get(source)
        if slots is not None and slot in slots:
            return
        counts = self._quality[source]
        if slots is None:
            slots = series.slots[source] = Slots(slot)
        else:
            counts.promised -= slots.promised
            counts.filled -= slots.filled
            slots.fill(slot)
        counts.promised += slots.promised
        counts.filled += slots.filled

    def miscounted(self) -> int:
        """By how much what is counted differs from a recount."""
        recounted: Counter[str] = Counter()
        for series in self:
            for source, slots in series.slots.items():
                recounted[source] += slots.promised + slots.filled
        counted = {name: counts.promised + counts.filled for name, counts in self._quality.items()}
        recounted.subtract(counted)
        held = sum(map(len, self))
        return sum(map(abs, recounted.values())) + abs(held - self._held)


@cache
def subsystem_of(topic: str) -> Subsystem | None:
    """The subsystem whose events the topic holds."""
    return subsystems_by_topic().get(topic)


@cache
def subsystems_by_topic() -> Mapping[str, Subsystem]:
    return {subsystem.topic: subsystem for subsystem in subsystems().values()}
