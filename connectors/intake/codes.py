"""What may pass for a code. Only such text leaves a connector; all else may be about a person."""

import re
from typing import Any

# Letters without marks, digits and the separators of codes in use; a digit somewhere, so that a
# name without its marks is no code.
_CODE = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9._/-]{0,99}", re.ASCII)
# Citizens' cards have 12 digits, telephones 10 beginning with 0 (or +84 and 9), old cards 9; people
# write them in groups. Codes with a date, such as 20230221-0001, are none of these.
_PERSONAL = re.compile(
    r"(?<![0-9])(?:[0-9]{12}|0[0-9]{9}|84[0-9]{9})(?![0-9])"
    r"|^[0-9]{9}$|^[0-9]{3}(?:[._/-][0-9]{3}){2,3}$",
    re.ASCII,
)
_PERSONAL_IN_GROUPS = re.compile(r"0[0-9]{9}|0[0-9]{11}|84[0-9]{9}", re.ASCII)
# What stands between spaces, quotes and other signs.
_PART = re.compile(r"[A-Za-z0-9._/-]{9,}", re.ASCII)
_SEPARATORS = str.maketrans("", "", "._/-")
_DIGITS_IN_TEXT = re.compile(r"(?:[0-9][ .-]?){9,}|@")


def code(text: str) -> bool:
    """Whether the text has the form of a code."""
    return _CODE.fullmatch(text) is not None


def personal_number(text: str) -> bool:
    """Whether the text is or holds what looks like an identity or telephone number."""
    if _PERSONAL.search(text):
        return True
    return _PERSONAL_IN_GROUPS.fullmatch(text.translate(_SEPARATORS)) is not None


def safe_code(value: Any, longest: int = 64) -> str | None:
    """The value as a code that may leave the connector, else None."""
    text = value.strip() if type(value) is str else str(value) if type(value) is int else ""
    if len(text) > longest or not code(text) or personal_number(text):
        return None
    return text


def without_numbers_of_persons(text: str) -> str:
    """The text with `…` for each part that looks like an identity or telephone number: the name of
    a file or the key of a row may be one.
    """
    return _PART.sub(lambda part: "…" if personal_number(part[0].strip("._/-")) else part[0], text)


def safe_name(text: str, longest: int = 200) -> str | None:
    """The name of an office, or None when it is blank or holds a number or address of a person."""
    text = text.strip()[:longest]
    return None if not text or _DIGITS_IN_TEXT.search(text) else text
