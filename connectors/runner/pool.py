"""Threads for work that blocks, which nobody waits for at the end of the process."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

T = TypeVar("T")


class Pool:
    """So many threads at once, first come, first served. They are daemons: one that hangs in a
    source's network holds up no stop, as those of concurrent.futures would.
    """

    def __init__(self, name: str, threads: int) -> None:
        self._name = name
        self._free = asyncio.Semaphore(threads)

    async def run(
        self,
        work: Callable[[], T],
        seconds: float | None = None,
        hangs: Callable[[], None] = lambda: None,
    ) -> T:
        """What the work returns or raises. A caller that is cancelled does not stop it.

        Work that takes longer than `seconds` gives its place to others, once `hangs` is called; the
        number of callers then bounds that of threads.
        """
        async with self._free:
            done = self._start(work)
            finished, _ = await asyncio.wait({done}, timeout=seconds)
        if not finished:
            hangs()
        return await done

    def _start(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        told = partial(_tell, loop, done, work)
        threading.Thread(target=told, name=self._name, daemon=True).start()
        return done


def _tell(
    loop: asyncio.AbstractEventLoop, done: "asyncio.Future[T]", work: Callable[[], T]
) -> None:
    settle: Callable[[], None]
    try:
        settle = partial(done.set_result, work())
    except BaseException as error:
        settle = partial(done.set_exception, error)
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(_settle, done, settle)


def _settle(done: "asyncio.Future[T]", settle: Callable[[], None]) -> None:
    if not done.done():
        settle()
