"""What a worker answers over HTTP, on its own port.

The partitions that it does not hold are asked of its peers; what nobody can answer is 503, never
"not found".
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from connectors.contract.partitions import partition_of
from seeds.topics import PUBLIC_ADMINISTRATION, topics
from streams.core.partition import PartitionState
from streams.shell.answers import case_answer, local_state
from streams.shell.holdings import Partition
from streams.shell.peers import Part, Peers, merged
from streams.shell.receipts import Question, receipt_answer
from streams.shell.worker import Worker

JSON_HEADERS = {"Cache-Control": "no-store"}

# What is told of a case, from state, kind and id; None: nothing.
Tell = Callable[[PartitionState, str, str], Part | None]


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
            # An id may have slashes: who quotes them (%2F) never takes one road for the other.
            web.get("/api/cases/{id:.+}/receipt", self.receipt),
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
        return _json(*await self._told(request, case_answer))

    async def receipt(self, request: web.Request) -> web.Response:
        """400: a key of the query is wrong. A case of which no facts are known has no receipt."""
        try:
            question = Question.of(request.query)
        except ValueError as error:
            return _json({"reason": str(error)}, 400)

        def tell(state: PartitionState, kind: str, case_id: str) -> Part | None:
            return receipt_answer(state, kind, case_id, question)

        answer, status = await self._told(request, tell, "receipt", **question.query())
        if status == 200 and question.form == "text":
            return web.Response(text=answer["text"], headers=JSON_HEADERS)
        return _json(answer, status)

    async def _told(
        self, request: web.Request, tell: Tell, part: str = "", **query: str
    ) -> tuple[Part, int]:
        """The answer of whoever holds the case's partition, and its status."""
        case_id, kind = request.match_info["id"], request.query.get("kind", "dossier")
        count = topics()[PUBLIC_ADMINISTRATION].partitions
        place = Partition(PUBLIC_ADMINISTRATION, partition_of(case_id, count))
        self._worker.now()
        state = dict(self._worker.open_states()).get(place)
        if state is not None:
            answer = tell(state, kind, case_id)
            wanted = f"{part} of a {kind}" if part else kind
            missing = {"reason": f"{place} has no {wanted} of that id"}
            return (missing, 404) if answer is None else (answer, 200)
        found = None
        if not _is_local(request):
            found = await self._peers.case(case_id, kind, part, **query)
        unknown = {"reason": f"whoever holds {place} cannot be asked now; try again"}
        return found or (unknown, 503)


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
        peers = Peers(session, settings.workers)
        application.add_routes(Api(worker, peers).routes())
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
            yield
        finally:
            await runner.cleanup()
            # aiohttp closes its connections in the next turn of the loop.
            await asyncio.sleep(0)
