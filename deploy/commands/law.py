"""`ioc law check|diff`: the rule files of deadlines."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from connectors.clock import Clock
from deploy.moments import Moment
from deploy.open_cases import CannotTellError, OpenCases
from seeds.law_calendar import calendar_days, require_years, years_needed
from seeds.law_files import LAWS, Law, check_laws, load_laws, unknown_fields
from seeds.law_table import LawFileError
from seeds.procedures import fields
from seeds.table import DataError
from streams.core.legal.book import rule_book
from streams.core.legal.calendar import WorkingCalendar
from streams.core.legal.case_file import CaseFileError, read_cases
from streams.core.legal.comparison import KnownCase, Moved, moved
from streams.core.legal.receipt import to_json

FOLDER = click.Path(exists=True, path_type=Path)


@click.group(epilog="Example: ioc law check")
def command() -> None:
    """The rules of deadlines, as files: check them, and see whom a change would move."""


@command.command(epilog="Example: ioc law check seeds/laws")
@click.argument("folder", type=FOLDER, default=LAWS)
@click.option("--at", type=Moment(), help="When it is to hold. [default: now]")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def check(folder: Path, at: int | None, as_json: bool) -> None:
    """Check the law files of FOLDER and the calendar that they need.

    Every fault is named with file, line, key and what is allowed. Without FOLDER: the laws that
    come with the monitor.

    Exit codes: 0 all right, 1 something is wrong, 2 wrong use.
    """
    loaded, faults = check_laws(folder)
    found = [str(fault) for fault in [*faults, *unknown_fields(loaded, fields())]]
    found += _calendar_faults(int(Clock().now()) if at is None else at)
    if as_json:
        print(json.dumps({"laws": [_law_json(law) for law in loaded], "faults": found}))
    else:
        print("\n".join([_law_line(law) for law in loaded] + [f"WRONG  {line}" for line in found]))
    sys.exit(1 if found else 0)


@command.command(epilog="Example: ioc law diff seeds/laws new-laws --worker http://127.0.0.1:8810")
@click.argument("old", type=FOLDER)
@click.argument("new", type=FOLDER)
@click.option(
    "--cases",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON array of cases, each as the API of a worker tells it (/api/cases/ID).",
)
@click.option(
    "--worker",
    metavar="URL[,URL]",
    help="The APIs of all workers that run; their open cases are asked of them.",
)
@click.option(
    "--at", type=Moment(), help="The instant to compare at. [default: now, by the workers' clock]"
)
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def diff(
    old: Path, new: Path, cases: Path | None, worker: str | None, at: int | None, as_json: bool
) -> None:
    """List the open cases that the laws of NEW would move against those of OLD, and by how much.

    The cases are those of a file or of workers that run, one of both. A case keeps the law of the
    day on which it was received, in both.

    Exit codes: 0 nobody moves, 1 somebody does, 2 wrong use, or no worker that can tell.
    """
    calendar = WorkingCalendar(calendar_days())
    try:
        before, after = (rule_book(load_laws(path), calendar) for path in (old, new))
    except LawFileError as error:
        raise click.UsageError(str(error)) from error
    known, now = _known(cases, worker)
    try:
        found = list(moved(known, before, after, now if at is None else at))
    except ValueError as error:
        raise click.UsageError(f"{cases or worker}: {error}") from error
    if as_json:
        print(json.dumps([to_json(item) for item in found], ensure_ascii=False))
    else:
        print("\n".join(_report(found, calendar, len(known))))
    sys.exit(1 if found else 0)


def _known(cases: Path | None, worker: str | None) -> tuple[list[KnownCase], int]:
    """The cases to look at, and the now that they are told in."""
    if (cases is None) == (worker is None):
        raise click.UsageError("give one of --cases FILE and --worker URL[,URL]")
    try:
        if cases is not None:
            return read_cases(cases.read_text(encoding="utf-8")), int(Clock().now())
        told = OpenCases([address.strip() for address in (worker or "").split(",")])
        return list(told), told.now
    except CannotTellError as error:
        raise click.UsageError(str(error)) from error
    except (CaseFileError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{cases}: {error}") from error


def _calendar_faults(now: int) -> list[str]:
    try:
        require_years(calendar_days(), years_needed(datetime.fromtimestamp(now, UTC).date()))
    except DataError as error:
        return [str(error)]
    return []


def _law_line(law: Law) -> str:
    until = f"before {law.valid_to}" if law.valid_to else "on"
    special = len(law.procedures) + len(law.fields) + len(law.levels)
    return (
        f"{law.case_kind:<10} from {law.valid_from} {until:<18} {special:>4} special  {law.title}"
    )


def _law_json(law: Law) -> dict[str, Any]:
    return {
        "file": str(law.file),
        "case_kind": law.case_kind,
        "title": law.title,
        "valid_from": law.valid_from.isoformat(),
        "valid_to": law.valid_to.isoformat() if law.valid_to else None,
    }


def _report(found: Sequence[Moved], calendar: WorkingCalendar, looked_at: int) -> Iterable[str]:
    yield f"{len(found)} of {looked_at} cases would move"
    for item in found:
        old, new = item.old, item.new
        due = f"{_local(old.due_by_law, calendar)} → {_local(new.due_by_law, calendar)}"
        days = (
            "" if item.working_days is None else f" ({float(item.working_days):+.2f} working days)"
        )
        level = old.level if old.level == new.level else f"{old.level} → {new.level}"
        yield f"  {item.case}  by law {due}{days}  {level}"


def _local(moment: int | None, calendar: WorkingCalendar) -> str:
    return "none" if moment is None else calendar.local(moment).strftime("%Y-%m-%d %H:%M:%S")
