import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.numbers import clock, date, duration, number, percent, signed


@pytest.mark.parametrize(
    ("value", "decimals", "vietnamese", "english"),
    [
        (605_859, 0, "605.859", "605,859"),
        (8995, 0, "8.995", "8,995"),
        (0, 0, "0", "0"),
        (1.94, 2, "1,94", "1.94"),
        (-1234.5, 1, "−1.234,5", "−1,234.5"),
        (-0.001, 2, "0,00", "0.00"),
    ],
)
def test_numbers_are_written_as_each_language_does(
    value: float, decimals: int, vietnamese: str, english: str
) -> None:
    assert number(value, "vi", decimals) == vietnamese
    assert number(value, "en", decimals) == english


def test_a_change_has_a_sign() -> None:
    assert signed(24.93, "vi", 2) == "+24,93"
    assert signed(-32.27, "vi", 2) == "−32,27"
    assert signed(0.001, "vi", 2) == "0,00"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (595_634 / 596_864, "99,79 %"),
        (329_350 / 596_864, "55,18 %"),
        (5574 / 605_859, "0,92 %"),
        (1.0, "100,00 %"),
        (0.0, "0,00 %"),
        (0.999_999, "99,99 %"),
        (0.000_001, "<0,01 %"),
    ],
)
def test_shares_are_percentages(share: float, text: str) -> None:
    assert percent(share, "vi") == text


def test_english_percentages_stand_close() -> None:
    assert percent(0.9979, "en") == "99.79%"


@given(st.integers(1, 10**7), st.integers(0, 3), st.data())
def test_rounding_never_hides_the_last_late_dossier(
    whole: int, decimals: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, whole))
    text = percent(part / whole, "vi", decimals)
    assert text.startswith("100") == (part == whole)
    assert (set(text) <= set("0, %")) == (part == 0)


@given(st.integers(-(10**12), 10**12))
def test_a_number_can_be_read_back(value: int) -> None:
    assert int(number(value, "vi").replace(".", "").replace("−", "-")) == value


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 giây"),
        (59.9, "59 giây"),
        (60, "1 phút"),
        (3599, "59 phút"),
        (7200, "2 giờ"),
        (200_000, "2 ngày"),
    ],
)
def test_durations_have_one_unit(seconds: float, text: str) -> None:
    assert duration(seconds, "vi") == text


def test_times_are_those_of_vietnam() -> None:
    new_year_eve_in_london = 1_704_042_000  # 2023-12-31 17:00 UTC
    assert date(new_year_eve_in_london, "vi") == "Thứ Hai, 01/01/2024"
    assert date(new_year_eve_in_london, "en") == "Monday, 1 January 2024"
    assert clock(new_year_eve_in_london + 5) == "00:00:05"
