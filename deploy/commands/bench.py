"""`ioc bench`."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

import click

from deploy.local.processes import MissingProgramError, StartError

CONNECTORS = ("csv", "sqlite", "postgresql", "mariadb", "xlsx")


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
    from deploy.benchmarks.run import fold as measure  # noqa: PLC0415

    _report(partial(measure, dossiers=dossiers, bundle=bundle, runs=runs, say=_progress))


@command.command(epilog="Example: ioc bench receiver --objects 60000")
@click.option("--objects", type=click.IntRange(min=500), default=60_000, show_default=True)
def receiver(objects: int) -> None:
    """The receiver from HTTP to the acknowledged log, against its parsing alone."""
    from deploy.benchmarks.receiver import receive  # noqa: PLC0415

    _report(partial(receive, objects=objects, say=_progress))


@command.command(epilog="Example: ioc bench latency --events 100")
@click.option("--events", type=click.IntRange(min=2), default=100, show_default=True)
def latency(events: int) -> None:
    """From an event in the log's hands until /metrics shows it, live."""
    from deploy.benchmarks.latency import latency as measure  # noqa: PLC0415

    _report(partial(measure, events=events, say=_progress))


@command.command(epilog="Example: ioc bench clock --dossiers 30000 --runs 3")
@click.option("--dossiers", type=click.IntRange(min=100), default=30_000, show_default=True)
@click.option("--runs", type=click.IntRange(1, 20), default=3, show_default=True)
def clock(dossiers: int, runs: int) -> None:
    """The legal clock: alone, folding into open partitions, opening a gate. No broker."""
    from deploy.benchmarks.legal_clock import report  # noqa: PLC0415

    _report(lambda _: report(dossiers, runs, _progress))


@command.command(epilog="Example: ioc bench connect --sources 200 --seconds 60")
@click.option("--sources", type=click.IntRange(2, 1_000), default=200, show_default=True)
@click.option("--seconds", type=click.IntRange(5, 3_600), default=60, show_default=True)
def connect(sources: int, seconds: int) -> None:
    """Many sources at their normal rates in one process: how much of a core they take."""
    from deploy.benchmarks.sources import connect as measure  # noqa: PLC0415

    _report(partial(measure, sources=sources, seconds=float(seconds), say=_progress))


@command.command(epilog="Example: ioc bench sources --connector csv --connector sqlite --runs 3")
@click.option(
    "--readings", type=click.IntRange(1_000, 1_000_000), default=100_000, show_default=True
)
@click.option(
    "--connector", "connectors", type=click.Choice(CONNECTORS), multiple=True, help="All."
)
@click.option("--runs", type=click.IntRange(1, 20), default=3, show_default=True)
def sources(readings: int, connectors: tuple[str, ...], runs: int) -> None:
    """A backlog from each kind of source to the acknowledged log, on one core.

    Beside it: the same adapter alone, the adapter and the mapping, and a bare loop of csv.reader or
    cursor, json and confluent-kafka, in the same run on the same rows. A database server that is
    not on this machine is left out.
    """
    from deploy.benchmarks.sources_throughput import throughput  # noqa: PLC0415

    chosen = connectors or CONNECTORS
    _report(partial(throughput, readings=readings, connectors=chosen, runs=runs, say=_progress))


@command.command(epilog="Example: ioc bench readings --days 60 --runs 3")
@click.option("--days", type=click.IntRange(min=1), default=60, show_default=True)
@click.option("--bundle", type=click.IntRange(1, 500), default=200, show_default=True)
@click.option("--runs", type=click.IntRange(1, 20), default=3, show_default=True)
def readings(days: int, bundle: int, runs: int) -> None:
    """Readings of stations, every five minutes, beside dossiers: decode and fold. No broker."""
    from deploy.benchmarks.readings import measure  # noqa: PLC0415

    _report(lambda _: measure(days, bundle, runs))


class Report(Protocol):
    def lines(self) -> list[str]: ...


def _report(measure: Callable[[Path], Report]) -> None:
    try:
        with tempfile.TemporaryDirectory(prefix="ioc-bench-") as directory:
            report = measure(Path(directory))
    except (MissingProgramError, StartError) as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(report.lines()))


def _progress(line: str) -> None:
    click.echo(line, err=True)
