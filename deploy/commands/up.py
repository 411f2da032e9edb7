"""`ioc up`."""

import sys
from pathlib import Path
from uuid import uuid4

import click

from deploy.local import loading
from deploy.local.ports import Ports, PortTakenError, automatic
from deploy.local.processes import MissingProgramError, StartError
from deploy.local.screen import Screen
from deploy.local.up import AlreadyRunningError, Wish, run

_FAILURES = (
    AlreadyRunningError,
    PortTakenError,
    MissingProgramError,
    StartError,
    loading.LoadError,
)


@click.command(epilog="Example: ioc up --scenario year-2023")
@click.option("--scenario", metavar="NAME", help="Load and live a simulated year: year-2023.")
@click.option("--dossiers", type=click.IntRange(1), help="A scenario of so many dossiers instead.")
@click.option("--seed", type=int, default=7, show_default=True, help="With --dossiers.")
@click.option("--keep", is_flag=True, help="Go on with what the scenario loaded the last time.")
@click.option("--check", is_flag=True, help="Load, compare all figures with the truth, and stop.")
@click.option("--workers", type=click.IntRange(1, 16), default=1, show_default=True)
@click.option("--broker", metavar="H:P", help="An Apache Kafka that runs already.")
@click.option("--topic-prefix", help="Put before every topic's name and the consumer group.")
@click.option("--ports", type=click.Choice(["fixed", "auto"]), default="fixed", show_default=True)
@click.option("--data", default=".ioc", show_default=True, type=click.Path(path_type=Path))
def command(
    *,
    scenario: str | None,
    dossiers: int | None,
    seed: int,
    keep: bool,
    check: bool,
    workers: int,
    broker: str | None,
    topic_prefix: str | None,
    ports: str,
    data: Path,
) -> None:
    """Start the whole monitor on this machine: broker, receiver, workers, Prometheus, wall.

    Everything listens on loopback and ends with Ctrl-C. Exit code 1: with --check, a figure
    differs from the truth; else, something could not start.
    """
    chosen = _chosen(scenario, dossiers, seed)
    if (check or keep) and chosen is None:
        raise click.UsageError("--check and --keep go with --scenario or --dossiers")
    if topic_prefix is None:
        # Topics of a cluster that is not ours outlive us: no scenario may find another's.
        topic_prefix = f"{chosen.name}-{uuid4().hex[:6]}." if chosen and broker else ""
    wish = Wish(
        directory=data,
        ports=automatic(workers) if ports == "auto" else _fixed(workers),
        chosen=chosen,
        check=check,
        keep=keep,
        bootstrap=broker,
        prefix=topic_prefix,
    )
    try:
        sys.exit(run(wish, Screen(sys.stdout)))
    except _FAILURES as failure:
        raise click.ClickException(str(failure)) from failure


def _chosen(scenario: str | None, dossiers: int | None, seed: int) -> loading.Chosen | None:
    if scenario and dossiers:
        raise click.UsageError("give one of --scenario and --dossiers")
    if dossiers:
        return loading.sized(dossiers, seed)
    try:
        return loading.named(scenario) if scenario else None
    except KeyError as unknown:
        raise click.UsageError(str(unknown.args[0])) from None


def _fixed(workers: int) -> Ports:
    return Ports(
        broker=19092,
        receiver=8801,
        workers=range(8810, 8810 + workers),
        prometheus=19090,
        alertmanager=19093,
        wall=8800,
    )
