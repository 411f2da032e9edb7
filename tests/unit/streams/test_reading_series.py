"""Readings and counts of sources in a scrape: as the client library would have exported them."""

from collections import Counter
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from connectors.contract.codec import Reading
from connectors.contract.partitions import partition_of, reading_subject
from seeds.periods import parse_period
from streams.core.ledger import Cells
from streams.core.partition import Context, PartitionState
from streams.shell.metric_names import METRICS
from streams.shell.reading_series import quality_series, reading_series
from tests.unit.streams.reading_log import BEGIN, HOUR, PERIODS, SUBSYSTEM, TOPIC, reading, readings
from tests.unit.streams.strategies import NOW, open_at, patient
from tests.unit.streams.test_exposition import parsed
from tests.unit.streams.test_readings import newest

PARTITIONS = 3
Labelled = dict[tuple[str, tuple[tuple[str, str], ...]], float]


class Exporting:
    """The client library's way: a family for each metric."""

    def __init__(self, found: Labelled) -> None:
        self.found = found

    def collect(self) -> Iterator[Metric]:
        for name in {name for name, _ in self.found}:
            counter = METRICS[name].type == "counter"
            family = (CounterMetricFamily if counter else GaugeMetricFamily)(
                name,
                METRICS[name].help,
                labels=next(
                    [k for k, _ in labels] for other, labels in self.found if other == name
                ),
            )
            for (other, labels), value in self.found.items():
                if other == name:
                    family.add_metric([text for _, text in labels], value)
            yield family

    def describe(self) -> list[Metric]:
        return []


def exported(found: Labelled) -> str:
    registry = CollectorRegistry()
    registry.register(Exporting(found))
    return generate_latest(registry).decode()


def folded(log: list[Reading]) -> list[PartitionState]:
    context = Context(Cells([], []))
    states = [PartitionState(TOPIC, number, PARTITIONS, context) for number in range(PARTITIONS)]
    for event in log:
        home = partition_of(reading_subject(event.indicator, event.unit), PARTITIONS)
        states[home].fold(states[home].next, b"", [event])
    for state in states:
        open_at(state, NOW)
    return states


def expected(log: list[Reading]) -> Labelled:
    """Said once more, from the log and the table of the metrics."""
    found: Labelled = {}
    model = newest(log)
    for (indicator, unit), periods in model.items():
        told = [event for event in periods.values() if event.value is not None]
        if told and unit.startswith("tram-") and indicator != "nobody_knows_it":
            last = max(told, key=lambda event: parse_period(event.period).order)
            place = (("topic", TOPIC), ("subsystem", SUBSYSTEM), ("indicator", indicator))
            unit_place = (*place, ("unit", unit))
            found["ioc_reading", (*unit_place, ("period", last.period))] = last.value or 0.0
            found["ioc_reading_timestamp_seconds", unit_place] = last.time
    if log:
        found["ioc_readings", (("topic", TOPIC),)] = sum(map(len, model.values()))
    return found


# Two spans of the same years, one written in months, are as late as each other.
alike = {"2022/2023", "2022-01/2023-12"}


@patient
@given(st.lists(readings.filter(lambda event: event.period not in alike), max_size=20))
def test_readings_are_rendered_as_the_client_library_would_write_them(log: list[Reading]) -> None:
    found = parsed(reading_series(state for state in folded(log) if len(state.readings)))
    assert found == parsed(exported(expected(log)))


@patient
@given(st.lists(readings, max_size=20))
def test_observations_add_up_to_the_log(log: list[Reading]) -> None:
    states = folded(log)
    found = parsed(quality_series(states))
    by_source: Counter[str] = Counter()
    for (name, labels), value in found.items():
        if name == "ioc_source_observations_total":
            by_source[dict(labels)["source"]] += int(value)
    assert by_source == Counter(event.source for event in log)
    assert [state.audit() for state in states] == [0, 0, 0]


def test_every_count_of_a_source_by_hand() -> None:
    hour = [
        reading(f"2024-01-01T0{n}", 1.0, BEGIN + n * HOUR, indicator="air_quality_index")
        for n in (0, 1, 3)
    ]
    again = reading(
        "2024-01-01T03", 2.0, BEGIN + 3 * HOUR, revision=1, indicator="air_quality_index"
    )
    log = [*hour, hour[0], again, reading(unit="nowhere"), reading(PERIODS[4], source="archive")]
    place = (("topic", TOPIC), ("source", "stations"))
    other = (("topic", TOPIC), ("source", "archive"))
    observations, unknown = "ioc_source_observations_total", "ioc_source_observations_unknown_total"
    found = parsed(quality_series(folded(log)))
    assert found == parsed(
        exported(
            {
                (observations, (*place, ("outcome", "new"))): 4,
                (observations, (*place, ("outcome", "repeated"))): 1,
                (observations, (*place, ("outcome", "corrected"))): 1,
                (observations, (*other, ("outcome", "new"))): 1,
                (observations, (*other, ("outcome", "repeated"))): 0,
                (observations, (*other, ("outcome", "corrected"))): 0,
                (unknown, place): 1,
                (unknown, other): 0,
                ("ioc_source_slots", (*place, ("state", "promised"))): 4,
                ("ioc_source_slots", (*place, ("state", "filled"))): 3,
                ("ioc_source_slots", (*other, ("state", "promised"))): 1,
                ("ioc_source_slots", (*other, ("state", "filled"))): 1,
            }
        )
    )
