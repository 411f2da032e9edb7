"""The year 2023 against the year before, as the province reported it."""

import pytest

from dashboards.wall.comparison import change, comparable
from dashboards.words import Words
from tests.unit.dashboards.fake_prometheus import NOW

VI = Words("vi")


@pytest.mark.parametrize(
    ("panel", "value", "text", "basis", "tone", "rising"),
    [
        ("received", 605_859, "−32,27 %", "2022 suy ra: 894.500", "neutral", False),
        ("on-time-rate", 595_634 / 596_864, "−0,13 điểm", "2022 suy ra: 99,92 %", "worse", False),
        ("late", 1230, "1,94 lần", "2022 suy ra: 634", "worse", True),
        ("full-online", 329_350 / 596_864, "+24,93 điểm", "2022 suy ra: 30,25 %", "better", True),
    ],
)
def test_the_reported_changes_come_out(
    panel: str, value: float, text: str, basis: str, tone: str, rising: bool
) -> None:
    found = change(panel, value, 2023, VI)
    assert found is not None
    assert (found.text, found.basis, found.tone, found.rising) == (text, basis, tone, rising)


def test_another_figure_gets_another_change() -> None:
    found = change("late", 317, 2023, VI)
    assert found is not None
    assert (found.text, found.tone, found.rising) == ("0,50 lần", "better", False)


@pytest.mark.parametrize("panel", ["resolved", "open", "paid-online", "early-or-on-time"])
def test_nothing_is_compared_that_nobody_reported(panel: str) -> None:
    assert change(panel, 1.0, 2023, VI) is None


def test_only_the_year_after_is_compared() -> None:
    assert change("received", 1.0, 2024, VI) is None


def test_a_figure_that_is_not_whole_keeps_its_basis_only() -> None:
    found = change("received", None, 2023, VI)
    assert found is not None
    assert (found.text, found.basis) == ("", "2022 suy ra: 894.500")


def test_a_year_is_compared_when_it_is_over_in_vietnam() -> None:
    new_year = 1_704_042_000  # 2024-01-01 00:00 in Vietnam
    assert comparable(2023, new_year)
    assert not comparable(2023, new_year - 1)
    assert comparable(2023, NOW)
    assert not comparable(2023, None)
