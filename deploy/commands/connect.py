"""`ioc connect`: connectors as processes."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from connectors.clock import OFFSET_VARIABLE, Clock
from connectors.dvcqg.accounts import AccountFileError
from connectors.dvcqg.catalogue import AliasFileError
from connectors.dvcqg.settings import ReceiverSettings
from connectors.intake.database import DataFolderError
from connectors.intake.vault import VaultError
from connectors.log.settings import KafkaSettings
from deploy import connecting
from deploy.options import config_option, configuration, with_flags

if TYPE_CHECKING:
    from connectors.dvcqg.server import Prepared

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Folder for counts, checkpoints and the quarantine.",
)
clock_option = click.option(
    "--clock-offset", type=float, default=0.0, envvar=OFFSET_VARIABLE, metavar="S"
)
WRONG = (AccountFileError, AliasFileError, DataFolderError, VaultError)


@click.group(
    invoke_without_command=True,
    epilog="Example: ioc connect --config ioc.toml --only stations",
)
@click.option("--only", metavar="NAME", multiple=True, help="Only this source; may be repeated.")
@click.option(
    "--dry-run", metavar="NAME", help="Print what the source's first records would become."
)
@click.option("--records", type=click.IntRange(1, 10_000), default=20, help="Of a dry run: 20.")
@click.option("--host", help="Address to serve on.")
@click.option("--port", type=int, help="Port to serve on; 8802 unless said.")
@data_option
@click.option("--bootstrap", metavar="H:P", help="Where Kafka is.")
@click.option("--topic-prefix", help="Put before every topic's name.")
@clock_option
@config_option
@click.pass_context
def command(
    context: click.Context,
    only: tuple[str, ...],
    dry_run: str | None,
    records: int,
    host: str | None,
    port: int | None,
    data: Path | None,
    bootstrap: str | None,
    topic_prefix: str | None,
    clock_offset: float,
    config: Path | None,
) -> None:
    """Run connectors: take events from the province's systems.

    Without a subcommand: ask every [[source]] of the configuration, for ever. GET /sources, /health
    and /metrics are for operators. SIGTERM stops it; what is not in the log is asked for again.

    A dry run writes nothing; exit code 1: a record would be refused, or the source is away.
    """
    if context.invoked_subcommand:
        _refuse_options(context)
        return
    chosen = configuration(config)
    clock = Clock(clock_offset)
    if dry_run:
        [source] = connecting.chosen(chosen.source, [dry_run])
        lines, good = connecting.tried(source, clock, records)
        print(*lines, sep="\n")
        sys.exit(0 if good else 1)
    _log()
    settings = with_flags(chosen.connect, {"host": host, "port": port, "data": data})
    cluster = with_flags(chosen.kafka, {"bootstrap": bootstrap, "prefix": topic_prefix})
    connecting.run(connecting.chosen(chosen.source, only), settings, cluster, clock)


@command.command(epilog="Example: ioc connect rewind stations --to 2026-11-01T00:00:00+07:00")
@click.argument("name")
@click.option("--to", required=True, metavar="TIME|POSITION", help="Or: beginning.")
@data_option
@clock_option
@config_option
def rewind(name: str, to: str, data: Path | None, clock_offset: float, config: Path | None) -> None:
    """Read a source again from a time with its zone, or from a position as /sources shows it.

    A running connector sees it within seconds, and a source that was stopped goes on. What is in
    the log already is the same event again, and changes nothing.
    """
    chosen = configuration(config)
    settings = with_flags(chosen.connect, {"data": data})
    [source] = connecting.chosen(chosen.source, [name])
    position = connecting.rewind(source, settings, Clock(clock_offset), to)
    print(f"{name} will be read from {'the beginning' if position is None else position}")


@command.command(
    epilog="Example: ioc connect dvcqg --port 8801 --accounts accounts.toml --data /var/lib/ioc"
)
@click.option("--host", help="Address to serve on.")
@click.option("--port", type=int, help="Port to serve on; 8801 unless said.")
@click.option("--accounts", type=click.Path(path_type=Path), help="TOML file of who may send.")
@data_option
@click.option("--worker-api", metavar="URL,URL", help="Workers to ask for TraCuuHoSo.")
@click.option("--bootstrap", metavar="H:P", help="Where Kafka is.")
@click.option("--topic-prefix", help="Put before every topic's name.")
@clock_option
@config_option
def dvcqg(
    host: str | None,
    port: int | None,
    accounts: Path | None,
    data: Path | None,
    worker_api: str | None,
    bootstrap: str | None,
    topic_prefix: str | None,
    clock_offset: float,
    config: Path | None,
) -> None:
    """Receive what one-stop systems send to the national portal (DVCQG), and answer as it does.

    POST /login opens a session; POST /service takes DongBoHoSoMC, CapNhatTienDoHoSoMC and
    TraCuuHoSo; POST /service/DongBoHoSoMC?isUpdating=True&MaDinhDanhDV=… takes a bare array.
    GET /health and /metrics are for operators. SIGTERM stops it; what was taken is then in the log.
    """
    _log()
    chosen = configuration(config)
    flags = {
        "host": host,
        "port": port,
        "accounts": accounts,
        "data": data,
        "worker_api": tuple(worker_api.split(",")) if worker_api else None,
    }
    settings = with_flags(chosen.receiver, flags)
    cluster = with_flags(chosen.kafka, {"bootstrap": bootstrap, "prefix": topic_prefix})
    _run(_prepared(settings), cluster, Clock(clock_offset))


def _refuse_options(context: click.Context) -> None:
    """Those in front of a subcommand would have no effect."""
    for name in context.params:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = name.replace("_", "-")
            raise click.UsageError(f"--{option} has no effect before {context.invoked_subcommand}")


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    # Kafka's client says the same again and again while the broker is away; our writer says it
    # once. Others would log every request, whose URL may hold a token.
    for noisy, level in (("kafka", logging.CRITICAL), ("httpx", logging.WARNING)):
        logging.getLogger(noisy).setLevel(level)


def _prepared(settings: ReceiverSettings) -> "Prepared":
    # HTTP and Kafka take a moment to load, which wrong use should not wait for.
    from connectors.dvcqg.server import ReceiverSettingsError, prepare  # noqa: PLC0415

    try:
        return prepare(settings)
    except (*WRONG, ReceiverSettingsError) as error:
        raise click.UsageError(str(error)) from error


def _run(prepared: "Prepared", cluster: KafkaSettings, clock: Clock) -> None:
    from connectors.dvcqg.server import run  # noqa: PLC0415

    try:
        asyncio.run(run(prepared, cluster, clock))
    except WRONG as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        where = f"{prepared.settings.host}:{prepared.settings.port}"
        raise click.ClickException(
            f"cannot serve on {where}: {error}; choose another --port"
        ) from error
