"""The simulated province as a process: it lives on at the clock's pace, and answers."""

import asyncio
import contextlib
import math
import socket

from connectors.clock import Clock
from connectors.intake import serving
from connectors.simulator.feeds.province import Province
from connectors.simulator.feeds.web import application

TICK_SECONDS = 1.0


async def serve(
    province: Province, served: socket.socket, clock: Clock, until: float = math.inf
) -> None:
    """Until SIGTERM or SIGINT. From `until` on, Unix seconds, the province stands still."""
    server = serving.http_server(application(province))
    living = asyncio.create_task(_live(province, clock, until))
    # A province that cannot go on must not look alive.
    living.add_done_callback(lambda _: setattr(server, "should_exit", True))
    await serving.serve(server, served)
    living.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await living


async def _live(province: Province, clock: Clock, until: float) -> None:
    while True:
        province.advance(min(clock.now(), until))
        await asyncio.sleep(TICK_SECONDS)
