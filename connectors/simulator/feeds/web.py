"""The province's interfaces over HTTP, and the switches of what happens to it."""

from dataclasses import asdict
from json import JSONDecodeError
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.simulator.feeds.happenings import NAMES, SORTS, UnknownHappeningError, sources
from connectors.simulator.feeds.outlets import Interface
from connectors.simulator.feeds.province import Province

LONGEST_SECONDS = 7 * 86_400


def application(province: Province) -> Starlette:
    """`/SOURCE?cursor=N` tells what came after a cursor, with the `next` one; `/happenings` lists
    what can happen and what has, and lets it happen; `/health`.
    """
    served = _Served(province)
    return Starlette(
        routes=[
            Route("/health", served.health),
            Route("/happenings", served.happenings, methods=["GET"]),
            Route("/happenings", served.happen, methods=["POST"]),
            Route("/{source}", served.source),
        ]
    )


class _Served:
    def __init__(self, province: Province) -> None:
        self._province = province

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"told": self._province.told, "since": self._province.pace.since})

    async def source(self, request: Request) -> Response:
        outlet = self._province.outlets.get(request.path_params["source"])
        if not isinstance(outlet, Interface):
            return _wrong("there is no such interface", 404)
        cursor = request.query_params.get("cursor", "0")
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 20):
            return _wrong("cursor: allowed: the `next` of an answer")
        return JSONResponse(outlet.answer(int(cursor)))

    async def happenings(self, _request: Request) -> Response:
        told = self._province.told
        return JSONResponse(
            {
                "allowed": {
                    name: {"shows": SORTS[name].shows, "sources": sources(name)} for name in NAMES
                },
                "happened": [
                    {**asdict(one), "now": one.holds(told)} for one in self._province.happened
                ],
            }
        )

    async def happen(self, request: Request) -> Response:
        try:
            asked = _asked(await request.json())
            return JSONResponse(asdict(self._province.happen(*asked)), 201)
        except UnknownHappeningError as error:
            return _wrong(str(error))
        except (JSONDecodeError, UnicodeDecodeError, ValueError):
            return _wrong(
                'allowed: {"name": TEXT, "source": TEXT or null, "seconds": a whole number from 1 '
                f"to {LONGEST_SECONDS}, or null}}"
            )


def _asked(body: Any) -> tuple[str, str | None, int | None]:
    """ValueError for what is no request of ours."""
    if not isinstance(body, dict) or body.keys() - {"name", "source", "seconds"}:
        raise ValueError("is no happening")
    name, source, seconds = (body.get(key) for key in ("name", "source", "seconds"))
    wrong_seconds = seconds is not None and (
        type(seconds) is not int or not 1 <= seconds <= LONGEST_SECONDS
    )
    if not isinstance(name, str) or not isinstance(source, str | None) or wrong_seconds:
        raise ValueError("is no happening")
    return name, source, seconds


def _wrong(problem: str, status: int = 400) -> Response:
    return JSONResponse({"error": problem}, status)
