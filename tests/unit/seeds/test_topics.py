from pathlib import Path

import pytest

from seeds.registry import subsystems
from seeds.table import DataError
from seeds.topics import Topic, source_topics, topics, topics_of, watch_partition

from .conftest import Table

HEADER = "name,partitions,cleanup,retention_days"


def test_the_topics_and_their_counts_never_change() -> None:
    assert {topic.name: topic.partitions for topic in topics().values()} == {
        "ioc.public-administration": 12,
        "ioc.health": 3,
        "ioc.education": 3,
        "ioc.web-platforms": 3,
        "ioc.documents": 3,
        "ioc.citizen-feedback": 3,
        "ioc.security-traffic": 3,
        "ioc.tourism": 3,
        "ioc.socio-economic": 3,
        "ioc.environment-land": 3,
        "ioc.social-security": 3,
        "ioc.heartbeats": 1,
        "ioc.dead-letters": 3,
        "ioc.watch": 42,
        "ioc.acks": 1,
    }


def test_source_topics_keep_everything() -> None:
    assert [topic.name for topic in source_topics()] == [one.topic for one in subsystems().values()]
    assert {(one.cleanup, one.retention_days) for one in source_topics()} == {("delete", None)}


def test_internal_topics() -> None:
    assert [topic for topic in topics().values() if topic.role == "internal"] == [
        Topic("ioc.heartbeats", 1, "delete", 400, "internal"),
        Topic("ioc.dead-letters", 3, "delete", None, "internal"),
        Topic("ioc.watch", 42, "compact", None, "internal"),
        Topic("ioc.acks", 1, "delete", None, "internal"),
    ]


def test_each_source_partition_has_its_own_in_watch() -> None:
    places = [
        watch_partition(topic.name, partition)
        for topic in source_topics()
        for partition in range(topic.partitions)
    ]
    assert places == list(range(topics()["ioc.watch"].partitions))
    assert watch_partition("ioc.public-administration", 7) == 7
    assert watch_partition("ioc.health", 0) == 12


@pytest.mark.parametrize(
    ("topic", "partition"),
    [("ioc.health", 3), ("ioc.health", -1), ("ioc.watch", 0), ("health", 0)],
)
def test_what_is_no_source_partition_has_no_place(topic: str, partition: int) -> None:
    with pytest.raises(LookupError, match=f"{topic} has no partition {partition}"):
        watch_partition(topic, partition)


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ("ioc.health,1,delete,", "name", "is the topic of a subsystem too"),
        ("ioc.new,0,delete,", "partitions", "allowed: a whole number from 1, as sources"),
        ("ioc.new,many,delete,", "partitions", "is not a number"),
        ("ioc.new,,delete,", "partitions", "is empty"),
        ("ioc.new,1,keep,", "cleanup", "allowed: delete, compact"),
        ("ioc.new,1,delete,-1", "retention_days", "a whole number from 0"),
    ],
)
def test_a_wrong_internal_topic(table: Table, line: str, column: str, problem: str) -> None:
    file: Path = table(HEADER, line)
    with pytest.raises(DataError) as caught:
        topics_of(subsystems(), file)
    assert (caught.value.line, caught.value.column) == (2, column)
    assert problem in caught.value.problem
