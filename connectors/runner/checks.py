"""What is wrong with a declared source beyond the types of its settings: (key, problem)."""

import re
from collections.abc import Iterator
from pathlib import Path

from connectors.runner.readings import ADMINISTRATIVE, unit_code
from connectors.runner.settings import CasesMapping, ReadingsMapping, SourceSettings
from seeds.province import agencies, units
from seeds.registry import subsystems
from seeds.subsystem import Subsystem

Finding = tuple[str, str]
# Headers whose values belong into a file.
_SECRET = re.compile(r"auth|cookie|key|token|secret|password", re.IGNORECASE)


def check(source: SourceSettings) -> Iterator[Finding]:
    """Problems say what is allowed."""
    yield from _family(source)
    if (source.readings is None) == (source.cases is None):
        yield "readings", "allowed: exactly one of [source.readings], [source.cases]"
    subsystem = subsystems().get(source.subsystem)
    if subsystem is None:
        known = ", ".join(subsystems())
        yield "subsystem", f"{source.subsystem!r} is not allowed; allowed: {known}"
        return
    if source.readings:
        yield from _in("readings", _readings(source.readings, subsystem))
    if source.cases:
        yield from _in("cases", _cases(source.cases, subsystem))


def _in(table: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    return ((f"{table}.{key}", problem) for key, problem in findings)


def _family(source: SourceSettings) -> Iterator[Finding]:
    for family in ("http", "sql", "files"):
        settings = getattr(source, family)
        if family == source.family:
            if settings is None:
                yield family, f"is missing; connector = {source.connector!r} needs the table"
            else:
                yield from _in(family, _secrets(settings))
                yield from _in(family, _unused(source))
        elif settings is not None:
            yield family, f"is not allowed; connector = {source.connector!r} has {source.family}"


def _secrets(settings: object) -> Iterator[Finding]:
    for key in ("token_file", "password_file", "ca_file"):
        file: Path | None = getattr(settings, key, None)
        if file is not None and not file.is_file():
            yield key, f"{str(file)!r} is no file; allowed: a file that can be read"
    for header in getattr(settings, "headers", {}):
        if _SECRET.search(header):
            yield f"headers.{header}", "may be a secret; allowed: token_file with token_header"


def _unused(source: SourceSettings) -> Iterator[Finding]:
    for key in source.files.unused(source.connector) if source.files else ():
        yield key, f"is not allowed; it means nothing to connector = {source.connector!r}"


def _readings(mapping: ReadingsMapping, subsystem: Subsystem) -> Iterator[Finding]:
    if (mapping.unit is None) == (mapping.unit_is is None):
        yield "unit", "allowed: exactly one of unit (a column), unit_is (a code)"
    if mapping.time is None and mapping.period is None:
        yield "time", "is missing; allowed: a column with a time, or period with one"
    yield from _form(mapping)
    yield from _names(mapping, subsystem)
    yield from _units(mapping, subsystem)


def _units(mapping: ReadingsMapping, subsystem: Subsystem) -> Iterator[Finding]:
    """Codes that are written down must be good for one of the indicators that are named."""
    named = {*mapping.values, *mapping.indicators.values()} or set(subsystem.indicators)
    coverages = {one.coverage for name, one in subsystem.indicators.items() if name in named}
    in_places = {coverage in ADMINISTRATIVE for coverage in coverages}
    for key, code in [
        *((f"units.{theirs}", code) for theirs, code in mapping.units.items()),
        *([("unit_is", mapping.unit_is)] if mapping.unit_is is not None else []),
    ]:
        if in_places and not any(unit_code(code, administrative=one) for one in in_places):
            allowed = f"a code of a unit, such as {next(iter(units()))}"
            allowed = allowed if True in in_places else "a code such as tram-01 or site-01"
            yield key, f"{code!r} is no unit; allowed: {allowed}"


def _form(mapping: ReadingsMapping) -> Iterator[Finding]:
    """Wide, with a column per indicator, or long, with a row per value."""
    wide = bool(mapping.values)
    if wide == (mapping.indicator is not None):
        yield "values", "allowed: exactly one of values (columns), indicator (a column)"
    if (mapping.value is None) == (mapping.indicator is not None):
        yield "value", "allowed: a column, together with indicator"
    if wide and mapping.indicators:
        yield "indicators", "is not allowed with values; allowed: with indicator"
    if not wide and not isinstance(mapping.measure, str | None):
        yield "measure", "is a table; allowed: with values; with indicator, a column"
    if mapping.measures and mapping.measure is None:
        yield "measures", "has no effect; allowed: with measure"


def _names(mapping: ReadingsMapping, subsystem: Subsystem) -> Iterator[Finding]:
    """Every indicator that is named must be one that takes readings."""
    known = {n for n, one in subsystem.indicators.items() if one.origin == "readings"}
    named = [
        *((f"values.{name}", name) for name in mapping.values),
        *((f"indicators.{theirs}", name) for theirs, name in mapping.indicators.items()),
        *((f"measures.{name}", name) for name in mapping.measures),
    ]
    for table in ("measure", "scale"):
        if isinstance(one := getattr(mapping, table), dict):
            named += ((f"{table}.{name}", name) for name in one)
    for key, name in named:
        if name not in known:
            allowed = ", ".join(sorted(known)) or f"none: {subsystem.name} has only cases"
            yield key, f"{name!r} is no indicator with readings; allowed: {allowed}"


def _cases(mapping: CasesMapping, subsystem: Subsystem) -> Iterator[Finding]:
    if mapping.kind not in subsystem.case_kinds:
        allowed = ", ".join(subsystem.case_kinds) or f"none: {subsystem.name} has only readings"
        yield "kind", f"{mapping.kind!r} is not allowed; allowed: {allowed}"
    if mapping.agency is not None and mapping.agency_is is not None:
        yield "agency_is", "allowed: one of agency (a column), agency_is (a code)"
    if not any(getattr(mapping, name) for name in ("submitted", "received", "refused")):
        yield "submitted", "is missing; allowed: a column for submitted, received or refused"
    for key, code in [
        *((f"agencies.{theirs}", code) for theirs, code in mapping.agencies.items()),
        *([("agency_is", mapping.agency_is)] if mapping.agency_is else []),
    ]:
        if code not in agencies():
            yield key, f"{code!r} is no agency; allowed: a code such as {next(iter(agencies()))}"
