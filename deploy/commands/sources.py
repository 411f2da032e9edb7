"""`ioc sources`."""

import json
from typing import Any

import click
import httpx

from deploy.addresses import prometheus_address, worker_address
from deploy.source_list import as_json, lines, now_of, source_states
from deploy.verification.prometheus import PrometheusAway


class CannotAskError(click.ClickException):
    exit_code = 2


@click.command(epilog="Example: ioc sources --json")
@click.option(
    "--prometheus",
    metavar="URL",
    help="Where the figures are kept. [default: that of the stack that runs here]",
)
@click.option(
    "--worker",
    metavar="URL",
    help="The API of any worker, for positions. [default: that of the stack that runs here]",
)
@click.option("--json", "as_array", is_flag=True, help="For a program to read.")
def command(prometheus: str | None, worker: str | None, as_array: bool) -> None:
    """List every source: state, last event, backlog, its four scores, position.

    The scores are those of the last minutes: correct, complete, clean, live; one that is below its
    promise is marked with "!". Sources that are not well come first.

    Exit codes: 0 all are well, 1 one is not, 2 wrong use, or nobody that can tell.
    """
    address = (prometheus or prometheus_address()).rstrip("/")
    try:
        states = source_states(address, _positions((worker or worker_address()).rstrip("/")))
        now = now_of(address)
    except PrometheusAway as error:
        message = f"{error}; start it, or name another with --prometheus URL"
        raise CannotAskError(message) from error
    if as_array:
        print(json.dumps(as_json(states), ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines(states, now)))
    raise SystemExit(0 if all(one.is_well for one in states) else 1)


def _positions(worker: str) -> list[dict[str, Any]]:
    """None are known while no worker answers: the states are told all the same."""
    try:
        answer = httpx.get(f"{worker}/api/sources", timeout=10.0, trust_env=False)
        found: list[dict[str, Any]] = answer.raise_for_status().json()["sources"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        click.echo(f"{worker} tells no positions: {type(error).__name__}", err=True)
        return []
    return found
