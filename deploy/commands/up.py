"""`ioc up`."""

import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from connectors.log.settings import KafkaSettings
from deploy.local import loading
from deploy.local.ports import PortTakenError, automatic, configured
from deploy.local.processes import MissingProgramError, StartError
from deploy.local.screen import Screen
from deploy.local.up import AlreadyRunningError, Wish, run
from deploy.options import config_option, configuration, used

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
@click.option("--workers", type=click.IntRange(1, 16), help="1 unless said.")
@click.option("--broker", metavar="H:P", help="An Apache Kafka that runs already.")
@click.option("--topic-prefix", help="Put before every topic's name and the consumer group.")
@click.option("--ports", type=click.Choice(["fixed", "auto"]), default="fixed", show_default=True)
@click.option(
    "--data", type=click.Path(path_type=Path), help="Where it keeps all; .ioc unless said."
)
@config_option
def command(config: Path | None, **options: Any) -> None:
    """Start the whole monitor on this machine: broker, receiver, workers, Prometheus, wall, and
    the connectors of the sources that are declared.

    With a scenario a simulated province has all the sources; at `ioc feeds` on its port things can
    be made to happen to it.

    Everything listens on loopback and ends with Ctrl-C. Exit code 1: with --check, a figure
    differs from the truth; else, something could not start.
    """
    chosen = _chosen(options["scenario"], options["dossiers"], options["seed"])
    if (options["check"] or options["keep"]) and chosen is None:
        raise click.UsageError("--check and --keep go with --scenario or --dossiers")
    try:
        sys.exit(run(_wish(config, chosen, options), Screen(sys.stdout)))
    except _FAILURES as failure:
        raise click.ClickException(str(failure)) from failure


def _wish(config: Path | None, chosen: loading.Chosen | None, options: dict[str, Any]) -> Wish:
    """Flags come before the configuration."""
    settings = configuration(config)
    kafka = settings.kafka
    # A cluster that somebody has named is used; else we run a broker of our own.
    bootstrap = options["broker"] or (
        kafka.bootstrap if "bootstrap" in kafka.model_fields_set else None
    )
    workers = options["workers"] or settings.stack.workers
    return Wish(
        directory=options["data"] or settings.stack.data,
        ports=automatic(workers) if options["ports"] == "auto" else configured(settings, workers),
        chosen=chosen,
        check=options["check"],
        keep=options["keep"],
        bootstrap=bootstrap,
        prefix=_prefix(options["topic_prefix"], kafka, chosen, bootstrap),
        configuration=used(config),
        cluster=kafka,
        accounts=None if chosen else settings.receiver.accounts,
        sources=settings.source,
    )


def _prefix(
    given: str | None, kafka: KafkaSettings, chosen: loading.Chosen | None, bootstrap: str | None
) -> str:
    """Topics of a cluster that is not ours outlive us: no scenario may find another's."""
    if given is not None:
        return given
    return f"{chosen.name}-{uuid4().hex[:6]}." if chosen and bootstrap else kafka.prefix


def _chosen(scenario: str | None, dossiers: int | None, seed: int) -> loading.Chosen | None:
    if scenario and dossiers:
        raise click.UsageError("give one of --scenario and --dossiers")
    if dossiers:
        return loading.sized(dossiers, seed)
    try:
        return loading.named(scenario) if scenario else None
    except KeyError as unknown:
        raise click.UsageError(str(unknown.args[0])) from None
