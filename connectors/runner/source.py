"""One source, from poll to checkpoint, for ever."""

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from connectors.clock import Clock
from connectors.intake.checkpoints import BEGINNING, Checkpoint, Checkpoints
from connectors.intake.codes import without_numbers_of_persons
from connectors.intake.intake import Delivery, Intake, Outcome
from connectors.intake.quarantine import QuarantineFullError
from connectors.log.lanes import LogError
from connectors.log.topics import TopicMismatchError
from connectors.runner.adapter import Adapter, Batch, SourceError
from connectors.runner.mapping import mapper_of, translate
from connectors.runner.metrics import Counters
from connectors.runner.pace import Pace, RefusalLimit
from connectors.runner.pool import Pool
from connectors.runner.settings import SourceSettings

logger = logging.getLogger(__name__)

# starting: not yet asked. live: nothing known waits. catching_up: more waits. retrying: the source
# cannot be read. hanging: it does not answer, and is asked no more until it has. waiting: our log
# or quarantine takes nothing now. stopped: too much was refused.
State = Literal["starting", "live", "catching_up", "retrying", "hanging", "waiting", "stopped"]
STATES: tuple[State, ...] = (
    "starting",
    "live",
    "catching_up",
    "retrying",
    "hanging",
    "waiting",
    "stopped",
)
CLOSE_SECONDS = 1.0
# Further back is another time altogether: that of a scenario.
STEPPED_BACK_SECONDS = 3_600
OpenAdapter = Callable[[SourceSettings, Clock], Adapter]
T = TypeVar("T")


class Stopping(Exception):
    """The process ends; what is not acknowledged will be read again."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What sources share. `spare` threads are for sources that failed or hung the last time, so
    that slow failures never keep the others from being asked.
    """

    checkpoints: Checkpoints
    pool: Pool
    spare: Pool
    counters: Counters
    clock: Clock
    pace: Pace
    open_adapter: OpenAdapter


class SourceRunner:
    """`state` and `error` (why it is in that state, None when all is well) may be read any time."""

    def __init__(self, settings: SourceSettings, intake: Intake, tools: Tools) -> None:
        self.settings = settings
        self.state: State = "starting"
        self.error: str | None = None
        self.next_poll: float | None = None
        self.checkpoint: Checkpoint = BEGINNING
        self.source = intake.book.spoke(settings.name, settings.kind, settings.topic)
        self.source.promise_seconds = settings.promise
        self.source.known_since = self.source.known_since or tools.clock.now_microseconds()
        self._intake = intake
        self._tools = tools
        self._mapper = mapper_of(settings)
        self._limit = RefusalLimit(settings.stop_after_refused, settings.stop_at_share)
        self._adapter: Adapter | None = None
        self._failures = 0
        self._hung = False
        self._observed = self._newest_observed()
        self._stopping = asyncio.Event()
        self._wake = asyncio.Event()

    def _newest_observed(self) -> int:
        """Of the runs before, so that a clock that steps back a little turns no order round."""
        heard = self.source.last_event_at or 0
        ahead = heard - self._tools.clock.now_microseconds()
        return heard if ahead < STEPPED_BACK_SECONDS * 1_000_000 else 0

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()

    def wake(self) -> None:
        """Look at the checkpoint again: somebody has rewound the source."""
        self._wake.set()

    async def run(self) -> None:
        """Until `stop`."""
        await self._load()
        delay: float | None = self._tools.pace.first(self.settings.every_seconds)
        with suppress(Stopping):
            while True:
                await self._pause(delay)
                delay = await self._turn()

    async def close(self) -> None:
        """Lets go of the source."""
        adapter, self._adapter = self._adapter, None
        if adapter is not None:
            with suppress(Exception):
                await asyncio.wait_for(self._tools.spare.run(adapter.close), CLOSE_SECONDS)

    async def _load(self) -> None:
        load = self._tools.checkpoints.load
        self.checkpoint = await asyncio.to_thread(load, self.settings.name)
        self.source.position = self.checkpoint.position

    async def _pause(self, seconds: float | None) -> None:
        """None: until somebody wakes it. Raises Stopping."""
        self.next_poll = None if seconds is None else self._tools.clock.now() + seconds
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        if self._stopping.is_set():
            raise Stopping
        if self._wake.is_set():
            self._wake.clear()
            self._limit.reset()
            await self._load()

    async def _turn(self) -> float | None:
        """Asks once; returns the seconds until the next time, None: not before it is woken."""
        began = time.monotonic()
        pool = self._tools.spare if self._failures or self._hung else self._tools.pool
        self._hung = False
        try:
            batch, delivery = await pool.run(self._ask, self.settings.poll_seconds, self._hangs)
        except SourceError as error:
            return self._failed(str(error))
        except Exception as error:  # a fault of ours in one source is no fault of the others
            await self.close()
            return self._failed(f"a fault of the connector: {_place(error)}")
        self._failures = 0
        self._tools.counters.polled(self.settings.name, "answered", time.monotonic() - began)
        if batch.records or batch.position != self.checkpoint.position or batch.lost:
            await self._take(batch, delivery)
        return self._after(batch, delivery, time.monotonic() - began)

    def _ask(self) -> tuple[Batch, Delivery]:
        """In a thread of the pool."""
        if self._adapter is None:
            self._adapter = self._tools.open_adapter(self.settings, self._tools.clock)
        batch = self._adapter.poll(self.checkpoint.position, self.settings.records_per_turn)
        # Every record has a microsecond of its own, and no later batch an earlier one.
        observed_at = max(self._tools.clock.now_microseconds(), self._observed + 1)
        self._observed = observed_at + len(batch.records)
        return batch, translate(self.settings, self._mapper, batch.records, observed_at)

    def _hangs(self) -> None:
        """Its answer, however late, is that of this turn: no other poll runs beside it."""
        self._hung = True
        self.next_poll = None
        self._become(
            "hanging",
            f"no answer for {self.settings.poll_seconds:g} s: look at its disk, network or server; "
            "it is asked again once it has answered or failed, or after a restart",
        )

    def _failed(self, error: str) -> float:
        self._failures += 1
        self._tools.counters.polled(self.settings.name, "failed")
        self._become("retrying", error)
        return self._tools.pace.retry(self._failures)

    async def _take(self, batch: Batch, delivery: Delivery) -> None:
        """Everything into the log, then the checkpoint; raises Stopping when that cannot be done
        before the end.

        Refusals first and by themselves, so that a write that is tried again counts none twice.
        """
        letters = replace(delivery, events=(), accepted=0, unknown=0)
        refused = await self._insist(lambda: self._intake.deliver(letters))
        good = replace(delivery, refused=())
        accepted = await self._insist(lambda: self._intake.deliver(good))
        self._count(Outcome(accepted.accepted, refused.refused, refused.repeated), delivery.unknown)
        self.source.lost += batch.lost
        reached = Checkpoint(batch.position, self.checkpoint.generation)
        if await self._insist(lambda: self._keep(reached)):
            self.checkpoint = reached
            self.source.position = batch.position
        else:
            await self._load()

    async def _keep(self, reached: Checkpoint) -> bool:
        save = self._tools.checkpoints.save
        return await asyncio.to_thread(save, self.settings.name, self.source.row(), reached)

    async def _insist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Until it is done: a batch that cannot be read again must not be lost while our own side
        is away. One batch is held, so nothing grows.
        """
        for attempt in itertools.count(1):
            try:
                return await work()
            except (LogError, TopicMismatchError, QuarantineFullError, OSError) as error:
                self._become("waiting", str(error))
            except Exception as error:
                self._become("waiting", f"a fault of the connector: {_place(error)}")
            delay = self._tools.pace.retry(min(attempt, 4))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)
                raise Stopping
        raise AssertionError  # count() has no end

    def _count(self, outcome: Outcome, unknown: int) -> None:
        self._tools.counters.recorded(self.settings.name, outcome, unknown)
        if outcome.refused:
            logger.info(
                "%s: %d records refused; see `ioc dead-letters list`",
                self.settings.name,
                outcome.refused,
            )

    def _after(self, batch: Batch, delivery: Delivery, took: float) -> float | None:
        waiting = None if batch.more else 0
        self.source.backlog = waiting if batch.backlog is None else batch.backlog
        if reason := self._limit.count(delivery.accepted, len(delivery.refused)):
            self._become("stopped", f"{reason}: mend what is wrong, then restart or rewind it")
            return None
        self._become("catching_up" if batch.more else "live", None)
        return 0.0 if batch.more else self._tools.pace.next(self.settings.every_seconds, took)

    def _become(self, state: State, error: str | None) -> None:
        """Says once what changed. An error may name a file, and its name a person's number."""
        error = error and without_numbers_of_persons(error)
        if error != self.error or state != self.state:
            if error:
                level = logging.ERROR if state == "stopped" else logging.WARNING
                logger.log(level, "%s is %s: %s", self.settings.name, state, error)
            elif self.error:
                logger.info("%s is %s again", self.settings.name, state)
        self.state, self.error = state, error


def _place(error: BaseException) -> str:
    """Where, not what: the message of an error of ours may quote a record."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"
