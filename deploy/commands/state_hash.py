"""`ioc state-hash`."""

import json
import sys
from typing import Any

import click
import httpx

PATIENCE_SECONDS = 60.0


@click.command(epilog="Example: ioc state-hash --worker http://127.0.0.1:8810")
@click.option(
    "--worker",
    default="http://127.0.0.1:8810",
    show_default=True,
    metavar="URL",
    help="The API of any worker; it asks the others.",
)
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def command(worker: str, as_json: bool) -> None:
    """Print the hash of the folded state, and beside it the offsets that were folded.

    Workers, runs and replays of the same events have the same hash, whatever the order in which
    the events came. Exit code 1: not every partition is read to its end.
    """
    answer, complete = _asked(worker)
    if not complete:
        raise click.ClickException(f"{worker}: {answer.get('reason', 'no reason given')}")
    if as_json:
        print(json.dumps({name: answer[name] for name in ("hash", "cases", "offsets")}))
        sys.exit(0)
    print(f"{answer['hash']}  {answer['cases']} cases")
    for topic, offsets in answer["offsets"].items():
        listed = sorted(offsets.items(), key=lambda item: int(item[0]))
        print(f"{topic}  {' '.join(f'{number}:{offset}' for number, offset in listed)}")


def _asked(worker: str) -> tuple[dict[str, Any], bool]:
    try:
        response = httpx.get(f"{worker.rstrip('/')}/api/state", timeout=PATIENCE_SECONDS)
        answer = response.json()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise click.ClickException(
            f"cannot reach a worker at {worker}: {type(error).__name__} {error}; start one with "
            "`ioc worker`, or name another with --worker URL"
        ) from error
    except ValueError as error:
        raise click.ClickException(f"{worker} does not answer as a worker: {error}") from error
    if response.status_code not in (200, 503):
        raise click.ClickException(f"{worker} does not answer as a worker: {response.status_code}")
    return answer, response.status_code == 200
