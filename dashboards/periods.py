"""Stretches of time as people of each language write them."""

from collections.abc import Callable

from dashboards.numbers import local
from dashboards.words import Words
from seeds.periods import Period, PeriodKind, parse_period

_ROMAN = ("I", "II", "III", "IV")


def period_text(period: Period, now: float, words: Words) -> str:
    """`lúc 07:45`, `01/01/2024`, `quý IV/2023`, `học kỳ I, 2023–2024`; the day of what is shorter
    is said where it is not that of `now`, Unix seconds.
    """
    if period.kind in _OF_A_DAY:
        return _of_a_day(period, now, words)
    return _WRITERS[period.kind](period, words)


def since_text(seconds: float, now: float, words: Words) -> str:
    """From when on, as short as it is clear: `từ 07:12`, `từ 07:12, 31/12`, `từ 31/12/2022`."""
    when = local(seconds)
    if when.year != local(now).year:
        return words("since_day", day=f"{when:%d/%m/%Y}")
    return words("since_time", time=f"{when:%H:%M}{_other_day(seconds, now)}")


_OF_A_DAY: tuple[PeriodKind, ...] = ("instant", "hour")


def _of_a_day(period: Period, now: float, words: Words) -> str:
    begins = period.ends if period.begins is None else period.begins
    when = local(begins)
    text = (
        words("period_instant", time=f"{when:%H:%M}")
        if period.kind == "instant"
        else words("period_hour", hour=f"{when:%H}")
    )
    return text + _other_day(begins, now)


def _other_day(seconds: float, now: float) -> str:
    when, today = local(seconds), local(now)
    if when.date() == today.date():
        return ""
    return f", {when:%d/%m}" if when.year == today.year else f", {when:%d/%m/%Y}"


def _day(period: Period, _: Words) -> str:
    return f"{local(period.begins or 0):%d/%m/%Y}"


def _month(period: Period, words: Words) -> str:
    return words("period_month", month=f"{local(period.begins or 0):%m/%Y}")


def _quarter(period: Period, words: Words) -> str:
    year, _, number = period.text.partition("-Q")
    return words("period_quarter", quarter=_ROMAN[int(number) - 1], year=year)


def _year(period: Period, words: Words) -> str:
    return words("period_year", year=period.text)


def _term(period: Period, words: Words) -> str:
    year, _, number = period.text.partition("-T")
    years = f"{year}–{int(year) + 1}"
    return words("period_term", term=_ROMAN[int(number) - 1], years=years)


def _span(period: Period, words: Words) -> str:
    first, _, last = period.text.partition("/")
    ends = _part(last, words)
    if first == "..":
        return words("period_up_to", end=ends)
    return words("period_span", begin=_part(first, words), end=ends)


def _part(text: str, words: Words) -> str:
    part = parse_period(text)
    return _WRITERS[part.kind](part, words)


_WRITERS: dict[PeriodKind, Callable[[Period, Words], str]] = {
    "day": _day,
    "month": _month,
    "quarter": _quarter,
    "year": _year,
    "term": _term,
    "span": _span,
}
