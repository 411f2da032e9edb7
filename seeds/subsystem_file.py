"""The file of one subsystem: what it may say, and what is wrong with it.

An indicator that is `like` a template says only what differs from it. Whatever nothing refers to
(a template, a source, a system, a measure) is refused: a setting without effect is an error.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from seeds.law_table import LawFileError, Table, read_table
from seeds.periods import PERIOD_KINDS
from seeds.subsystem import (
    AGGREGATIONS,
    BASE_STANDINGS,
    BASIS_KINDS,
    CASE_KINDS,
    COVERAGES,
    DIRECTIONS,
    INDICATOR_STANDINGS,
    ORIGINS,
    REFRESH_UNITS,
    RELATIONS,
    Base,
    Basis,
    Indicator,
    IndicatorStanding,
    Named,
    Refresh,
    Subsystem,
    Target,
    Thresholds,
)

NAMES = ("vi", "en")
TOP = (
    "order",
    "partitions",
    *NAMES,
    "oversight_field",
    "case_kinds",
    "headline",
    "basis",
    "sources",
    "systems",
    "measures",
    "templates",
    "indicators",
)
TEMPLATE = (
    "origin",
    "measure",
    "direction",
    "aggregation",
    "decimals",
    "period",
    "refresh",
    "coverage",
    "system",
    "standing",
    "source",
)
INDICATOR = ("like", *NAMES, *TEMPLATE, "target", "thresholds", "base")
MAX_PARTITIONS, MAX_DECIMALS = 100, 9

_FILE = re.compile(r"[a-z]+(-[a-z]+)*")
_ID = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_REFRESH = re.compile(rf"([1-9][0-9]{{0,4}}) ({'|'.join(REFRESH_UNITS)})s?")


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the indicators of a file may name, and what of it they do name."""

    name: str
    indicators: Collection[str]
    templates: Mapping[str, Table]
    sources: Mapping[str, str]
    systems: Mapping[str, Named]
    measures: Mapping[str, Named]
    named: set[tuple[str, str]] = field(default_factory=set)

    def allowed(self, kind: str) -> Collection[str]:
        found: Collection[str] = getattr(self, kind)
        return found

    def find(self, kind: str, table: Table, key: str) -> str:
        """The id that stands there, noted as one that is named."""
        found = table.choice(key, sorted(self.allowed(kind)))
        self.named.add((kind, found))
        return found


def check_subsystem(
    file: Path, oversight_fields: Collection[str], measures: Mapping[str, Named]
) -> tuple[Subsystem | None, list[LawFileError]]:
    """The subsystem, None when anything is wrong, and the faults by line: of the top of the file
    and of each indicator the first, and every unknown key. OSError as everywhere.
    """
    try:
        table = read_table(file)
    except LawFileError as error:
        return None, [error]
    found = table.attempt(lambda: _subsystem(table, oversight_fields, measures), None)
    faults = sorted(table.faults, key=lambda fault: fault.line)
    return (None if faults else found), faults


def _subsystem(
    table: Table, oversight_fields: Collection[str], measures: Mapping[str, Named]
) -> Subsystem:
    table.allow_only(TOP)
    if not _FILE.fullmatch(table.file.stem):
        problem = "is no name of a subsystem; allowed: lower-case words joined by -"
        table.faults.append(LawFileError(table.file, 1, "", problem))
    scope = _scope(table, measures)
    indicators = _indicators(table.table("indicators"), scope)
    subsystem = Subsystem(
        file=table.file,
        name=table.file.stem,
        order=_whole(table, "order", 1, MAX_PARTITIONS),
        partitions=_whole(table, "partitions", 1, MAX_PARTITIONS),
        name_vi=_text(table, "vi"),
        name_en=_text(table, "en"),
        basis=_basis(table.table("basis"), scope),
        oversight_field=table.choice("oversight_field", sorted(oversight_fields)),
        case_kinds=table.choices("case_kinds", CASE_KINDS),
        systems=scope.systems,
        indicators=indicators,
        headline_id=_headline(table, scope),
    )
    if not table.faults:  # what is wrong names nothing
        _refuse_idle(table, scope)
    return subsystem


def _scope(table: Table, measures: Mapping[str, Named]) -> _Scope:
    sources = table.table("sources")
    own = _all_named(table.table("measures"))
    for known in own.keys() & measures.keys():
        problem = "is a measure already; allowed: one that measures.csv has not"
        table.faults.append(table.table("measures").fault(known, problem))
    return _Scope(
        name=table.file.stem,
        indicators=_ids(table.table("indicators")),
        templates=_templates(table.table("templates")),
        sources={key: sources.attempt(partial(_text, sources, key), "") for key in _ids(sources)},
        systems=_all_named(table.table("systems")),
        measures={**measures, **own},
    )


def _ids(table: Table) -> list[str]:
    for key in table.values:
        if not _ID.fullmatch(key):
            problem = "is no id; allowed: lower-case words joined by _ or -"
            table.faults.append(table.fault(key, problem))
    return list(table.values)


def _templates(table: Table) -> dict[str, Table]:
    _ids(table)
    templates = table.tables()
    for template in templates.values():
        template.allow_only(TEMPLATE)
    return templates


def _all_named(table: Table) -> dict[str, Named]:
    _ids(table)
    found: dict[str, Named] = {}
    for key, inner in table.tables().items():
        inner.allow_only(NAMES)
        found[key] = inner.attempt(partial(_named, inner, key), Named(key, "", ""))
    return found


def _named(table: Table, key: str) -> Named:
    return Named(key, _text(table, "vi"), _text(table, "en"))


def _basis(table: Table, scope: _Scope) -> Basis:
    table.allow_only(("kind", "quotation", "source"))
    return Basis(
        kind=table.choice("kind", BASIS_KINDS),
        quotation=_text(table, "quotation"),
        source=scope.sources[scope.find("sources", table, "source")],
    )


def _indicators(table: Table, scope: _Scope) -> dict[str, Indicator]:
    if not table.values:
        table.faults.append(table.fault("", "is empty; allowed: at least one indicator"))
    found: dict[str, Indicator] = {}
    for key, inner in table.tables().items():
        inner.allow_only(INDICATOR)
        if indicator := inner.attempt(partial(_indicator, inner, key, scope), None):
            found[key] = indicator
    return found


def _indicator(table: Table, key: str, scope: _Scope) -> Indicator:
    template = (
        scope.templates[scope.find("templates", table, "like")] if table.has("like") else None
    )

    def holder(name: str) -> Table:
        """The table that speaks of it, so that a fault is shown where it stands."""
        return template if template and template.has(name) and not table.has(name) else table

    direction = holder("direction").choice("direction", DIRECTIONS)
    standing = holder("standing").choice("standing", INDICATOR_STANDINGS)
    has_origin = holder("origin").has("origin")
    return Indicator(
        subsystem=scope.name,
        id=key,
        name_vi=_text(table, "vi"),
        name_en=_text(table, "en"),
        origin=holder("origin").choice("origin", ORIGINS) if has_origin else "readings",
        measure=scope.measures[scope.find("measures", holder("measure"), "measure")],
        direction=direction,
        aggregation=holder("aggregation").choice("aggregation", AGGREGATIONS),
        decimals=_decimals(holder("decimals")),
        period=holder("period").choice("period", PERIOD_KINDS),
        refresh=_refresh(holder("refresh")),
        coverage=holder("coverage").choice("coverage", COVERAGES),
        system=scope.find("systems", holder("system"), "system"),
        standing=standing,
        source=_source(table, holder("source"), standing, scope),
        target=_target(table.table("target")) if table.has("target") else None,
        thresholds=_thresholds(table, direction) if table.has("thresholds") else None,
        base=_base(table.table("base"), key, scope) if table.has("base") else None,
    )


def _headline(table: Table, scope: _Scope) -> str:
    if table.has("headline"):
        return table.choice("headline", sorted(scope.indicators))
    return next(iter(scope.indicators), "")


def _source(own: Table, table: Table, standing: IndicatorStanding, scope: _Scope) -> str | None:
    """A proposal may be `like` a template of stated ones; a source of its own would state it."""
    if standing == "stated":
        return scope.sources[scope.find("sources", table, "source")]
    if own.has("source"):
        raise own.fault("source", "is not allowed with proposed; allowed: standing = stated")
    return None


def _decimals(table: Table) -> int:
    return _whole(table, "decimals", 0, MAX_DECIMALS) if table.has("decimals") else 0


def _refresh(table: Table) -> Refresh:
    found = _REFRESH.fullmatch(table.text("refresh"))
    if not found:
        units = ", ".join(f"{unit}s" for unit in REFRESH_UNITS)
        allowed = f'a number and one of {units}, as "5 minutes"'
        raise _not_allowed(table, "refresh", allowed)
    unit = next(unit for unit in REFRESH_UNITS if unit == found[2])
    return Refresh(int(found[1]), unit)


def _target(table: Table) -> Target:
    table.allow_only(("value", "source"))
    return Target(_any_number(table, "value"), _text(table, "source"))


def _thresholds(indicator: Table, direction: str) -> Thresholds:
    if direction == "neutral":
        problem = "are not allowed: no value of a neutral indicator is bad; allowed: none"
        raise indicator.fault("thresholds", problem)
    table = indicator.table("thresholds")
    table.allow_only(("warning", "critical", "source"))
    warning = _any_number(table, "warning") if table.has("warning") else None
    critical = _any_number(table, "critical") if table.has("critical") else None
    if warning is None and critical is None:
        raise indicator.fault("thresholds", "are empty; allowed: warning, critical or both")
    if warning is not None and critical is not None:
        worse = critical > warning if direction == "lower_is_better" else critical < warning
        if not worse:
            raise _not_allowed(table, "critical", f"one that is worse than the warning, {warning}")
    return Thresholds(warning, critical, _text(table, "source"))


def _base(table: Table, key: str, scope: _Scope) -> Base:
    table.allow_only(("of", "as", "standing"))
    others = sorted(set(scope.indicators) - {key})
    return Base(
        indicator=table.choice("of", others),
        relation=table.choice("as", RELATIONS),
        standing=table.choice("standing", BASE_STANDINGS),
    )


def _refuse_idle(table: Table, scope: _Scope) -> None:
    for kind in ("templates", "sources", "systems", "measures"):
        for key in table.table(kind).values:
            if (kind, key) not in scope.named and key in scope.allowed(kind):
                problem = "is named by nothing; allowed: what an indicator or the basis names"
                table.faults.append(table.table(kind).fault(key, problem))


def _text(table: Table, key: str) -> str:
    """Letters composed of several code points (macOS writes them) become one."""
    return unicodedata.normalize("NFC", table.text(key))


def _whole(table: Table, key: str, least: int, most: int) -> int:
    value = table.values.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise _not_allowed(table, key, f"a whole number from {least} to {most}")


def _any_number(table: Table, key: str) -> float:
    value = table.values.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        return float(value)
    raise _not_allowed(table, key, "a number")


def _not_allowed(table: Table, key: str, allowed: str) -> LawFileError:
    if not table.has(key):
        return table.fault(key, f"is missing; allowed: {allowed}")
    return table.fault(key, f"{table.values[key]!r} is not allowed; allowed: {allowed}")
