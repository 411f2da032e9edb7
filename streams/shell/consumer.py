"""The log consumer: Faust's own, but offsets live with the state and nothing is committed.

What is overridden and used here is in part private to Faust; `tests/unit/streams/test_faust.py`
pins it, so that a new version of Faust fails there and not in production.
"""

import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from math import inf
from typing import Any, ClassVar

import faust
from faust.assignor.partition_assignor import PartitionAssignor
from faust.transport.drivers.aiokafka import Consumer, Transport
from faust.types import TP
from yarl import URL

from connectors.log.settings import KafkaSettings


class LogConsumer(Consumer):
    """Reads where the state says.

    Topics have no acknowledgements (`acks=False`), so that Faust has nothing to commit; should it
    try all the same, `commit` does nothing.
    """

    transport: "LogTransport"
    _fetched_at = -inf

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """The state takes what it was given before anything of Faust may read on: Faust's own
        signal of that name comes when its recovery may already have sought and resumed.
        """
        await self.transport.take(assigned)
        await super().on_partitions_assigned(assigned, generation_id)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Seeks to the offsets of the state, and does nothing else: a call that waits for the
        broker here, and exceeds Faust's patience, would hang the worker for ever.
        """
        offsets = {tp: self.transport.position_of(tp) for tp in self.assignment()}
        await self._thread.call_thread(self._seek_all, offsets)
        return offsets

    async def rewind(self, tp: TP) -> None:
        """Reads a partition from its beginning again."""
        await self._thread.call_thread(self._seek_all, {tp: 0})
        self._read_offset[tp] = None

    async def _seek_all(self, offsets: Mapping[TP, int]) -> None:
        """Runs in the consumer's thread."""
        consumer = self._thread._ensure_consumer()  # noqa: SLF001
        for tp, offset in offsets.items():
            consumer.seek(tp, offset)

    async def commit(self, *_: Any, **__: Any) -> bool:
        return False

    def fetch_age(self) -> float:
        """Seconds since Kafka last answered a fetch; infinite when it never did."""
        try:
            consumer = self._thread._ensure_consumer()  # noqa: SLF001
            stamps = [consumer.last_poll_timestamp(tp) for tp in consumer.assignment()]
        except (AssertionError, faust.exceptions.ConsumerNotStarted):  # amid a rebalance; at start
            stamps = []
        newest = max((stamp for stamp in stamps if stamp is not None), default=0)
        self._fetched_at = max(self._fetched_at, newest / 1000)
        return time.time() - self._fetched_at

    def end_of(self, tp: TP) -> int | None:
        """The end of the log as the last fetch told it."""
        try:
            end: int | None = self.highwater(tp)
        except (AssertionError, faust.exceptions.ConsumerNotStarted):
            return None
        return end


# A service of Faust logs under the module of its class; this one would be heard like our own.
LogConsumer.logger = Consumer.logger


class LogTransport(Transport):
    """`take` is told of every assignment and may ask the log; after that, `position_of` answers
    for every partition assigned.
    """

    Consumer: ClassVar[Any] = LogConsumer

    def __init__(
        self,
        urls: list[URL],
        app: Any,
        *,
        take: Callable[[set[TP]], Awaitable[None]],
        position_of: Callable[[TP], int],
    ) -> None:
        super().__init__(urls, app)
        self.take = take
        self.position_of = position_of


class StickyAssignor(PartitionAssignor):
    """Faust's sticky assignor without replicas.

    Faust uses it only when `table_standby_replicas` is above 0, and asks it for so many replicas;
    we have no tables, so replicas would be second readers of the same partitions.
    """

    def __init__(self, app: Any, replicas: int = 0) -> None:  # noqa: ARG002
        super().__init__(app, replicas=0)


def broker_urls(kafka: KafkaSettings) -> list[URL]:
    return [URL(f"kafka://{address}") for address in kafka.bootstrap.split(",")]


def credentials(kafka: KafkaSettings) -> Any:
    """Faust's form of the security settings; None for a plain connection."""
    context = None
    if kafka.security.endswith("SSL"):
        context = ssl.create_default_context(cafile=kafka.ca_file)
    if kafka.security.startswith("SASL"):
        options = kafka.client_options()
        return faust.SASLCredentials(
            username=options["sasl_plain_username"],
            password=options["sasl_plain_password"],
            mechanism=options["sasl_mechanism"],
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context else None
