"""Runs the wall as a foreground process."""

import socket
from types import FrameType

import httpx
import uvicorn

from dashboards.boards.files import BOARDS
from dashboards.settings import WallSettings
from dashboards.wall.hub import Hub
from dashboards.wall.prometheus import Prometheus
from dashboards.wall.server import application

# Longer than any query of ours takes, shorter than anybody waits for a figure.
PROMETHEUS_PATIENCE = 5.0
# All are kept open: a new one for each query costs both sides more than the query.
CONNECTIONS = httpx.Limits(max_connections=8, max_keepalive_connections=8)


class AddressError(Exception):
    """The wall cannot listen where it is told to; says what to do."""


class _Server(uvicorn.Server):
    """Ends the streams first: they would keep it waiting for ever."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._hub.close()
        # Not the library's own way: it raises the signal again, so that a clean stop looks like a
        # death.
        self.force_exit = self.should_exit
        self.should_exit = True


async def serve(settings: WallSettings) -> None:
    """Until SIGTERM or SIGINT; raises AddressError."""
    listener = _listener(settings.host, settings.port)
    async with httpx.AsyncClient(
        base_url=settings.prometheus,
        timeout=PROMETHEUS_PATIENCE,
        limits=CONNECTIONS,
        trust_env=False,
    ) as client:
        hub = Hub(BOARDS, Prometheus(client), settings)
        config = uvicorn.Config(
            application(hub),
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        await _Server(config, hub).serve(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    """Bound before anything else starts, so that a taken port is the first thing said."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        raise AddressError(
            f"cannot listen on {host}:{port}: {error.strerror}; end what listens there, or give "
            "another --port or --host"
        ) from error
