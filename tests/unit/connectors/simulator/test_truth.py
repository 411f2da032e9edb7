"""The truth against a reader of the payloads, against the laws, and against the press."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.simulator.biography import lives
from connectors.simulator.feed import generate
from connectors.simulator.scenarios import Scenario, scenario, scenario_of
from connectors.simulator.truth import Truth, year_of
from connectors.simulator.worktime import vietnam
from seeds.province import agencies, district_of
from tests.unit.connectors.simulator.reader import Series, count, due_of, instant, phase_of, read

YEAR = 365 * 86_400
IN_SYSTEM = ("in_system_technical", "in_system_clerk")


def truth_of(dossiers: int, seed: int) -> Truth:
    wanted = scenario_of(dossiers, seed)
    truth = Truth(wanted.outages)
    for life in lives(wanted):
        truth.add(life)
    return truth


def appointed(dossiers: int, seed: int) -> Scenario:
    """With an appointment for every dossier, since the reader knows no limits."""
    wanted = scenario_of(dossiers, seed)
    return replace(wanted, oddities=replace(wanted.oddities, without_due=0.0, due_by_law=0.0))


def told(series: Series) -> Series:
    """Without what needs limits: the ladder and the lawful appointment are looked at elsewhere."""
    of_law = ("ioc_cases_watch", "ioc_cases_due_mismatch")
    return {key: number for key, number in series.items() if key[0] not in of_law}


def by_name(series: dict[tuple[str, frozenset[tuple[str, str]]], int]) -> Counter[str]:
    sums = Counter[str]()
    for (name, labels), number in series.items():
        sums[name] += number
        for label, value in labels:
            if label in ("phase", "reason", "timeliness", "cause", "state", "level"):
                sums[f"{name}/{value}"] += number
    return sums


@given(st.integers(1, 300), st.integers(0, 2**64))
@settings(max_examples=25, deadline=None)
def test_it_is_what_the_payloads_say(dossiers: int, seed: int) -> None:
    wanted = appointed(dossiers, seed)
    requests, truth = generate(wanted)
    found = read(requests)
    assert len(found) == truth.dossiers == dossiers
    assert told(truth.series(wanted.now)) == count(found, instant(wanted.now), wanted.outages)


def test_it_is_what_the_payloads_say_of_many() -> None:
    wanted = appointed(6000, 13)
    requests, truth = generate(wanted)
    found = read(requests)
    for later in (0, 3600, 9 * 86_400, 200 * 86_400, YEAR, 2 * YEAR):
        now = wanted.now + later
        assert told(truth.series(now)) == count(found, instant(now), wanted.outages), later


def test_it_is_what_the_payloads_say_of_each_case() -> None:
    wanted = appointed(1500, 17)
    requests, truth = generate(wanted)
    cases = read(requests)
    assert set(truth.sample()) == set(cases)
    for code, case in cases.items():
        expected = truth.expectation(code, wanted.now)
        assert expected.phase == phase_of(case, instant(wanted.now))[0], code
        due = due_of(case)
        if expected.phase in ("resolved", "processing", "overdue"):
            assert expected.due == (int(due.timestamp()) if due else None)
            assert (expected.timeliness is not None) == (expected.phase == "resolved")


def test_a_case_out_of_the_sample() -> None:
    with pytest.raises(KeyError):
        truth_of(10, 1).expectation("nothing", 0)


@given(st.integers(1, 500), st.integers(0, 2**64), st.integers(0, 300 * 86_400))
@settings(max_examples=40, deadline=None)
def test_nothing_is_lost_and_nothing_counted_twice(dossiers: int, seed: int, later: int) -> None:
    wanted = scenario_of(dossiers, seed)
    truth = truth_of(dossiers, seed)
    sums = by_name(truth.series(wanted.now + later))
    quotas = wanted.quotas
    assert sums["ioc_cases_registered"] == dossiers
    assert sums["ioc_cases_received"] == quotas.received
    assert sums["ioc_cases_resolved"] == quotas.resolved
    assert sums["ioc_cases_late"] == quotas.late_in_system + quotas.late_other
    assert sum(sums[f"ioc_cases_late/{cause}"] for cause in IN_SYSTEM) == quotas.late_in_system
    assert sums["ioc_cases_full_online"] == quotas.full_online
    assert sums["ioc_cases_paid_online"] == quotas.paid_online
    otherwise = "ioc_cases_closed_otherwise/"
    assert sums["ioc_cases_registered"] == (
        sums["ioc_cases_received"]
        + sums["ioc_cases_open/awaiting_intake"]
        + sums[otherwise + "refused"]
    )
    assert sums["ioc_cases_received"] == (
        sums["ioc_cases_resolved"]
        + sums[otherwise + "withdrawn"]
        + sums[otherwise + "stopped"]
        + sum(sums[f"ioc_cases_open/{phase}"] for phase in ("processing", "overdue", "paused"))
    )
    assert sums["ioc_cases_by_field/open"] == sums["ioc_cases_open"]
    assert sums["ioc_cases_by_field/overdue"] == sums["ioc_cases_open/overdue"]
    assert sums["ioc_cases_watch"] == sums["ioc_cases_open"]
    assert sums["ioc_cases_open/overdue"] == sum(
        sums[f"ioc_cases_watch/{level}"]
        for level in ("overdue", "escalated_1", "escalated_2", "escalated_3")
    )


def test_totals_and_open_are_the_sums_of_the_series() -> None:
    wanted = scenario_of(5000, 23)
    truth = truth_of(5000, 23)
    series = truth.series(wanted.now)
    totals = truth.totals(wanted.now)
    assert set(totals) == {"2023", "2024"}
    for year, figures in totals.items():
        in_year = by_name({key: n for key, n in series.items() if ("period", year) in key[1]})
        for name in ("registered", "received", "resolved", "late", "full_online", "paid_online"):
            assert figures[name] == in_year[f"ioc_cases_{name}"]
        for name in ("early", "on_time", "late"):
            assert figures[name] == in_year[f"ioc_cases_resolved/{name}"]
    sums = by_name(series)
    assert truth.open(wanted.now) == {
        phase: sums[f"ioc_cases_open/{phase}"]
        for phase in ("awaiting_intake", "processing", "overdue", "paused")
    }


def test_only_this_year_and_the_last_are_shown() -> None:
    truth = truth_of(2000, 29)
    years = {
        year: {value for _, labels in series for label, value in labels if label == "period"}
        for year in (2023, 2024, 2025, 2026)
        for series in [truth.series(vietnam(year, 7, 1))]
    }
    assert years == {2023: {"2023"}, 2024: {"2023", "2024"}, 2025: {"2024"}, 2026: set()}


def test_years_are_vietnamese() -> None:
    assert year_of(vietnam(2024, 1, 1)) == 2024
    assert year_of(vietnam(2024, 1, 1) - 1) == 2023


def test_the_whole_year_is_what_the_press_says() -> None:
    """605,859 dossiers without a single payload: some seconds."""
    wanted = scenario("year-2023")
    truth = Truth(wanted.outages)
    late_by_level, received_by_agency = Counter[str](), Counter[str]()
    for life in lives(wanted):
        truth.add(life)
        received_by_agency[life.agency] += 1
    series = truth.series(wanted.now)
    for (name, labels), number in series.items():
        found = dict(labels)
        if name == "ioc_cases_late" and found["cause"] in IN_SYSTEM:
            late_by_level[agencies()[found["agency"]].level] += number
    totals = truth.totals(wanted.now)
    early_and_on_time = totals["2023"]["early"] + totals["2023"]["on_time"]
    assert list(totals) == ["2023"]
    assert totals["2023"]["registered"] == totals["2023"]["received"] == 605_859
    assert totals["2023"]["resolved"] == 596_864
    assert early_and_on_time == 595_634
    assert totals["2023"]["late"] == 1_230
    assert totals["2023"]["full_online"] == 329_350
    assert totals["2023"]["paid_online"] == 5_574
    assert sum(truth.open(wanted.now).values()) == 8_995
    assert truth.open(wanted.now)["awaiting_intake"] == 0
    sums = by_name(series)
    causes = {name.partition("/")[2]: n for name, n in sums.items() if "_late/" in name}
    assert sum(causes.pop(cause) for cause in IN_SYSTEM) == 1_181
    assert sum(causes.values()) == 49
    assert set(causes) == {"intake_overdue", "long_verification", "repeated_supplement"}
    assert 0.1 < sums["ioc_cases_late/in_system_technical"] / 1_181 < 0.5
    assert late_by_level["commune"] > 1_181 / 2
    assert len(received_by_agency) == 140
    assert_districts_differ(series)


def assert_districts_differ(series: dict[tuple[str, frozenset[tuple[str, str]]], int]) -> None:
    """A map of overdue among open tells something."""
    overdue, open_cases = Counter[str](), Counter[str]()
    for (name, labels), number in series.items():
        if name == "ioc_cases_open":
            found = dict(labels)
            district = district_of(agencies()[found["agency"]].unit) or "province"
            open_cases[district] += number
            overdue[district] += number if found["phase"] == "overdue" else 0
    shares = sorted(overdue[code] / open_cases[code] for code in open_cases if code != "province")
    assert len(shares) == 11
    assert shares[-1] > 0.10
    assert shares[0] < 0.02
