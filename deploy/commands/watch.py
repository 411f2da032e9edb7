"""`ioc watch list`."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import click

from connectors.log.lanes import LogError
from connectors.log.settings import KafkaSettings
from connectors.log.topics import TopicMismatchError
from deploy.options import config_option, configuration, with_flags
from seeds.topics import WATCH, topics
from streams.core.times import LOCAL_OFFSET
from streams.core.watch import LEVELS, WatchRow

LOCAL = timezone(timedelta(seconds=LOCAL_OFFSET))
RUNGS = LEVELS[1:]


@click.group(epilog="Example: ioc watch list --level overdue")
def command() -> None:
    """List the cases on which somebody must act: what workers publish in ioc.watch."""


@command.command(name="list", epilog="Example: ioc watch list --level escalated_3 --json")
@click.option("--level", type=click.Choice(RUNGS), multiple=True, help="Only on this rung.")
@click.option("--agency", metavar="CODE", help="Only of this agency.")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
@click.option("--bootstrap", metavar="H:P", help="Where Kafka is.")
@click.option("--topic-prefix", help="Put before every topic's name.")
@config_option
def list_(
    config: Path | None,
    bootstrap: str | None,
    topic_prefix: str | None,
    level: tuple[str, ...],
    agency: str | None,
    as_json: bool,
) -> None:
    """List the cases on a rung of the ladder, the highest rung and the longest wait first.

    Read from the log itself; no worker is asked. --level may be given several times.

    Exit codes: 0 listed, 1 the log cannot be read, 2 wrong use.
    """
    flags = {"bootstrap": bootstrap, "prefix": topic_prefix}
    found = sorted(
        (
            row
            for row in _read(with_flags(configuration(config).kafka, flags))
            if row.level in (level or RUNGS) and agency in (None, row.agency)
        ),
        key=lambda row: (-LEVELS.index(row.level), row.since, row.kind, row.case),
    )
    if as_json:
        print(json.dumps([row._asdict() for row in found], ensure_ascii=False))
        return
    for row in found:
        print(_line(row))
    counted = Counter(row.level for row in found)
    print(f"{len(found)} cases", *(f"{rung} {counted[rung]}" for rung in RUNGS if counted[rung]))


def _read(kafka: KafkaSettings) -> Iterator[WatchRow]:
    # The client of Kafka takes a third of a second to load, for which no help should wait.
    from streams.shell.watch_log import WatchLog  # noqa: PLC0415

    try:
        with WatchLog(kafka, client_id="ioc-watch-list") as watch:
            watch.read(range(topics()[WATCH].partitions))
            for table in watch.tables():
                yield from table.current().values()
    except (LogError, TopicMismatchError) as error:
        message = f"{error}; another cluster is named with --bootstrap H:P"
        raise click.ClickException(message) from error


def _line(row: WatchRow) -> str:
    since, due = _local(row.since), _local(row.due)
    return (
        f"{row.level:<12} since {since}  due {due}  {row.agency or '-':<14} {row.kind} {row.case}"
    )


def _local(second: int | None) -> str:
    """Local time to the minute."""
    return "-" if second is None else f"{datetime.fromtimestamp(second, LOCAL):%Y-%m-%d %H:%M}"
