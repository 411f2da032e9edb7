"""The Faust application: one agent per topic, which hands every message to the holdings."""

import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Set
from logging import getLogger
from pathlib import Path
from typing import Any, cast

import faust
from faust.types import TP

from connectors.log.settings import KafkaSettings
from streams.core.partition import Diverged
from streams.shell.consumer import (
    LogConsumer,
    LogTransport,
    StickyAssignor,
    broker_urls,
    credentials,
)
from streams.shell.holdings import Holdings, Partition, read_topics
from streams.shell.settings import WorkerSettings

log = getLogger(__name__)

# Bundles, not events: memory is bounded by them, and a rebalance waits for at most so many.
BUNDLES_IN_FLIGHT = 32

# Two workers of one name throw each other out of the group at every heartbeat.
UNREST, UNREST_SECONDS = 12, 30.0

Fatal = Callable[[str], None]
Folded = Callable[[Partition, float], None]


class Application:
    """`app` is to be started on the running loop.

    `on_folded` hears of every folded bundle with the time (Unix seconds) at which it was produced,
    `on_taken` of every assignment, once the gates are set: what is empty is at its gate at once;
    `fatal` ends the process, since nothing may leave the body of an agent and nothing is lost.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        settings: WorkerSettings,
        holdings: Holdings,
        directory: Path,
        *,
        on_folded: Folded,
        on_taken: Callable[[], None],
        fatal: Fatal,
    ) -> None:
        self.holdings = holdings
        self.on_folded = on_folded
        self.on_taken = on_taken
        self.fatal = fatal
        self._settings = settings
        self._names = {kafka.topic(name): name for name in read_topics()}
        self._physical = {name: physical for physical, name in self._names.items()}
        self._rewinding: set[Partition] = set()
        self._assigned_at: deque[float] = deque(maxlen=UNREST)
        self.app = faust.App(kafka.group, **_options(kafka, settings, directory))
        self.app.transport = LogTransport(
            self.app.conf.broker_consumer,
            self.app,
            take=self._on_assigned,
            position_of=self._position,
        )
        for physical in self._names:
            topic = self.app.topic(physical, acks=False)
            self.app.agent(topic, name=physical)(self._agent)

    @property
    def consumer(self) -> LogConsumer:
        return cast("LogConsumer", self.app.consumer)

    def end_of(self, partition: Partition) -> int | None:
        """The end of the partition's log as far as known."""
        return self.consumer.end_of(self._tp(partition))

    async def _agent(self, stream: Any) -> None:
        async for event in stream.events():
            await self._guarded(self._on_message(event.message))

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:
            log.exception("the fold cannot go on")
            self.fatal(f"{type(error).__name__}: {error}")

    async def _on_message(self, message: Any) -> None:
        partition = Partition(self._names[message.topic], message.partition)
        if partition in self._rewinding:
            if message.offset > 0:  # of the reading that was given up
                return
            self._rewinding.discard(partition)
        try:
            folded = self.holdings.fold(partition, message.offset, message.value)
        except Diverged as error:
            await self._fold_anew(partition, str(error))
            return
        if folded:
            self.on_folded(partition, message.timestamp)

    async def _fold_anew(self, partition: Partition, reason: str) -> None:
        self.holdings.discard(partition, self.end_of(partition) or 0, reason)
        self._rewinding.add(partition)
        await self.consumer.rewind(self._tp(partition))

    async def _on_assigned(self, assigned: Set[TP]) -> None:
        self._assigned_at.append(time.monotonic())
        first, last = self._assigned_at[0], self._assigned_at[-1]
        if len(self._assigned_at) == UNREST and last - first < UNREST_SECONDS:
            self.fatal(
                f"{UNREST} rebalances in {last - first:.0f} s: is another worker called "
                f"{self._settings.name} too? each needs a name of its own"
            )
        await self._guarded(self._take(assigned))

    async def _take(self, assigned: Set[TP]) -> None:
        partitions = {self._partition(tp) for tp in assigned if tp.topic in self._names}
        self._rewinding.clear()
        gained = self.holdings.assign(partitions)
        if partitions:
            tps = [self._tp(partition) for partition in partitions]
            starts = await self.consumer.earliest_offsets(*tps)
            ends = await self.consumer.highwaters(*tps)
            self.holdings.survey(gained, self._by_partition(starts), self._by_partition(ends))
        self.on_taken()

    def _position(self, tp: TP) -> int:
        return self.holdings.position(self._partition(tp))

    def _tp(self, partition: Partition) -> TP:
        return TP(self._physical[partition.topic], partition.number)

    def _partition(self, tp: TP) -> Partition:
        return Partition(self._names[tp.topic], tp.partition)

    def _by_partition(self, offsets: Mapping[TP, int]) -> dict[Partition, int]:
        return {self._partition(tp): offset for tp, offset in offsets.items()}


def _options(kafka: KafkaSettings, settings: WorkerSettings, directory: Path) -> dict[str, Any]:
    return {
        "broker": broker_urls(kafka),
        "broker_credentials": credentials(kafka),
        "broker_session_timeout": settings.session_timeout,
        "broker_heartbeat_interval": settings.session_timeout / 5,
        "broker_request_timeout": max(30.0, settings.session_timeout),
        "broker_max_poll_records": BUNDLES_IN_FLIGHT,
        "stream_buffer_maxsize": BUNDLES_IN_FLIGHT,
        "consumer_auto_offset_reset": "earliest",
        # The stable name lets a restart find its partitions again without a rebalance.
        "consumer_group_instance_id": settings.name,
        # Above 0, or Faust would use its round robin; the assignor makes it 0 again.
        "table_standby_replicas": 1,
        "PartitionAssignor": StickyAssignor,
        # Tells members of the group apart; nobody connects to it, and the port may change.
        "canonical_url": f"http://{settings.name}.invalid",
        "key_serializer": "raw",
        "value_serializer": "raw",
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "web_enabled": False,
        "datadir": directory,
    }
