"""`ioc simulate`."""

import asyncio
import contextlib
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from connectors.clock import OFFSET_VARIABLE, Clock
from connectors.simulator.outages import table
from connectors.simulator.scenarios import Scenario, scenario, scenario_of
from connectors.simulator.sender import Account, Progress, RefusedError
from connectors.simulator.session import Session, Settings, truth_alone, write_truth

_LINE_SECONDS = 10.0
_DEFAULT_SEED = 7


@dataclass(frozen=True, slots=True)
class Output:
    file: str | None
    truth: Path | None
    account: Account | None
    live: bool
    clock: Clock | None


class _Simulate(click.Group):
    """What is no other word of it is a scenario, to be told."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *self.get_help_option_names(ctx)):
            args = ["feed", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Simulate,
    epilog="Example: ioc simulate year-2023 --to http://127.0.0.1:8801 --username mo-phong "
    "--password-file .ioc/mo-phong.password --live",
)
def command() -> None:
    """A simulated year of dossiers, and what is true of it.

    `ioc simulate SCENARIO` is `ioc simulate feed SCENARIO`.
    """


@command.command(epilog="Example: ioc simulate feed --dossiers 500 --to-file feed.ndjson")
@click.argument("name", metavar="[SCENARIO]", required=False)
@click.option("--dossiers", type=click.IntRange(1), help="A scenario of so many dossiers instead.")
@click.option("--seed", type=int, help=f"With --dossiers; {_DEFAULT_SEED} where not given.")
@click.option("--to-file", metavar="FILE", help="Write the feed as NDJSON; - is standard output.")
@click.option("--to", metavar="URL", help="Send the feed to a receiver.")
@click.option("--username", help="The account at the receiver.")
@click.option("--password-file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--login-path", default="/login", show_default=True)
@click.option("--service-path", default="/service", show_default=True)
@click.option("--truth", type=click.Path(dir_okay=False, path_type=Path), help="Write the truth.")
@click.option("--live", is_flag=True, help="After that, go on with the life of the province.")
@click.option(
    "--clock-offset",
    type=float,
    envvar=OFFSET_VARIABLE,
    help="Seconds from the wall clock to the scenario's; where not given, life begins at once.",
)
@click.option("--drop", default=0, type=click.IntRange(0), help="Lose so many records that count.")
@click.option("--shuffle", type=int, metavar="SEED", help="Requests in another order.")
def feed(
    *,
    name: str | None,
    dossiers: int | None,
    seed: int | None,
    to_file: str | None,
    to: str | None,
    username: str | None,
    password_file: Path | None,
    login_path: str,
    service_path: str,
    truth: Path | None,
    live: bool,
    clock_offset: float | None,
    drop: int,
    shuffle: int | None,
) -> None:
    """Write or send a simulated year of dossiers, and the truth about it.

    SCENARIO is year-2023: the published figures of 2023, exactly. Or a scenario of any size by
    --dossiers and --seed, with everything that can happen to a dossier. Exit code 1: something
    was refused or not sent.
    """
    wanted = _scenario(name, dossiers, seed)
    account = _account(to, username, password_file, login_path, service_path)
    if to_file and account:
        raise click.UsageError("give one of --to and --to-file")
    if live and not account:
        raise click.UsageError("--live needs --to URL: life is sent, not written")
    if not (to_file or account or truth):
        raise click.UsageError("say where to: --to URL, --to-file FILE (or -), --truth FILE")
    clock = None if clock_offset is None else Clock(clock_offset)
    _run(Settings(wanted, drop, shuffle), Output(to_file, truth, account, live, clock))


@command.command(epilog="Example: ioc simulate outages --scenario year-2023 > outages.csv")
@click.option("--scenario", "name", metavar="NAME", help="The outages of this scenario.")
@click.option("--dossiers", type=click.IntRange(1), help="A scenario of so many dossiers instead.")
@click.option("--seed", type=int, help=f"With --dossiers; {_DEFAULT_SEED} where not given.")
def outages(name: str | None, dossiers: int | None, seed: int | None) -> None:
    """Print when the one-stop system was down, as CSV for `ioc worker --outages FILE`."""
    click.echo(table(_scenario(name, dossiers, seed).outages), nl=False)


def _scenario(name: str | None, dossiers: int | None, seed: int | None) -> Scenario:
    if (name is None) == (dossiers is None):
        raise click.UsageError("give a SCENARIO (year-2023) or --dossiers N")
    if name is None:
        assert dossiers is not None
        return scenario_of(dossiers, _DEFAULT_SEED if seed is None else seed)
    if seed is not None:
        raise click.UsageError("--seed goes with --dossiers; a named scenario has its own")
    try:
        return scenario(name)
    except KeyError as unknown:
        raise click.UsageError(str(unknown.args[0])) from None


def _account(
    to: str | None,
    username: str | None,
    password_file: Path | None,
    login_path: str,
    service_path: str,
) -> Account | None:
    if to is None:
        return None
    if not username or not password_file:
        raise click.UsageError("--to needs --username and --password-file")
    password = password_file.read_text(encoding="utf-8").strip()
    return Account(to.rstrip("/"), username, password, login_path, service_path)


def _run(settings: Settings, output: Output) -> None:
    session = Session(settings)
    show = _Screen(settings.scenario.dossiers)
    try:
        if output.account:
            complete = asyncio.run(_send(session, output, output.account, show))
        elif output.file:
            complete = _write(session, output, show)
        else:
            complete = True
    except (RefusedError, ValueError, OSError) as problem:
        raise click.ClickException(str(problem)) from None
    if output.truth and not output.account:
        told = session.feed.truth if output.file else truth_alone(settings.scenario)
        write_truth(output.truth, settings.scenario, told)
    sys.exit(0 if complete else 1)


def _write(session: Session, output: Output, show: "_Screen") -> bool:
    with _opened(output.file or "-") as file:
        session.write(file, show)
    show.done("written")
    return True


def _opened(name: str) -> contextlib.AbstractContextManager[BinaryIO]:
    if name == "-":
        return contextlib.nullcontext(sys.stdout.buffer)
    return Path(name).open("wb")


async def _send(session: Session, output: Output, account: Account, show: "_Screen") -> bool:
    """False when it was stopped before all was sent, or some was refused."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    loaded = False
    refused = 0
    try:
        refused = (await session.send(account, show)).refused
        show.done("sent")
        loaded = True
        if output.truth:
            write_truth(output.truth, session.settings.scenario, session.feed.truth)
        if output.live:
            offset = session.settings.scenario.now - time.time()
            await session.live(account, output.clock or Clock(offset), show.live)
    except asyncio.CancelledError:
        show.done("stopped")
    return loaded and not refused


class _Screen:
    """Progress on standard error: one line that changes, or a line now and then."""

    def __init__(self, dossiers: int) -> None:
        self._dossiers = dossiers
        self._began = time.monotonic()
        self._shown = 0.0
        self._last = Progress()

    def __call__(self, progress: Progress) -> None:
        self._last = progress
        left = self._dossiers if progress.remaining is None else progress.remaining
        share = 1 - left / self._dossiers
        self._show(f"{share:4.0%}  {left:,} dossiers to go, {progress.objects:,} records", progress)

    def live(self, progress: Progress) -> None:
        self._last = progress
        self._show(f"live  {progress.objects:,} records", progress)

    def done(self, word: str) -> None:
        seconds = time.monotonic() - self._began
        last = self._last
        start = "\r" if sys.stderr.isatty() else ""
        click.echo(
            f"{start}{word}: {last.objects:,} records in {last.requests:,} requests, "
            f"{last.refused:,} refused, {seconds:.1f} s",
            err=True,
        )

    def _show(self, text: str, progress: Progress) -> None:
        if progress.repeated:
            text += f", {progress.repeated:,} tries in vain"
        if sys.stderr.isatty():
            click.echo(f"\r{text}\033[K", err=True, nl=False)
        elif time.monotonic() - self._shown > _LINE_SECONDS:
            click.echo(text, err=True)
            self._shown = time.monotonic()
