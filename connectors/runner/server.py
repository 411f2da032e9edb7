"""The process that asks sources: everything it is made of, and what operators may look at."""

import logging
from collections.abc import Sequence

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.clock import Clock
from connectors.intake.serving import http_server, listening, serve
from connectors.log.settings import KafkaSettings
from connectors.runner.runner import Runner, connecting
from connectors.runner.settings import ConnectSettings, SourceSettings

logger = logging.getLogger(__name__)

# What a client of /sources may take; the rest of the stop's five seconds is the sources'.
GRACE_SECONDS = 1.0


def application(runner: Runner) -> Starlette:
    """`/health` (503 while the log takes nothing), `/metrics`, `/sources`."""

    async def health(_: Request) -> Response:
        trouble = runner.writer.trouble
        body = {"status": "unavailable", "reason": trouble} if trouble else {"status": "ok"}
        return JSONResponse(body, status_code=503 if trouble else 200)

    async def metrics(_: Request) -> Response:
        return Response(runner.counters.exposition(), media_type=CONTENT_TYPE_LATEST)

    async def sources(_: Request) -> Response:
        return JSONResponse({"sources": runner.status()})

    routes = (("/health", health), ("/metrics", metrics), ("/sources", sources))
    return Starlette(routes=[Route(path, endpoint) for path, endpoint in routes])


async def run(
    sources: Sequence[SourceSettings], settings: ConnectSettings, kafka: KafkaSettings, clock: Clock
) -> None:
    """Until SIGTERM or SIGINT. Raises OSError for a taken port, DataFolderError, VaultError."""
    with listening(settings.host, settings.port) as served:
        async with connecting(sources, settings, kafka, clock) as runner:
            where = f"http://{settings.host}:{settings.port}/sources"
            logger.info("asking %d sources; see %s", len(sources), where)
            await serve(http_server(application(runner), GRACE_SECONDS), served)
