"""Every life is possible: its times follow each other, in office hours, towards its fate."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.simulator import plan as fates
from connectors.simulator.appointments import due_of
from connectors.simulator.biography import Biographer, lives
from connectors.simulator.evidence import contradicts_itself
from connectors.simulator.lives import DONE, ONLINE, Life, appointment, finish_of
from connectors.simulator.mistakes import with_a_mistake
from connectors.simulator.scenarios import Scenario, scenario, scenario_of
from connectors.simulator.worktime import vietnam
from seeds.procedures import procedures
from seeds.province import agencies

sizes = st.integers(1, 400)
seeds = st.integers(0, 2**64)


def small_year() -> Scenario:
    """A hundredth of the year, with its oddities and its end."""
    year = scenario("year-2023")
    quotas = replace(
        year.quotas,
        in_time=5956,
        late_in_system=12,
        late_other=4,
        processing=79,
        overdue=25,
        paused=26,
        full_online=3294,
        paid_online=56,
    )
    return replace(year, name="small-year", quotas=quotas)


@cache
def some_lives() -> tuple[Life, ...]:
    """Of people who make no mistakes."""
    wanted = scenario_of(4000, 11)
    careful = replace(wanted, oddities=replace(wanted.oddities, contradicted=0.0))
    return (*lives(careful), *lives(small_year()))


def told(life: Life) -> list[int]:
    return [version.at for version in life.earlier] + [life.told]


@given(sizes, seeds)
@settings(max_examples=40, deadline=None)
def test_quotas_are_exact(dossiers: int, seed: int) -> None:
    wanted = scenario_of(dossiers, seed)
    found = Counter(fates.FATES[life.fate] for life in lives(wanted))
    assert found == {name: count for name in fates.FATES if (count := getattr(wanted.quotas, name))}


@given(sizes, seeds)
@settings(max_examples=40, deadline=None)
def test_codes_are_unique(dossiers: int, seed: int) -> None:
    codes = [life.case for life in lives(scenario_of(dossiers, seed))]
    assert len(set(codes)) == dossiers


def test_versions_are_told_one_after_the_other() -> None:
    for life in some_lives():
        times = told(life)
        assert all(early < late for early, late in pairwise(times)), life


def test_nothing_is_told_before_it_is_known() -> None:
    for life in some_lives():
        versions = [(v.at, v) for v in life.earlier] + [(life.told, life)]
        for at, version in versions:
            known = [version.received, version.finished, version.returned]
            known += [s.requested for s in version.supplements]
            known += [s.received for s in version.supplements]
            assert all(time <= at for time in known if time is not None), life
        assert life.refused is None or life.refused <= life.told
        assert life.submitted is None or life.submitted <= told(life)[0]


def test_times_of_a_life_follow_each_other() -> None:
    for life in some_lives():
        begin = life.received or life.submitted or life.refused
        assert begin
        assert life.submitted is None or life.received is None or life.submitted <= life.received
        for time in (life.finished, life.returned, life.refused, life.closed, appointment(life)):
            assert time is None or time >= begin, life
        for row in life.rows:
            assert row.at >= begin, life
        for supplement in life.supplements:
            assert supplement.requested > begin
            assert supplement.received is None or supplement.received > supplement.requested


def test_work_is_done_in_office_hours() -> None:
    for life in some_lives():
        times = [life.received, life.finished, life.returned, life.refused, life.due, life.closed]
        times += [row.at for row in life.rows] + told(life)
        assert all(in_office_hours(time) for time in times if time is not None), life


def in_office_hours(instant: int) -> bool:
    day, second = divmod(instant + 7 * 3600, 86_400)
    morning, afternoon = (7 * 3600, 41_400), (48_600, 17 * 3600)
    weekday = (day + 3) % 7
    return weekday < 5 and any(low <= second < high for low, high in (morning, afternoon))


def test_fates_are_what_they_say() -> None:
    for life in some_lives():
        due, finish = due_of(life), life.finished or life.returned
        if life.fate == fates.IN_TIME:
            assert finish
            assert due is None or finish <= due, life
        elif life.fate == fates.LATE_IN_SYSTEM:
            assert life.returned
            assert life.finished
            assert due
            assert life.returned <= due < life.finished, life
        elif life.fate == fates.LATE_OTHER:
            assert finish
            assert due
            assert finish > due, life
            assert life.returned is None or life.returned > due, life
        elif life.fate in (fates.PROCESSING, fates.OVERDUE, fates.PAUSED):
            assert finish is None
            assert life.waits == (life.fate == fates.PAUSED)


def test_a_careful_office_contradicts_itself_by_its_quirks_alone() -> None:
    """Done without a time of finish, received without being accepted."""
    for life in some_lives():
        open_and_done = life.status == DONE and life.fate in fates.OPEN
        taken_in = life.received is not None and life.fate in fates.NOT_RECEIVED
        assert contradicts_itself(life) == (open_and_done or taken_in), life


def test_a_mistake_cannot_be_true_and_changes_no_end() -> None:
    random, mistaken = Random(1), 0
    for life in some_lives():
        found = with_a_mistake(life, random)
        mistaken += found != life
        assert found == life or contradicts_itself(found)
        assert found.fate == life.fate
        if life.fate in fates.RESOLVED:
            before, after = (finish_of(one) for one in (life, found))
            due, moved = due_of(life), due_of(found)
            assert before
            assert after
            late = due is not None and before > due
            assert (moved is not None and after > moved) == late, found
    assert mistaken > len(some_lives()) * 0.9


def test_overdue_and_processing_at_the_beginning_of_life() -> None:
    now = vietnam(2024, 1, 2, 8)
    for life in some_lives():
        due = due_of(life)
        if life.fate == fates.PROCESSING:
            assert due is None or due > now, life
        elif life.fate == fates.OVERDUE:
            assert due is not None
            assert due < now, life


def test_everything_told_before_the_load_is_over() -> None:
    for wanted in (scenario_of(700, 3), small_year()):
        for life in lives(wanted):
            assert max(told(life)) < wanted.closes
            assert all(row.at < wanted.closes for row in life.rows)


def test_the_year_lies_in_the_year() -> None:
    new_year, next_year = vietnam(2023, 1, 1), vietnam(2024, 1, 1)
    for life in lives(small_year()):
        for time in (life.submitted, life.received, life.finished, life.returned):
            assert time is None or new_year <= time < next_year
        assert life.agency in agencies()
        assert life.procedure in procedures()


def test_only_as_many_full_online_as_wanted() -> None:
    full = {code for code, found in procedures().items() if found.service_level == "full"}
    wanted = small_year()
    found = sum(
        life.channel == ONLINE and life.procedure in full
        for life in lives(wanted)
        if life.fate in fates.RESOLVED
    )
    assert found == wanted.quotas.full_online


def test_all_agencies_work_and_some_districts_are_much_worse() -> None:
    staff = Biographer(scenario("year-2023")).staff
    assert len(staff.offices) == 140
    by_district: Counter[str] = Counter()
    for office in staff.offices:
        if office.district and office.level == "district":
            by_district[office.district] += 1
    assert len(by_district) == 11
    overdue, open_cases = Counter[str](), Counter[str]()
    district = {office.code: office.district or "" for office in staff.offices}
    for life in year_open():
        if district[life.agency]:
            open_cases[district[life.agency]] += 1
            overdue[district[life.agency]] += life.fate == fates.OVERDUE
    shares = sorted(overdue[code] / open_cases[code] for code in open_cases)
    assert len(shares) == 11
    assert shares[-1] > 0.10
    assert shares[0] < 0.02


def year_open() -> Iterator[Life]:
    year = scenario("year-2023")
    quotas = replace(
        year.quotas, in_time=30_000, full_online=0, paid_online=0, late_in_system=0, late_other=0
    )
    kinds = (fates.PROCESSING, fates.OVERDUE, fates.PAUSED)
    return (life for life in lives(replace(year, quotas=quotas)) if life.fate in kinds)
