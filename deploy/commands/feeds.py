"""`ioc feeds`."""

import asyncio
import logging
import math
import socket
from pathlib import Path

import click

from connectors.clock import OFFSET_VARIABLE, Clock
from connectors.intake.serving import listening
from connectors.simulator.feeds.declarations import declared, written
from connectors.simulator.feeds.happenings import NAMES, SORTS, UnknownHappeningError
from connectors.simulator.feeds.province import Province, Wanted
from connectors.simulator.feeds.serving import serve

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_HAPPENINGS = "\n\n".join(f"{name}: {SORTS[name].shows}." for name in NAMES)


_HELP = """
Be the systems of a simulated province, seen from outside: interfaces that answer with JSON, folders
into which files are dropped, databases; for every subsystem but the dossiers.

\b
GET  /SOURCE?cursor=N   what a system of stations, probes or cameras tells
GET  /happenings        what can happen, what it shows, and what has happened
POST /happenings        {"name": NAME, "source": SOURCE, "seconds": N} lets it happen
GET  /health

What can happen (NAME; from the start with --happening):

"""
_END = "\n\nSIGTERM stops it; a province that is in DIR already goes on."


@click.command(
    help=_HELP + _HAPPENINGS + _END,
    epilog="Example: ioc feeds --data .ioc/feeds --port 8803 --happening silent:stations",
)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), required=True,
              metavar="DIR", help="Where files and databases lie.")  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65_535), default=8803, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True, help="Of a new province.")
@click.option("--pace", type=click.IntRange(1, 300), default=1, show_default=True,
              help="Measure, and let cases come, so many times as often as in life.")  # fmt: skip
@click.option("--happening", "happenings", multiple=True, metavar="NAME[:SOURCE]")
@click.option("--seconds", type=click.FloatRange(min=0), metavar="S",
              help="Live so long from now on, then stand still and only answer.")  # fmt: skip
@click.option("--write-config", is_flag=True, help="Print the [[source]] tables, and stop.")
@click.option("--clock-offset", type=float, default=0.0, envvar=OFFSET_VARIABLE, metavar="S")
def command(
    *,
    data: Path,
    host: str,
    port: int,
    seed: int,
    pace: int,
    happenings: tuple[str, ...],
    seconds: float | None,
    write_config: bool,
    clock_offset: float,
) -> None:
    if write_config:
        click.echo(written(declared(data, f"http://{host}:{port}", pace)), nl=False)
        return
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    try:
        served = listening(host, port)
    except OSError as error:
        raise click.ClickException(
            f"cannot serve on {host}:{port}: {error}; choose another --port"
        ) from error
    with served:
        clock = Clock(clock_offset)
        province = Province(data, Wanted(seed, pace), clock.now())
        until = math.inf if seconds is None else province.told + seconds
        _run(served, province, clock, until, happenings)


def _run(
    served: socket.socket,
    province: Province,
    clock: Clock,
    until: float,
    happenings: tuple[str, ...],
) -> None:
    try:
        province.begin([_split(one) for one in happenings])
        asyncio.run(serve(province, served, clock, until))
    except UnknownHappeningError as error:
        raise click.UsageError(f"--happening: {error}") from error
    finally:
        province.close()


def _split(text: str) -> tuple[str, str | None]:
    name, _, source = text.partition(":")
    return name, source or None
