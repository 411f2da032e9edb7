"""Law files: the rules of a deadline as data, one file per kind of case and time of validity.

A file says what holds for every case (`defaults`), and what differs at a level, in a field, for a
procedure; the more special section wins, key by key. `valid_to` is the first day on which the file
no longer holds; a case keeps the rules of the day on which it was received.
"""

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeVar, get_args

from seeds.law_table import LawFileError, Table, read_table

CaseKind = Literal["dossier", "document", "feedback", "incident"]
LimitUnit = Literal["working_day", "calendar_day", "working_hour", "month"]
LimitChannel = Literal["counter", "online", "post", "any"]
RuleKind = Literal["duration", "fixed_date"]
Ending = Literal["hour", "day"]
PauseReason = Literal["supplement", "financial_obligation"]
Precision = Literal["second", "day"]
Level = Literal["province", "district", "commune"]
BasisStanding = Literal["verified", "assumed", "setting"]

CASE_KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
LIMIT_UNITS: tuple[LimitUnit, ...] = get_args(LimitUnit)
LIMIT_CHANNELS: tuple[LimitChannel, ...] = get_args(LimitChannel)
RULE_KINDS: tuple[RuleKind, ...] = get_args(RuleKind)
ENDINGS: tuple[Ending, ...] = get_args(Ending)
PAUSE_REASONS: tuple[PauseReason, ...] = get_args(PauseReason)
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
LEVELS: tuple[Level, ...] = get_args(Level)
BASIS_STANDINGS: tuple[BasisStanding, ...] = get_args(BasisStanding)

LAWS = Path(__file__).with_name("laws")
# Working hours end when they are over: there is nothing to choose.
UNITS_WITH_ENDING = tuple(unit for unit in LIMIT_UNITS if unit != "working_hour")
REQUIRED = ("kind", "ends", "pauses", "reappointments", "supplements", "late_by", "mismatch_by")
LADDER_NUMBERS = ("due_soon_days", "short_days", "apology_days")
LADDER_SHARES = ("due_soon_percent", "short_percent")
LADDER = (*LADDER_NUMBERS, *LADDER_SHARES, "escalation_days")
WITHIN = ("intake", "request", "hand_over")
SECTION = (*REQUIRED, "ladder", "limit", *WITHIN, "basis")
TOP = ("case_kind", "title", "valid_from", "valid_to", "defaults", "levels", "fields", "procedures")
MAX_VALUE = 3_660

T = TypeVar("T")
_PROCEDURE = re.compile(r"[0-9]\.[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Limit:
    """`value` above 0, in `unit`; months are whole."""

    value: float
    unit: LimitUnit


@dataclass(frozen=True, slots=True)
class Basis:
    """Why a rule holds. `setting`: chosen by us, its value in law is not verified."""

    text: str
    standing: BasisStanding


@dataclass(frozen=True, slots=True)
class Ladder:
    """Working days and percents of the limit, see the keys of the same name in a law file."""

    due_soon_days: float
    due_soon_percent: float
    short_days: float
    short_percent: float
    apology_days: float
    escalation_days: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What one section says; None: nothing, the more general section holds.

    `ends`, `limit` and `basis` are spoken of entry by entry.
    """

    kind: RuleKind | None
    ends: Mapping[LimitUnit, Ending]
    pauses: tuple[PauseReason, ...] | None
    reappointments: int | None
    supplements: int | None
    late_by: Precision | None
    mismatch_by: Precision | None
    ladder: Ladder | None
    limit: Mapping[LimitChannel, Limit]
    intake: Limit | None
    request: Limit | None
    hand_over: Limit | None
    basis: Mapping[str, Basis]


@dataclass(frozen=True, slots=True)
class Law:
    file: Path
    case_kind: CaseKind
    title: str
    valid_from: date
    valid_to: date | None
    defaults: Section
    levels: Mapping[str, Section]
    fields: Mapping[str, Section]
    procedures: Mapping[str, Section]

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@cache
def laws() -> tuple[Law, ...]:
    """The laws that come with the monitor."""
    return load_laws(LAWS)


def load_laws(folder: Path) -> tuple[Law, ...]:
    """The laws of a folder, or of one file, by kind and date; the first fault is raised."""
    loaded, faults = check_laws(folder)
    if faults:
        raise faults[0]
    return loaded


def check_laws(folder: Path) -> tuple[tuple[Law, ...], list[LawFileError]]:
    """What could be read, and every fault."""
    loaded: list[Law] = []
    faults: list[LawFileError] = []
    files = [folder] if folder.is_file() else sorted(folder.glob("*.toml"))
    if not files:
        faults.append(LawFileError(folder, 1, "", "holds no law file; allowed: NAME.toml"))
    for file in files:
        law, found = _load(file)
        loaded += [law] if law else []
        faults += found
    loaded.sort(key=lambda law: (law.case_kind, law.valid_from))
    return tuple(loaded), faults + list(_overlaps(loaded))


def unknown_fields(loaded: Iterable[Law], known: Container[str]) -> list[LawFileError]:
    """A fault for every field that no catalogue has: what is said of it would hold for nobody."""
    return [
        read_table(law.file).table("fields").fault(code, "is unknown; allowed: the code of a field")
        for law in loaded
        for code in law.fields
        if code not in known
    ]


def _load(file: Path) -> tuple[Law | None, list[LawFileError]]:
    try:
        table = read_table(file)
    except LawFileError as error:
        return None, [error]
    law = table.attempt(lambda: _law(table), None)
    return (None if table.faults else law), table.faults


def _law(table: Table) -> Law:
    table.allow_only(TOP)
    law = Law(
        file=table.file,
        case_kind=table.choice("case_kind", CASE_KINDS),
        title=table.text("title"),
        valid_from=table.day("valid_from"),
        valid_to=table.day("valid_to") if table.has("valid_to") else None,
        defaults=_defaults(table.table("defaults")),
        levels=_sections(table.table("levels"), lambda code: code in LEVELS, ", ".join(LEVELS)),
        fields=_sections(table.table("fields"), bool, "the code of a field"),
        procedures=_sections(
            table.table("procedures"),
            lambda code: _PROCEDURE.fullmatch(code) is not None,
            'the code of a procedure, in quotation marks, as "1.004946"',
        ),
    )
    if law.valid_to is not None and law.valid_to <= law.valid_from:
        raise table.fault("valid_to", f"{law.valid_to} is not allowed; allowed: after valid_from")
    return law


def _defaults(table: Table) -> Section:
    for key in (*REQUIRED, "ladder"):
        if not table.has(key):
            table.faults.append(table.fault(key, f"is missing; the defaults need {key}"))
    section = _section(table)
    for unit in UNITS_WITH_ENDING:
        if table.has("ends") and unit not in section.ends:
            problem = f"is missing; allowed: {', '.join(ENDINGS)}"
            table.faults.append(table.table("ends").fault(unit, problem))
    return section


def _sections(table: Table, is_allowed: Callable[[str], bool], allowed: str) -> dict[str, Section]:
    for code in table.values:
        if not is_allowed(code):
            table.faults.append(table.fault(code, f"is unknown; allowed: {allowed}"))
    return {code: _section(inner) for code, inner in table.tables().items()}


def _section(table: Table) -> Section:
    table.allow_only(SECTION)

    def one(key: str, read: Callable[[], T]) -> T | None:
        return table.attempt(read, None) if table.has(key) else None

    return Section(
        kind=one("kind", lambda: table.choice("kind", RULE_KINDS)),
        ends=one("ends", lambda: _ends(table.table("ends"))) or {},
        pauses=one("pauses", lambda: table.choices("pauses", PAUSE_REASONS)),
        reappointments=one("reappointments", lambda: table.count("reappointments")),
        supplements=one("supplements", lambda: table.count("supplements")),
        late_by=one("late_by", lambda: table.choice("late_by", PRECISIONS)),
        mismatch_by=one("mismatch_by", lambda: table.choice("mismatch_by", PRECISIONS)),
        ladder=one("ladder", lambda: _ladder(table.table("ladder"))),
        limit=one("limit", lambda: _limits(table.table("limit"))) or {},
        intake=one("intake", lambda: _limit(table.table("intake"))),
        request=one("request", lambda: _limit(table.table("request"))),
        hand_over=one("hand_over", lambda: _limit(table.table("hand_over"))),
        basis=one("basis", lambda: _basis(table.table("basis"))) or {},
    )


def _ends(table: Table) -> dict[LimitUnit, Ending]:
    table.allow_only(UNITS_WITH_ENDING)
    return {unit: table.choice(unit, ENDINGS) for unit in UNITS_WITH_ENDING if table.has(unit)}


def _limits(table: Table) -> dict[LimitChannel, Limit]:
    table.allow_only(LIMIT_CHANNELS)
    return {
        channel: _limit(table.table(channel)) for channel in LIMIT_CHANNELS if table.has(channel)
    }


def _limit(table: Table) -> Limit:
    table.allow_only(("value", "unit"))
    unit = table.choice("unit", LIMIT_UNITS)
    value = table.number("value", above=0, most=MAX_VALUE)
    if unit == "month" and value != int(value):
        raise table.fault("value", f"{value} is not allowed; allowed: a whole number of months")
    return Limit(value, unit)


def _ladder(table: Table) -> Ladder:
    table.allow_only(LADDER)
    return Ladder(
        due_soon_days=table.number("due_soon_days"),
        due_soon_percent=table.number("due_soon_percent", most=100),
        short_days=table.number("short_days"),
        short_percent=table.number("short_percent", most=100),
        apology_days=table.number("apology_days"),
        escalation_days=table.numbers("escalation_days", 3),
    )


def _basis(table: Table) -> dict[str, Basis]:
    table.allow_only([key for key in SECTION if key != "basis"])
    found: dict[str, Basis] = {}
    for key, inner in table.tables().items():
        inner.allow_only(("text", "standing"))
        found[key] = Basis(inner.text("text"), inner.choice("standing", BASIS_STANDINGS))
    return found


def _overlaps(loaded: Iterable[Law]) -> Iterable[LawFileError]:
    for earlier, later in pairwise(loaded):
        same = earlier.case_kind == later.case_kind
        if same and (earlier.valid_to is None or later.valid_from < earlier.valid_to):
            until = f"before {earlier.valid_to}" if earlier.valid_to else "without end"
            problem = (
                f"{later.valid_from} is not allowed: {earlier.file} holds from "
                f"{earlier.valid_from} {until}; allowed: dates that do not overlap"
            )
            yield read_table(later.file).fault("valid_from", problem)
