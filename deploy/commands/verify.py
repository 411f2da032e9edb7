"""`ioc verify`."""

import json
import sys
from dataclasses import asdict

import click

from deploy.local.processes import MissingProgramError, StartError
from deploy.local.supervisor import StopRequestedError
from deploy.verification.observer import NotSettledError
from deploy.verification.prometheus import PrometheusAway
from deploy.verification.run import INSTANTS, Outcome, Verification, verify

SHOWN = 40


def _instants(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, ...]:
    days = [part.strip() for part in text.split(",")]
    if not all(day.isdecimal() for day in days):
        raise click.BadParameter(f"{text!r} is not allowed; allowed: whole days, as 0,1,8")
    return tuple(sorted({int(day) for day in days}))


@click.command(epilog="Example: ioc verify --dossiers 20000 --seed 7 --kill worker")
@click.option("--dossiers", type=click.IntRange(min=1), default=20_000, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--broker", metavar="HOST:PORT", help="Use this cluster, under a prefix of our own.")
@click.option("--repeat", type=click.IntRange(1, 10), default=1, help="Send the feed so often.")
@click.option("--shuffle", is_flag=True, help="Fold the log's events in another order.")
@click.option("--kill", type=click.Choice(["worker"]), help="Kill it (SIGKILL) in mid-feed.")
@click.option("--drop", type=click.IntRange(min=0), default=0, help="Lose so many records.")
@click.option("--without-feeds", is_flag=True, help="Dossiers only: no readings, no other cases.")
@click.option(
    "--instants",
    metavar="DAYS",
    default=",".join(map(str, INSTANTS)),
    show_default=True,
    callback=_instants,
    help="Compare so many days after the feed's end.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def command(
    dossiers: int,
    seed: int,
    broker: str | None,
    repeat: int,
    shuffle: bool,
    kill: str | None,
    drop: int,
    without_feeds: bool,
    instants: tuple[int, ...],
    as_json: bool,
) -> None:
    """Prove an installation: every published figure against a truth that shares no code with it,
    at several instants of its clock.

    Without --broker a temporary stack of its own is started and ended. Exit code 0: everything
    equal; 1: a difference, each is named.
    """
    wanted = Verification(
        dossiers,
        seed,
        broker,
        repeat=repeat,
        shuffle=shuffle,
        kill_worker=kill == "worker",
        drop=drop,
        feeds=not without_feeds,
        instants=instants,
    )
    try:
        outcome = verify(wanted, lambda line: click.echo(line, err=True))
    except (StartError, MissingProgramError, NotSettledError, PrometheusAway) as error:
        raise click.ClickException(str(error)) from error
    except StopRequestedError:
        raise click.Abort from None
    (_print_json if as_json else _print)(outcome)
    sys.exit(0 if outcome.right else 1)


def _print(outcome: Outcome) -> None:
    for finding in outcome.findings[:SHOWN]:
        click.echo(finding)
    if (more := len(outcome.findings) - SHOWN) > 0:
        click.echo(f"… and {more} more")
    click.echo(f"offsets {json.dumps(outcome.offsets)}")
    click.echo(
        f"compared {outcome.compared} series, {len(outcome.findings)} differ, hash {outcome.hash}"
    )


def _print_json(outcome: Outcome) -> None:
    content = {
        "compared": outcome.compared,
        "differ": len(outcome.findings),
        "findings": outcome.findings,
        "instants": [asdict(look) for look in outcome.looks],
        "hash": outcome.hash,
        "offsets": outcome.offsets,
    }
    click.echo(json.dumps(content, indent=2, ensure_ascii=False))
