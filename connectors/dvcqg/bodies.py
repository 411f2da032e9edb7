"""Reading request bodies in bounded memory and time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect, Request

READ_SECONDS = 30.0
# A sender that is told too early hangs up before it reads the answer: so a body that is too large
# is read and thrown away, up to this many times the limit.
PATIENCE = 8


class BodyTooLargeError(Exception):
    """The body is longer than it may be."""


class BodyTooSlowError(Exception):
    """The body did not arrive in time."""


class BusyError(Exception):
    """As many bytes of bodies are at work as may be."""


class Bodies:
    """`limit` bytes of one body, `budget` bytes of all that are at work at once."""

    def __init__(self, limit: int, budget: int) -> None:
        self._limit = limit
        self._free = budget
        self._freed = asyncio.Condition()

    @asynccontextmanager
    async def read(self, request: Request, wait_seconds: float) -> AsyncIterator[bytes]:
        """The body, which counts as at work until the block ends.

        Raises BodyTooLargeError, BodyTooSlowError, BusyError, ClientDisconnect.
        """
        stated = _length(request)
        if stated is not None and stated > self._limit:
            await self._throw_away(request, 0)
            raise BodyTooLargeError
        size = self._limit if stated is None else stated
        await self._reserve(size, wait_seconds)
        try:
            yield await self._whole(request)
        finally:
            await self._release(size)

    async def _reserve(self, size: int, wait_seconds: float) -> None:
        try:
            async with asyncio.timeout(wait_seconds), self._freed:
                await self._freed.wait_for(lambda: self._free >= size)
                self._free -= size
        except TimeoutError as error:
            raise BusyError from error

    async def _release(self, size: int) -> None:
        async with self._freed:
            self._free += size
            self._freed.notify_all()

    async def _whole(self, request: Request) -> bytes:
        chunks, size = [], 0
        try:
            async with asyncio.timeout(READ_SECONDS):
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > self._limit:
                        break
                    chunks.append(chunk)
        except TimeoutError as error:
            raise BodyTooSlowError from error
        if size > self._limit:
            chunks.clear()
            await self._throw_away(request, size)
            raise BodyTooLargeError
        return b"".join(chunks)

    async def _throw_away(self, request: Request, size: int) -> None:
        """Read what still comes, keeping nothing."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                while size <= self._limit * PATIENCE:
                    message = await request.receive()
                    size += len(message.get("body", b""))
                    if message["type"] != "http.request" or not message.get("more_body"):
                        return
        except (TimeoutError, ClientDisconnect):
            return


def _length(request: Request) -> int | None:
    text = request.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else None
