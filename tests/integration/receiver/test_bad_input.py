"""Each kind of bad input gets the protocol's answer, and costs nobody else anything."""

import asyncio
import json
import logging
import resource
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.codec import CaseEvent
from connectors.intake.letters import DeadLetter
from connectors.log.settings import KafkaSettings
from deploy.local.broker import Broker
from seeds.topics import DEAD_LETTERS, HEARTBEATS, PUBLIC_ADMINISTRATION
from tests.integration.receiver.receiving import (
    Running,
    Start,
    read_events,
    read_letters,
    read_log,
)
from tests.unit.connectors.dvcqg.samples import CASE, dossier, step
from tests.unit.connectors.dvcqg.test_nothing_personal import PLANTED, everywhere, meets

pytestmark = pytest.mark.broker

OTHER = "000.00.04.H51-230221-0002"
BAD = [
    (dossier(MaHoSo=OTHER, TrangThaiHoSo="11"), "TrangThaiHoSo", OTHER),
    (dossier(MaHoSo=OTHER, NgayHenTra="20230230170000"), "NgayHenTra", OTHER),
    (dossier(MaHoSo=""), "MaHoSo", ""),
]


@pytest.mark.parametrize(("record", "field", "case"), BAD)
async def test_a_bad_dossier_is_named_and_the_good_ones_go_through(
    running: Running, record: dict[str, Any], field: str, case: str
) -> None:
    session = await running.log_in()
    for _ in range(3):
        reply = await running.call(
            session, "DongBoHoSoMC", isUpdating="True", data=[dossier(), record]
        )
        assert reply["error_code"] == "0"
        assert "thành công 1/2" in reply["message"]
        assert (case or "data[1]") in reply["message"]
        (finding,) = reply["result"]
        assert (finding["MaHoSo"], finding["field"], finding["index"]) == (case, field, 1)
        assert finding["reason"]
    events = read_events(running.kafka, PUBLIC_ADMINISTRATION)
    assert [event.case for event in events] == [CASE] * 3
    (letter,) = read_letters(running.kafka)
    assert isinstance(letter, DeadLetter)
    assert (letter.source, letter.field, letter.topic) == (
        "one-stop",
        field,
        PUBLIC_ADMINISTRATION,
    )
    for outcome, number in (("accepted", 3), ("refused", 1), ("repeated", 2)):
        name = f'ioc_receiver_records_total{{outcome="{outcome}",source="one-stop"}}'
        assert await running.metric(name) == number
    assert await running.metric("ioc_quarantine_records") == 1


async def test_an_array_without_a_good_record_is_an_error_that_names_all(running: Running) -> None:
    session = await running.log_in()
    bad = [record for record, _, _ in BAD]
    reply = await running.call(session, "DongBoHoSoMC", isUpdating="True", data=bad)
    assert reply["error_code"] == "-1"
    assert "thành công" not in reply["message"].lower()
    assert [finding["field"] for finding in reply["result"]] == [field for _, field, _ in BAD]
    assert len(read_letters(running.kafka)) == 3
    reply = await running.call(session, "CapNhatTienDoHoSoMC", data=[step(TrangThai="x")])
    assert (reply["error_code"], reply["result"][0]["field"]) == ("-1", "TrangThai")


async def test_a_bad_record_is_one_letter_over_restarts(
    start: Start, broker: Broker, topic_prefix: str
) -> None:
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    for _ in range(3):
        async with start(kafka, ack_seconds=20) as receiver:
            session = await receiver.log_in()
            await receiver.call(session, "DongBoHoSoMC", isUpdating="True", data=[BAD[0][0]])
    assert len(read_letters(kafka)) == 1
    beats = [beat for beat in read_events(kafka, HEARTBEATS) if beat.source == "one-stop"]
    last = max(beats, key=lambda beat: beat.at)
    assert (last.accepted, last.refused, last.repeated) == (0, 1, 2)


@pytest.mark.parametrize(
    "body", [b"", b"no json", b'{"session":', b"[]", b'"text"', b"\xff\xfe", b"[" * 100_000]
)
async def test_what_is_not_json_is_said_to_be_so(running: Running, body: bytes) -> None:
    for path in ("/service", "/login"):
        reply = await running.post(path, body)
        assert reply["error_code"] == "-1"
        assert reply["result"][0]["field"] == "body"
    url = "/service/DongBoHoSoMC?isUpdating=True&token=secret-of-td.token"
    reply = await running.post(url, body)
    if body == b"[]":
        assert reply["error_code"] == "0"
    else:
        assert (reply["error_code"], reply["result"][0]["field"]) == ("-1", "data")
    assert read_log(running.kafka, PUBLIC_ADMINISTRATION) == []


async def test_calls_that_make_no_sense(running: Running) -> None:
    session = await running.log_in()
    for service, members, field in (
        ("DongBoHoSoMC", {"data": [dossier()]}, "isUpdating"),
        ("DongBoHoSoMC", {"isUpdating": "maybe", "data": [dossier()]}, "isUpdating"),
        ("DongBoHoSoMC", {"isUpdating": "True"}, "data"),
        ("DongBoHoSoMC", {"isUpdating": "True", "data": "x"}, "data"),
        ("LayThuTuc", {}, "service"),
        ("", {}, "service"),
        ("TraCuuHoSo", {}, "mahoso"),
        ("TraCuuHoSo", {"mahoso": "ông Mẫu"}, "mahoso"),
    ):
        reply = await running.call(session, service, **members)
        assert reply["error_code"] == "-1"
        assert reply["result"][0]["field"] == field
        assert field in reply["message"] or field == "data"


async def test_a_body_of_50_mb_is_refused_without_being_kept(running: Running) -> None:
    session = await running.log_in()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    async def chunks() -> AsyncIterator[bytes]:
        yield b'{"session":"' + session.encode() + b'","data":"'
        for _ in range(50):
            yield b"x" * 1_000_000
        yield b'"}'

    stated = {"Content-Length": str(50_000_000 + 24 + len(session))}
    for headers in ({}, stated):
        answer = await running.http.post("/service", content=chunks(), headers=headers)
        reply = answer.json()
        assert (reply["error_code"], reply["result"][0]["field"]) == ("-1", "body")
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 40 * 1024
    assert (await running.call(session, "DongBoHoSoMC", isUpdating="True", data=[dossier()]))[
        "error_code"
    ] == "0"


async def test_many_large_bodies_at_once_are_taken_in_turn(
    start: Start, broker: Broker, topic_prefix: str
) -> None:
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    limits = {"max_body_bytes": 1024**2, "max_waiting_bytes": 1024**2}
    async with start(kafka, ack_seconds=30, **limits) as receiver:
        session = await receiver.log_in()
        data = [dossier(MaHoSo=f"000.00.04.H51-230221-{n:04}") for n in range(300)]
        replies = await asyncio.gather(
            *(
                receiver.call(session, "DongBoHoSoMC", isUpdating="True", data=data)
                for _ in range(12)
            )
        )
        assert [reply["error_code"] for reply in replies] == ["0"] * 12


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("opencps", "wrong"),
        ("opencps", ""),
        ("nobody", "secret-of-opencps.password"),
        ("", ""),
        ("td", "secret-of-td.token"),
    ],
)
async def test_a_wrong_login_opens_nothing(running: Running, username: str, password: str) -> None:
    reply = await running.post("/login", {"username": username, "password": password})
    assert (reply["error_code"], reply["session"]) == ("-1", "")
    assert "thành công" not in reply["message"]


async def test_a_wrong_session_takes_nothing(running: Running) -> None:
    session = await running.log_in()
    for wrong in ("", "x", session[:-1], session + "x", None, 7, "secret-of-opencps.password"):
        reply = await running.call(wrong, "DongBoHoSoMC", isUpdating="True", data=[dossier()])  # type: ignore[arg-type]
        assert reply["error_code"] == "-1"
        assert "session" in reply["message"]
        assert "result" not in reply
    for query in ("", "&session=x", "&token=x", "&token="):
        reply = await running.post(f"/service/DongBoHoSoMC?isUpdating=True{query}", [dossier()])
        assert reply["error_code"] == "-1"
    for credentials in ("Basic", "Basic x", "Basic b3BlbmNwcw==", "Bearer", "Bearer x", "Other x"):
        reply = await running.post(
            "/service/DongBoHoSoMC?isUpdating=True", [dossier()], Authorization=credentials
        )
        assert reply["error_code"] == "-1"
    assert read_log(running.kafka, PUBLIC_ADMINISTRATION) == []
    assert read_log(running.kafka, DEAD_LETTERS) == []


async def test_an_expired_session_takes_nothing_until_the_next_login(
    start: Start, broker: Broker, topic_prefix: str
) -> None:
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    async with start(kafka, session_seconds=1.0, ack_seconds=20) as receiver:
        session = await receiver.log_in()
        await asyncio.sleep(1.1)
        body = {"isUpdating": "True", "data": [dossier()]}
        reply = await receiver.call(session, "DongBoHoSoMC", **body)
        assert (reply["error_code"], "result" in reply) == ("-1", False)
        assert "session" in reply["message"]
        reply = await receiver.call(await receiver.log_in(), "DongBoHoSoMC", **body)
        assert reply["error_code"] == "0"


async def test_an_unknown_procedure_and_agency_are_accepted_and_counted(running: Running) -> None:
    session = await running.log_in()
    data = [
        dossier(MaTTHC="9.999999"),
        dossier(MaHoSo="000.00.77.H51-230221-0001"),
        dossier(),
    ]
    reply = await running.call(session, "DongBoHoSoMC", isUpdating="True", data=data)
    assert (reply["error_code"], reply["result"]) == ("0", [])
    name = 'ioc_receiver_records_total{outcome="unknown",source="one-stop"}'
    assert await running.metric(name) == 2


async def test_nothing_personal_gets_past_the_receiver(
    running: Running, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Names, numbers and addresses in every field: not in an event, letter, log line, metric or
    file.
    """
    caplog.set_level(logging.DEBUG, logger="connectors")
    session = await running.log_in()
    dossiers, steps = [], []
    for planted in PLANTED:
        # An office's name is no secret; the test of the parser looks at what may stand in it.
        spoilt = everywhere(step(PhongBanXuLy=[""]), planted)
        dossiers += [*everywhere(dossier(), planted), planted, {"MaHoSo": {planted: planted}}]
        steps += [record for record in spoilt if record["PhongBanXuLy"] == [""]]
    for service, data in (("DongBoHoSoMC", dossiers), ("CapNhatTienDoHoSoMC", steps)):
        for start in range(0, len(data), 200):
            await running.call(session, service, isUpdating="True", data=data[start : start + 200])
    for planted in PLANTED:
        await running.call(session, planted, madonvi=planted, data=planted)
        await running.call(
            session, "DongBoHoSoMC", isUpdating="True", madonvi=planted, data=[dossier(MaHoSo="1")]
        )
        await running.call(planted, "DongBoHoSoMC", data=[])
        await running.post("/login", {"username": planted, "password": planted})
        url = "/service/DongBoHoSoMC?isUpdating=True&token=secret-of-td.token"
        await running.post(url, json.dumps([planted])[:-1].encode())

    left = b"\n".join(
        value
        for topic in (PUBLIC_ADMINISTRATION, DEAD_LETTERS, HEARTBEATS)
        for value in read_log(running.kafka, topic)
    )
    left += (await running.http.get("/metrics")).content
    left += caplog.text.encode()
    for file in (tmp_path / "data").iterdir():
        left += file.read_bytes()
    assert [planted for planted in PLANTED if meets(planted, left)] == []
    events = read_events(running.kafka, PUBLIC_ADMINISTRATION)
    assert len(events) > 400
    assert all(isinstance(event, CaseEvent) for event in events)
    assert len(read_letters(running.kafka)) > 200
