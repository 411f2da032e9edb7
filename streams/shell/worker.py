"""A worker: holdings, the Faust application, time, and what is shown of them."""

import asyncio
import gc
import time
from collections.abc import Iterator
from contextlib import suppress
from logging import getLogger
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest

from connectors.clock import Clock
from connectors.log.settings import KafkaSettings
from seeds.procedures import fields
from seeds.province import agencies
from seeds.topics import HEARTBEATS
from streams.core.ledger import Cells
from streams.core.partition import Context, PartitionState
from streams.core.rules import Rules
from streams.shell.application import Application, Fatal
from streams.shell.exposition import CaseSeries, fold_series, samples, source_series
from streams.shell.holdings import Holdings, Partition
from streams.shell.liveness import Flow, Watchdog
from streams.shell.reading_series import quality_series, reading_series
from streams.shell.settings import WorkerSettings
from streams.shell.watch_log import WatchLog
from streams.shell.watch_publisher import WatchPublisher, watch_series

log = getLogger(__name__)

TICK_SECONDS = 1.0
# A full recount of 600,000 cases takes one minute at this pace, and 3 % of a core.
AUDIT_PAUSE_SECONDS = 0.1
# 5,000 cases in a second and 3 % of a core.
HASHED_AT_ONCE, HASH_PAUSE_SECONDS = 500, 0.1
# Cases are not garbage: collections that walk through all of them are kept rare.
COLLECTION_THRESHOLDS = (100_000, 50, 100)
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Worker:
    """Everything that a worker process is made of; to be made on the running loop.

    `directory` is a scratch directory for Faust; `fatal` ends the process.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        settings: WorkerSettings,
        clock: Clock,
        rules: Rules,
        directory: Path,
        fatal: Fatal,
    ) -> None:
        self.settings = settings
        self._clock = clock
        self._fatal = fatal
        context = Context(Cells(agencies(), fields()), ranks=settings.ranks, rules=rules)
        self.holdings = Holdings(context)
        self._opening = asyncio.Event()
        self.application = Application(
            kafka,
            settings,
            self.holdings,
            directory,
            on_folded=self._on_folded,
            on_taken=self._opening.set,
            fatal=fatal,
        )
        self._publisher = WatchPublisher(WatchLog(kafka), self.holdings.states, self._may_write)
        self._watchdog = Watchdog(settings.watchdog)
        self._case_series = CaseSeries(context.cells)
        self._registry = CollectorRegistry()
        self._delay = Histogram(
            "ioc_event_to_metric_seconds",
            "From the production of a bundle to its being visible here; live bundles only.",
            ["topic"],
            registry=self._registry,
            buckets=BUCKETS,
        )
        gc.set_threshold(*COLLECTION_THRESHOLDS)

    # -- what is so

    def now(self) -> int:
        """The clock of the figures, in whole Unix seconds; every open state is moved to it."""
        now = int(self._clock.now())
        self.holdings.advance(now)
        return now

    def doubt(self) -> str | None:
        """Why nothing that this worker holds may be believed, or None.

        A worker that does not hear from Kafka may have lost its partitions without knowing.
        """
        age = self.application.consumer.fetch_age()
        if age > self.settings.session_timeout:
            return f"no answer from Kafka for {self.settings.session_timeout:g} s"
        return None

    def _may_write(self) -> bool:
        """Whether what is held is certainly held; others may be given it in a rebalance."""
        return not self.application.app.rebalancing and self.doubt() is None

    def unready(self) -> str | None:
        """Why not all that this worker holds is shown, or None."""
        if doubt := self.doubt():
            return doubt
        if not self.holdings.held:
            return "no partition is assigned to this worker"
        closed = [str(place) for place, state in self.holdings.states.items() if not state.open]
        return f"still reading: {', '.join(sorted(closed))}" if closed else None

    def open_states(self) -> Iterator[tuple[Partition, PartitionState]]:
        """The states that may be shown now."""
        return iter(()) if self.doubt() else self.holdings.open_states()

    # -- what is shown

    def metrics(self) -> str:
        now = self.now()
        parts = [samples("ioc_now_seconds", [((), self._clock.now())])]
        if not self.doubt():
            parts += self._believed(now)
        parts += [generate_latest(source).decode() for source in (self._registry, REGISTRY)]
        return "".join(parts)

    def _believed(self, now: int) -> Iterator[str]:
        states = self.holdings.states.items()
        yield fold_series((state, self.application.end_of(place)) for place, state in states)
        yield self._case_series.render((state for _, state in self.holdings.open_states()), now)
        yield watch_series(self._publisher.mirrors())
        opened = [state for _, state in self.holdings.open_states()]
        yield reading_series(opened)
        yield quality_series(opened)
        for pulses in self.holdings.open_pulses():
            yield source_series(HEARTBEATS, pulses.latest())

    def _on_folded(self, partition: Partition, produced_at: float) -> None:
        state = self.holdings.states.get(partition)
        if state is None:
            return
        if state.open:
            delay = max(time.time() - produced_at, 0.0)
            self._delay.labels(partition.topic).observe(delay)
        elif state.at_gate:
            self._opening.set()

    # -- what goes on beside the fold

    async def keep_time(self) -> None:
        """Moves figures with the clock, opens gates, and watches."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.now()
            self._opening.set()
            if verdict := self._watchdog.verdict(self._flow()):
                self._fatal(verdict)

    def _flow(self) -> Flow:
        application = self.application
        offsets = {
            place: (state.next, application.end_of(place))
            for place, state in self.holdings.states.items()
        }
        return Flow(
            time.monotonic(), application.app.rebalancing, application.consumer.fetch_age(), offsets
        )

    async def keep_opening(self) -> None:
        """Builds the ledger of partitions that reached their gate, while folding goes on."""
        while True:
            await self._opening.wait()
            self._opening.clear()
            while state := self.holdings.ready_to_open():
                for _ in state.opening(int(self._clock.now())):
                    await asyncio.sleep(0)
                log.info("%s/%d is open: %d cases", state.topic, state.partition, state.size)
                gc.freeze()

    async def keep_published(self) -> None:
        """Keeps ioc.watch equal to what is held here."""
        await self._publisher.run()

    async def keep_auditing(self) -> None:
        """Recounts one partition after the other, for ever."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            for place, state in list(self.holdings.open_states()):
                for _ in state.auditing():
                    await asyncio.sleep(AUDIT_PAUSE_SECONDS)
                if state.imbalance:
                    log.error("%s: the ledger is out of balance by %d", place, state.imbalance)

    async def keep_hashing(self) -> None:
        """Computes digests beside the fold, so that who asks for the hash seldom waits."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            for _, state in list(self.holdings.open_states()):
                for _ in state.hashing(HASHED_AT_ONCE):
                    await asyncio.sleep(HASH_PAUSE_SECONDS)

    async def brought_up_to_hash(self) -> None:
        """Computes what is missing of the hashes of open states, letting others work between."""
        for _, state in list(self.open_states()):
            for _ in state.hashing():
                await asyncio.sleep(0)

    async def run_beside(self) -> None:
        """All of them; none may end."""
        names = ("keep_time", "keep_opening", "keep_published", "keep_auditing", "keep_hashing")
        tasks = [asyncio.create_task(getattr(self, name)(), name=name) for name in names]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                error = task.exception()
                log.critical("%s failed", task.get_name(), exc_info=error)
                self._fatal(f"{task.get_name()}: {error}")
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
