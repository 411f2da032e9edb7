"""The province: administrative units (codes of the General Statistics Office) and agencies.

Names repeat from district to district (Phường 1, 2, 3): codes are keys, names never.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from seeds.table import DATA, Row, by_code, rows

Level = Literal["province", "district", "commune"]
Standing = Literal["verified", "placeholder"]
LEVELS: tuple[Level, ...] = get_args(Level)
STANDINGS: tuple[Standing, ...] = get_args(Standing)

_PARENT_LEVEL: dict[Level, Level | None] = {
    "province": None,
    "district": "province",
    "commune": "district",
}
_UNIT_CODES: dict[Level, tuple[re.Pattern[str], str]] = {
    "province": (re.compile(r"[0-9]{2}"), "2 digits"),
    "district": (re.compile(r"[0-9]{3}"), "3 digits"),
    "commune": (re.compile(r"[0-9]{5}"), "5 digits"),
}
_AGENCY_CODE = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.H[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit from `valid_from` on and before `valid_to`; None: not known.

    `source` says where a date comes from. The district tier ended on 2025-07-01 with the two-tier
    local government of that year.
    """

    code: str
    name: str
    level: Level
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    source: str

    def exists_on(self, day: date) -> bool:
        """As far as known: an unknown beginning or end bounds nothing."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency that handles dossiers.

    `verified`: the code was seen in use in the province (who bears it was not); `placeholder`:
    given by us in the same scheme. `portal_id` and `domain` as on the province's portal in 2020.
    """

    code: str
    name: str
    level: Level
    unit: str
    standing: Standing
    note: str
    portal_id: str | None
    domain: str | None


@cache
def units() -> dict[str, Unit]:
    """Every unit by its code: 1 province, 11 districts, 109 communes."""
    return load_units(DATA / "units.csv")


@cache
def agencies() -> dict[str, Agency]:
    """Every agency by its code: 20 of the province, 11 of districts, 109 of communes."""
    return load_agencies(DATA / "agencies.csv", units())


def districts() -> list[Unit]:
    return [unit for unit in units().values() if unit.level == "district"]


def district_of(unit_code: str) -> str | None:
    """The district of a commune, a district itself, None for the province.

    KeyError for a code that is no unit of this province.
    """
    unit = units()[unit_code]
    return {"province": None, "district": unit.code, "commune": unit.parent}[unit.level]


def load_units(file: Path) -> dict[str, Unit]:
    """DataError also for a parent that does not exist or stands at the wrong level."""
    columns = ["code", "name", "level", "parent", "valid_from", "valid_to", "source"]
    table = list(rows(file, columns))
    loaded = by_code(iter(table), _unit)
    for row in table:
        _check_parent(row, loaded)
    return loaded


def load_agencies(file: Path, known: dict[str, Unit]) -> dict[str, Agency]:
    """DataError also for a unit that is not among the known ones or has another level."""
    columns = ["code", "name", "level", "unit", "standing", "note", "portal_id", "domain"]
    return by_code(rows(file, columns), lambda row: _agency(row, known))


def _unit(row: Row) -> Unit:
    level = row.choice("level", LEVELS)
    unit = Unit(
        code=row.matching("code", *_UNIT_CODES[level]),
        name=row.text("name"),
        level=level,
        parent=row.optional("parent"),
        valid_from=row.optional_day("valid_from"),
        valid_to=row.optional_day("valid_to"),
        source=row.optional("source") or "",
    )
    if (unit.valid_from or unit.valid_to) and not unit.source:
        raise row.fault("source", "is empty; allowed: where valid_from and valid_to are from")
    if unit.valid_from and unit.valid_to and unit.valid_to <= unit.valid_from:
        raise row.fault("valid_to", f"allowed: a day after valid_from {unit.valid_from}")
    return unit


def _check_parent(row: Row, loaded: dict[str, Unit]) -> None:
    unit = loaded[row.text("code")]
    wanted = _PARENT_LEVEL[unit.level]
    parent = loaded.get(unit.parent or "")
    if (parent.level if parent else None) != wanted or (wanted is None and unit.parent):
        allowed = f"the code of a {wanted} of this file" if wanted else "empty for a province"
        raise row.fault("parent", f"{unit.parent or ''!r} is not allowed; allowed: {allowed}")


def _agency(row: Row, known: dict[str, Unit]) -> Agency:
    unit = row.known("unit", known.get(row.text("unit")), "a code of units.csv")
    level = row.choice("level", LEVELS)
    if level != unit.level:
        raise row.fault("level", f"{level!r} is not allowed; allowed: {unit.level}, as its unit")
    return Agency(
        code=row.matching("code", _AGENCY_CODE, "a code such as 000.00.04.H51"),
        name=row.text("name"),
        level=level,
        unit=unit.code,
        standing=row.choice("standing", STANDINGS),
        note=row.optional("note") or "",
        portal_id=row.optional("portal_id"),
        domain=row.optional("domain"),
    )
