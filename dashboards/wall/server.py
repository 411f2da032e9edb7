"""The wall's server: pages, figures as JSON, and a stream of them. It only reads."""

import contextlib
import hashlib
import html
import string
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.boards.definition import Board
from dashboards.numbers import LANGUAGES, Language
from dashboards.wall.hub import Hub, language_of, running
from dashboards.words import Words

STATIC = Path(__file__).parent / "static"
MAX_LISTENERS = 500
RETRY_MILLISECONDS = 2000

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class SecurityHeaders:
    """Puts HEADERS on every answer; what is not a file may not be kept by anybody."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                caching = "no-cache" if scope["path"].startswith("/static/") else "no-store"
                added = HEADERS | {"cache-control": caching}
                message["headers"] += [(key.encode(), text.encode()) for key, text in added.items()]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def application(hub: Hub) -> Starlette:
    """The ASGI application of the boards; the hub runs while the application does."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with running(hub):
            yield

    pages = Pages(hub)
    return Starlette(
        routes=[
            Route("/", pages.index),
            Route("/health", pages.health),
            Route("/api/board/{board}", pages.board),
            Route("/api/board/{board}/stream", pages.stream),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(SecurityHeaders)],
        lifespan=lifespan,
    )


class Pages:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._version = version(STATIC)
        self._index = string.Template((STATIC / "index.html").read_text(encoding="utf-8"))

    async def index(self, request: Request) -> Response:
        """`board` pins one; without it they take turns."""
        language = _language(request)
        if language is None:
            return _unknown_language()
        boards = self._asked(request.query_params.get("board"))
        if not boards:
            return self._unknown_board()
        words = Words(language)
        return HTMLResponse(
            self._index.substitute(
                language=language,
                boards=" ".join(board.id for board in boards),
                rotation=self._hub.settings.rotation,
                version=self._version,
                title=words(boards[0].title),
                province=words("province"),
                centre=words("centre"),
                connecting=words("connecting"),
                disconnected=words("disconnected"),
                no_script=words("no_script"),
                tabs="".join(_tab(board, words) for board in boards if len(boards) > 1),
            )
        )

    def _asked(self, board: str | None) -> list[Board]:
        """All for None; none where there is no such board."""
        return [one for one in self._hub.boards.values() if board in (None, one.id)]

    async def health(self, _: Request) -> Response:
        """The wall is well while it answers; whether its figures are is in the answer."""
        pages = {board: self._hub.page(board, "vi") for board in self._hub.boards}
        return JSONResponse(
            {
                "status": "ok",
                "prometheus": "away" if self._hub.away else "ok",
                "states": {board: page["state"] for board, page in pages.items()},
                "without_data": [
                    f"{board}/{panel['id']}"
                    for board, page in pages.items()
                    for panel in page["panels"]
                    if panel["state"] == "no_data"
                ],
                "listeners": self._hub.listeners,
                "version": self._version,
            }
        )

    async def board(self, request: Request) -> Response:
        language, board = _language(request), request.path_params["board"]
        if language is None:
            return _unknown_language()
        if board not in self._hub.boards:
            return self._unknown_board()
        return JSONResponse(self._hub.page(board, language))

    async def stream(self, request: Request) -> Response:
        """Server-sent events: `hello` with the version of the page's files, then `board`s.

        Each board is whole: a screen may miss any of them.
        """
        language, board = _language(request), request.path_params["board"]
        if language is None:
            return _unknown_language()
        if board not in self._hub.boards:
            return self._unknown_board()
        if self._hub.listeners >= MAX_LISTENERS:
            return _problem(503, f"{MAX_LISTENERS} screens listen already; try again later")
        return StreamingResponse(
            self._events(board, language),
            media_type="text/event-stream",
            headers={"x-accel-buffering": "no"},
        )

    async def _events(self, board: str, language: Language) -> AsyncIterator[str]:
        yield f"retry: {RETRY_MILLISECONDS}\nevent: hello\ndata: {self._version}\n\n"
        async for text in self._hub.updates(board, language):
            yield f"event: board\ndata: {text}\n\n"

    def _unknown_board(self) -> Response:
        return _problem(404, f"there is no such board; known: {', '.join(self._hub.boards)}")


def _tab(board: Board, words: Words) -> str:
    return (
        f'<button type="button" class="tab" data-board="{board.id}"'
        f' aria-label="{html.escape(words(board.title))}"></button>'
    )


def version(folder: Path) -> str:
    """Of the page's files: a screen that finds another one loads itself anew."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _language(request: Request) -> Language | None:
    return language_of(request.query_params.get("lang", LANGUAGES[0]))


def _unknown_language() -> Response:
    return _problem(400, f"lang: allowed are {', '.join(LANGUAGES)}")


def _problem(status: int, text: str) -> Response:
    return JSONResponse({"error": text}, status_code=status)
