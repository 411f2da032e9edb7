"""What a worker answers over HTTP, on its own port.

The partitions that it does not hold are asked of its peers; what nobody can answer is 503, never
"not found".
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from seeds.subsystem import CASE_KINDS
from streams.core.partition import PartitionState
from streams.shell.answers import case_answer, local_state
from streams.shell.case_lines import case_lines
from streams.shell.holdings import Partition, places_of
from streams.shell.peers import Part, Peers, merged
from streams.shell.receipts import Question, receipt_answer
from streams.shell.source_answers import (
    Asked,
    all_readings,
    all_sources,
    local_readings,
    local_sources,
)
from streams.shell.worker import Worker

LINES = "application/x-ndjson"
JSON_HEADERS = {"Cache-Control": "no-store"}

# What is told of a case, from state, kind and id; None: nothing.
Tell = Callable[[PartitionState, str, str], Part | None]


class Wanted(NamedTuple):
    """`part` is what is asked about the case, as its road ends; "": the case itself."""

    kind: str
    case: str
    part: str

    @property
    def name(self) -> str:
        return f"{self.part} of a {self.kind}" if self.part else self.kind


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
            web.get("/api/sources", self.sources),
            web.get("/api/readings", self.readings),
            web.get("/api/cases", self.cases),
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
        return _whole(merged([own, *await self._peers.parts("/api/state")]))

    async def sources(self, request: web.Request) -> web.Response:
        own = local_sources(self._worker)
        if _is_local(request):
            return _json(own)
        return _whole(all_sources([own, *await self._peers.parts("/api/sources")]))

    async def readings(self, request: web.Request) -> web.Response:
        """400: a key of the query is wrong."""
        try:
            asked = Asked.of(request.query)
        except ValueError as error:
            return _json({"reason": str(error)}, 400)
        own = local_readings(self._worker, asked)
        if _is_local(request):
            return _json(own)
        parts = await self._peers.parts("/api/readings", **asked.query())
        return _whole(all_readings([own, *parts], asked))

    async def cases(self, request: web.Request) -> web.StreamResponse:
        """The cases of open partitions here, a line each; `open=1`: open cases only."""
        if not _is_local(request):
            reason = "local: must be 1; every worker tells its own cases, ask them all"
            return _json({"reason": reason}, 400)
        if doubt := self._worker.doubt():
            return _verdict(doubt)
        self._worker.now()
        answer = web.StreamResponse(headers={**JSON_HEADERS, "Content-Type": LINES})
        await answer.prepare(request)
        only_open = request.query.get("open") == "1"
        for _, state in list(self._worker.open_states()):
            for lines in case_lines(state, only_open=only_open):
                await answer.write(lines)
        await answer.write_eof()
        return answer

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
        """The answer of whoever holds the case's partition, and its status.

        A case that may be in several topics is asked for in each, or in the one that is named.
        """
        wanted = Wanted(request.query.get("kind", "dossier"), request.match_info["id"], part)
        topic = request.query.get("topic")
        places = [
            place for place in places_of(wanted.kind, wanted.case) if topic in (None, place.topic)
        ]
        if not places:
            reason = f"kind {wanted.kind!r} is in no such topic; kinds: {', '.join(CASE_KINDS)}"
            return {"reason": reason}, 400
        self._worker.now()
        answers = [
            self._own(place, tell, wanted) or await self._ask_peers(request, place, wanted, query)
            for place in places
        ]
        # Found at one place it is found; else it is missing only when nobody was left out.
        return min(answers, key=lambda answer: (200, 503, 404).index(answer[1]))

    def _own(self, place: Partition, tell: Tell, wanted: Wanted) -> tuple[Part, int] | None:
        """None when the place is not open here."""
        state = dict(self._worker.open_states()).get(place)
        if state is None:
            return None
        answer = tell(state, wanted.kind, wanted.case)
        missing = {"reason": f"{place} has no {wanted.name} of that id"}
        return (missing, 404) if answer is None else (answer, 200)

    async def _ask_peers(
        self, request: web.Request, place: Partition, wanted: Wanted, query: Mapping[str, str]
    ) -> tuple[Part, int]:
        found = None
        if not _is_local(request):
            named = {**query, "topic": place.topic}
            found = await self._peers.case(wanted.case, wanted.kind, wanted.part, **named)
        unknown = {"reason": f"whoever holds {place} cannot be asked now; try again"}
        return found or (unknown, 503)


def _is_local(request: web.Request) -> bool:
    return request.query.get("local") == "1"


def _json(content: Any, status: int = 200) -> web.Response:
    return web.json_response(content, status=status, headers=JSON_HEADERS)


def _whole(answer: Part) -> web.Response:
    return _json(answer, 200 if answer["complete"] else 503)


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
