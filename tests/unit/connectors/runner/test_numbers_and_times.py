"""Numbers and times are read where they can mean one thing, and nowhere else."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.runner.numbers import DecimalSign, number
from connectors.runner.times import VIETNAM, reader

signs = st.sampled_from([",", "."])
figures = st.decimals(-(10**12), 10**12, places=3, allow_nan=False)


def vietnamese(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


@given(figures, signs, st.booleans())
def test_a_number_is_read_as_it_was_written(
    value: Decimal, sign: DecimalSign, grouped: bool
) -> None:
    text = f"{value:,.3f}" if grouped else f"{value:.3f}"
    assert number(text if sign == "." else vietnamese(text), sign) == float(value)


@given(figures, signs)
def test_groups_may_be_parted_by_spaces(value: Decimal, sign: DecimalSign) -> None:
    text = f"{value:,.3f}".replace(",", "\u00a0")
    assert number(text if sign == "." else vietnamese(text), sign) == float(value)


@given(st.text() | st.binary() | st.booleans() | st.lists(st.integers()))
def test_what_is_no_number_is_refused_or_empty(value: object) -> None:
    with suppress(ValueError):
        assert isinstance(number(value, ","), float | None)


@pytest.mark.parametrize(
    ("text", "sign", "wanted"),
    [
        ("1.234,5", ",", 1234.5),
        ("1,234.5", ".", 1234.5),
        ("1.234", ",", 1234.0),
        ("1.234", ".", 1.234),
        ("\u22125", ",", -5.0),
        ("  ", ".", None),
        (None, ".", None),
        (7, ",", 7.0),
        (Decimal("7.5"), ",", 7.5),
    ],
)
def test_the_sign_decides(text: object, sign: DecimalSign, wanted: float | None) -> None:
    assert number(text, sign) == wanted


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("1,23,4", "."),
        ("98,7", "."),
        ("98.7", ","),
        ("1.2345,6", ","),
        ("12%", "."),
        ("1e5", "."),
        ("NaN", "."),
        ("0x10", "."),
        ("٣", "."),
        (True, "."),
        (float("nan"), "."),
        (float("inf"), "."),
        (10**400, "."),
        ("9" * 50, "."),
    ],
)
def test_what_could_mean_two_things_is_refused(text: object, sign: DecimalSign) -> None:
    with pytest.raises(ValueError):
        number(text, sign)


def test_a_percent_sign_is_for_percentages() -> None:
    assert number("98,7 %", ",", percent=True) == 98.7


@given(st.datetimes(datetime(1971, 1, 1), datetime(2098, 1, 1)))  # noqa: DTZ001
def test_a_time_is_read_as_it_was_written(naive: datetime) -> None:
    wanted = int(naive.replace(microsecond=0, tzinfo=VIETNAM).timestamp())
    iso, ours = reader(None), reader("%d/%m/%Y %H:%M:%S")
    assert iso(naive.isoformat()) == iso(naive) == wanted
    assert ours(naive.strftime("%d/%m/%Y %H:%M:%S")) == wanted
    assert iso(naive.replace(tzinfo=VIETNAM).astimezone(UTC)) == wanted
    assert reader("unix")(wanted) == reader("unix-ms")(str(wanted * 1000 + 999)) == wanted


def test_a_day_begins_in_vietnam() -> None:
    assert reader(None)(date(2026, 11, 24)) == reader(None)("2026-11-24T00:00:00+07:00")
    assert reader(None)("") is reader("unix")(None) is None


@pytest.mark.parametrize("value", ["yesterday", "2026-02-30", 5, "1850-01-01", "2400-01-01", True])
def test_what_is_no_time_is_refused(value: object) -> None:
    with pytest.raises((ValueError, OverflowError)):
        reader(None)(value)
