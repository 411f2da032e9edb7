"""Threads for work that blocks, which nobody waits for at the end of the process."""

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

T = TypeVar("T")


class Pool:
    """First come, first served. Its threads are daemons: one that hangs in a source's network holds
    up no stop, as those of concurrent.futures would.
    """

    def __init__(self, name: str, threads: int) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        for number in range(threads):
            thread = threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            thread.start()

    async def run(self, work: Callable[[], T]) -> T:
        """What the work returns or raises. A caller that is cancelled does not stop it."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._jobs.put(lambda: _tell(loop, done, work))
        return await done

    def _work(self) -> None:
        while True:
            self._jobs.get()()


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
