"""The one road into the log: bundles events by partition and says when the log has them.

A write succeeds when Kafka has acknowledged every event of it (all in-sync replicas), and fails
in bounded time otherwise. What waits is bounded, so nothing grows while the broker is away.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from connectors.log import link
from connectors.log.lanes import (
    Bundle,
    Lanes,
    Limits,
    LogFullError,
    LogUnavailableError,
    Ticket,
)
from connectors.log.link import Trouble
from connectors.log.settings import KafkaSettings
from seeds.topics import topics as all_topics

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
ROOM_SECONDS = 0.01

Events = Sequence[tuple[str, bytes]]


@dataclass(slots=True)
class Written:
    """What a writer has done so far; `failed` events may or may not be in the log."""

    events: int = 0
    bundles: int = 0
    bytes: int = 0
    failed: int = 0


class LogWriter:
    """Writes to the named topics (canonical names); usable from any thread and from asyncio.

    It connects by itself, at once and again whenever the broker was away.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        topics: Iterable[str],
        *,
        client_id: str = "ioc-writer",
        limits: Limits | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.written = Written()
        self._settings = settings
        self._client_id = client_id
        self._partitions = {name: all_topics()[name].partitions for name in topics}
        self._physical = {name: settings.topic(name) for name in self._partitions}
        self._lanes = Lanes(self.limits)
        self._changed = threading.Condition()
        self._producer: Any = None
        self._trouble: Trouble | None = Trouble(f"{settings.bootstrap} was not reached yet")
        self._connecting: threading.Thread | None = None
        self._connected_at = self._try_at = 0.0
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> str | None:
        """Why the log is not to be had now; None when it is."""
        return self._trouble.message if self._trouble else None

    @property
    def held_bytes(self) -> int:
        """Bytes of events that wait or are on their way."""
        return self._lanes.held_bytes

    def submit(self, topic: str, events: Events) -> "Future[int]":
        """Begin a write of (subject, encoded event) pairs; never blocks.

        The future gives the number of events when the log has them all, or raises
        LogUnavailableError (write again) or TopicMismatchError. Raises LogFullError when there is
        no room, EventTooLargeError, TopicMismatchError, KeyError for a topic not named before.
        """
        partitions = self._partitions[topic]
        with self._changed:
            if self._closing:
                raise LogUnavailableError("the writer is closed")
            if self._trouble and self._trouble.mismatch:
                raise self._trouble.error()
            ticket = self._lanes.admit(topic, partitions, events, time.monotonic())
            self._changed.notify_all()
        return ticket.future

    def write(self, topic: str, events: Events) -> "Future[int]":
        """`submit`, but waits for room up to `ack_seconds` before it raises LogFullError."""
        deadline = time.monotonic() + self.limits.ack_seconds
        while True:
            try:
                return self.submit(topic, events)
            except LogFullError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(ROOM_SECONDS)

    async def write_async(self, topic: str, events: Events) -> int:
        """Return the number of events when the log has them all; raises as `write` and its
        future do. A caller that is cancelled does not take back what was begun.
        """
        deadline = time.monotonic() + self.limits.ack_seconds
        while True:
            try:
                future = self.submit(topic, events)
                break
            except LogFullError:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(ROOM_SECONDS)
        return await asyncio.wrap_future(future)

    def wait_connected(self, seconds: float) -> bool:
        """Whether the log is to be had, waiting so long. Raises TopicMismatchError."""
        with self._changed:
            self._changed.wait_for(lambda: not self._trouble or self._trouble.mismatch, seconds)
            if self._trouble and self._trouble.mismatch:
                raise self._trouble.error()
            return self._trouble is None

    def close(self, seconds: float = 5.0) -> None:
        """Send what waits, for so long; writes not acknowledged then fail. May be called twice."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._lanes.empty, seconds)
        self._thread.join(seconds)
        with self._changed:
            left = self._lanes.expired(float("inf"))
        self._fail(left, Trouble("the writer is closed"))

    def __enter__(self) -> "LogWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        while self._turn():
            pass
        connecting = self._connecting
        if connecting:
            connecting.join()
        link.discard(self._producer)

    def _turn(self) -> bool:
        """One round: connect if need be, expire, send what is due, else wait. False at the end."""
        with self._changed:
            now = time.monotonic()
            self._connect_if_needed(now)
            late = self._lanes.expired(now)
            bundles = self._lanes.due(now) if self._producer else []
            if not late and not bundles:
                if self._closing and (self._lanes.empty or not self._producer):
                    return False
                self._changed.wait(self._pause(now))
        self._expire(late)
        for bundle in bundles:
            self._send(bundle)
        return True

    def _pause(self, now: float) -> float:
        """Seconds until something happens by itself."""
        if self._producer:
            wake = self._lanes.next_event_at()
        elif self._connecting:
            wake = self._lanes.next_deadline()
        else:
            wake = min(self._lanes.next_deadline(), self._try_at)
        return min(max(wake - now, 0.0), 60.0)

    def _connect_if_needed(self, now: float) -> None:
        if self._producer or self._connecting or self._closing or now < self._try_at:
            return
        self._connecting = threading.Thread(target=self._connect, name="log-connect", daemon=True)
        self._connecting.start()

    def _connect(self) -> None:
        try:
            producer, trouble = link.connect(
                self._settings,
                self._partitions,
                client_id=self._client_id,
                ack_seconds=self.limits.ack_seconds,
            )
        except Exception as error:  # dying silently would leave the log away for ever
            logger.exception("cannot connect to the log")
            producer, trouble = None, Trouble(f"cannot connect to the log: {error!r}")
        self._connected(producer, trouble)

    def _connected(self, producer: Any, trouble: Trouble | None) -> None:
        refused: list[Ticket] = []
        with self._changed:
            if trouble != self._trouble:
                state = trouble.message if trouble else f"connected to {self._settings.bootstrap}"
                logger.warning("log: %s", state)
            self._producer, self._trouble, self._connecting = producer, trouble, None
            self._connected_at = time.monotonic()
            self._try_at = self._connected_at + RETRY_SECONDS
            if trouble and trouble.mismatch:
                refused = self._lanes.expired(float("inf"))
            self._changed.notify_all()
        if trouble:
            self._fail(refused, trouble)

    def _send(self, bundle: Bundle) -> None:
        producer = self._producer
        try:
            sent = producer.send(
                self._physical[bundle.topic], value=bundle.message, partition=bundle.partition
            )
        except Exception as error:
            self._lost(bundle, producer, error)
            return
        sent.add_callback(self._acknowledged, bundle)
        sent.add_errback(self._lost, bundle, producer)

    def _acknowledged(self, bundle: Bundle, _metadata: object) -> None:
        with self._changed:
            complete = self._lanes.settle(bundle)
            self.written.events += bundle.events
            self.written.bundles += 1
            self.written.bytes += len(bundle.message)
            self._changed.notify_all()
        for ticket in complete:
            ticket.resolve()

    def _lost(self, bundle: Bundle, producer: Any, error: Exception) -> None:
        """A send failed: its writes fail, and a new connection is made, with a clean state."""
        trouble = Trouble(f"the log did not take the events: {error}")
        with self._changed:
            failed = self._lanes.give_up(bundle)
            self.written.failed += bundle.events
        self._fail(failed, trouble)
        self._disconnect(producer, trouble)

    def _expire(self, late: list[Ticket]) -> None:
        if not late:
            return
        why = self.trouble or "it is slow, or away"
        trouble = Trouble(
            f"the log did not acknowledge within {self.limits.ack_seconds:g} s: {why}"
        )
        self._fail(late, trouble)
        # A producer that had all that time and has neither sent nor failed is stuck. One that came
        # later is not to blame.
        if self._connected_at <= late[0].deadline - self.limits.ack_seconds:
            self._disconnect(self._producer, trouble)

    def _fail(self, tickets: list[Ticket], trouble: Trouble) -> None:
        for ticket in tickets:
            ticket.fail(trouble.error())
        with self._changed:
            self._lanes.drop_failed()
            self._changed.notify_all()

    def _disconnect(self, producer: Any, trouble: Trouble) -> None:
        with self._changed:
            if producer is None or producer is not self._producer:
                return
            self._producer, self._trouble = None, trouble
            self._try_at = time.monotonic()
            self._changed.notify_all()
        logger.warning("log: %s", trouble.message)
        # Not here: this may be the producer's own thread, which cannot wait for its own end.
        threading.Thread(target=link.discard, args=(producer,), daemon=True).start()
