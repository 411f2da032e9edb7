"""`ioc worker`."""

import sys
from pathlib import Path

import click

from connectors.clock import OFFSET_VARIABLE, Clock
from connectors.log.settings import KafkaSettings
from deploy.options import config_option, configuration, with_flags
from streams.shell.logs import set_up
from streams.shell.settings import WorkerSettings


@click.command(epilog="Example: ioc worker --name worker-1 --port 8810 --bootstrap 127.0.0.1:19092")
@click.option("--name", help="The worker's own in its group; it stays the same over restarts.")
@click.option("--host", help="Address to serve metrics and API on.")
@click.option("--port", type=int, help="Port to serve metrics and API on.")
@click.option("--bootstrap", metavar="H:P", help="Where Kafka is.")
@click.option("--topic-prefix", help="Put before every topic's name and the consumer group.")
@click.option("--workers", metavar="URL,URL", help="The APIs of the other workers.")
@click.option(
    "--outages",
    type=click.Path(path_type=Path),
    envvar="IOC_OUTAGES",
    metavar="FILE",
    help="Table of the stretches in which a system was down: begins,ends,system,seen_by.",
)
@click.option("--session-timeout", type=float, metavar="S", help="After which Kafka gives us up.")
@click.option("--clock-offset", type=float, default=0.0, envvar=OFFSET_VARIABLE, metavar="S")
@config_option
def command(
    config: Path | None,
    name: str | None,
    host: str | None,
    port: int | None,
    bootstrap: str | None,
    topic_prefix: str | None,
    workers: str | None,
    outages: Path | None,
    session_timeout: float | None,
    clock_offset: float,
) -> None:
    """Fold the log into figures and serve them: /metrics, /api/state, /api/cases/ID, /ready.

    SIGTERM stops it. Exit code 70: it ended because it could not go on; start it again.
    """
    set_up()
    read = configuration(config)
    flags = {
        "name": name,
        "host": host,
        "port": port,
        "workers": tuple(workers.split(",")) if workers else None,
        "outages": outages,
        "session_timeout": session_timeout,
    }
    cluster = with_flags(read.kafka, {"bootstrap": bootstrap, "prefix": topic_prefix})
    sys.exit(_run(cluster, with_flags(read.worker, flags), Clock(clock_offset)))


def _run(cluster: KafkaSettings, settings: WorkerSettings, clock: Clock) -> int:
    # Faust takes half a second to load, for which no help and no wrong use should wait.
    from streams.shell.service import CannotBeginError, run  # noqa: PLC0415

    try:
        return run(cluster, settings, clock)
    except CannotBeginError as error:
        raise click.ClickException(str(error)) from error
