"""Says that each source is alive, what it has sent so far, and how much it still has."""

import asyncio
import itertools
import logging

from connectors.clock import Clock
from connectors.contract.codec import encode
from connectors.intake.quarantine import Quarantine
from connectors.intake.sources import Source, SourceBook
from connectors.log.lanes import LogError
from connectors.log.topics import TopicMismatchError
from connectors.log.writer import LogWriter
from seeds.topics import HEARTBEATS

logger = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
EXPIRE_EVERY = 720  # heartbeats, about an hour


class Heartbeats:
    def __init__(
        self,
        book: SourceBook,
        quarantine: Quarantine,
        writer: LogWriter,
        clock: Clock,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._book = book
        self._quarantine = quarantine
        self._writer = writer
        self._clock = clock
        self._every = every_seconds
        self._failing = False

    async def run(self) -> None:
        """For ever, whatever is wrong at the moment."""
        for beats in itertools.count():
            try:
                if beats % EXPIRE_EVERY == 0:
                    await asyncio.to_thread(self._quarantine.expire, self._clock.now())
                await self.beat(self._book.all())
            except Exception:  # such as a full disk; silence would mean that the source is dead
                logger.exception("no heartbeat")
            await asyncio.sleep(self._every)

    async def beat(self, sources: list[Source]) -> None:
        """One heartbeat of each; counts are durable before they are told. Never raises LogError:
        the next one tells all that this one would have.
        """
        if not sources:
            return
        at = self._clock.now_microseconds()
        for source in sources:
            if source.remind(at):
                logger.warning(
                    "%s brought nothing for more than the %s s that it promised: reminder %d of %s",
                    source.source,
                    source.promise_seconds,
                    source.reminders,
                    source.reminders_year,
                )
        beats = [(source.source, encode(source.heartbeat(at))) for source in sources]
        await asyncio.to_thread(self._book.save)
        try:
            await self._writer.write_async(HEARTBEATS, beats)
        except (LogError, TopicMismatchError) as error:
            if not self._failing:
                logger.warning("heartbeats do not reach the log: %s", error)
            self._failing = True
        else:
            self._failing = False
