"""Creating and describing topics, on a real broker."""

import json
import time
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner
from kafka.admin import ConfigResource

from connectors.log import topics
from connectors.log.admin import connected
from connectors.log.settings import KafkaSettings
from deploy.commands.topics import command
from deploy.local.broker import Broker
from deploy.local.processes import free_ports
from seeds.topics import WATCH
from seeds.topics import topics as seeds_topics

pytestmark = pytest.mark.broker


@pytest.fixture
def settings(broker: Broker) -> Iterator[KafkaSettings]:
    fresh = KafkaSettings(bootstrap=broker.bootstrap, prefix="topics-test.")
    yield fresh
    topics.delete(fresh)


def test_creating_twice_changes_nothing(settings: KafkaSettings) -> None:
    assert len(topics.create(settings)) == len(seeds_topics())
    before = topics.describe(settings)
    assert topics.create(settings) == []
    assert topics.describe(settings) == before
    assert all(state.right for state in before)


def test_settings_of_the_log(settings: KafkaSettings) -> None:
    topics.create(settings)
    found = {state.topic: state.settings for state in topics.describe(settings)}
    assert found["ioc.public-administration"]["retention.ms"] == "-1"
    assert found["ioc.public-administration"]["compression.type"] == "lz4"
    assert found["ioc.heartbeats"]["retention.ms"] == str(400 * 86_400_000)
    assert found[WATCH]["cleanup.policy"] == "compact"


def test_a_setting_that_was_changed_is_set_again(settings: KafkaSettings) -> None:
    topics.create(settings)
    before = topics.describe(settings)
    name = settings.topic("ioc.health")
    with connected(settings) as admin:
        admin.alter_configs([ConfigResource("TOPIC", name, configs={"retention.ms": "1000"})])
    _eventually(lambda: topics.describe(settings) != before)
    topics.create(settings)
    _eventually(lambda: topics.describe(settings) == before)


def _eventually(holds: Callable[[], bool]) -> None:
    """A broker shows what its controller has decided a moment later."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_another_partition_count_is_refused_and_nothing_is_created(
    settings: KafkaSettings,
) -> None:
    name = settings.topic("ioc.public-administration")
    with connected(settings) as admin:
        wanted = {name: {"num_partitions": 7, "replication_factor": 1}}
        admin.create_topics(wanted, wait_for_metadata=True)
    arguments = ["--bootstrap", settings.bootstrap, "--topic-prefix", settings.prefix]
    result = CliRunner().invoke(command, ["create", *arguments])
    assert result.exit_code == 1
    assert f"topic {name} has 7 partitions, wanted 12" in result.output
    described = CliRunner().invoke(command, ["describe", *arguments])
    assert described.exit_code == 1
    assert "WRONG: wanted 12 partitions" in described.output
    assert described.output.count("missing: run `ioc topics create`") == len(seeds_topics()) - 1


def test_json_is_for_programs(broker: Broker, topic_prefix: str) -> None:
    arguments = ["--bootstrap", broker.bootstrap, "--topic-prefix", topic_prefix, "--json"]
    result = CliRunner().invoke(command, ["describe", *arguments])
    assert result.exit_code == 0
    assert {row["topic"]: row["partitions"] for row in json.loads(result.stdout)} == {
        topic.name: topic.partitions for topic in seeds_topics().values()
    }


def test_a_broker_that_is_away_is_named() -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    result = CliRunner().invoke(command, ["create", "--bootstrap", address])
    assert result.exit_code == 1
    assert f"cannot reach Kafka at {address}" in result.output


def test_the_log_itself_is_never_deleted(broker: Broker) -> None:
    with pytest.raises(ValueError, match="without a prefix"):
        topics.delete(KafkaSettings(bootstrap=broker.bootstrap))


def test_ioc_watch_grows_with_the_subsystems(settings: KafkaSettings) -> None:
    """It was made when there were fewer; a topic that has too many stays refused."""
    name, wanted = settings.topic(WATCH), seeds_topics()[WATCH].partitions
    with connected(settings) as admin:
        fewer = {name: {"num_partitions": wanted - 3, "replication_factor": 1}}
        admin.create_topics(fewer, wait_for_metadata=True)
    arguments = ["--bootstrap", settings.bootstrap, "--topic-prefix", settings.prefix]
    described = CliRunner().invoke(command, ["describe", *arguments])
    assert f"WRONG: wanted {wanted} partitions" in described.output
    assert name not in topics.create(settings)
    assert all(state.right for state in topics.describe(settings))
    with connected(settings) as admin:
        admin.create_partitions({name: wanted + 1})
    _eventually(lambda: not all(state.right for state in topics.describe(settings)))
    with pytest.raises(topics.TopicMismatchError, match=f"{wanted + 1} partitions"):
        topics.create(settings)
