"""Creating and describing the topics of the log, as `seeds.topics` says."""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import TopicAlreadyExistsError

from connectors.log.admin import connected
from connectors.log.settings import KafkaSettings
from seeds.topics import WATCH, Topic, topics

DAY_MILLISECONDS = 86_400_000

# Every row names its partition, and those of a new subsystem follow the others: more may come.
GROWING = WATCH


class TopicMismatchError(Exception):
    """A topic that exists with another partition count: figures would be wrong, so we refuse."""

    def __init__(self, name: str, found: int, wanted: int) -> None:
        remedy = (
            "run `ioc topics create`, which adds them"
            if name.endswith(GROWING) and found < wanted
            else "a case's partition depends on the count; use another [kafka] prefix, or delete "
            "the topic and load it again"
        )
        super().__init__(f"topic {name} has {found} partitions, wanted {wanted}: {remedy}")
        self.name, self.found, self.wanted = name, found, wanted


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic of ours as the cluster has it; `partitions` 0 when it is not there."""

    name: str
    topic: str
    wanted: int
    partitions: int
    replication: int
    settings: dict[str, str]

    @property
    def right(self) -> bool:
        return self.partitions == self.wanted

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def settings_of(topic: Topic, replication: int) -> dict[str, str]:
    """The topic's configuration in the cluster; with 3 replicas a write needs 2 of them."""
    days = topic.retention_days
    wanted = {
        "cleanup.policy": topic.cleanup,
        "retention.ms": "-1" if days is None else str(days * DAY_MILLISECONDS),
        "compression.type": "lz4",
        "unclean.leader.election.enable": "false",
    }
    return wanted | ({"min.insync.replicas": "2"} if replication >= 3 else {})


def create(settings: KafkaSettings) -> list[str]:
    """Create what is missing and set what differs; returns the names of topics created.

    ioc.watch gets the partitions that it lacks after a subsystem was added. Raises
    TopicMismatchError before it changes anything.
    """
    with connected(settings) as admin:
        existing = _existing(admin, settings)
        _refuse_mismatch(settings, existing)
        _grow(admin, settings, existing)
        missing = [t for t in topics().values() if settings.topic(t.name) not in existing]
        _create(admin, settings, missing)
        _refuse_mismatch(settings, _existing(admin, settings))
        present = [t for t in topics().values() if settings.topic(t.name) in existing]
        _configure(admin, settings, present)
        return [settings.topic(topic.name) for topic in missing]


def describe(settings: KafkaSettings) -> list[TopicState]:
    """Every topic of ours, in the order of the seeds, as the cluster has it."""
    with connected(settings) as admin:
        existing = _existing(admin, settings)
        configured = _configured(admin, existing)
    names = {settings.topic(topic.name): topic for topic in topics().values()}
    return [
        _state(topic, name, existing.get(name), configured.get(name, {}))
        for name, topic in names.items()
    ]


def delete(settings: KafkaSettings) -> None:
    """Remove the topics of this prefix. Raises ValueError without a prefix: that is the log."""
    if not settings.prefix:
        raise ValueError("topics without a prefix are the province's log and are not deleted")
    with connected(settings) as admin:
        names = set(_existing(admin, settings))
        if names:
            admin.delete_topics(sorted(names), raise_errors=False)
        while names & set(admin.list_topics()):
            time.sleep(0.02)


def _existing(admin: Any, settings: KafkaSettings) -> dict[str, dict[str, int]]:
    wanted = {settings.topic(name) for name in topics()}
    names = sorted(wanted & set(admin.list_topics()))
    described = admin.describe_topics(names) if names else []
    return {
        topic["name"]: {
            "partitions": len(topic["partitions"]),
            "replication": len(topic["partitions"][0]["replica_nodes"]),
        }
        for topic in described
    }


def _refuse_mismatch(settings: KafkaSettings, existing: dict[str, dict[str, int]]) -> None:
    for topic in topics().values():
        name = settings.topic(topic.name)
        found = existing[name]["partitions"] if name in existing else topic.partitions
        if found != topic.partitions and not _may_grow(topic, found):
            raise TopicMismatchError(name, found, topic.partitions)


def _may_grow(topic: Topic, found: int) -> bool:
    return topic.name == GROWING and found < topic.partitions


def _grow(admin: Any, settings: KafkaSettings, existing: dict[str, dict[str, int]]) -> None:
    name, wanted = settings.topic(GROWING), topics()[GROWING].partitions
    if name in existing and existing[name]["partitions"] < wanted:
        admin.create_partitions({name: wanted})
        while _existing(admin, settings)[name]["partitions"] < wanted:
            time.sleep(0.02)


def _create(admin: Any, settings: KafkaSettings, missing: Iterable[Topic]) -> None:
    wanted = {
        settings.topic(topic.name): {
            "num_partitions": topic.partitions,
            "replication_factor": settings.replication,
            "configs": settings_of(topic, settings.replication),
        }
        for topic in missing
    }
    if wanted:
        try:
            admin.create_topics(wanted, timeout_ms=30_000, wait_for_metadata=True)
        except TopicAlreadyExistsError:  # somebody else creates them too
            admin.wait_for_topics(list(wanted))


def _configure(admin: Any, settings: KafkaSettings, present: Iterable[Topic]) -> None:
    resources = [
        ConfigResource(
            ConfigResourceType.TOPIC,
            settings.topic(topic.name),
            configs=settings_of(topic, settings.replication),
        )
        for topic in present
    ]
    if resources:
        admin.alter_configs(resources)


def _configured(admin: Any, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Topic -> the settings that somebody has set on it."""
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found = admin.describe_configs(resources).get("topic", {}) if resources else {}
    return {
        name: {key: str(entry["value"]) for key, entry in sorted(entries.items())}
        for name, entries in found.items()
    }


def _state(
    topic: Topic, name: str, found: dict[str, int] | None, settings: dict[str, str]
) -> TopicState:
    """How the cluster has a topic; `found` None when it does not."""
    found = found or {"partitions": 0, "replication": 0}
    return TopicState(name, topic.name, topic.partitions, **found, settings=settings)
