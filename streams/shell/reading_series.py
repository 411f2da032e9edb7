"""Readings and the counts of their sources, in the text that Prometheus scrapes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from streams.core.ledger import Labels
from streams.core.partition import PartitionState
from streams.core.quality import OUTCOMES, Quality, SourceCounts, summed
from streams.core.reading_pages import Told
from streams.shell.exposition import Sample, samples

Shown = list[tuple[Labels, Told]]
Counted = Sequence[tuple[Labels, SourceCounts]]


def reading_series(states: Iterable[PartitionState]) -> str:
    """Of every known indicator and unit of open partitions, the latest period that has a value."""
    by_topic = _by_topic(states)
    shown = [one for topic in by_topic.values() for state in topic for one in _latest(state)]
    held = [((("topic", name),), _held(topic)) for name, topic in by_topic.items()]
    return "".join(
        (
            samples("ioc_reading", _values(shown)),
            samples("ioc_reading_timestamp_seconds", ((place, told.time) for place, told in shown)),
            samples("ioc_readings", held),
        )
    )


def _by_topic(states: Iterable[PartitionState]) -> Mapping[str, list[PartitionState]]:
    by_topic: defaultdict[str, list[PartitionState]] = defaultdict(list)
    for state in states:
        by_topic[state.topic].append(state)
    return by_topic


def _held(states: list[PartitionState]) -> int:
    return sum(len(state.readings) for state in states)


def _latest(state: PartitionState) -> Iterator[tuple[Labels, Told]]:
    subsystem = state.readings.subsystem
    if subsystem is None:
        return
    place = ("topic", state.topic), ("subsystem", subsystem.name)
    for series in state.readings:
        told = series.latest(state.context.names) if series.is_known else None
        if told is not None:
            yield (*place, ("indicator", series.indicator), ("unit", series.unit)), told


def _values(shown: Shown) -> Iterator[Sample]:
    for place, told in shown:
        if told.value is not None:
            yield (*place, ("period", told.period)), told.value


def quality_series(states: Iterable[PartitionState]) -> str:
    """What open partitions count of each source."""
    counted = [
        ((("topic", topic), ("source", source)), counts)
        for topic, of_topic in _by_topic(states).items()
        for source, counts in _summed(of_topic).items()
    ]
    unknown = ((place, counts.unknown) for place, counts in counted)
    return "".join(
        (
            samples("ioc_source_observations_total", _observations(counted)),
            samples("ioc_source_observations_unknown_total", unknown),
            samples("ioc_source_slots", _slots(counted)),
        )
    )


def _summed(states: list[PartitionState]) -> Quality:
    return summed(state.quality for state in states)


def _observations(counted: Counted) -> Iterator[Sample]:
    for place, counts in counted:
        for outcome in OUTCOMES:
            yield (*place, ("outcome", outcome)), getattr(counts, outcome)


def _slots(counted: Counted) -> Iterator[Sample]:
    """Nothing of a source without periodic readings: it has no holes to be told of."""
    for place, counts in counted:
        if counts.promised:
            yield (*place, ("state", "promised")), counts.promised
            yield (*place, ("state", "filled")), counts.filled
