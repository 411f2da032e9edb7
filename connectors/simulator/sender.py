"""Sends a feed to a receiver of the synchronisation protocol, and loses nothing.

Every lane has one request in flight, so the records of a dossier arrive in order; lanes go in
parallel. The last request, which says that nothing remains, waits for all others. What is not
answered, or answered "try again", is sent again: receivers take repeats for what they are.
"""

import asyncio
import json
import logging
import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx

from connectors.clock import Clock
from connectors.simulator.requests import Request, body

logger = logging.getLogger(__name__)

BACKLOG_HEADER = "X-IOC-Backlog"
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 10.0
_WAITING_PER_LANE = 2
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
# HTTP answers that no repetition will change.
_NEVER = frozenset({400, 404, 405, 411, 413, 415, 422})


class RefusedError(Exception):
    """The receiver will not take what it was sent, however often; the message says why."""


class _AgainError(Exception):
    """Not taken now; worth another try."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where to send, and as whom. `url` is the receiver's address without a path."""

    url: str
    username: str
    password: str
    login_path: str = "/login"
    service_path: str = "/service"


@dataclass(slots=True)
class Progress:
    """`objects` were sent and answered, `refused` of them refused one by one; `repeated` tries
    came to nothing; `remaining` dossiers have records to come.
    """

    requests: int = 0
    objects: int = 0
    refused: int = 0
    repeated: int = 0
    remaining: int | None = None


class Client:
    """One session of one account; logs in when it has none or it is over."""

    def __init__(
        self, account: Account, http: httpx.AsyncClient, progress: Progress | None = None
    ) -> None:
        self.progress = progress or Progress()
        self._account = account
        self._http = http
        self._session = ""
        self._login_lock = asyncio.Lock()

    async def call(self, request: Request) -> None:
        """Returns when the receiver has taken the request; RefusedError when it never will.

        A receiver that is away is waited for, as long as it takes.
        """
        content, wait = body(request)[1:], _FIRST_WAIT
        headers = {"Content-Type": "application/json", BACKLOG_HEADER: str(request.remaining)}
        while True:
            session = self._session
            try:
                session = session or await self._log_in()
                call = b'{"session":%b,%b' % (json.dumps(session).encode(), content)
                reply = await self._post(self._account.service_path, call, headers)
                self._took(request, reply)
            except _AgainError as problem:
                self._report(problem, wait)
            else:
                return
            if self._session == session:
                self._session = ""
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _log_in(self) -> str:
        async with self._login_lock:
            if self._session:
                return self._session
            login = {"username": self._account.username, "password": self._account.password}
            headers = {"Content-Type": "application/json"}
            path = self._account.login_path
            reply = await self._post(path, json.dumps(login).encode(), headers)
            session = reply.get("session")
            if not _accepted(reply) and "session" not in reply:
                raise _AgainError(str(reply.get("message")))
            if not _accepted(reply) or not session:
                raise RefusedError(
                    f"{self._account.url} refuses the account {self._account.username!r}: "
                    f"{reply.get('message')}; check the user name and the password file"
                )
            self._session = str(session)
            return self._session

    async def _post(self, path: str, content: bytes, headers: dict[str, str]) -> dict[str, Any]:
        try:
            answer = await self._http.post(path, content=content, headers=headers)
        except httpx.TransportError as error:
            raise _AgainError(f"{type(error).__name__}: {error}") from None
        if answer.status_code in _NEVER:
            raise RefusedError(
                f"{self._account.url}{path} answers HTTP {answer.status_code}: {answer.text[:200]}"
            )
        try:
            reply = answer.json()
        except ValueError:
            raise _AgainError(f"HTTP {answer.status_code} without JSON") from None
        if not isinstance(reply, dict):
            raise _AgainError(f"HTTP {answer.status_code} without a JSON object")
        return reply

    def _took(self, request: Request, reply: dict[str, Any]) -> None:
        """`result` lists the records that were refused, also where all of them were; a finding
        without `index` is about the whole call.
        """
        refused = reply.get("result") or []
        if not _accepted(reply):
            if not refused:
                raise _AgainError(str(reply.get("message")))
            if not any("index" in finding for finding in refused):
                raise RefusedError(f"{self._account.url} refuses a call: {reply.get('message')}")
        self.progress.requests += 1
        self.progress.objects += len(request.objects)
        self.progress.refused += len(refused)
        self.progress.remaining = request.remaining
        if refused:
            logger.warning("%d records refused, the first: %s", len(refused), refused[0])

    def _report(self, problem: _AgainError, wait: float) -> None:
        self.progress.repeated += 1
        logger.warning("%s: %s; trying again in %.1f s", self._account.url, problem, wait)


def _accepted(reply: dict[str, Any]) -> bool:
    """`error_code` is 0, as a number or as a string of zeros."""
    return str(reply.get("error_code")).strip("0") == "" and reply.get("error_code") is not None


def _http(account: Account, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    # The receiver is where it was said to be: no proxy of the environment stands between.
    return httpx.AsyncClient(
        base_url=account.url, timeout=_TIMEOUT, transport=transport, trust_env=False
    )


async def send(
    requests: Iterable[Request],
    account: Account,
    *,
    progress: Progress | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Progress:
    """Sends all requests and returns what was done; RefusedError ends it."""
    async with _http(account, transport) as http:
        client = Client(account, http, progress)
        try:
            async with asyncio.TaskGroup() as group:
                await _deal(requests, client, group)
        except* RefusedError as refused:
            raise _first(refused) from None
    return client.progress


def _first(group: BaseExceptionGroup[RefusedError]) -> RefusedError:
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found


async def _deal(requests: Iterable[Request], client: Client, group: asyncio.TaskGroup) -> None:
    """Deals requests to lanes, whose queues bound how far the feed runs ahead."""
    lanes: dict[int, asyncio.Queue[Request | None]] = {}
    for request in requests:
        if request.remaining == 0:
            for queue in lanes.values():
                await queue.join()
        if request.lane not in lanes:
            lanes[request.lane] = asyncio.Queue(_WAITING_PER_LANE)
            group.create_task(_drain(lanes[request.lane], client))
        await lanes[request.lane].put(request)
        # A feed takes its time; answers are looked at in between.
        await asyncio.sleep(0)
    for queue in lanes.values():
        await queue.put(None)


async def _drain(queue: "asyncio.Queue[Request | None]", client: Client) -> None:
    while (request := await queue.get()) is not None:
        await client.call(request)
        queue.task_done()


async def send_live(
    requests: Iterable[Request],
    account: Account,
    clock: Clock,
    *,
    progress: Progress | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Progress:
    """Sends each request when the clock says that it is time, one after the other."""
    async with _http(account, transport) as http:
        client = Client(account, http, progress)
        for request in requests:
            await asyncio.sleep(max(0.0, request.at - clock.now()))
            await client.call(request)
    return client.progress
