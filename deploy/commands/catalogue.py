"""`ioc catalogue`: the procedures that the monitor knows."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from seeds.catalogue import Report, import_catalogue
from seeds.procedures import CATALOGUE_DEFAULT, CATALOGUE_VARIABLE, COLUMNS, catalogue_path
from seeds.table import DataError

SHOWN = 10
WIDTH = 40


@click.group(epilog="Example: ioc catalogue import procedures-of-the-province.csv")
def command() -> None:
    """The procedures that the monitor knows, and codes that it does not."""


@command.command(
    "import",
    epilog="Example: ioc catalogue import procedures-of-the-province.csv",
    help=f"""Load a full list of procedures from FILE.

    FILE is CSV in UTF-8 with the columns {", ".join(COLUMNS)}. Its procedures replace those of
    the same code and join the others; one that it does not name stays. A row that is wrong is
    named with line, column and what is allowed, and then nothing is written.

    Services prefer the written catalogue from their next start on: the file that
    {CATALOGUE_VARIABLE} names, else {CATALOGUE_DEFAULT} in the folder where they start.

    Exit codes: 0 written, 1 something in FILE is wrong, 2 wrong use.
    """,
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"Where to write. [default: {CATALOGUE_VARIABLE}, else {CATALOGUE_DEFAULT}]",
)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def import_command(file: Path, to: Path | None, as_json: bool) -> None:
    to = to or catalogue_path()
    try:
        report, merged = import_catalogue(file, to)
    except DataError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except OSError as error:
        raise click.UsageError(f"cannot read {file} or write {to}: {error}") from error
    _print_json(report, to) if as_json else _print(report)
    if report.refused:
        click.echo(f"Nothing was written; correct {file} and import it again.", err=True)
        sys.exit(1)
    written = f"{len(merged.procedures)} procedures in {len(merged.fields)} fields"
    click.echo(f"Wrote {to}: {written}; services read it when they start next.", err=True)


def _print(report: Report) -> None:
    for error in report.refused:
        click.echo(f"refused  {error}")
    for code, facts in report.changed.items():
        changes = "; ".join(
            f"{fact}: {_short(old)} -> {_short(new)}" for fact, (old, new) in facts.items()
        )
        click.echo(f"changed  {code}  {changes}")
    for one in report.new[:SHOWN]:
        click.echo(f"new      {one.code}  {one.name}")
    if len(report.new) > SHOWN:
        click.echo(f"new      and {len(report.new) - SHOWN} more; --json lists all")
    click.echo(
        f"{len(report.new)} new, {len(report.changed)} changed, {report.unchanged} unchanged,"
        f" {len(report.refused)} refused, {len(report.new_fields)} new fields"
    )


def _short(fact: object) -> str:
    text = "-" if fact in (None, ()) else "+".join(fact) if isinstance(fact, tuple) else str(fact)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def _print_json(report: Report, to: Path) -> None:
    refused = [
        {"line": error.line, "column": error.column, "problem": error.problem}
        for error in report.refused
    ]
    document = {
        "written_to": None if refused else str(to),
        "new": [one.code for one in report.new],
        "changed": report.changed,
        "unchanged": report.unchanged,
        "new_fields": [asdict(field) for field in report.new_fields],
        "refused": refused,
    }
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
