"""Sources, readings and cases as workers tell them, each for itself and all together."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from connectors.contract.bundles import join
from connectors.contract.codec import CaseEvent, CaseFacts, Heartbeat, Reading, encode
from connectors.contract.identity import case_event
from connectors.contract.partitions import partition_of, reading_subject
from seeds.topics import HEARTBEATS, source_topics
from streams.core.legal.case_file import read_cases
from streams.core.partition import Context
from streams.shell import source_answers
from streams.shell.api import Api
from streams.shell.holdings import Holdings, Partition
from streams.shell.peers import Peers
from streams.shell.worker import Worker
from tests.unit.streams.reading_log import BEGIN, PERIODS, TOPIC, reading
from tests.unit.streams.strategies import NEW_YEAR, NOW, new_state, open_at

ALL = {Partition(topic.name, n) for topic in source_topics() for n in range(topic.partitions)}
ALL |= {Partition(HEARTBEATS, 0)}
INCIDENTS = ("ioc.security-traffic", "ioc.web-platforms")


def told(case: str, kind: str = "dossier", source: str = "one-stop", **facts: Any) -> CaseEvent:
    return case_event(
        source=source, kind=kind, case=case, revision=0, observed_at=1, facts=CaseFacts(**facts)
    )


LOG: tuple[tuple[str, CaseEvent | Reading], ...] = (
    (TOPIC, reading(PERIODS[0], 3.5)),
    (TOPIC, reading(PERIODS[2], None)),
    (TOPIC, reading(PERIODS[0], 3.5, observed_at=2)),
    (TOPIC, reading(unit="tram-02", value=1.5)),
    (TOPIC, reading(indicator="water_level", value=None)),
    (TOPIC, reading(indicator="nobody_knows_it", source="archive")),
    ("ioc.public-administration", told("A-1", received=NEW_YEAR, due=NOW + 1)),
    ("ioc.public-administration", told("A-2", received=NEW_YEAR, finished=NEW_YEAR - 9)),
    ("ioc.citizen-feedback", told("P-1", "feedback", "hotline", received=NEW_YEAR)),
    (INCIDENTS[1], told("S-7", "incident", "probe", received=NEW_YEAR)),
)
BEATS = (
    Heartbeat(
        source="stations", kind="station", topic=TOPIC, at=NOW * 10**6 + 500_000, accepted=6,
        repeated=1, backlog=4, position="row 17", last_event_at=BEGIN * 10**6,
        promise_seconds=3600, reminders=2, lost=5,
    ),
    Heartbeat(source="silent", kind="file", topic="ioc.health", at=1),
)  # fmt: skip


class FakeWorker:
    """Holds these partitions, all of them open, and has folded of the log what is theirs."""

    def __init__(self, held: set[Partition]) -> None:
        self.holdings = Holdings(Context(new_state().context.cells))
        self.holdings.assign(held)
        for topic, event in LOG:
            place = Partition(topic, partition_of(_subject(event), _count(topic)))
            if place in held:
                state = self.holdings.states[place]
                self.holdings.fold(place, state.next, join([encode(event)]))
        for state in self.holdings.states.values():
            open_at(state, NOW)
        for pulses in self.holdings.pulses.values():
            pulses.gate = 0
            pulses.fold(0, BEATS)

    def now(self) -> int:
        return NOW

    def doubt(self) -> str | None:
        return None

    unready = doubt

    def open_states(self) -> Any:
        return self.holdings.open_states()


def _subject(event: CaseEvent | Reading) -> str:
    if isinstance(event, CaseEvent):
        return event.case
    return reading_subject(event.indicator, event.unit)


def _count(topic: str) -> int:
    return next(one.partitions for one in source_topics() if one.name == topic)


@asynccontextmanager
async def asking(*shares: set[Partition]) -> AsyncIterator[Any]:
    """Asks the first of the workers that hold these shares; it alone knows the others."""
    async with aiohttp.ClientSession() as session:
        servers: list[TestServer] = []
        for share in reversed(shares):
            application = web.Application()
            known = Peers(session, [str(one.make_url("")) for one in servers])
            application.add_routes(Api(cast("Worker", FakeWorker(share)), known).routes())
            servers.append(TestServer(application))
            await servers[-1].start_server()

        async def get(path: str) -> tuple[int, Any]:
            async with session.get(servers[-1].make_url(path)) as answer:
                is_json = answer.content_type == "application/json"
                return answer.status, await (answer.json() if is_json else answer.text())

        yield get
        for server in servers:
            await server.close()


HALF = {place for place in ALL if place.number % 2}


# -- sources


async def test_sources_with_what_their_connectors_and_the_fold_say() -> None:
    async with asking(ALL) as get:
        status, answer = await get("/api/sources")
    assert (status, answer["complete"], answer["now"]) == (200, True, NOW)
    found = {(one["source"], one["topic"]): one for one in answer["sources"]}
    assert found["stations", TOPIC] == {
        "source": "stations",
        "topic": TOPIC,
        "kind": "station",
        "last_heartbeat": NOW + 0.5,
        "last_event": BEGIN,
        "promise_seconds": 3600,
        "backlog": 4,
        "position": "row 17",
        "reminders": 2,
        "lost": 5,
        "reported": {"accepted": 6, "refused": 0, "repeated": 1, "unknown": 0},
        "folded": {
            "new": 4, "repeated": 1, "corrected": 0, "unknown": 0,
            "promised": 3, "filled": 3, "cases": 0, "contradicted": 0,
        },
    }  # fmt: skip
    assert found["silent", "ioc.health"]["folded"] is None
    archive = found["archive", TOPIC]
    assert (archive["kind"], archive["last_heartbeat"], archive["reported"]) == (None, None, None)
    assert (archive["folded"]["new"], archive["folded"]["unknown"]) == (1, 1)
    dossiers = found["one-stop", "ioc.public-administration"]["folded"]
    assert (dossiers["cases"], dossiers["contradicted"]) == (2, 1)
    assert len(found) == 6


async def test_workers_together_tell_what_one_would() -> None:
    async with asking(ALL) as get:
        alone = {path: await get(path) for path in _PATHS}
    async with asking(HALF, ALL - HALF) as get:
        together = {path: await get(path) for path in _PATHS}
    assert alone == together


_PATHS = (
    "/api/sources",
    "/api/readings?subsystem=environment-land",
    "/api/readings?subsystem=environment-land&indicator=salinity&unit=tram-01&history=1",
    "/api/cases/S-7?kind=incident",
    "/api/cases/P-1?kind=feedback",
    "/api/cases/A-1",
)


async def test_a_part_is_not_told_as_the_whole() -> None:
    async with asking(HALF) as get:
        for path in ("/api/sources", "/api/readings?subsystem=environment-land"):
            status, answer = await get(path)
            assert (status, answer["complete"]) == (503, False)
            assert "open at no worker: ioc." in answer["reason"]
    mine = {place for place in ALL if place.topic == TOPIC}
    async with asking(mine) as get:
        assert (await get("/api/readings?subsystem=environment-land"))[0] == 200
        assert (await get("/api/readings?subsystem=health"))[0] == 503


# -- readings


async def test_the_latest_reading_of_each_series() -> None:
    async with asking(ALL) as get:
        _, answer = await get("/api/readings?subsystem=environment-land")
        _, one = await get("/api/readings?subsystem=environment-land&unit=tram-02")
        _, none = await get("/api/readings?subsystem=health")
    assert (answer["subsystem"], answer["topic"]) == ("environment-land", TOPIC)
    first, second, third = answer["series"]
    assert (first["indicator"], first["known"], first["source"]) == (
        "nobody_knows_it", False, "archive",
    )  # fmt: skip
    assert second == {
        "indicator": "salinity",
        "unit": "tram-01",
        "known": True,
        "period": PERIODS[0],
        "value": 3.5,
        "time": BEGIN,
        "source": "stations",
        "observed_at": 2e-6,
    }
    assert one["series"] == [third]
    assert none["series"] == []


async def test_the_history_of_a_series_has_withdrawn_periods_too() -> None:
    path = "/api/readings?subsystem=environment-land&indicator=salinity&unit=tram-01&history=1"
    async with asking(ALL) as get:
        _, answer = await get(path)
    (series,) = answer["series"]
    assert [(one["period"], one["value"]) for one in series["periods"]] == [
        (PERIODS[0], 3.5),
        (PERIODS[2], None),
    ]


async def test_a_long_history_is_told_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_answers, "PERIODS_AT_ONCE", 1)
    path = "/api/readings?subsystem=environment-land&indicator=salinity&unit=tram-01&history=1"
    async with asking(ALL) as get:
        _, last = await get(path)
        _, first = await get(f"{path}&before={last['series'][0]['before']}")
        _, none = await get(f"{path}&before={PERIODS[0]}")
    told = [
        ([one["period"] for one in answer["series"][0]["periods"]], answer["series"][0]["before"])
        for answer in (last, first, none)
    ]
    assert told == [([PERIODS[2]], PERIODS[2]), ([PERIODS[0]], None), ([], None)]


async def test_a_wrong_question_is_told_what_is_allowed() -> None:
    async with asking(ALL) as get:
        status, answer = await get("/api/readings?subsystem=alchemy")
        assert (status, answer["reason"][:45]) == (
            400, "subsystem: 'alchemy' is not allowed; allowed:",
        )  # fmt: skip
        assert (await get("/api/readings?subsystem=health&history=1"))[0] == 400
        series = "/api/readings?subsystem=environment-land&indicator=salinity&unit=tram-01"
        status, answer = await get(f"{series}&history=1&before=soon")
        assert (status, answer["reason"][:15]) == (400, "before: 'soon' ")
        assert (await get(f"{series}&before={PERIODS[0]}"))[0] == 400
        status, answer = await get("/api/cases/A-1?kind=rumour")
        assert (status, "dossier, document, feedback, incident" in answer["reason"]) == (400, True)
        assert (await get("/api/cases/A-1?topic=ioc.health"))[0] == 400
        assert (await get("/api/cases?open=1"))[0] == 400


# -- cases


async def test_a_kind_of_several_subsystems_is_sought_in_all() -> None:
    async with asking(ALL) as get:
        assert (await get("/api/cases/S-7?kind=incident"))[1]["phase"] == "processing"
        assert (await get("/api/cases/S-8?kind=incident"))[0] == 404
        assert (await get(f"/api/cases/S-7?kind=incident&topic={INCIDENTS[0]}"))[0] == 404
    known = {place for place in ALL if place.topic != INCIDENTS[0]}
    async with asking(known) as get:
        assert (await get("/api/cases/S-7?kind=incident"))[0] == 200
        assert (await get("/api/cases/S-8?kind=incident"))[0] == 503


async def test_open_cases_are_told_in_lines_that_the_law_can_be_laid_on() -> None:
    async with asking(ALL) as get:
        _, lines = await get("/api/cases?open=1&local=1")
        _, all_lines = await get("/api/cases?local=1")
    cases = read_cases(f"[{','.join(lines.splitlines())}]")
    assert sorted((one.kind, one.case) for one in cases) == [
        ("dossier", "A-1"), ("feedback", "P-1"), ("incident", "S-7"),
    ]  # fmt: skip
    assert json.loads(lines.splitlines()[0])["facts"]["received"] == NEW_YEAR
    assert len(all_lines.splitlines()) == 4
