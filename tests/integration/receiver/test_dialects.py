"""Both kinds of real senders insert, update, progress and look up."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.contract.codec import CaseEvent, Heartbeat
from connectors.intake.serving import Server, listening
from connectors.log.settings import KafkaSettings
from deploy.local.broker import Broker
from deploy.local.processes import free_ports
from seeds.topics import HEARTBEATS, PUBLIC_ADMINISTRATION
from tests.integration.receiver.receiving import Running, Start, read_events, read_log
from tests.unit.connectors.dvcqg.samples import CASE, dossier, step

pytestmark = pytest.mark.broker


def cases(kafka: KafkaSettings) -> list[CaseEvent]:
    """All case events in the order in which they were observed."""
    events = read_events(kafka, PUBLIC_ADMINISTRATION)
    assert all(isinstance(event, CaseEvent) for event in events)
    return sorted(events, key=lambda event: event.observed_at)


@asynccontextmanager
async def worker(answer: Callable[[str], Response]) -> AsyncIterator[str]:
    """Stands for a worker's API: answers GET /api/cases/{id}."""

    async def case(request: Request) -> Response:
        return answer(request.path_params["id"])

    (port,) = free_ports(1)
    application = Starlette(routes=[Route("/api/cases/{id:path}", case)])
    server = Server(uvicorn.Config(application, log_config=None, lifespan="off"))
    with listening("127.0.0.1", port) as served:
        task = asyncio.create_task(server.serve(sockets=[served]))
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        await task


async def test_opencps_logs_in_looks_up_inserts_updates_and_progresses(
    start: Start, broker: Broker, topic_prefix: str
) -> None:
    known: dict[str, Any] = {}

    def answer(case: str) -> Response:
        if case in known:
            return JSONResponse({"facts": known[case], "rows": []})
        return JSONResponse({"reason": "no such case"}, status_code=404)

    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    async with worker(answer) as api, start(kafka, worker_api=(api,), ack_seconds=20) as receiver:
        session = await receiver.log_in()
        asked = await receiver.call(session, "TraCuuHoSo", mahoso=CASE)
        assert (int(asked["error_code"]), asked["result"]) == (0, [])

        inserted = await receiver.call(
            session, "DongBoHoSoMC", isUpdating="False", data=[dossier()]
        )
        assert int(inserted["error_code"]) == 0
        known[CASE] = {"status": 4, "received": 1676943000, "finished": None}
        asked = await receiver.call(session, "TraCuuHoSo", mahoso=CASE)
        assert asked["result"] == [
            {
                "MaHoSo": CASE,
                "TrangThaiHoSo": "4",
                "NgayNopHoSo": "",
                "NgayTiepNhan": "20230221083000",
                "NgayHenTra": "",
                "NgayKetThucXuLy": "",
                "NgayTra": "",
                "NgayTuChoi": "",
            }
        ]

        done = dossier(TrangThaiHoSo="10", NgayKetThucXuLy="20230227100000")
        updated = await receiver.call(session, "DongBoHoSoMC", isUpdating="True", data=[done])
        assert int(updated["error_code"]) == 0
        told = await receiver.call(session, "CapNhatTienDoHoSoMC", data=[step()])
        assert int(told["error_code"]) == 0

    first, second, third = cases(kafka)
    assert [(event.source, event.revision) for event in (first, second)] == [
        ("one-stop", 0),
        ("one-stop", 1),
    ]
    assert first.facts
    assert second.facts
    assert (first.facts.finished, second.facts.status) == (None, 10)
    assert (third.facts, len(third.progress)) == (None, 1)


async def test_the_other_system_has_three_urls_and_a_token(running: Running) -> None:
    base, token = "/service/", "token=secret-of-td.token&MaDinhDanhDV=000.18.29.H51"
    insert = f"{base}DongBoHoSoMC?isUpdating=False&{token}"
    update = f"{base}DongBoHoSoMC?isUpdating=True&{token}"
    progress = f"{base}CapNhatTienDoHoSoMC?{token}"
    for url, content in (
        (insert, [dossier()]),
        (update, [dossier(TrangThaiHoSo="9", NgayKetThucXuLy="20230227100000")]),
    ):
        reply = await running.post(url, content)
        assert reply["error_code"] == "0"
        assert "thành công" in reply["message"].lower()
        assert "đã tồn tại" not in reply["message"]
    steps = [step(ThoiDiemXuLy=f"202302211{n}0000", TrangThai="4") for n in range(10)]
    answer = await running.http.post(progress, content=json.dumps(steps).encode())
    # It looks for the words in the undecoded answer.
    assert "thành công" in answer.text.lower()

    first, second, third = cases(running.kafka)
    assert [event.source for event in (first, second, third)] == ["district"] * 3
    assert [(event.revision, len(event.progress)) for event in (first, second, third)] == [
        (0, 0),
        (1, 0),
        (0, 10),
    ]


async def test_the_other_system_looks_up_by_url(
    start: Start, broker: Broker, topic_prefix: str
) -> None:
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    facts = JSONResponse({"facts": {"status": 2}})
    async with worker(lambda _: facts) as api, start(kafka, worker_api=(api,)) as receiver:
        url = f"/service/TraCuuHoSo?mahoso={CASE}&token=secret-of-td.token"
        for answer in (await receiver.http.get(url), await receiver.http.post(url)):
            assert answer.json()["result"][0]["MaHoSo"] == CASE


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, {"reason": "not read to the end"}),
        (404, {"detail": "a server that is no worker"}),
        (200, ["no object"]),
        (200, {}),
    ],
)
async def test_who_cannot_be_asked_is_never_not_found(
    start: Start, broker: Broker, topic_prefix: str, status: int, body: Any
) -> None:
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    nobody = "http://127.0.0.1:9"
    async with worker(lambda _: JSONResponse(body, status_code=status)) as api:  # noqa: SIM117
        async with start(kafka, worker_api=(nobody, api)) as receiver:
            session = await receiver.log_in()
            asked = await receiver.call(session, "TraCuuHoSo", mahoso=CASE)
            assert asked["error_code"] == "-1"
            assert "result" not in asked


async def test_the_next_worker_is_asked_when_one_is_away(
    start: Start, broker: Broker, topic_prefix: str
) -> None:
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    missing = JSONResponse({"reason": "no such case"}, status_code=404)
    async with worker(lambda _: missing) as api:  # noqa: SIM117
        async with start(kafka, worker_api=("http://127.0.0.1:9", api + "/")) as receiver:
            session = await receiver.log_in()
            asked = await receiver.call(session, "TraCuuHoSo", mahoso="H51/17-1")
            assert (asked["error_code"], asked["result"]) == ("0", [])


@pytest.mark.parametrize(
    "way",
    ["session header", "session bearer", "session query", "token bearer", "token query", "basic"],
)
async def test_the_ways_to_say_who_one_is(running: Running, way: str) -> None:
    session = await running.log_in("td")
    basic = base64.b64encode(b"td:secret-of-td.password").decode()
    headers, query = {
        "session header": ({"session": session}, ""),
        "session bearer": ({"Authorization": f"Bearer {session}"}, ""),
        "session query": ({}, f"&session={session}"),
        "token bearer": ({"Authorization": "bearer secret-of-td.token"}, ""),
        "token query": ({}, "&token=secret-of-td.token"),
        "basic": ({"Authorization": f"Basic {basic}"}, ""),
    }[way]
    url = f"/service/DongBoHoSoMC?isUpdating=False{query}"
    reply = await running.post(url, [dossier()], **headers)
    assert reply["error_code"] == "0"
    assert [event.source for event in cases(running.kafka)] == ["district"]


async def test_heartbeats_say_what_was_sent_and_what_remains(running: Running) -> None:
    session = await running.log_in()

    async def send(remaining: str) -> None:
        body = {
            "session": session,
            "service": "DongBoHoSoMC",
            "isUpdating": "True",
            "data": [dossier(), dossier(TrangThaiHoSo="99")],
        }
        await running.post("/service", body, **{"X-IOC-Backlog": remaining})

    await send("7")
    await running.post("/service", {"session": session}, **{"X-IOC-Backlog": "no number"})
    await send("0")
    beats = [beat for beat in read_events(running.kafka, HEARTBEATS) if beat.source == "one-stop"]
    assert {type(beat) for beat in beats} == {Heartbeat}
    last = beats[-1]
    assert (last.kind, last.topic) == ("one_stop", PUBLIC_ADMINISTRATION)
    assert (last.accepted, last.refused, last.repeated, last.unknown) == (2, 1, 1, 0)
    assert last.backlog == 0
    assert last.last_event_at is not None
    assert last.last_event_at <= last.at


async def test_only_who_spoke_has_heartbeats(running: Running) -> None:
    await running.log_in("td")
    while not (values := await asyncio.to_thread(read_log, running.kafka, HEARTBEATS)):
        pass
    assert all(b'"district"' in value and b'"one-stop"' not in value for value in values)


async def test_large_arrays_are_taken_whole(running: Running) -> None:
    session = await running.log_in()
    many = [dossier(MaHoSo=f"000.00.04.H51-230221-{n:05}") for n in range(3_000)]
    reply = await running.call(session, "DongBoHoSoMC", isUpdating="False", data=many)
    assert reply["error_code"] == "0"
    events = cases(running.kafka)
    assert len({event.case for event in events}) == len(events) == 3_000
    assert len({event.observed_at for event in events}) == 3_000


async def test_health_and_metrics(running: Running) -> None:
    session = await running.log_in()
    await running.call(session, "DongBoHoSoMC", isUpdating="False", data=[dossier()])
    answer = await running.http.get("/health")
    assert (answer.status_code, answer.json()) == (httpx.codes.OK, {"status": "ok"})
    requests = 'ioc_receiver_requests_total{outcome="accepted",service="DongBoHoSoMC"}'
    assert await running.metric(requests) == 1
    records = 'ioc_receiver_records_total{outcome="accepted",source="one-stop"}'
    assert await running.metric(records) == 1
    assert await running.metric("ioc_log_reachable") == 1
