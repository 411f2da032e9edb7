"""The protocol over HTTP. Answers of the protocol come with status 200, whatever they say: real
senders read no other.

A sender says who it is by the session of its login: in the JSON object of the call; in the form
with a bare array by the header `session`, `Authorization: Bearer …`, or `?session=…`. One that
cannot log in uses HTTP Basic with its account, or its account's token: `Authorization: Bearer …`
or, when all that can be set is a URL, `?token=…`.
"""

import base64
import binascii
import logging
import time
from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.dvcqg import receiver, replies, wire
from connectors.dvcqg.accounts import Account, Accounts
from connectors.dvcqg.bodies import Bodies, BodyTooLargeError, BodyTooSlowError, BusyError
from connectors.dvcqg.metrics import OTHER_SERVICE, Metrics
from connectors.dvcqg.receiver import SERVICES, Receiver
from connectors.dvcqg.replies import Reply
from connectors.dvcqg.sessions import Sessions
from connectors.dvcqg.settings import ReceiverSettings
from connectors.intake.sources import LARGEST_BACKLOG
from connectors.log.writer import LogWriter

logger = logging.getLogger(__name__)

BACKLOG_HEADER = "X-IOC-Backlog"
LOGIN = "login"
_JSON = "application/json; charset=utf-8"


class App:
    """`application` is the ASGI application."""

    def __init__(
        self,
        settings: ReceiverSettings,
        accounts: Accounts,
        sessions: Sessions,
        served: Receiver,
        writer: LogWriter,
        metrics: Metrics,
    ) -> None:
        self._settings = settings
        self._accounts = accounts
        self._sessions = sessions
        self._receiver = served
        self._writer = writer
        self._metrics = metrics
        self._bodies = Bodies(settings.max_body_bytes, settings.max_waiting_bytes)
        service = settings.service_path
        self.application = Starlette(
            routes=[
                Route(settings.login_path, self._http(self._log_in), methods=["POST"]),
                Route(service, self._http(self._call), methods=["POST"]),
                Route(f"{service}/{{service}}", self._http(self._bare), methods=["POST", "GET"]),
                Route("/health", self._health),
                Route("/metrics", self._exposition),
            ]
        )

    def _http(
        self, handle: Callable[[Request, bytes], Awaitable[tuple[str, Reply]]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            began, service = time.monotonic(), OTHER_SERVICE
            try:
                async with self._bodies.read(request, self._settings.ack_seconds) as body:
                    service, reply = await handle(request, body)
            except (BodyTooLargeError, BodyTooSlowError, BusyError) as error:
                reply = _unread(error, self._settings.max_body_bytes)
            except ClientDisconnect:
                reply = replies.try_again()
            except Exception as error:  # a fault of ours is no reason to leave a sender waiting
                _log_fault(error)
                reply = replies.try_again()
            self._metrics.requests.labels(service, _outcome(reply)).inc()
            self._metrics.seconds.labels(service).observe(time.monotonic() - began)
            return Response(replies.encode(reply), media_type=_JSON)

        return endpoint

    async def _log_in(self, _: Request, body: bytes) -> tuple[str, Reply]:
        try:
            login = wire.login(body)
        except wire.DECODE_ERRORS:
            words = 'phải là {"username": "…", "password": "…"}'
            return LOGIN, replies.wrong("body", words)
        account = self._accounts.by_password(login.username, login.password)
        if account is None:
            logger.warning("a login was refused")
            return LOGIN, replies.login_refused()
        self._receiver.spoke(account)
        return LOGIN, replies.logged_in(self._sessions.begin(account))

    async def _call(self, request: Request, body: bytes) -> tuple[str, Reply]:
        """One JSON object that says everything."""
        try:
            call = wire.envelope(body)
        except wire.DECODE_ERRORS as error:
            refusal = wire.refusal(error)
            words = refusal.vietnamese().removeprefix(refusal.field).strip()
            field = "body" if refusal.field == "data" else refusal.field
            return OTHER_SERVICE, replies.wrong(field, words)
        service = call.service if isinstance(call.service, str) else ""
        known = service if service in SERVICES else OTHER_SERVICE
        session = call.session if isinstance(call.session, str) else ""
        account = self._account(request, session)
        if account is None:
            return known, replies.no_session()
        return known, await self._receiver.answer(
            receiver.Request(
                account,
                service,
                agency=call.agency,
                updating=call.updating,
                case=call.case,
                data=call.data,
                backlog=_backlog(request),
            )
        )

    async def _bare(self, request: Request, body: bytes) -> tuple[str, Reply]:
        """A bare array; the service is in the path, the rest in the query."""
        service, query = request.path_params["service"], request.query_params
        known = service if service in SERVICES else OTHER_SERVICE
        account = self._account(request, "")
        if account is None:
            return known, replies.no_session()
        return known, await self._receiver.answer(
            receiver.Request(
                account,
                service,
                agency=query.get("MaDinhDanhDV") or query.get("madonvi"),
                updating=query.get("isUpdating"),
                case=query.get("mahoso"),
                data=body,
                backlog=_backlog(request),
            )
        )

    def _account(self, request: Request, session: str) -> Account | None:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        bearer = credentials.strip() if scheme.lower() == "bearer" else ""
        for name in (
            session,
            request.headers.get("session", ""),
            bearer,
            request.query_params.get("session", ""),
        ):
            if name and (account := self._sessions.account(name)):
                return account
        for token in (bearer, request.query_params.get("token", "")):
            if token and (account := self._accounts.by_token(token)):
                return account
        if scheme.lower() == "basic":
            return self._accounts.by_password(*_basic(credentials))
        return None

    async def _health(self, _: Request) -> Response:
        """503 while nothing can be accepted."""
        trouble = self._writer.trouble
        body = {"status": "unavailable", "reason": trouble} if trouble else {"status": "ok"}
        return JSONResponse(body, status_code=503 if trouble else 200)

    async def _exposition(self, _: Request) -> Response:
        return Response(self._metrics.exposition(), media_type=CONTENT_TYPE_LATEST)


def _unread(error: Exception, limit: int) -> Reply:
    if isinstance(error, BodyTooLargeError):
        return replies.wrong("body", f"quá lớn, tối đa {limit} byte; hãy chia nhỏ mảng data")
    return replies.try_again()


def _outcome(reply: Reply) -> str:
    """The metric's label: what became of the request."""
    if reply.good:
        findings = any(isinstance(item, replies.Finding) for item in reply.result or ())
        return "partial" if findings else "accepted"
    if reply.result:
        return "refused" if reply.result[0].index >= 0 else "wrong"
    session = reply.session is not None or reply == replies.no_session()
    return "session" if session else "unavailable"


def _log_fault(error: Exception) -> None:
    """Where, not what: the message of an error of ours may quote what was sent."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    logger.error("a request could not be answered: %s at %s", type(error).__name__, place)


def _backlog(request: Request) -> int | None:
    """What the sender still has to send; None when it does not say, or no number."""
    text = request.headers.get(BACKLOG_HEADER, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 13 else None
    return number if number is None or number <= LARGEST_BACKLOG else None


def _basic(credentials: str) -> tuple[str, str]:
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    username, _, password = decoded.partition(":")
    return username, password
