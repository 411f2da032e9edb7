from hypothesis import given
from hypothesis import strategies as st

from deploy.verification.comparison import (
    FAMILIES,
    Difference,
    Tally,
    broken_laws,
    differences,
    meanwhile,
    tallies,
    total,
)
from deploy.verification.observer import Look

A = frozenset({("agency", "a")})
B = frozenset({("agency", "b")})
series = st.dictionaries(
    st.tuples(st.sampled_from(["x", "y"]), st.sampled_from([A, B])), st.integers(0, 3)
)


def test_equal_series_have_no_difference() -> None:
    assert differences({("x", A): 1}, {("x", A): 1.0}) == []


def test_a_difference_names_the_series_and_both_sides() -> None:
    assert differences({("x", A): 1}, {("x", A): 2}) == [Difference("x", A, 1, 2)]
    assert str(Difference("x", A, 1, None)) == 'x{agency="a"}: expected 1, found no series'


def test_a_series_too_many_is_a_difference() -> None:
    assert differences({}, {("x", B): 0}) == [Difference("x", B, None, 0)]


@given(series, series)
def test_there_is_no_difference_only_between_equals(
    left: dict[tuple[str, frozenset[tuple[str, str]]], int],
    right: dict[tuple[str, frozenset[tuple[str, str]]], int],
) -> None:
    assert (differences(left, right) == []) == (left == right)


def test_totals_sum_what_the_labels_choose() -> None:
    values = {("x", A): 1, ("x", B): 2, ("y", A): 4}
    assert total(values, "x") == 3
    assert total(values, "x", agency="a") == 1
    assert total(values, "x", agency=("a", "b")) == 3


def test_the_laws_hold_for_a_consistent_set_and_break_with_a_lost_case() -> None:
    def labels(**pairs: str) -> frozenset[tuple[str, str]]:
        return frozenset(pairs.items())

    consistent = {
        ("ioc_cases_registered", A): 6,
        ("ioc_cases_received", A): 4,
        ("ioc_cases_open", labels(phase="awaiting_intake")): 1,
        ("ioc_cases_closed_otherwise", labels(reason="refused")): 1,
        ("ioc_cases_closed_otherwise", labels(reason="withdrawn")): 1,
        ("ioc_cases_resolved", labels(timeliness="late")): 1,
        ("ioc_cases_resolved", labels(timeliness="early")): 1,
        ("ioc_cases_late", labels(cause="other")): 1,
        ("ioc_cases_open", labels(phase="overdue")): 1,
        ("ioc_cases_by_field", labels(state="overdue")): 1,
        ("ioc_cases_watch", labels(level="none")): 1,
        ("ioc_cases_watch", labels(level="escalated_2")): 1,
    }
    assert broken_laws(consistent) == []
    for key, value in consistent.items():
        lost = {**consistent, key: value - 1}
        assert broken_laws(lost), key


def test_series_are_told_by_family() -> None:
    names = ["ioc_cases_late", "ioc_cases_late", "ioc_cases_watch", "ioc_cases_open"]
    others = ["document", "feedback", "incident"]
    keys = [
        *((name, A) for name in names),
        *(("ioc_cases_late", frozenset({("kind", kind)})) for kind in others),
        ("ioc_reading", A),
        ("ioc_reading_timestamp_seconds", A),
    ]
    found = tallies(keys, [Difference("ioc_cases_late", A, 1, 2)])
    assert found["causes"] == Tally(2, 1)
    assert (found["ladder"], found["counts"]) == (Tally(1, 0), Tally(1, 0))
    assert sum(tally.compared for tally in found.values()) == len(keys)
    assert set(found) == {
        *(*FAMILIES.values(), "counts"),
        *("documents", "feedback", "incidents", "readings"),
    }
    assert found["readings"] == Tally(2, 0)
    assert found["feedback"] == Tally(1, 0)


def test_a_look_tells_each_family() -> None:
    look = Look(
        "+1 d", 1_704_243_600, tallies([("ioc_cases_late", A)], [Difference("x", A, 1, 2)]), []
    )
    assert str(look).startswith("+1 d,        2024-01-03 08:00: 1 series compared, 1 differ: ")
    assert "timeliness 0, causes 1, ladder 0, mismatch 0, contradicted 0, intake" in str(look)
    assert "overdue 0, counts 0 (1 differ), documents 0, feedback 0, incidents 0" in str(look)


def test_a_series_that_moves_may_be_anywhere_on_its_way() -> None:
    before, after = {("x", A): 3, ("x", B): 1}, {("x", A): 1, ("x", B): 1, ("y", A): 2}
    for moving in ({("x", A): 3}, {("x", A): 2, ("y", A): 1}, {("x", A): 1, ("y", A): 2}):
        found = {("x", B): 1, **moving}
        assert differences(meanwhile(before, after, found), found) == []


def test_beyond_its_way_or_where_nothing_moves_a_series_is_held_to_the_truth() -> None:
    before, after = {("x", A): 3, ("x", B): 1}, {("x", A): 1, ("x", B): 1}
    for wrong in ({("x", A): 4}, {("x", A): 0}, {}, {("x", A): 2, ("x", B): 2}):
        found = {("x", B): 1, **wrong}
        assert differences(meanwhile(before, after, found), found)


@given(series, series)
def test_where_nothing_moves_only_the_truth_will_do(
    truth: dict[tuple[str, frozenset[tuple[str, str]]], int],
    found: dict[tuple[str, frozenset[tuple[str, str]]], int],
) -> None:
    assert meanwhile(truth, truth, found) == truth
