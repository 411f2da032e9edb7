from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.periods import (
    EXAMPLES,
    FIRST_INSTANT,
    LAST_INSTANT,
    PERIOD_KINDS,
    PeriodKind,
    parse_period,
    period_of,
)

VIETNAM = timezone(timedelta(hours=7))
KINDS: list[PeriodKind] = [kind for kind in PERIOD_KINDS if kind != "span"]
# The last year that has periods is followed by one that has none.
BEFORE_LAST_YEAR = int(datetime(2097, 1, 1, tzinfo=UTC).timestamp())
instants = st.integers(FIRST_INSTANT, BEFORE_LAST_YEAR)


def second(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=VIETNAM).timestamp())  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "kind", "begins", "ends"),
    [
        ("2023", "year", second(2023, 1, 1), second(2024, 1, 1)),
        ("2023-Q1", "quarter", second(2023, 1, 1), second(2023, 4, 1)),
        ("2023-Q4", "quarter", second(2023, 10, 1), second(2024, 1, 1)),
        ("2023-12", "month", second(2023, 12, 1), second(2024, 1, 1)),
        ("2024-02-29", "day", second(2024, 2, 29), second(2024, 3, 1)),
        ("2023-12-31T23", "hour", second(2023, 12, 31, 23), second(2024, 1, 1)),
        ("2023-12-31T17:00:00Z", "instant", second(2024, 1, 1), second(2024, 1, 1)),
        ("2023-T1", "term", second(2023, 9, 1), second(2024, 2, 1)),
        ("2023-T2", "term", second(2024, 2, 1), second(2024, 9, 1)),
        ("2022/2023", "span", second(2022, 1, 1), second(2024, 1, 1)),
        ("2021-07/2023-12", "span", second(2021, 7, 1), second(2024, 1, 1)),
        ("../2023", "span", None, second(2024, 1, 1)),
    ],
)
def test_bounds_are_those_of_vietnam(text: str, kind: str, begins: int | None, ends: int) -> None:
    period = parse_period(text)
    assert (period.text, period.kind, period.begins, period.ends) == (text, kind, begins, ends)


@pytest.mark.parametrize(
    "text",
    ["", "23", "٢٠٢٣", "2023 ", "2023-13", "2023-00", "2023-1", "2023-02-29", "2023-04-31",
     "2023-12-31T24", "2023-12-31T08:15", "2023-12-31T08:15:00", "2023-12-31T08:15:00+07:00",
     "2023-12-31T08:60:00Z", "2023-Q0", "2023-Q5", "2023-T3", "2023/2022", "2023/..", "../..",
     "2022/2023-12", "2023-01-01/2023-12-31", "2022/2023/2024", "1970", "2099", "2023-HK1",
     "/2023", "2023/"],
)  # fmt: skip
def test_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="allowed: 2023-12-31T01:15:00Z, ") as caught:
        parse_period(text)
    assert "is not a period" in str(caught.value)


@given(st.sampled_from(KINDS), instants)
def test_an_instant_lies_in_its_period_and_periods_follow_each_other(
    kind: PeriodKind, instant: int
) -> None:
    period = parse_period(period_of(kind, instant))
    assert period.kind == kind
    assert period.begins is not None
    if kind == "instant":
        assert period.begins == period.ends == instant
        return
    assert period.begins <= instant < period.ends
    after = parse_period(period_of(kind, period.ends))
    assert after.begins == period.ends
    assert after.order > period.order


@given(st.sampled_from(KINDS), instants, instants)
def test_the_later_period_has_the_higher_order(kind: PeriodKind, one: int, other: int) -> None:
    first, second = (parse_period(period_of(kind, at)) for at in (one, other))
    if first.text != second.text:
        assert (first.order < second.order) == (one < other)


def test_an_instant_lies_in_no_one_span() -> None:
    with pytest.raises(ValueError, match="name the span"):
        period_of("span", 0)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_can_be_read_up_to_the_edges(kind: PeriodKind) -> None:
    for instant in (FIRST_INSTANT, LAST_INSTANT - 1):
        assert parse_period(period_of(kind, instant)).kind == kind
    for instant in (FIRST_INSTANT - 1, LAST_INSTANT):
        with pytest.raises(ValueError, match="is in no year that has periods; allowed: Unix"):
            period_of(kind, instant)


def test_the_examples_are_periods_of_their_kind() -> None:
    for kind, examples in EXAMPLES.items():
        for text in examples.replace(" or ", ", ").split(", "):
            assert parse_period(text).kind == kind
    assert EXAMPLES.keys() == set(PERIOD_KINDS)


def test_a_span_of_one_end_is_later_when_it_is_shorter() -> None:
    spans = ["../2023", "2021/2023", "2021-07/2023-12", "2022/2023", "../2024"]
    assert sorted(spans, key=lambda text: parse_period(text).order) == spans
