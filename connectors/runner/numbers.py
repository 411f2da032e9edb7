"""Numbers as people and programs write them, read only where they can mean one thing."""

import math
import re
from decimal import Decimal
from typing import Any, Literal

DecimalSign = Literal[".", ","]

_SPACES = "[ \u00a0\u202f]"
# The groups of a text are of three digits, parted by the other sign or by a space.
_FORMS: dict[DecimalSign, re.Pattern[str]] = {
    ",": re.compile(
        rf"([+-]?)([0-9]{{1,3}}(?:\.[0-9]{{3}})+|[0-9]{{1,3}}(?:{_SPACES}[0-9]{{3}})+|[0-9]+)"
        r"(?:,([0-9]+))?",
        re.ASCII,
    ),
    ".": re.compile(
        rf"([+-]?)([0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,3}}(?:{_SPACES}[0-9]{{3}})+|[0-9]+)"
        r"(?:\.([0-9]+))?",
        re.ASCII,
    ),
}
_SEPARATORS = str.maketrans("", "", ".,  \u00a0\u202f")
_LONGEST = 40


def number(value: Any, decimal: DecimalSign, *, percent: bool = False) -> float | None:
    """The value as a number; None when it is empty. ValueError, without the value, for all else.

    `percent`: a text may end with a percent sign, which changes nothing.
    """
    if type(value) is float or type(value) is int:
        return _finite(value)
    if value is None:
        return None
    if type(value) is str:
        return _text(value, decimal, percent=percent)
    if isinstance(value, Decimal):
        return _finite(value)
    raise ValueError("is no number")


def _finite(value: float | Decimal) -> float:
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise ValueError("is no finite number")
    return found


def _text(value: str, decimal: DecimalSign, *, percent: bool) -> float | None:
    text = value.strip().replace("\u2212", "-")
    if not text:
        return None
    if percent and text.endswith("%"):
        text = text[:-1].rstrip()
    found = _FORMS[decimal].fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise ValueError("is no number in that form")
    sign, whole, fraction = found.groups()
    return float(f"{sign}{whole.translate(_SEPARATORS)}.{fraction or 0}")
