"""Numbers and times as people of each language write them."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

# Law and people count days here; Vietnam has had no summer time since 1975.
VIETNAM = timezone(timedelta(hours=7))
MINUS = "\N{MINUS SIGN}"
_VIETNAMESE = str.maketrans(",.", ".,")


def number(value: float, language: Language, decimals: int = 0) -> str:
    """605.859 in Vietnamese, 605,859 in English."""
    text = f"{abs(value):,.{decimals}f}"
    sign = MINUS if value < 0 and text.strip("0.,") else ""
    return sign + (text.translate(_VIETNAMESE) if language == "vi" else text)


def signed(value: float, language: Language, decimals: int = 0) -> str:
    """As `number`, with + before what is positive as written."""
    text = number(value, language, decimals)
    return text if text.startswith(MINUS) or not text.strip("0.,") else "+" + text


def percent(share: float, language: Language, decimals: int = 2) -> str:
    """A share of 1 as a percentage: 99,79 % in Vietnamese, 99.79% in English.

    Rounding may not hide the last late dossier: below 1 is never written as 100 %, above 0 never
    as 0 %.
    """
    step = 10**-decimals
    points = share * 100
    if share < 1 and points > 100 - step / 2:
        points = 100 - step
    small = 0 < points < step / 2
    text = ("<" if small else "") + number(step if small else points, language, decimals)
    return text + (" %" if language == "vi" else "%")


def duration(seconds: float, language: Language) -> str:
    """A length of time in its largest unit: `12 giây`, `3 phút`, `5 giờ`, `2 ngày`."""
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return _counted(int(seconds // length), unit, language)
    return _counted(max(0, int(seconds)), "second", language)


_UNITS = {"day": "ngày", "hour": "giờ", "minute": "phút", "second": "giây"}
_SHORT = {"day": "d", "hour": "h", "minute": "min", "second": "s"}


def _counted(count: int, unit: str, language: Language) -> str:
    return f"{count} {_UNITS[unit] if language == 'vi' else _SHORT[unit]}"


_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def local(seconds: float) -> datetime:
    """Unix seconds as a time in Vietnam."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(VIETNAM)


def date(seconds: float, language: Language) -> str:
    """`Thứ Ba, 02/01/2024`; `Tuesday, 2 January 2024`: half of the English put months first."""
    when = local(seconds)
    day = (
        f"{when:%d/%m/%Y}"
        if language == "vi"
        else f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
    )
    return f"{_WEEKDAYS[language][when.weekday()]}, {day}"


def clock(seconds: float) -> str:
    """`08:00:05`."""
    return f"{local(seconds):%H:%M:%S}"
