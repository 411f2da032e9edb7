"""Importing a full list of procedures: all of it or nothing, with a report of what it changes.

The catalogue holds what was known before and what the list says; a procedure that the list does
not name stays, because dossiers of past years still have it.
"""

import csv
import io
import os
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import NamedTemporaryFile

from seeds.procedures import (
    COLUMNS,
    Catalogue,
    Field,
    FieldNames,
    Procedure,
    builtin_catalogue,
    load_catalogue,
    procedure,
)
from seeds.table import DataError, Row, rows


@dataclass(frozen=True, slots=True)
class Report:
    """`changed`: code -> the changed facts, old and new. `refused`: the first fault of each row."""

    new: list[Procedure]
    changed: dict[str, dict[str, tuple[object, object]]]
    unchanged: int
    new_fields: list[Field]
    refused: list[DataError]


def import_catalogue(file: Path, to: Path) -> tuple[Report, Catalogue]:
    """Writes file upon what is known to `to`, unless a row is refused: then nothing is written.

    DataError when `file`, or the catalogue that is at `to` already, is no table of procedures;
    OSError when the one cannot be read or the other cannot be written.
    """
    known = load_catalogue(to, builtin_catalogue().fields) if to.exists() else builtin_catalogue()
    report, merged = merge(file, known)
    if not report.refused:
        write_catalogue(to, merged)
    return report, merged


def merge(file: Path, known: Catalogue) -> tuple[Report, Catalogue]:
    """`known` with the rows of `file` in place of its own, and what they change; writes nothing."""
    refused: list[DataError] = []
    names = FieldNames(known.fields.values())
    accepted: dict[str, Procedure] = {}
    for row in rows(file, COLUMNS, refused.append):
        try:
            one = _unrepeated(row, procedure(row, names), accepted)
        except DataError as error:
            refused.append(error)
        else:
            accepted[one.code] = one
    if not accepted and not refused:
        raise DataError(file, 2, None, "holds no procedure; allowed: a row for each procedure")
    used = {one.field for one in accepted.values()} - known.fields.keys()
    added = [field for code, field in names.fields.items() if code in used]
    report = _report(accepted, known.procedures, added, sorted(refused, key=lambda e: e.line))
    return report, Catalogue({**known.procedures, **accepted}, names.fields)


def write_catalogue(path: Path, catalogue: Catalogue) -> None:
    """The whole file appears at once or not at all, also when the machine stops meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=path.name + ".", delete=False
    ) as out:
        temporary = Path(out.name)
        try:
            out.write(as_csv(catalogue))
            out.flush()
            os.fsync(out.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def as_csv(catalogue: Catalogue) -> str:
    """Sorted by code, in the columns that `load_catalogue` reads."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for code in sorted(catalogue.procedures):
        writer.writerow(_cells(catalogue.procedures[code], catalogue.fields))
    return out.getvalue()


def _cells(one: Procedure, fields: dict[str, Field]) -> list[str]:
    facts = [
        one.code,
        one.name,
        fields[one.field].name if one.field else None,
        "+".join(one.levels),
        None if one.limit_value is None else _decimal(one.limit_value),
        one.limit_unit,
        one.fee_vnd,
        one.service_level,
        one.result_documents,
        one.source,
    ]
    return ["" if fact is None else str(fact) for fact in facts]


def _decimal(value: float) -> str:
    """Never with an exponent, and whole numbers without a point."""
    return str(int(value)) if value.is_integer() else f"{Decimal(str(value)):f}"


def _unrepeated(row: Row, one: Procedure, accepted: dict[str, Procedure]) -> Procedure:
    if one.code in accepted:
        raise row.fault("code", f"{one.code!r} stands in the file already; allowed: once")
    return one


def _report(
    accepted: dict[str, Procedure],
    known: dict[str, Procedure],
    new_fields: list[Field],
    refused: list[DataError],
) -> Report:
    new = [one for code, one in accepted.items() if code not in known]
    changed = {
        code: facts
        for code, one in accepted.items()
        if code in known and (facts := _difference(known[code], one))
    }
    unchanged = len(accepted) - len(new) - len(changed)
    return Report(new, changed, unchanged, new_fields, refused)


def _difference(old: Procedure, new: Procedure) -> dict[str, tuple[object, object]]:
    before, after = asdict(old), asdict(new)
    return {fact: (before[fact], after[fact]) for fact in before if before[fact] != after[fact]}
