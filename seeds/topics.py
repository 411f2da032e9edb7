"""The topics of the log and their partition counts, which never change once data is in them.

Each subsystem has a source topic; the internal ones stand in `topics.csv`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from seeds.registry import subsystems
from seeds.subsystem import Subsystem
from seeds.table import DATA, Row, by_code, rows

Cleanup = Literal["delete", "compact"]
CLEANUPS: tuple[Cleanup, ...] = get_args(Cleanup)

# The count of a topic that has one partition for each partition of the source topics.
AS_SOURCES = "as sources"


@dataclass(frozen=True, slots=True)
class Topic:
    """`retention_days` None keeps everything. Source topics hold what the figures are made of."""

    name: str
    partitions: int
    cleanup: Cleanup
    retention_days: int | None
    role: Literal["source", "internal"]


PUBLIC_ADMINISTRATION = "ioc.public-administration"
HEARTBEATS = "ioc.heartbeats"
DEAD_LETTERS = "ioc.dead-letters"
WATCH = "ioc.watch"
ACKS = "ioc.acks"


@cache
def topics() -> dict[str, Topic]:
    """Every topic by its name: those of the subsystems in their order, then the internal ones."""
    return topics_of(subsystems(), DATA / "topics.csv")


def source_topics() -> list[Topic]:
    return [topic for topic in topics().values() if topic.role == "source"]


def watch_partition(topic: str, partition: int) -> int:
    """The partition of ioc.watch that mirrors one of a source topic.

    LookupError for what is no partition of a source topic. Those of a subsystem follow those of all
    before it, so that a further subsystem moves none.
    """
    first = 0
    for source in source_topics():
        if source.name == topic and 0 <= partition < source.partitions:
            return first + partition
        first += source.partitions
    raise LookupError(f"{topic} has no partition {partition}, or is no source topic")


def topics_of(registry: Mapping[str, Subsystem], internal: Path) -> dict[str, Topic]:
    """The topics of these subsystems, and the internal ones of a file; DataError as everywhere."""
    sources = {
        subsystem.topic: Topic(subsystem.topic, subsystem.partitions, "delete", None, "source")
        for subsystem in registry.values()
    }
    table = rows(internal, ("name", "partitions", "cleanup", "retention_days"))
    return sources | by_code(table, lambda row: _internal(row, sources), "name")


def _internal(row: Row, sources: Mapping[str, Topic]) -> Topic:
    if row.text("name") in sources:
        raise row.fault("name", "is the topic of a subsystem too; rename the file of that")
    return Topic(
        name=row.text("name"),
        partitions=_partitions(row, sources),
        cleanup=row.choice("cleanup", CLEANUPS),
        retention_days=row.optional_count("retention_days"),
        role="internal",
    )


def _partitions(row: Row, sources: Mapping[str, Topic]) -> int:
    if row.text("partitions") == AS_SOURCES:
        return sum(topic.partitions for topic in sources.values())
    if count := row.optional_count("partitions"):
        return count
    raise row.fault("partitions", f"is 0; allowed: a whole number from 1, {AS_SOURCES}")
