"""Stations over HTTP through the runner: their server restarts, ours is killed, nothing is lost."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.connectors.http_json.serving import Asked, Told, serving

if TYPE_CHECKING:
    from connectors.log.settings import KafkaSettings
    from deploy.local.broker import Broker

pytestmark = pytest.mark.broker

PAGE = 40


@pytest.fixture
def kafka(broker: "Broker", topic_prefix: str) -> "KafkaSettings":
    from connectors.log.settings import KafkaSettings

    return KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)


class Stations:
    """A history in pages; while `broken` it answers with pages for people."""

    def __init__(self, records: int) -> None:
        from tests.integration.connect.connect import row

        self.rows = [row(number) for number in range(records)]
        self.broken = False

    def answer(self, asked: Asked) -> Told:
        if self.broken:
            return Told(b"<html>bao tri</html>", 500)
        first = int(asked.path.partition("tu=")[2] or 0)
        taken = self.rows[first : first + PAGE]
        return Told({"items": taken, "next": first + len(taken)})


def source(url: str, **http: Any) -> Any:
    from tests.integration.connect import connect as use

    told = {"url": url, "timeout_seconds": 2.0} | http
    return use.stations(http=told)


async def test_a_server_that_restarts_in_the_middle(kafka: "KafkaSettings", tmp_path: Path) -> None:
    from tests.integration.connect import connect as use

    stations = Stations(2_000)
    with serving(stations.answer) as served:
        declared = source(served.url, records="items", cursor="tu")
        port = int(served.url.split(":")[2].partition("/")[0])
        async with use.started(kafka, tmp_path, [declared]) as runner:
            await use.until(lambda: use.status(runner)["accepted"] > PAGE)
    async with use.started(kafka, tmp_path, [declared]) as runner:
        await use.until(lambda: use.status(runner)["state"] == "retrying")
        assert "cannot be reached" in use.status(runner)["error"]
        stations.broken = True
        with serving(stations.answer, port):
            await use.until(lambda: "answers 500" in (use.status(runner)["error"] or ""))
            stations.broken = False
            await use.until(lambda: len(stations.rows) == use.status(runner)["accepted"])
            await use.until(lambda: use.status(runner)["state"] == "live")
    found = [event.id for event in use.readings_in(kafka)]
    assert len(set(found)) == 2_000
    assert len(found) == 2_000


async def test_what_was_overwritten_meanwhile_is_told_as_lost(
    kafka: "KafkaSettings", tmp_path: Path
) -> None:
    from connectors.clock import Clock
    from tests.integration.connect import connect as use

    number = [0]
    clock = Clock()

    def answer(_: Asked) -> Told:
        return Told([use.row(number[0])])

    with serving(answer) as served:
        declared = source(served.url, slot_seconds=3_600)
        async with use.started(kafka, tmp_path, [declared], clock=clock) as runner:
            await use.until(lambda: use.status(runner)["accepted"] == 1)
        clock.offset_seconds = 3 * 3_600.0  # while nobody asked
        number[0] = 1
        async with use.started(kafka, tmp_path, [declared], clock=clock) as runner:
            await use.until(lambda: use.status(runner)["accepted"] == 2)
            assert use.status(runner)["lost"] == 2
            assert use.status(runner)["reminders"] == 1  # over three hours, and one was promised
            await use.until(lambda: use.status(runner)["state"] == "live")
            await asyncio.sleep(0.2)
            assert use.status(runner)["accepted"] == 2
