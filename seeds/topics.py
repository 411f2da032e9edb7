"""The topics of the log and their partition counts, which never change once data is in them."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal


@dataclass(frozen=True, slots=True)
class Topic:
    """`retention_days` None keeps everything. Source topics hold what the figures are made of."""

    name: str
    partitions: int
    cleanup: Literal["delete", "compact"]
    retention_days: int | None
    role: Literal["source", "internal"]


PUBLIC_ADMINISTRATION = "ioc.public-administration"
HEARTBEATS = "ioc.heartbeats"
DEAD_LETTERS = "ioc.dead-letters"
WATCH = "ioc.watch"
ACKS = "ioc.acks"


@cache
def topics() -> dict[str, Topic]:
    """Every topic by its name."""
    text = files("seeds").joinpath("data/topics.csv").read_text(encoding="utf-8")
    return {row["name"]: _topic(row) for row in csv.DictReader(text.splitlines())}


def source_topics() -> list[Topic]:
    return [topic for topic in topics().values() if topic.role == "source"]


def _topic(row: dict[str, str]) -> Topic:
    return Topic(
        name=row["name"],
        partitions=int(row["partitions"]),
        cleanup="compact" if row["cleanup"] == "compact" else "delete",
        retention_days=int(row["retention_days"]) if row["retention_days"] else None,
        role="source" if row["role"] == "source" else "internal",
    )
