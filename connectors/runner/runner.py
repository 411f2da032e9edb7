"""All sources of one process: their way to the log, their heartbeats, and a clean stop."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from connectors.clock import Clock
from connectors.intake.database import only_connector
from connectors.intake.heartbeats import EVERY_SECONDS, Heartbeats
from connectors.intake.intake import Intake, Store
from connectors.intake.metrics import IntakeState
from connectors.log.lanes import Limits
from connectors.log.settings import KafkaSettings
from connectors.log.writer import LogWriter
from connectors.runner.families import open_adapter
from connectors.runner.metrics import Counters, SourceStates
from connectors.runner.pace import Pace
from connectors.runner.pool import Pool
from connectors.runner.settings import ConnectSettings, SourceSettings
from connectors.runner.source import STATES, OpenAdapter, SourceRunner, Tools
from seeds.topics import DEAD_LETTERS, HEARTBEATS

logger = logging.getLogger(__name__)

CONNECTOR = "connect"
LOOK_FOR_REWINDS_SECONDS = 1.0
SPARE_THREADS = 8
# A stop shares five seconds: turns that end by themselves, a last heartbeat, the writer.
TURN_SECONDS, BEAT_SECONDS, WRITER_SECONDS = 1.5, 1.0, 1.0


class Runner:
    """`sources` run from `connecting` on, until its end."""

    def __init__(
        self,
        sources: Sequence[SourceSettings],
        writer: LogWriter,
        store: Store,
        tools: Tools,
    ) -> None:
        self.writer = writer
        self._store = store
        self.counters = tools.counters
        intakes = {
            topic: Intake(CONNECTOR, topic, writer, store, tools.clock)
            for topic in {source.topic for source in sources}
        }
        store.book.keep_to({source.name for source in sources})
        self.sources = [SourceRunner(one, intakes[one.topic], tools) for one in sources]
        registry = tools.counters.registry
        registry.register(IntakeState(writer, store.quarantine))
        registry.register(SourceStates(lambda: self.sources, STATES))

    async def run(self) -> None:
        """Until cancelled; then sources are stopped, in bounded time."""
        tasks = {
            asyncio.create_task(one.run(), name=one.settings.name): one for one in self.sources
        }
        for task, one in tasks.items():
            task.add_done_callback(partial(_ended, one))
        try:
            await self._look_for_rewinds()
        finally:
            await _stop(tasks)

    async def _look_for_rewinds(self) -> None:
        """Another process writes them where checkpoints are kept."""
        while True:
            await asyncio.sleep(LOOK_FOR_REWINDS_SECONDS)
            try:
                generations = await asyncio.to_thread(self._store.checkpoints.generations)
            except Exception:  # such as a full disk
                logger.exception("cannot look for rewinds")
                continue
            for one in self.sources:
                if generations.get(one.settings.name, 0) > one.checkpoint.generation:
                    logger.info("%s is rewound", one.settings.name)
                    one.wake()

    def status(self) -> list[dict[str, Any]]:
        """Every source as `/sources` tells it; times in Unix seconds."""
        return [_status(one) for one in self.sources]


async def _stop(tasks: dict["asyncio.Task[None]", SourceRunner]) -> None:
    for one in tasks.values():
        one.stop()
    if not tasks:
        return
    finished, unfinished = await asyncio.wait(tasks, timeout=TURN_SECONDS)
    for task in unfinished:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    # A source that is still being asked is left to the end of the process.
    await asyncio.gather(*(tasks[task].close() for task in finished))


def _ended(one: SourceRunner, done: "asyncio.Task[None]") -> None:
    """A source that ends before it is stopped has met a fault of ours that nothing caught."""
    if not done.cancelled() and (error := done.exception()):
        one.state, one.error = "stopped", f"a fault of the connector: {type(error).__name__}"
        logger.error("%s is stopped: %s; restart", one.settings.name, one.error, exc_info=error)


def _status(one: SourceRunner) -> dict[str, Any]:
    source, settings = one.source, one.settings
    heard = source.last_event_at
    return {
        "name": settings.name,
        "connector": settings.connector,
        "subsystem": settings.subsystem,
        "kind": settings.kind,
        "state": one.state,
        "error": one.error,
        "position": source.told_position(),
        "backlog": source.backlog,
        "next_poll": one.next_poll,
        "last_event": None if heard is None else heard / 1_000_000,
        "accepted": source.accepted,
        "refused": source.refused,
        "repeated": source.repeated,
        "unknown": source.unknown,
        "lost": source.lost,
        "promise_seconds": source.promise_seconds,
        "reminders": source.reminders,
    }


@asynccontextmanager
async def connecting(
    sources: Sequence[SourceSettings],
    settings: ConnectSettings,
    kafka: KafkaSettings,
    clock: Clock,
    *,
    opener: OpenAdapter = open_adapter,
    pace: Pace | None = None,
    heartbeat_seconds: float = EVERY_SECONDS,
) -> AsyncIterator[Runner]:
    """Runs the sources; at the end those at work may finish their turn, and all is told once more.

    Raises DataFolderError, VaultError.
    """
    with contextlib.ExitStack() as held:
        held.enter_context(only_connector(settings.data))
        store = Store(
            settings.data,
            key_file=settings.quarantine_key,
            max_bytes=settings.max_quarantine_bytes,
        )
        held.callback(store.close)
        topics = {source.topic for source in sources}
        limits = Limits(ack_seconds=settings.ack_seconds)
        writer = LogWriter(
            kafka, [*topics, DEAD_LETTERS, HEARTBEATS], client_id="ioc-connect", limits=limits
        )
        held.callback(writer.close, WRITER_SECONDS)
        tools = Tools(
            checkpoints=store.checkpoints,
            pool=Pool("poll", settings.threads),
            spare=Pool("poll-again", SPARE_THREADS),
            counters=Counters(),
            clock=clock,
            pace=pace or Pace(),
            open_adapter=opener,
        )
        runner = Runner(sources, writer, store, tools)
        hearts = Heartbeats(
            store.book, store.quarantine, writer, clock, every_seconds=heartbeat_seconds
        )
        at_work = [asyncio.create_task(hearts.run()), asyncio.create_task(runner.run())]
        try:
            yield runner
        finally:
            for task in at_work:
                task.cancel()
            await asyncio.gather(*at_work, return_exceptions=True)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(hearts.beat(store.book.all()), BEAT_SECONDS)
