"""`ioc boards build|check|publish`."""

import asyncio
import json
import sys
from pathlib import Path

import click

from dashboards.boards import files, publish
from dashboards.wall.probe import findings
from dashboards.wall.prometheus import UnreachableError


@click.group(epilog="Example: ioc boards check")
def command() -> None:
    """Build, check and publish the boards. Exit code 1: a board is not as it should be."""


@command.command(epilog="Example: ioc boards build")
def build() -> None:
    """Write Grafana's JSON of every board from its definition."""
    changed = files.build()
    print(f"{len(files.BOARDS)} boards, {len(changed)} files changed")
    for file in changed:
        print(f"  {file}")


@command.command(
    epilog="Example: ioc boards check --prometheus http://127.0.0.1:19090 --period 2023"
)
@click.option("--prometheus", metavar="URL", help="Run every query there too; none may be empty.")
@click.option("--period", type=click.IntRange(2000, 2100), metavar="YEAR")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def check(prometheus: str | None, period: int | None, as_json: bool) -> None:
    """Say whether the committed JSON is what the definitions give."""
    found = [str(drift) for drift in files.drifts()]
    if prometheus:
        found += _asked(prometheus, period)
    if as_json:
        print(json.dumps({"boards": len(files.BOARDS), "findings": found}))
    else:
        print("\n".join([*found, f"{len(files.BOARDS)} boards, {len(found)} findings"]))
    sys.exit(1 if found else 0)


def _asked(prometheus: str, period: int | None) -> list[str]:
    try:
        return asyncio.run(findings(prometheus, period))
    except UnreachableError as error:
        raise click.ClickException(f"{error}; start it, or give another --prometheus") from error


@command.command(
    "publish",
    epilog="Example: ioc boards publish --url https://grafana.example --token-file token.txt",
)
@click.option("--url", required=True, metavar="URL", help="Of the Grafana.")
@click.option(
    "--token-file",
    required=True,
    type=click.Path(path_type=Path),
    help="Holds the token of a service account with the role Editor.",
)
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def publish_command(url: str, token_file: Path, as_json: bool) -> None:
    """Put the committed boards into a Grafana; again and again changes nothing."""
    try:
        done = publish.publish(url, publish.token_from(token_file))
    except publish.PublishError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        print(json.dumps([{"board": one.board, "outcome": one.outcome} for one in done]))
        return
    for one in done:
        print(f"{one.board}: {one.outcome}  {one.url}")
