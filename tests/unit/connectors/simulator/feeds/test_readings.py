"""What the simulated systems measure: plausible through day, week and season."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulator.feeds.chance import Chance
from connectors.simulator.feeds.days import is_tet, working_share
from connectors.simulator.feeds.places import places
from connectors.simulator.feeds.readings import Readings, modelled
from connectors.simulator.feeds.schedule import Pace, period_at, tellings
from connectors.simulator.feeds.swings import Swing
from connectors.simulator.worktime import DAY_SECONDS, local_day, vietnam
from seeds.figure_readings import figures_as_readings
from seeds.periods import parse_period
from seeds.registry import SUBSYSTEMS, indicators, load_subsystems, subsystems
from seeds.subsystem import COVERAGES, Coverage, Indicator

NOW = vietnam(2024, 1, 2, 8)
PACE = Pace(NOW, 30)
READINGS = Readings(7, PACE)


def day_total(subsystem: str, name: str, day: date) -> float:
    end = vietnam(day.year, day.month, day.day) + DAY_SECONDS - 1
    return sum(told.value for told in READINGS.at(indicators()[subsystem, name], end))


def mean(subsystem: str, name: str, times: range) -> float:
    found = [
        told.value for time in times for told in READINGS.at(indicators()[subsystem, name], time)
    ]
    return sum(found) / len(found)


def test_every_reading_of_the_registry_is_made_up_or_published() -> None:
    published = {(figure.subsystem, figure.indicator) for figure in figures_as_readings()}
    made_up = {(one.subsystem, one.id) for one in modelled()}
    assert made_up | published == {
        key for key, indicator in indicators().items() if indicator.origin == "readings"
    }
    assert not made_up & published
    truth = READINGS.truth(NOW)
    assert {(series[0], series[1]) for series in truth} == made_up
    assert {name for name, _, _ in truth} == set(subsystems())


def test_the_same_seed_tells_the_same_and_another_does_not() -> None:
    again = Readings(7, PACE)
    assert list(again.told(modelled(), NOW - 3600, NOW + 60)) == list(
        READINGS.told(modelled(), NOW - 3600, NOW + 60)
    )
    assert Readings(8, PACE).truth(NOW) != READINGS.truth(NOW)


def test_a_value_does_not_depend_on_when_one_looks() -> None:
    whole = set(READINGS.told(modelled(), NOW - DAY_SECONDS, NOW + 120))
    parts = [
        told
        for begins in range(NOW - DAY_SECONDS, NOW + 120, 1_777)
        for told in READINGS.told(modelled(), begins, min(begins + 1_777, NOW + 120))
    ]
    assert len(parts) == len(whole)
    assert set(parts) == whole


def test_the_truth_is_the_last_that_was_told() -> None:
    now = NOW + 7_300
    last = {}
    for told in sorted(READINGS.history(modelled(), now), key=lambda told: told.time):
        last[told.series] = (told.period, told.value, told.time)
    assert {series: tuple(latest) for series, latest in READINGS.truth(now).items()} == last


def test_times_lie_in_their_periods_and_values_are_of_the_indicators_kind() -> None:
    for told in READINGS.history(modelled(), NOW):
        period = parse_period(told.period)
        assert told.time <= NOW
        assert (period.begins or 0) <= told.time <= period.ends
        assert period.kind == told.indicator.period
        assert told.value == round(told.value, told.indicator.decimals)
        if told.indicator.measure.id == "percent" and told.indicator.subsystem != "socio-economic":
            assert 0 <= told.value <= 100


IN_CLOCK_TIME = [one for one in modelled() if one.refresh.seconds]


@pytest.mark.parametrize("indicator", IN_CLOCK_TIME, ids=lambda one: f"{one.subsystem}/{one.id}")
def test_no_slot_of_the_promise_is_left_empty(indicator: Indicator) -> None:
    slot = indicator.refresh.seconds
    assert slot
    found = {told.time // slot for told in READINGS.history([indicator], NOW)}
    last = max(found)
    assert found >= set(range(max(min(found), last - 24), last + 1))


def test_a_value_in_working_time_is_told_on_working_days_only() -> None:
    treasury = indicators()["socio-economic", "budget_revenue"]
    days = [local_day(time) for time in tellings(treasury, NOW - 12 * DAY_SECONDS, NOW, PACE)]
    assert days == [date(2023, 12, day) for day in (21, 22, 25, 26, 27, 28, 29)]


def test_from_some_moment_on_instruments_measure_more_often() -> None:
    salinity = indicators()["environment-land", "salinity"]
    assert list(tellings(salinity, NOW - 7_200, NOW + 360, PACE)) == [
        NOW - 3_600, NOW, NOW + 120, NOW + 240, NOW + 360
    ]  # fmt: skip


def test_salt_comes_with_the_dry_season_and_from_the_sea() -> None:
    def at(month: int) -> range:
        begins = vietnam(2023, month, 10)
        return range(begins, begins + 7 * DAY_SECONDS, 3_600)

    march, september = (mean("environment-land", "salinity", at(month)) for month in (3, 9))
    assert march > 4 * september
    salinity = indicators()["environment-land", "salinity"]
    values = [told.value for told in READINGS.at(salinity, vietnam(2023, 3, 15, 12))]
    assert values == sorted(values, reverse=True)


def test_the_tide_comes_twice_a_day() -> None:
    level = indicators()["environment-land", "water_level"]
    [first, *_] = places("station")
    begins = vietnam(2023, 3, 15)
    values = [READINGS.value(level, first, begins + n * 600) for n in range(6 * 25)]
    highs = [
        one
        for one in range(12, len(values) - 12)
        if values[one] == max(values[one - 12 : one + 12])
    ]
    assert highs[-1] - highs[0] == pytest.approx(12.42 * 6, abs=5)
    assert max(values) - min(values) > 1


def test_people_see_the_doctor_on_weekdays_and_travel_on_weekends_and_at_tet() -> None:
    monday, sunday = date(2023, 10, 9), date(2023, 10, 8)
    assert day_total("health", "outpatient_visits", monday) > 1.5 * day_total(
        "health", "outpatient_visits", sunday
    )
    assert day_total("tourism", "visitors", sunday) > 1.5 * day_total("tourism", "visitors", monday)
    tet = date(2023, 1, 23)
    assert is_tet(tet)
    assert day_total("tourism", "visitors", tet) > 1.5 * day_total("tourism", "visitors", sunday)


def test_the_budget_grows_through_the_year_and_begins_again() -> None:
    revenue = indicators()["socio-economic", "budget_revenue"]
    [province] = places("province")
    days = range(vietnam(2023, 1, 1), vietnam(2024, 1, 1), 5 * DAY_SECONDS)
    values = [READINGS.value(revenue, province, time) for time in days]
    assert values == sorted(values)
    assert READINGS.value(revenue, province, vietnam(2024, 1, 3)) < values[-1] / 10


def test_portals_are_slower_while_everybody_works() -> None:
    day = range(vietnam(2023, 10, 10, 8), vietnam(2023, 10, 10, 11), 300)
    night = range(vietnam(2023, 10, 10, 1), vietnam(2023, 10, 10, 4), 300)
    assert mean("web-platforms", "response_time", day) > 1.2 * mean(
        "web-platforms", "response_time", night
    )


def test_a_year_without_known_holidays_has_weekends() -> None:
    assert working_share(vietnam(2026, 11, 23) - 1) == working_share(vietnam(2026, 11, 21))
    assert 0.85 < working_share(vietnam(2026, 11, 24)) < 0.9


@pytest.mark.parametrize("coverage", COVERAGES)
def test_what_places_weigh_is_one(coverage: Coverage) -> None:
    assert sum(place.weight for place in places(coverage)) == pytest.approx(1)


def test_what_happens_to_the_province_is_measured() -> None:
    swings = [Swing("salinity-intrusion", NOW, NOW + 600), Swing("portal-outage", NOW, NOW + 600)]
    moved = Readings(7, PACE, swings)
    salinity = indicators()["environment-land", "salinity"]
    assert min(told.value for told in moved.at(salinity, NOW + 60)) >= 4
    assert list(moved.at(salinity, NOW + 600)) == list(READINGS.at(salinity, NOW + 600))
    availability = indicators()["web-platforms", "availability"]
    down = {told.place.code for told in moved.at(availability, NOW) if told.value == 0}
    assert down == {"site-dich-vu-cong"}


def test_a_further_subsystem_has_plausible_values_too(tmp_path: Path) -> None:
    (tmp_path / "forestry.toml").write_text(
        'order = 12\npartitions = 3\nvi = "Lâm nghiệp"\nen = "Forestry"\n'
        'oversight_field = "socio-economy"\ncase_kinds = []\n'
        '[basis]\nkind = "inferred"\nquotation = "a test"\nsource = "t"\n[sources]\nt = "Test"\n'
        '[systems]\nrangers = { vi = "Kiểm lâm", en = "Rangers" }\n'
        '[templates.any]\naggregation = "sum"\ndirection = "neutral"\nsystem = "rangers"\n'
        'standing = "proposed"\n[indicators]\n'
        'cover = { like = "any", vi = "A", en = "A", measure = "percent", decimals = 1, '
        'period = "year", refresh = "366 days", coverage = "district" }\n'
        'patrols = { like = "any", vi = "B", en = "B", measure = "turn", '
        'period = "day", refresh = "1 day", coverage = "commune" }\n'
        'smoke = { like = "any", vi = "C", en = "C", measure = "index", '
        'period = "instant", refresh = "5 minutes", coverage = "station" }\n'
    )
    forestry = load_subsystems(SUBSYSTEMS, tmp_path)["forestry"]
    told = list(READINGS.history(forestry.indicators.values(), NOW))
    units = {
        one.id: {t.place.code for t in told if t.indicator is one}
        for one in forestry.indicators.values()
    }
    assert [len(units[name]) for name in ("cover", "patrols", "smoke")] == [11, 109, 8]
    assert all(0 <= one.value <= 100 for one in told if one.indicator.id == "cover")


def test_a_span_is_the_year_so_far() -> None:
    staff = indicators()["documents", "signing_devices"]
    assert period_at(staff, vietnam(2023, 9, 30, 12)) == "2023-01/2023-09"


@given(st.floats(0.01, 200), st.integers())
def test_chances_are_those_that_are_asked_for(mean_count: float, seed: int) -> None:
    chance = Chance(seed)
    assert 0 <= chance.share("a") < 1
    assert -3 <= chance.bell("a") <= 3
    assert chance.count(mean_count, "a") >= 0
    assert chance.share("a") == Chance(seed).share("a")
    assert chance.within("x").share("a") != chance.share("a")


def test_counts_have_the_mean_that_is_asked_for() -> None:
    chance = Chance(1)
    for wanted in (0.3, 4.0, 80.0):
        found = [chance.count(wanted, "n", number) for number in range(2_000)]
        assert sum(found) / len(found) == pytest.approx(wanted, rel=0.1)
