"""One run of the queries for everybody who looks."""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import Any

from dashboards.boards.definition import Board
from dashboards.numbers import LANGUAGES, Language
from dashboards.settings import WallSettings
from dashboards.wall.condition import condition
from dashboards.wall.frame import Frame
from dashboards.wall.page import page
from dashboards.wall.panels import load
from dashboards.wall.prometheus import Prometheus, UnreachableError
from dashboards.wall.snapshot import nothing, take
from dashboards.words import Words

log = logging.getLogger(__name__)


class Hub:
    """Asks Prometheus every interval and tells all listeners, also when it does not answer.

    However many screens listen, each interval costs one run, and one text for each board and
    language that somebody looks at.
    """

    def __init__(
        self,
        boards: Sequence[Board],
        prometheus: Prometheus,
        settings: WallSettings,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.boards = {board.id: board for board in boards}
        self.settings = settings
        self._panels = {board.id: load(board) for board in boards}
        self._prometheus = prometheus
        self._steady = steady
        self._snapshots = dict.fromkeys(self.boards, nothing(steady(), settings.period))
        self._texts: dict[tuple[str, Language], str] = {}
        self._tick = asyncio.Event()
        self.away = True
        self.closed = False
        self.listeners = 0

    async def run(self) -> None:
        """For ever, one run after the other; a slow Prometheus is asked less often."""
        while not self.closed:
            begun = self._steady()
            await self.refresh()
            await asyncio.sleep(max(0.0, begun + self.settings.interval - self._steady()))

    async def refresh(self) -> None:
        """One run; the last good snapshot stays when it fails, for whatever reason."""
        try:
            self._snapshots = await take(
                self._panels, self._prometheus, self.settings.period, self._steady
            )
        except Exception as error:
            self._fail(error)
        else:
            if self.away:
                log.info("Prometheus answers")
            self.away = False
        self._announce()

    def _fail(self, error: Exception) -> None:
        expected = isinstance(error, UnreachableError)
        if not self.away or not expected:
            log.warning("the figures stay as they are, because %s", error, exc_info=not expected)
        self.away = True

    def page(self, board: str, language: Language) -> dict[str, Any]:
        """A board as of now; KeyError for one that the wall has not."""
        found, snapshot = self.boards[board], self._snapshots[board]
        elapsed = self._steady() - snapshot.taken_at
        known = condition(snapshot, self.settings, elapsed, away=self.away, topics=found.topics)
        return page(
            Frame(
                board=found,
                panels=self._panels[board],
                snapshot=snapshot,
                condition=known,
                settings=self.settings,
                words=Words(language),
                elapsed=elapsed,
            )
        )

    async def updates(self, board: str, language: Language) -> AsyncGenerator[str, None]:
        """The page as JSON, now and after every run, until the hub is closed.

        A listener that is slow misses pages; nothing is kept for it.
        """
        self.listeners += 1
        try:
            while not self.closed:
                tick = self._tick
                yield self._text(board, language)
                await tick.wait()
        finally:
            self.listeners -= 1

    def close(self) -> None:
        self.closed = True
        self._announce()

    def _text(self, board: str, language: Language) -> str:
        key = board, language
        if key not in self._texts:
            self._texts[key] = json.dumps(self.page(board, language), ensure_ascii=False)
        return self._texts[key]

    def _announce(self) -> None:
        self._texts.clear()
        done, self._tick = self._tick, asyncio.Event()
        done.set()


@contextlib.asynccontextmanager
async def running(hub: Hub) -> AsyncIterator[None]:
    """Runs a hub while the context is open."""
    task = asyncio.create_task(hub.run(), name="hub")
    try:
        yield
    finally:
        hub.close()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def language_of(text: str) -> Language | None:
    """None for a language that the catalogue does not have."""
    return next((language for language in LANGUAGES if language == text), None)
