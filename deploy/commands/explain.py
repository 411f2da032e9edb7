"""`ioc explain`."""

import json
from typing import Any
from urllib.parse import quote

import click
import httpx

from deploy.addresses import worker_address
from deploy.moments import Moment
from streams.shell.receipts import LANGUAGES

# A worker asks its peers for two seconds.
PATIENCE_SECONDS = 10.0
NOT_FOUND = 404


class CannotAskError(click.ClickException):
    exit_code = 2


@click.command(epilog="Example: ioc explain 000.00.16.H51-230109-0007 --lang en")
@click.argument("case")
@click.option("--at", type=Moment(), metavar="TIME", help="The instant to tell. [default: now]")
@click.option("--lang", type=click.Choice(LANGUAGES), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
@click.option(
    "--worker",
    metavar="URL",
    help="The API of any worker; it asks the others. [default: that of the stack that runs here]",
)
def command(case: str, at: int | None, lang: str, as_json: bool, worker: str | None) -> None:
    """Print the receipt of CASE's deadline: what was counted, what was not, and by which law.

    TIME is Unix seconds, or 2023-01-19T09:20:00+07:00. A time in the past is told without what
    happened after it.

    Exit codes: 0 found, 1 there is no such case, 2 wrong use, or no worker that can tell.
    """
    query = {"lang": lang} | ({} if at is None else {"at": str(at)})
    address = (worker or worker_address()).rstrip("/")
    answer = _asked(address, f"/api/cases/{quote(case, safe='')}/receipt", query)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(answer["text"], end="")


def _asked(address: str, path: str, query: dict[str, str]) -> Any:
    """The receipt; the process ends when there is none."""
    try:
        response = httpx.get(address + path, params=query, timeout=PATIENCE_SECONDS)
        answer = response.json()
        if response.status_code == 200 and isinstance(answer["text"], str):
            return answer
        reason = str(answer["reason"])
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CannotAskError(
            f"cannot reach a worker at {address}: {type(error).__name__} {error}; start one with "
            "`ioc worker`, or name another with --worker URL"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise CannotAskError(
            f"{address} does not answer as a worker; name one with --worker URL"
        ) from error
    if response.status_code == NOT_FOUND:
        raise click.ClickException(f"{reason}; check the id, as its source writes it")
    raise CannotAskError(f"{address} cannot tell ({response.status_code}): {reason}")
