"""`ioc wall`."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from dashboards.settings import WallSettings
from dashboards.wall.serve import AddressError, serve
from deploy.configuration import ConfigurationError, load


@click.command(
    epilog="Example: ioc wall --port 8800 --prometheus http://127.0.0.1:19090 --period 2023"
)
@click.option("--host", help="Address to listen on; 127.0.0.1 unless said.")
@click.option("--port", type=click.IntRange(1, 65_535), help="8800 unless said.")
@click.option("--prometheus", metavar="URL", help="http://127.0.0.1:19090 unless said.")
@click.option(
    "--period",
    type=click.IntRange(2000, 2100),
    metavar="YEAR",
    help="The year on the wall; the current one of the figures' own clock unless said.",
)
@click.option("--interval", type=click.FloatRange(0.1, 60), help="Seconds between two runs.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="ioc.toml here unless said; its section [wall] holds what is not given above.",
)
def command(config: Path | None, **options: Any) -> None:
    """Serve the wall until it is stopped. It reads Prometheus and changes nothing."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # A line for each query every few seconds says nothing.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    given = {key: value for key, value in options.items() if value is not None}
    try:
        settings = WallSettings(**load(config).wall.model_dump() | given)
        asyncio.run(serve(settings))
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    except ValidationError as error:
        raise click.UsageError(f"--prometheus: {given['prometheus']!r} is no URL") from error
    except AddressError as error:
        raise click.ClickException(str(error)) from error
