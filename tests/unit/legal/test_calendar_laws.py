"""Laws of working time, over every second of seven years and several calendars."""

from datetime import date
from fractions import Fraction
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.legal.calendar import WorkingCalendar
from streams.core.legal.duration import CalendarDays, WorkingDays, WorkingHours
from tests.unit.legal.support import at, calendar, days_in_force

Counted = WorkingDays | WorkingHours | CalendarDays

moments = st.integers(at("2022-01-01 00:00"), at("2026-12-31 23:59:59"))
near_edges = st.builds(
    lambda day, second: day * 86_400 + second,
    st.integers(at("2022-01-01 00:00") // 86_400, at("2026-12-31 00:00") // 86_400),
    st.sampled_from([h * 3600 + m for h in (0, 4, 6, 7, 10) for m in (-1, 0, 1, 1799, 1800, 1801)]),
)
anywhere = moments | near_edges
lengths: st.SearchStrategy[Counted] = st.one_of(
    st.builds(lambda eighths: WorkingDays(Fraction(eighths, 8)), st.integers(0, 480)),
    st.builds(lambda n: WorkingHours(Fraction(n, 3600)), st.integers(0, 2_000_000)),
    st.builds(lambda n: CalendarDays(Fraction(n, 86_400)), st.integers(0, 9_000_000)),
)
kinds: st.SearchStrategy[type[Counted]] = st.sampled_from([WorkingDays, WorkingHours, CalendarDays])


@cache
def uneven() -> WorkingCalendar:
    """Days of eight, nine and seven hours."""
    nine = ((7 * 3600, 12 * 3600), (13 * 3600, 17 * 3600))
    seven = ((8 * 3600, 12 * 3600), (13 * 3600, 16 * 3600))
    return WorkingCalendar(days_in_force([(date(2023, 6, 1), nine), (date(2024, 2, 1), seven)]))


calendars = st.sampled_from([calendar, uneven]).map(lambda make: make())


def opening(of: WorkingCalendar, moment: int, length: Counted) -> int:
    return moment if isinstance(length, CalendarDays) else of.next_opening(moment)


@given(anywhere, lengths)
def test_subtracting_undoes_adding_up_to_the_next_opening(moment: int, length: Counted) -> None:
    there = calendar().add(moment, length)
    assert calendar().subtract(there, length) == opening(calendar(), moment, length)


@given(anywhere, lengths)
def test_adding_undoes_subtracting_up_to_the_next_opening(moment: int, length: Counted) -> None:
    back = calendar().add(calendar().subtract(moment, length), length)
    assert opening(calendar(), back, length) == opening(calendar(), moment, length)


@given(anywhere, lengths)
def test_what_was_added_lies_between(moment: int, length: Counted) -> None:
    assert calendar().between(moment, calendar().add(moment, length), type(length)) == length


@given(calendars, anywhere, anywhere, anywhere, kinds)
def test_between_is_additive(
    of: WorkingCalendar, one: int, two: int, three: int, kind: type[Counted]
) -> None:
    first, second = of.between(one, two, kind), of.between(two, three, kind)
    assert first + second == of.between(one, three, kind)  # type: ignore[operator]


@given(calendars, anywhere, anywhere, lengths)
def test_later_begins_later_ends(of: WorkingCalendar, one: int, two: int, length: Counted) -> None:
    first, last = sorted((one, two))
    assert of.add(first, length) <= of.add(last, length)
    assert of.subtract(first, length) <= of.subtract(last, length)


@given(calendars, anywhere, lengths, lengths)
def test_longer_ends_later(of: WorkingCalendar, moment: int, one: Counted, two: Counted) -> None:
    if type(one) is type(two):
        assert of.add(moment, one + two) >= of.add(moment, one)  # type: ignore[operator]


@given(calendars, anywhere, lengths)
def test_adding_never_goes_back(of: WorkingCalendar, moment: int, length: Counted) -> None:
    assert of.add(moment, length) >= moment
    assert of.subtract(moment, length) <= opening(of, moment, length)


@given(calendars, anywhere, lengths)
def test_what_is_due_is_due_in_office_hours(
    of: WorkingCalendar, moment: int, length: Counted
) -> None:
    if not isinstance(length, CalendarDays) and length.value:
        due = of.add(moment, length)
        assert of.is_open(due) or of.is_open(due - 1)
        assert of.is_open(of.subtract(moment, length))


@given(calendars, anywhere)
def test_the_next_opening_is_open_and_nothing_before_it_is(
    of: WorkingCalendar, moment: int
) -> None:
    opens = of.next_opening(moment)
    assert opens >= moment
    assert of.is_open(opens)
    assert of.between(moment, opens, WorkingHours) == WorkingHours(0)
    assert of.between(opens, opens + 1, WorkingHours) == WorkingHours(Fraction(1, 3600))


@settings(max_examples=50)
@given(anywhere, st.integers(0, 60))
def test_a_working_day_keeps_the_hour(moment: int, count: int) -> None:
    begins = calendar().next_opening(moment)
    ends = calendar().add(begins, WorkingDays(count))
    assert (ends - begins) % 86_400 == 0
