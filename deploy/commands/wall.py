"""`ioc wall`."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import click

from dashboards.wall.serve import AddressError, serve
from deploy.options import config_option, configuration, with_flags


@click.command(
    epilog="Example: ioc wall --port 8800 --prometheus http://127.0.0.1:19090 --period 2023"
)
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--prometheus", metavar="URL", help="Where the figures are kept.")
@click.option("--period", type=int, metavar="YEAR", help="The current one unless said.")
@click.option("--interval", type=float, metavar="S", help="Seconds between two runs.")
@click.option(
    "--rotation", type=float, metavar="S", help="Each board is shown so long; 0: the first stays."
)
@config_option
def command(config: Path | None, **flags: Any) -> None:
    """Serve the wall until it is stopped. It reads Prometheus and changes nothing."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # A line for each query every few seconds says nothing.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = with_flags(configuration(config).wall, flags)
    try:
        asyncio.run(serve(settings))
    except AddressError as error:
        raise click.ClickException(str(error)) from error
