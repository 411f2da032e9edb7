"""Readings: whatever comes in whatever order, the newest version of each period is held."""

import struct
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.codec import Reading
from connectors.contract.identity import version
from connectors.contract.partitions import partition_of, reading_subject
from seeds.periods import parse_period, period_of
from streams.core.events import RefusedError
from streams.core.reading_pages import Page, key_of, period_at
from streams.core.readings import UNITS_SHOWN
from tests.unit.streams.reading_log import BEGIN, HOUR, PERIODS, Held, reading, readings
from tests.unit.streams.strategies import patient

logs = st.lists(readings, max_size=25)
Series = tuple[str, str]


def newest(log: list[Reading]) -> dict[Series, dict[str, Reading]]:
    """As plainly as it can be said."""
    held: dict[Series, dict[str, Reading]] = {}
    for event in log:
        periods = held.setdefault((event.indicator, event.unit), {})
        if event.period not in periods or version(event) > version(periods[event.period]):
            periods[event.period] = event
    return held


@patient
@given(logs)
def test_the_newest_version_of_each_period_is_held(log: list[Reading]) -> None:
    held = Held().hear(*log)
    model = newest(log)
    assert held.table() == {
        (*series, period): (event.value, event.time, event.source, event.observed_at)
        for series, periods in model.items()
        for period, event in periods.items()
    }
    assert len(held.readings) == len(held.table())
    with_value = {
        series: [event for event in periods.values() if event.value is not None]
        for series, periods in model.items()
    }
    last = {
        series: max(events, key=lambda event: (parse_period(event.period).order, event.period))
        for series, events in with_value.items()
        if events
    }
    orders = {series: parse_period(period).order for series, (period, _) in held.latest().items()}
    assert orders == {series: parse_period(e.period).order for series, e in last.items()}
    assert held.readings.miscounted() == 0


@patient
@given(logs, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_what_is_held(
    log: list[Reading], chance: Random
) -> None:
    one = Held().hear(*log)
    other = Held().hear(*chance.sample(log, len(log)), *log[:4])
    assert one.table() == other.table()
    assert one.latest() == other.latest()
    assert one.state_hash() == other.state_hash()
    slots = Counter({name: (c.promised, c.filled) for name, c in one.quality.items()})
    assert slots == {name: (c.promised, c.filled) for name, c in other.quality.items()}


@patient
@given(logs, logs)
def test_the_hash_may_be_asked_for_at_any_time(log: list[Reading], more: list[Reading]) -> None:
    asked = Held().hear(*log)
    asked.state_hash()
    asked.hear(*more)
    assert asked.state_hash() == Held().hear(*log, *more).state_hash()


def test_the_hash_tells_readings_apart_and_not_who_said_them() -> None:
    different = [
        reading(),
        reading(value=2.0),
        reading(value=None),
        reading(time=BEGIN + 1),
        reading(period=PERIODS[1]),
        reading(unit="tram-02"),
        reading(indicator="water_level"),
    ]
    hashes = {Held().hear(event).state_hash() for event in different}
    assert len(hashes) == len(different)
    said_by_another = reading(source="archive", revision=3, observed_at=9)
    assert Held().hear(said_by_another).state_hash() in hashes
    assert Held().state_hash() == 0


@pytest.mark.parametrize(
    "text",
    [*PERIODS, "2024-02", "2023-Q4", "2023-T1", "2023-T2", "2021-07/2023-12", "1973", "../2021-07"],
)
def test_a_period_is_told_as_it_was_written(text: str) -> None:
    assert period_at(key_of(text)) == text


def test_keys_are_in_the_order_of_the_periods() -> None:
    orders = [parse_period(period_at(key)).order for key in sorted(map(key_of, PERIODS))]
    assert orders == sorted(orders)


def test_a_long_series_is_held_over_many_pages() -> None:
    chance = Random(1)
    hours = [
        reading(period_of("hour", BEGIN + n * HOUR), float(n), BEGIN + n)
        for n in range(0, 30_000, 7)
    ]
    held = Held().hear(*chance.sample(hours, len(hours)))
    model = newest(hours)["salinity", "tram-01"]
    periods = [period for _, _, period in held.table()]
    assert periods == sorted(model)
    assert len(held.readings) == len(model)


# -- latest


def test_the_latest_period_counts_whatever_came_last() -> None:
    held = Held().hear(reading(PERIODS[2], 3.0), reading(PERIODS[0], 1.0, observed_at=9))
    assert held.latest() == {("salinity", "tram-01"): (PERIODS[2], 3.0)}


def test_null_withdraws_a_period_and_the_one_before_is_latest_again() -> None:
    held = Held().hear(reading(PERIODS[0], 1.0), reading(PERIODS[2], 3.0))
    assert held.latest() == {("salinity", "tram-01"): (PERIODS[2], 3.0)}
    held.hear(reading(PERIODS[2], None, observed_at=2))
    assert held.latest() == {("salinity", "tram-01"): (PERIODS[0], 1.0)}
    held.hear(reading(PERIODS[0], None, observed_at=2))
    assert held.latest() == {}
    held.hear(reading(PERIODS[0], 5.0, observed_at=3))
    assert held.latest() == {("salinity", "tram-01"): (PERIODS[0], 5.0)}


def test_a_station_that_only_says_that_it_has_no_value_is_searched_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched: list[Page] = []

    def latest(page: Page) -> None:
        searched.append(page)

    monkeypatch.setattr(Page, "latest", latest)
    held = Held().hear(reading(PERIODS[0], None))
    assert [held.latest() for _ in range(3)] == [{}, {}, {}]
    assert len(searched) == 1
    monkeypatch.undo()
    held.hear(reading(PERIODS[0], 5.0, observed_at=3))
    assert held.latest() == {("salinity", "tram-01"): (PERIODS[0], 5.0)}


# -- quality


def counted(held: Held, source: str = "stations") -> tuple[int, int, int, int]:
    counts = held.quality[source]
    return counts.new, counts.repeated, counts.corrected, counts.unknown


def test_observations_are_new_repeated_or_corrected() -> None:
    held = Held().hear(reading())
    assert counted(held) == (1, 0, 0, 0)
    held.hear(reading(), reading(observed_at=5))
    assert counted(held) == (1, 2, 0, 0)
    held.hear(reading(value=7.0, observed_at=6))
    assert counted(held) == (1, 2, 1, 0)
    held.hear(reading(value=9.0, observed_at=2))
    assert counted(held) == (1, 3, 1, 0)
    held.hear(reading(value=7.0, time=BEGIN + 60, observed_at=7))
    assert counted(held) == (2, 3, 1, 0)
    held.hear(reading(value=None, observed_at=8))
    assert counted(held) == (2, 3, 2, 0)


def test_what_is_not_known_is_held_and_counted() -> None:
    held = Held().hear(
        reading(indicator="nobody_knows_it"),
        reading(unit="31498"),
        reading(unit="tram 01"),
        reading(),
    )
    assert counted(held) == (4, 0, 0, 3)
    assert len(held.readings) == 4
    assert [series.unit for series in held.readings if series.is_known] == ["tram-01"]


def test_units_are_shown_up_to_a_bound_for_the_whole_topic() -> None:
    held = Held(count=3)
    units = [f"tram-{n}" for n in range(3 * UNITS_SHOWN)]
    here = [u for u in units if partition_of(reading_subject("salinity", u), 3) == 0]
    held.hear(*(reading(unit=unit) for unit in here))
    shown = [series for series in held.readings if series.is_known]
    assert len(here) > len(shown) == UNITS_SHOWN // 3
    assert held.quality["stations"].unknown == len(here) - len(shown)


def hourly(*hours: int, source: str = "stations") -> list[Reading]:
    return [
        reading(f"2024-01-{1 + hour // 24:02d}T{hour % 24:02d}", 1.0, BEGIN + hour * HOUR,
                source=source, indicator="air_quality_index")
        for hour in hours
    ]  # fmt: skip


def slots(held: Held, source: str = "stations") -> tuple[int, int]:
    return held.quality[source].promised, held.quality[source].filled


def test_slots_are_counted_from_the_first_reading_to_the_newest() -> None:
    held = Held().hear(*hourly(100))
    assert slots(held) == (1, 1)
    held.hear(*hourly(101, 103))
    assert slots(held) == (4, 3)
    held.hear(*hourly(102))
    assert slots(held) == (4, 4)
    held.hear(*hourly(98))
    assert slots(held) == (6, 5)


def test_only_the_last_day_of_slots_counts() -> None:
    held = Held().hear(*hourly(*range(100), *range(110, 130)))
    assert slots(held) == (24, 20)
    held.hear(*hourly(*range(130, 134)))
    assert slots(held) == (24, 24)
    held.hear(*hourly(500))
    assert slots(held) == (24, 1)


def test_sources_and_series_have_slots_of_their_own() -> None:
    held = Held().hear(*hourly(1, 2), *hourly(2, 4, source="archive"), reading())
    assert slots(held) == (3, 3)
    assert slots(held, "archive") == (3, 2)
    assert held.readings.miscounted() == 0


# -- what cannot be folded


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (reading("not a period"), "period: is none that there is from 1973 to 2097"),
        (reading("1971"), "period: is none that there is from 1973 to 2097"),
        (reading("../2098"), "period: is none that there is from 1973 to 2097"),
        (reading(subsystem="health"), "subsystem: is not the one of this topic"),
    ],
)
def test_what_cannot_be_folded_is_refused_without_its_values(event: Reading, reason: str) -> None:
    with pytest.raises(RefusedError, match=f"^{reason}$"):
        Held().hear(event)


def test_a_reading_of_another_partition_is_refused() -> None:
    home = partition_of(reading_subject("salinity", "tram-01"), 3)
    with pytest.raises(RefusedError, match=f"^the reading belongs to partition {home}$"):
        Held(count=3, partition=(home + 1) % 3).hear(reading())


def test_a_refused_reading_leaves_nothing_behind() -> None:
    held = Held()
    for event in (reading(revision=2**64), reading(time=2**40)):
        with pytest.raises(struct.error):
            held.hear(event)
    assert (held.table(), dict(held.quality), held.state_hash()) == ({}, {}, 0)


def test_a_miscount_is_noticed() -> None:
    held = Held().hear(*hourly(1, 3))
    held.quality["stations"].filled += 1
    assert held.readings.miscounted() == 1
    held.quality["stations"].filled -= 1
    held.readings._held += 2
    assert held.readings.miscounted() == 2


def test_memory_of_a_year_of_five_minutes() -> None:
    """No measurement but the sum of what is laid down: 49 bytes a reading, and some per page."""
    held = Held()
    for n in range(5000):
        held.hear(reading(f"2024-01-{1 + n // 288:02d}T{n // 12 % 24:02d}:{n % 12 * 5:02d}:00Z"))
    (series,) = held.readings
    laid = sum(len(page._told) + len(page._marks) for page in series.pages.values())
    assert laid == 49 * 5000
    assert len(series.pages) <= 3
