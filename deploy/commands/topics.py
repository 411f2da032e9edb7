"""`ioc topics create|describe`."""

import json
import sys
from collections.abc import Callable
from typing import Any

import click
import kafka.errors

from connectors.log import topics
from connectors.log.settings import KafkaSettings

UNREACHABLE = "cannot reach Kafka at {}: {}; start it, or name another with --bootstrap HOST:PORT"


def _cluster(function: Callable[..., Any]) -> Callable[..., Any]:
    options = (
        click.option("--bootstrap", default="127.0.0.1:19092", show_default=True, metavar="H:P"),
        click.option("--topic-prefix", default="", help="Put before every topic's name."),
        click.option("--json", "as_json", is_flag=True, help="For a program to read."),
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.group(epilog="Example: ioc topics create --bootstrap 127.0.0.1:19092")
def command() -> None:
    """Create and describe the topics of the log. Exit code 1: a topic is missing or wrong."""


@command.command(epilog="Example: ioc topics create --bootstrap 127.0.0.1:19092 --replication 3")
@_cluster
@click.option("--replication", default=1, show_default=True, type=click.IntRange(1, 5))
def create(bootstrap: str, topic_prefix: str, as_json: bool, replication: int) -> None:
    """Create the topics that are missing; running it again changes nothing."""
    settings = KafkaSettings(bootstrap=bootstrap, prefix=topic_prefix, replication=replication)
    created = _asked(settings, topics.create)
    if as_json:
        print(json.dumps({"created": created}))
        return
    print(f"{len(created)} topics created" + "".join(f"\n  {name}" for name in created))


@command.command(epilog="Example: ioc topics describe --json")
@_cluster
def describe(bootstrap: str, topic_prefix: str, as_json: bool) -> None:
    """Show each topic with its partitions, replicas and settings."""
    settings = KafkaSettings(bootstrap=bootstrap, prefix=topic_prefix)
    states: list[topics.TopicState] = _asked(settings, topics.describe)
    if as_json:
        print(json.dumps([state.as_json() for state in states]))
    else:
        print("\n".join(_line(state) for state in states))
    sys.exit(0 if all(state.right for state in states) else 1)


def _line(state: topics.TopicState) -> str:
    if not state.partitions:
        return f"{state.name:<40} missing: run `ioc topics create`"
    settings = " ".join(f"{key}={value}" for key, value in state.settings.items())
    wrong = "" if state.right else f"  WRONG: wanted {state.wanted} partitions"
    return f"{state.name:<40} {state.partitions:>3} × {state.replication}  {settings}{wrong}"


def _asked(settings: KafkaSettings, question: Callable[[KafkaSettings], Any]) -> Any:
    try:
        return question(settings)
    except topics.TopicMismatchError as error:
        raise click.ClickException(str(error)) from error
    except (kafka.errors.KafkaError, OSError) as error:
        message = UNREACHABLE.format(settings.bootstrap, error)
        raise click.ClickException(message) from error
