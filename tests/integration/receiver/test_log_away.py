"""Without a broker the receiver says "try again", and nothing that it acknowledged is missing."""

import asyncio
import gc
import time

import httpx
import pytest

from connectors.log import topics
from connectors.log.settings import KafkaSettings
from deploy.local.broker import Broker
from seeds.topics import PUBLIC_ADMINISTRATION
from tests.integration.receiver.receiving import Running, Start, read_events, read_letters
from tests.unit.connectors.dvcqg.samples import dossier

pytestmark = [
    pytest.mark.broker,
    # kafka-python leaves the sockets of refused connections to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


async def send(receiver: Running, session: str, number: int) -> dict[str, object]:
    data = [
        dossier(MaHoSo=f"000.00.04.H51-230221-{number:05}"),
        dossier(MaHoSo=f"000.00.04.H51-230222-{number:05}", TrangThaiHoSo="x"),
    ]
    return await receiver.call(session, "DongBoHoSoMC", isUpdating="True", data=data)


async def test_try_again_then_recovery(start: Start, broker: Broker, topic_prefix: str) -> None:
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    acknowledged = []
    async with start(kafka, ack_seconds=1.5) as receiver:
        session = await receiver.log_in()
        while (await send(receiver, session, 0))["error_code"] != "0":  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        await asyncio.to_thread(broker.stop)
        try:
            await _says_try_again(receiver, session, broker)
        finally:
            broker.restart()  # not from another thread: the broker lives as long as its starter
        deadline = time.monotonic() + 60
        for number in range(1, 20):
            while (await send(receiver, session, number))["error_code"] != "0":
                assert time.monotonic() < deadline
                await asyncio.sleep(0.1)
            acknowledged.append(f"000.00.04.H51-230221-{number:05}")
        assert (await receiver.http.get("/health")).status_code == httpx.codes.OK
    assert set(acknowledged) <= {e.case for e in read_events(kafka, PUBLIC_ADMINISTRATION)}
    hashes = [letter.hash for letter in read_letters(kafka)]
    assert len(set(hashes)) == 20
    gc.collect()


async def _says_try_again(receiver: Running, session: str, broker: Broker) -> None:
    replies = await asyncio.gather(*(send(receiver, session, n) for n in range(1, 20)))
    for reply in replies:
        assert reply["error_code"] == "-1"
        assert "gửi lại" in str(reply["message"])
        assert "result" not in reply
    health = await receiver.http.get("/health")
    assert health.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert broker.bootstrap in health.json()["reason"]
    assert await receiver.metric("ioc_log_reachable") == 0
    assert await receiver.metric("ioc_log_waiting_bytes") < 1000  # heartbeats


async def test_without_topics_it_says_so_and_begins_when_they_come(
    start: Start, broker: Broker
) -> None:
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix="later.")
    async with start(kafka, ack_seconds=1.0) as receiver:
        session = await receiver.log_in()
        assert (await send(receiver, session, 1))["error_code"] == "-1"
        await asyncio.sleep(1.5)
        assert "ioc topics create" in (await receiver.http.get("/health")).json()["reason"]
        await asyncio.to_thread(topics.create, kafka)
        deadline = time.monotonic() + 60
        while (await send(receiver, session, 1))["error_code"] != "0":
            assert time.monotonic() < deadline
    await asyncio.to_thread(topics.delete, kafka)
    gc.collect()
