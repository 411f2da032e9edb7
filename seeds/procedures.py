"""Administrative procedures (TTHC) and their fields (lĩnh vực).

What comes with the monitor: 760 procedures of the national list, each with the source of its
facts; a fact that was not found stays empty. It is not the province's own list of 2023 (1,303
procedures): import that with `ioc catalogue import`, and it is preferred from then on.
"""

import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from seeds.province import LEVELS, Level
from seeds.table import DATA, Row, by_code, rows

LimitUnit = Literal["working_day", "calendar_day", "working_hour", "month"]
ServiceLevel = Literal["full", "partial", "information"]
LIMIT_UNITS: tuple[LimitUnit, ...] = get_args(LimitUnit)
SERVICE_LEVELS: tuple[ServiceLevel, ...] = get_args(ServiceLevel)

COLUMNS = (
    "code",
    "name_vi",
    "field_vi",
    "level",
    "limit_value",
    "limit_unit",
    "fee_vnd",
    "service_level",
    "result_documents",
    "source",
)
CATALOGUE_VARIABLE = "IOC_CATALOGUE"
CATALOGUE_DEFAULT = Path(".ioc/catalogue.csv")

_CODE = re.compile(r"[0-9]\.[0-9]{6}")
_FIELD_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Field:
    """`code` is a stable ASCII slug such as `ho-tich`."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """`levels` from province to commune, empty when not known; `field` is a field's code.

    `limit_value` in `limit_unit`, both or neither; `fee_vnd` 0 = free, None = not known.
    """

    code: str
    name: str
    field: str | None
    levels: tuple[Level, ...]
    limit_value: float | None
    limit_unit: LimitUnit | None
    fee_vnd: int | None
    service_level: ServiceLevel | None
    result_documents: str | None
    source: str

    @property
    def level(self) -> Level | None:
        """The only level, or the highest of several; None when not known."""
        return self.levels[0] if self.levels else None


@dataclass(frozen=True, slots=True)
class Catalogue:
    procedures: dict[str, Procedure]
    fields: dict[str, Field]


def procedures() -> dict[str, Procedure]:
    """By code: the imported catalogue where there is one, else what comes with the monitor."""
    return current_catalogue().procedures


def fields() -> dict[str, Field]:
    """By code: the fields that come with the monitor and those of the imported catalogue."""
    return current_catalogue().fields


def catalogue_path() -> Path:
    """Where the imported catalogue is looked for and written: IOC_CATALOGUE, else `.ioc/`."""
    return Path(os.environ.get(CATALOGUE_VARIABLE) or CATALOGUE_DEFAULT)


@cache
def current_catalogue() -> Catalogue:
    """Read once per process. FileNotFoundError when IOC_CATALOGUE names a file that is not."""
    path = catalogue_path()
    if path.exists():
        return load_catalogue(path, builtin_catalogue().fields)
    if os.environ.get(CATALOGUE_VARIABLE):
        message = f"{CATALOGUE_VARIABLE}={path}: no such file; import one or unset the variable"
        raise FileNotFoundError(message)
    return builtin_catalogue()


@cache
def builtin_catalogue() -> Catalogue:
    """What comes with the monitor, whatever was imported: 760 procedures in 123 fields."""
    return load_catalogue(DATA / "procedures.csv", load_fields(DATA / "fields.csv"))


def load_fields(file: Path) -> dict[str, Field]:
    """Fields by code; DataError as everywhere."""
    return by_code(rows(file, ["code", "name"]), _field)


def load_catalogue(file: Path, known: dict[str, Field]) -> Catalogue:
    """Procedures by code and the known fields with those that the file adds; or DataError."""
    by_name = FieldNames(known.values())
    loaded = by_code(rows(file, COLUMNS), lambda row: procedure(row, by_name))
    return Catalogue(loaded, by_name.fields)


class FieldNames:
    """Finds the field of a name, and makes a new one of a name never seen.

    A name that is not known to the letter is compared by its slug: spellings that differ in case,
    punctuation or the place of a tone mark are one field. The slug is the code of a new field, so
    codes do not depend on the order of rows.
    """

    def __init__(self, known: Iterable[Field]) -> None:
        self.fields = {field.code: field for field in known}
        self._by_name = {field.name: field for field in self.fields.values()}

    def find(self, name: str) -> Field:
        code = slug(name)
        known = self._by_name.get(name) or self.fields.get(code)
        return known or self.fields.setdefault(code, Field(code, name))


def slug(name: str) -> str:
    """A Vietnamese name as lower-case ASCII words joined by hyphens; may be empty."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")


def procedure(row: Row, by_name: FieldNames) -> Procedure:
    """One row of a table with COLUMNS; DataError names the first wrong column."""
    return Procedure(
        code=row.matching("code", _CODE, "a national code such as 1.004946"),
        name=row.text("name_vi"),
        field=_field_code(row, by_name),
        levels=_levels(row),
        limit_value=_limit_value(row),
        limit_unit=row.optional_choice("limit_unit", LIMIT_UNITS),
        fee_vnd=row.optional_count("fee_vnd"),
        service_level=row.optional_choice("service_level", SERVICE_LEVELS),
        result_documents=row.optional("result_documents"),
        source=row.text("source"),
    )


def _field(row: Row) -> Field:
    code = row.matching("code", _FIELD_CODE, "lower-case ASCII words joined by hyphens")
    return Field(code, row.text("name"))


def _field_code(row: Row, by_name: FieldNames) -> str | None:
    name = row.optional("field_vi")
    if name is None:
        return None
    if not slug(name):
        raise row.fault("field_vi", f"{name!r} is not allowed; allowed: a name with letters")
    return by_name.find(name).code


def _levels(row: Row) -> tuple[Level, ...]:
    names = (row.optional("level") or "").split("+")
    levels = tuple(level for level in LEVELS if level in names)
    if names != [""] and len(levels) != len(names):
        allowed = f"{', '.join(LEVELS)}, several joined by +, or empty"
        raise row.fault("level", f"{row.cells['level']!r} is not allowed; allowed: {allowed}")
    return levels


def _limit_value(row: Row) -> float | None:
    value, unit = row.optional_number("limit_value"), row.optional("limit_unit")
    if value is not None and value <= 0:
        raise row.fault("limit_value", f"{value} is not allowed; allowed: more than 0, or empty")
    if (value is None) != (unit is None):
        raise row.fault("limit_unit", "allowed: limit_value and limit_unit both, or both empty")
    return None if value is None else float(value)
