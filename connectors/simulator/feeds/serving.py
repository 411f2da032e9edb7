"""The simulated province as a process: it lives on at the clock's pace, and answers."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator

import uvicorn

from connectors.clock import Clock
from connectors.simulator.feeds.province import Province
from connectors.simulator.feeds.web import application

TICK_SECONDS = 1.0
_STOP_SECONDS = 5


class _Server(uvicorn.Server):
    """Leaves signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listening(host: str, port: int) -> socket.socket:
    """Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    served = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        served.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        served.bind((host, port))
        served.listen(128)
    except OSError:
        served.close()
        raise
    return served


async def serve(province: Province, served: socket.socket, clock: Clock) -> None:
    """Until SIGTERM or SIGINT."""
    server = _Server(
        uvicorn.Config(
            application(province),
            access_log=False,
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, setattr, server, "should_exit", True)
    living = asyncio.create_task(_live(province, clock))
    # A province that cannot go on must not look alive.
    living.add_done_callback(lambda _: setattr(server, "should_exit", True))
    await server.serve(sockets=[served])
    living.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await living


async def _live(province: Province, clock: Clock) -> None:
    while True:
        province.advance(clock.now())
        await asyncio.sleep(TICK_SECONDS)
