"""The forms of the codes of units that readings are for."""

import re
from functools import cache

from seeds.subsystem import Coverage

# Coverage -> regular expression, also for a program that is not Python.
# Administrative units have the codes of the General Statistics Office (see seeds.province); those
# of stations and web sites are ours.
FORMS: dict[Coverage, str] = {
    "province": r"[0-9]{2}",
    "district": r"[0-9]{3}",
    "commune": r"[0-9]{5}",
    "station": r"tram-[a-z0-9-]{1,60}",
    "site": r"site-[a-z0-9-]{1,60}",
}


@cache
def _form(coverage: Coverage) -> re.Pattern[str]:
    return re.compile(FORMS[coverage], re.ASCII)


def is_unit_of(coverage: Coverage, code: str) -> bool:
    """Whether the code has the form of one of that coverage; not whether there is such a unit."""
    return _form(coverage).fullmatch(code) is not None
