"""Pins what we use of Faust that it does not promise: a new version fails here, not in production.

Each test says what the worker relies on. Read the named source before changing a test.
"""

import inspect
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, MagicMock, patch

import aiokafka
import faust
import pytest
from aiokafka.codec import has_lz4
from faust.app.base import App
from faust.assignor.partition_assignor import PartitionAssignor
from faust.transport.conductor import Conductor
from faust.transport.consumer import Consumer as BaseConsumer
from faust.transport.consumer import ThreadDelegateConsumer
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.shell.consumer import LogConsumer, LogTransport, StickyAssignor

HELD = TP("t", 0)


def test_the_version_is_the_one_that_was_read() -> None:
    assert version("faust-streaming").startswith("0.15."), "read the sources again, then widen this"
    assert version("aiokafka").startswith("0.14.")


def test_lz4_can_be_read() -> None:
    """Without cramjam the fetcher of aiokafka dies on the first message."""
    assert has_lz4()


def test_seeking_is_one_method_and_its_answer_becomes_the_read_offsets() -> None:
    source = inspect.getsource(BaseConsumer.perform_seek)
    assert "await self.seek_to_committed()" in source
    assert "read_offset.update(" in source
    assert inspect.iscoroutinefunction(ThreadDelegateConsumer.seek_to_committed)


async def test_the_read_offsets_follow_what_we_seek() -> None:
    consumer = MagicMock(spec=BaseConsumer, _read_offset={}, _committed_offset={})
    consumer.seek_to_committed = AsyncMock(return_value={HELD: 7})
    await BaseConsumer.perform_seek(consumer)
    assert consumer._read_offset == {HELD: 7}


async def test_our_consumer_only_seeks_and_in_the_thread_of_the_client() -> None:
    client = MagicMock(spec=aiokafka.AIOKafkaConsumer)
    thread = MagicMock(spec=driver.AIOKafkaConsumerThread)
    thread._ensure_consumer.return_value = client
    thread.assignment.return_value = {HELD}

    async def call_thread(function: Any, *arguments: Any) -> Any:
        return await function(*arguments)

    thread.call_thread = call_thread
    consumer = LogConsumer.__new__(LogConsumer)
    consumer._thread = thread
    consumer.transport = MagicMock(spec=LogTransport, position_of=lambda tp: 41 + tp.partition)
    assert await consumer.seek_to_committed() == {HELD: 41}
    assert [call[0] for call in client.method_calls] == ["seek"]
    client.seek.assert_called_once_with(HELD, 41)
    consumer._read_offset = {HELD: 41}
    await consumer.rewind(HELD)
    client.seek.assert_called_with(HELD, 0)
    assert consumer._read_offset == {HELD: None}


def test_messages_below_the_read_offset_are_dropped_and_those_at_it_delivered() -> None:
    source = inspect.getsource(BaseConsumer._drain_messages)
    assert "if r_offset is None or offset >= r_offset:" in source


async def test_nothing_is_ever_committed() -> None:
    assert await LogConsumer.commit(MagicMock(spec=LogConsumer)) is False
    assert "commit" in inspect.getsource(BaseConsumer.wait_empty)


def test_a_topic_without_acks_is_not_tracked_so_nothing_waits_or_piles_up() -> None:
    assert "acks" in inspect.signature(App.topic).parameters
    assert inspect.signature(faust.Topic.__init__).parameters["acks"].default is True
    conductor = MagicMock(spec=Conductor, _acking_topics=set())
    assert not Conductor.acks_enabled_for(conductor, "t")
    pyx = Path(faust.__file__).parent / "_cython" / "streams.pyx"
    text = pyx.read_text(encoding="utf-8")
    assert "if topic in self.acking_topics and not message.tracked:" in text


def test_the_transport_may_be_replaced_and_makes_our_consumer() -> None:
    assert isinstance(App.transport, property)
    assert App.transport.fset is not None
    assert LogTransport.Consumer is LogConsumer
    assert "self.Consumer(" in inspect.getsource(driver.Transport.create_consumer)


def test_the_sticky_assignor_is_used_without_tables_when_replicas_are_asked_for() -> None:
    source = inspect.getsource(driver.AIOKafkaConsumerThread._create_worker_consumer)
    assert "if self.app.conf.table_standby_replicas > 0 or has_changelog_tables" in source
    assert "group_instance_id=conf.consumer_group_instance_id" in source
    assert "isolation_level" in source
    app = MagicMock(spec=App)
    assert StickyAssignor(app, replicas=1).replicas == 0
    assert list(inspect.signature(PartitionAssignor.__init__).parameters) == [
        "self",
        "app",
        "replicas",
    ]


def test_without_tables_recovery_only_seeks_and_resumes() -> None:
    from faust.tables.recovery import Recovery

    source = inspect.getsource(Recovery._resume_streams)
    assert "consumer.perform_seek()" in source
    assert source.index("perform_seek") < source.index("resume_flow()")


def test_an_assignment_goes_through_the_consumer_before_recovery_may_seek() -> None:
    told = inspect.getsource(ThreadDelegateConsumer.threadsafe_partitions_assigned)
    assert "self.on_partitions_assigned," in told
    assert "self._on_partitions_assigned" in inspect.getsource(BaseConsumer.on_partitions_assigned)
    recovery = inspect.getsource(App._on_partitions_assigned)
    assert recovery.index("self.tables.on_rebalance") < recovery.index("assigned.send")
    assert "consumer.stop_flow" in inspect.getsource(App._on_partitions_revoked)


async def test_the_state_takes_an_assignment_before_faust_does() -> None:
    consumer = LogConsumer.__new__(LogConsumer)
    told = []

    async def take(assigned: set[TP]) -> None:
        told.append(("state", assigned))

    async def faust_takes(_: Any, assigned: set[TP], generation_id: int) -> None:
        told.append((f"faust {generation_id}", assigned))

    consumer.transport = MagicMock(spec=LogTransport, take=take)
    with patch.object(driver.Consumer, "on_partitions_assigned", faust_takes):
        await consumer.on_partitions_assigned({HELD}, 4)
    assert told == [("state", {HELD}), ("faust 4", {HELD})]


@pytest.mark.parametrize("name", ["last_poll_timestamp", "highwater", "seek", "assignment"])
def test_the_client_tells_how_it_is(name: str) -> None:
    assert callable(getattr(aiokafka.AIOKafkaConsumer, name))


@pytest.mark.parametrize("name", ["earliest_offsets", "highwaters", "highwater", "assignment"])
def test_the_consumer_tells_of_the_log(name: str) -> None:
    assert callable(getattr(LogConsumer, name))
