"""What a worker answers over HTTP, on its own port.

The partitions that it does not hold are asked of its peers; what nobody can answer is 503, never
"not found".
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from connectors.contract.partitions import partition_of
from seeds.topics import PUBLIC_ADMINISTRATION, topics
from streams.shell.answers import case_answer, local_state
from streams.shell.holdings import Partition
from streams.shell.peers import Peers, merged
from streams.shell.worker import Worker

JSON_HEADERS = {"Cache-Control": "no-store"}


class Api:
    def __init__(self, worker: Worker, peers: Peers) -> None:
        self._worker = worker
        self._peers = peers

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/metrics", self.metrics),
            web.get("/health", self.health),
            web.get("/ready", self.ready),
            web.get("/api/state", self.state),
            web.get("/api/cases/{id:.+}", self.case),
        ]

    async def metrics(self, _: web.Request) -> web.Response:
        body = self._worker.metrics().encode()
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def health(self, _: web.Request) -> web.Response:
        """503: what this worker holds is not to be believed at the moment."""
        return _verdict(self._worker.doubt())

    async def ready(self, _: web.Request) -> web.Response:
        """200: every partition assigned is read to its end and counted."""
        return _verdict(self._worker.unready())

    async def state(self, request: web.Request) -> web.Response:
        await self._worker.brought_up_to_hash()
        own = local_state(self._worker)
        if _is_local(request):
            return _json(own)
        answer = merged([own, *await self._peers.states()])
        return _json(answer, 200 if answer["complete"] else 503)

    async def case(self, request: web.Request) -> web.Response:
        case_id, kind = request.match_info["id"], request.query.get("kind", "dossier")
        count = topics()[PUBLIC_ADMINISTRATION].partitions
        place = Partition(PUBLIC_ADMINISTRATION, partition_of(case_id, count))
        self._worker.now()
        state = dict(self._worker.open_states()).get(place)
        if state is not None:
            answer = case_answer(state, kind, case_id)
            missing = {"reason": f"{place} has no {kind} of that id"}
            return _json(missing, 404) if answer is None else _json(answer)
        found = None if _is_local(request) else await self._peers.case(case_id, kind)
        if found is not None:
            return _json(*found)
        return _json({"reason": f"whoever holds {place} cannot be asked now; try again"}, 503)


def _is_local(request: web.Request) -> bool:
    return request.query.get("local") == "1"


def _json(content: Any, status: int = 200) -> web.Response:
    return web.json_response(content, status=status, headers=JSON_HEADERS)


def _verdict(reason: str | None) -> web.Response:
    if reason is None:
        return _json({"status": "ok"})
    return _json({"status": "unavailable", "reason": reason}, 503)


@asynccontextmanager
async def serving(worker: Worker) -> AsyncIterator[None]:
    """The API on the worker's own loop. Raises OSError when the port is taken."""
    settings = worker.settings
    async with aiohttp.ClientSession() as session:
        application = web.Application()
        application.add_routes(Api(worker, Peers(session, settings.workers)).routes())
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
            yield
        finally:
            await runner.cleanup()
            # aiohttp closes its connections in the next turn of the loop.
            await asyncio.sleep(0)
