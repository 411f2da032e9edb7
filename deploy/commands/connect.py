"""`ioc connect`: connectors as processes."""

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.clock import OFFSET_VARIABLE, Clock
from connectors.dvcqg.accounts import AccountFileError
from connectors.dvcqg.catalogue import AliasFileError
from connectors.dvcqg.settings import ReceiverSettings
from connectors.intake.database import DataFolderError
from connectors.intake.vault import VaultError
from connectors.log.settings import KafkaSettings
from deploy.options import config_option, configuration, with_flags

if TYPE_CHECKING:
    from connectors.dvcqg.server import Prepared

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
WRONG = (AccountFileError, AliasFileError, DataFolderError, VaultError)


@click.group(epilog="Example: ioc connect dvcqg --accounts accounts.toml --data /var/lib/ioc")
def command() -> None:
    """Run connectors: take events from the province's systems."""


@command.command(
    epilog="Example: ioc connect dvcqg --port 8801 --accounts accounts.toml --data /var/lib/ioc"
)
@click.option("--host", help="Address to serve on.")
@click.option("--port", type=int, help="Port to serve on; 8801 unless said.")
@click.option("--accounts", type=click.Path(path_type=Path), help="TOML file of who may send.")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder for counts and the quarantine."
)
@click.option("--worker-api", metavar="URL,URL", help="Workers to ask for TraCuuHoSo.")
@click.option("--bootstrap", metavar="H:P", help="Where Kafka is.")
@click.option("--topic-prefix", help="Put before every topic's name.")
@click.option("--clock-offset", type=float, default=0.0, envvar=OFFSET_VARIABLE, metavar="S")
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
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    # Kafka's client says the same again and again while the broker is away; our writer says it
    # once. Others would log every request, whose URL may hold a token.
    for noisy, level in (("kafka", logging.CRITICAL), ("httpx", logging.WARNING)):
        logging.getLogger(noisy).setLevel(level)
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
