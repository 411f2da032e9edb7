"""`ioc bench`."""

import tempfile
from pathlib import Path

import click

from deploy.local.processes import MissingProgramError, StartError


@click.group(epilog="Example: ioc bench fold --dossiers 60000 --runs 3")
def command() -> None:
    """Measure speed beside peers, in one run, on the same messages: read the ratios.

    Machines are noisy; single figures are not promises.
    """


@command.command(epilog="Example: ioc bench fold --dossiers 60000 --bundle 200 --runs 3")
@click.option("--dossiers", type=click.IntRange(min=1), default=60_000, show_default=True)
@click.option("--bundle", type=click.IntRange(1, 500), default=200, show_default=True)
@click.option("--runs", type=click.IntRange(1, 20), default=3, show_default=True)
def fold(dossiers: int, bundle: int, runs: int) -> None:
    """The worker against a bare confluent-kafka loop with msgspec and the same fold."""
    try:
        from deploy.benchmarks.run import fold as measure  # noqa: PLC0415

        with tempfile.TemporaryDirectory(prefix="ioc-bench-") as directory:
            report = measure(
                Path(directory), dossiers=dossiers, bundle=bundle, runs=runs, say=_progress
            )
    except (MissingProgramError, StartError) as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(report.lines()))


def _progress(line: str) -> None:
    click.echo(line, err=True)
