"""One run of the queries for everybody, and a wall that stays up whatever Prometheus does."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from dashboards.boards.files import BOARDS
from dashboards.settings import WallSettings
from dashboards.wall.hub import Hub, running
from dashboards.wall.prometheus import Prometheus
from tests.unit.dashboards.fake_prometheus import NOW, FakePrometheus, whole_year


class Steady:
    """A steady clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Line:
    """The way to a fake Prometheus; `answer` may be replaced."""

    def __init__(self, fake: FakePrometheus) -> None:
        self.answer: Callable[[httpx.Request], httpx.Response] = self._fake
        self.fake = fake

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.answer(request)

    def _fake(self, request: httpx.Request) -> httpx.Response:
        form = dict(httpx.QueryParams(request.read().decode()))
        return httpx.Response(503 if self.fake.down else 200, json=self._body(form))

    def _body(self, form: dict[str, str]) -> Any:
        return {"status": "success", "data": self.fake.answer(form["query"])}


@pytest.fixture
def fake() -> FakePrometheus:
    return FakePrometheus(whole_year())


@pytest.fixture
def line(fake: FakePrometheus) -> Line:
    return Line(fake)


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
async def hub(line: Line, steady: Steady) -> AsyncIterator[Hub]:
    transport = httpx.MockTransport(line)
    async with httpx.AsyncClient(base_url="http://prometheus", transport=transport) as client:
        yield Hub(BOARDS, Prometheus(client), WallSettings(period=2023), steady)


def text(hub: Hub, panel: str) -> str:
    return next(str(one["text"]) for one in hub.page("ho-so", "vi")["panels"] if one["id"] == panel)


async def test_every_query_of_the_board_is_known_to_prometheus(
    hub: Hub, fake: FakePrometheus
) -> None:
    await hub.refresh()
    assert fake.unknown == []
    assert text(hub, "received") == "605.859"


async def test_the_year_is_the_one_of_the_figures_clock(line: Line) -> None:
    client = httpx.AsyncClient(base_url="http://prometheus", transport=httpx.MockTransport(line))
    hub = Hub(BOARDS, Prometheus(client), WallSettings())
    await hub.refresh()
    assert hub.page("ho-so", "vi")["period"] == 2024


async def test_figures_stay_and_age_while_prometheus_is_away(
    hub: Hub, fake: FakePrometheus, steady: Steady, caplog: pytest.LogCaptureFixture
) -> None:
    await hub.refresh()
    fake.down = True
    steady.now += 30
    await hub.refresh()
    page = hub.page("ho-so", "vi")
    assert (hub.away, page["state"], page["complete"]) == (True, "stale", False)
    assert text(hub, "received") == "605.859"
    assert page["panels"][0]["age_seconds"] == 32
    assert page["now"] == NOW + 30
    fake.down = False
    await hub.refresh()
    assert (hub.away, hub.page("ho-so", "vi")["state"]) == (False, "ok")
    assert [record.levelname for record in caplog.records if "figures stay" in record.message] == [
        "WARNING"
    ]


async def test_a_long_silence_is_logged_once(
    hub: Hub, fake: FakePrometheus, caplog: pytest.LogCaptureFixture
) -> None:
    await hub.refresh()
    fake.down = True
    for _ in range(5):
        await hub.refresh()
    assert sum("figures stay" in record.message for record in caplog.records) == 1


async def test_an_error_of_our_own_does_not_end_the_wall(
    hub: Hub, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    await hub.refresh()

    def broken(_: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError

    line.answer = broken
    await hub.refresh()
    assert hub.away
    assert any(record.exc_info for record in caplog.records)


async def test_a_refused_query_costs_its_panel_only(
    hub: Hub, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    answer = line.answer

    def refuses_late(request: httpx.Request) -> httpx.Response:
        if "late" in request.read().decode() and "%3A" in request.read().decode():
            return httpx.Response(422, json={"status": "error", "error": "not like that"})
        return answer(request)

    line.answer = refuses_late
    with caplog.at_level(logging.ERROR):
        await hub.refresh()
        await hub.refresh()
    assert (text(hub, "late"), text(hub, "received")) == ("không có dữ liệu", "605.859")
    assert sum("not like that" in record.message for record in caplog.records) == 1


async def test_many_screens_cost_one_run(hub: Hub, fake: FakePrometheus) -> None:
    streams = [hub.updates("ho-so", language) for language in ("vi", "en") * 50]
    for stream in streams:
        await anext(stream)
    assert hub.listeners == 100
    waiting = [asyncio.ensure_future(anext(stream)) for stream in streams]
    await asyncio.sleep(0)
    await hub.refresh()
    pages = await asyncio.gather(*waiting)
    assert fake.runs == 1
    assert {json.loads(page)["language"] for page in pages[:2]} == {"vi", "en"}
    # Of each language one text, made once.
    assert len({id(page) for page in pages}) == 2
    for stream in streams:
        await stream.aclose()
    assert hub.listeners == 0


async def test_a_slow_screen_gets_the_newest_page_only(hub: Hub, fake: FakePrometheus) -> None:
    await hub.refresh()
    stream = hub.updates("ho-so", "vi")
    await anext(stream)
    for count in (1, 2, 3):
        fake.table = whole_year(late__A=count)
        await hub.refresh()
    late = next(p for p in json.loads(await anext(stream))["panels"] if p["id"] == "late")
    assert late["text"] == "3"
    await stream.aclose()


async def test_a_closed_hub_ends_its_streams(hub: Hub) -> None:
    await hub.refresh()
    stream = hub.updates("ho-so", "vi")
    await anext(stream)
    hub.close()
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_the_hub_runs_while_it_is_asked_to(hub: Hub, fake: FakePrometheus) -> None:
    async with running(hub):
        stream = hub.updates("ho-so", "vi")
        pages = [json.loads(await anext(stream)), json.loads(await anext(stream))]
        assert pages[-1]["state"] == "ok"
        await stream.aclose()
    assert hub.closed
    assert fake.runs == 1
