"""Serving HTTP in a process that has other work: it leaves signals alone and stops in time."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

STOP_SECONDS = 5.0


class Server(uvicorn.Server):
    """Leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def http_server(application: Starlette, stop_seconds: float = STOP_SECONDS) -> Server:
    """Serves the sockets that it is given."""
    return Server(
        uvicorn.Config(
            application,
            access_log=False,  # a URL may hold a token
            log_config=None,
            lifespan="off",
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=round(stop_seconds),
        )
    )


def listening(host: str, port: int) -> socket.socket:
    """The socket to serve on. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without the protocol's number asyncio leaves Nagle's algorithm on: 40 ms for every answer.
    served = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        served.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        served.bind((host, port))
        served.listen(1024)
    except OSError:
        served.close()
        raise
    return served


async def serve(server: Server, served: socket.socket) -> None:
    """Until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, setattr, server, "should_exit", True)
    await server.serve(sockets=[served])
