"""What the agents do with a message, without a broker: Faust's application is made, not started."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, MagicMock, PropertyMock, patch

import pytest
from faust.types import TP

from connectors.log.settings import KafkaSettings
from seeds.topics import HEARTBEATS, PUBLIC_ADMINISTRATION, source_topics
from streams.shell.application import UNREST, Application
from streams.shell.consumer import LogConsumer, LogTransport, credentials
from streams.shell.holdings import Holdings, Partition
from streams.shell.settings import WorkerSettings
from tests.unit.streams.test_holdings import ZERO, bundle_of, holdings, native

PREFIX = "test."
KAFKA = KafkaSettings(bootstrap="127.0.0.1:1", prefix=PREFIX)
PHYSICAL = PREFIX + PUBLIC_ADMINISTRATION


class Scene:
    """An application with its consumer played; `said` holds the reasons to end the process."""

    def __init__(self, found: Holdings, directory: Path) -> None:
        self.said: list[str] = []
        self.folded: list[tuple[Partition, float]] = []
        self.taken = 0
        self.consumer = MagicMock(spec=LogConsumer)
        self.consumer.rewind = AsyncMock()
        self.application = Application(
            KAFKA,
            WorkerSettings(),
            found,
            directory,
            on_folded=lambda *seen: self.folded.append(seen),
            on_taken=self.take,
            fatal=self.said.append,
        )
        self.holdings = found

    def take(self) -> None:
        self.taken += 1

    async def deliver(self, offset: int, value: bytes) -> None:
        message = SimpleNamespace(
            topic=PHYSICAL, partition=0, offset=offset, value=value, timestamp=5.0
        )
        await self.application._guarded(self.application._on_message(message))

    async def assign(self, ends: dict[int, int], starts: dict[int, int] | None = None) -> None:
        tps = {TP(PHYSICAL, number): end for number, end in ends.items()}
        begins = {TP(PHYSICAL, number): (starts or {}).get(number, 0) for number in ends}
        self.consumer.earliest_offsets = AsyncMock(return_value=begins)
        self.consumer.highwaters = AsyncMock(return_value=tps)
        await self.application._on_assigned(set(tps))


@pytest.fixture
async def scene(tmp_path: Path) -> Any:
    made = Scene(holdings(), tmp_path)
    with patch.object(Application, "consumer", PropertyMock(return_value=made.consumer)):
        yield made


async def test_a_bundle_is_folded_and_its_time_of_production_told(scene: Scene) -> None:
    await scene.assign({0: 1})
    await scene.deliver(0, bundle_of(native()))
    assert scene.folded == [(ZERO, 5.0)]
    assert scene.holdings.states[ZERO].next == 1
    await scene.deliver(0, bundle_of(native()))
    assert len(scene.folded) == 1
    assert scene.said == []


async def test_what_is_empty_is_told_to_be_at_its_gate_when_it_is_taken(scene: Scene) -> None:
    await scene.assign({0: 0})
    assert scene.taken == 1
    assert scene.holdings.states[ZERO].at_gate


async def test_a_gap_ends_the_process(scene: Scene) -> None:
    await scene.assign({0: 9})
    await scene.deliver(3, bundle_of(native()))
    assert scene.said == ["Gap: ioc.public-administration/0: offset 3 arrived where 0 was to come"]


async def test_a_log_that_cannot_be_folded_ends_the_process(scene: Scene) -> None:
    await scene.assign({0: 9}, starts={0: 4})
    (reason,) = scene.said
    assert reason.startswith("UnfoldableLogError: ioc.public-administration/0 begins at offset 4")


async def test_a_log_that_was_rewritten_is_folded_anew_from_its_beginning(scene: Scene) -> None:
    scene.consumer.end_of.return_value = 7
    await scene.assign({0: 2})
    await scene.deliver(0, bundle_of(native()))
    await scene.deliver(1, bundle_of(native()))
    await scene.assign({0: 2})
    await scene.deliver(1, b"another bundle")
    scene.consumer.rewind.assert_awaited_once_with(TP(PHYSICAL, 0))
    state = scene.holdings.states[ZERO]
    assert (state.next, state.size, state.gate) == (0, 0, 7)
    await scene.deliver(2, b"still of the reading before")
    assert state.next == 0
    await scene.deliver(0, b"garbage")
    await scene.deliver(1, b"another bundle")
    assert (state.next, state.refusals.total) == (2, 2)
    assert scene.said == []


async def test_reading_goes_on_where_the_state_says(scene: Scene) -> None:
    await scene.assign({0: 5, 3: 5})
    await scene.deliver(0, bundle_of(native()))
    await scene.deliver(1, bundle_of(native()))
    transport = scene.application.app.transport
    assert isinstance(transport, LogTransport)
    position = transport.position_of
    assert (position(TP(PHYSICAL, 0)), position(TP(PHYSICAL, 3))) == (1, 0)


async def test_two_workers_of_one_name_are_told_apart_by_their_unrest(scene: Scene) -> None:
    for _ in range(UNREST - 1):
        await scene.assign({0: 0})
    assert scene.said == []
    await scene.assign({0: 0})
    assert "is another worker called worker-1 too?" in scene.said[0]


async def test_the_settings_of_faust_are_those_that_were_learnt(scene: Scene) -> None:
    conf = scene.application.app.conf
    assert conf.id == "test.ioc-monitor"
    assert conf.consumer_group_instance_id == "worker-1"
    assert conf.table_standby_replicas == 1
    assert scene.application.app.assignor.replicas == 0
    assert conf.broker_max_poll_records == conf.stream_buffer_maxsize == 32
    assert conf.broker_request_timeout >= conf.broker_session_timeout == 15
    assert conf.consumer_auto_offset_reset == "earliest"
    assert not conf.topic_allow_declare
    assert not conf.web_enabled
    assert conf.topic_disable_leader
    names = {topic: agent.channel.acks for topic, agent in scene.application.app.agents.items()}
    read = [topic.name for topic in source_topics()] + [HEARTBEATS]
    assert names == dict.fromkeys((PREFIX + name for name in read), False)


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text("secret\n", encoding="utf-8")
    return file


def test_how_kafka_is_spoken_to(password: Path) -> None:
    assert credentials(KAFKA) is None
    assert credentials(KafkaSettings(security="SSL")).protocol.value == "SSL"
    secured = credentials(
        KafkaSettings(security="SASL_SSL", username="ioc", password_file=password)
    )
    assert (secured.protocol.value, secured.username, secured.password) == (
        "SASL_SSL",
        "ioc",
        "secret",
    )
    assert secured.mechanism.value == "SCRAM-SHA-512"
    plain = KafkaSettings(security="SASL_PLAINTEXT", username="ioc", password_file=password)
    assert credentials(plain).protocol.value == "SASL_PLAINTEXT"
