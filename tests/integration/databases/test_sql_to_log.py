"""From a table to the log, with the server killed on the way."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.log.settings import KafkaSettings
from connectors.runner.settings import SourceSettings
from deploy.local.broker import Broker
from deploy.local.databases import Server
from tests.integration.connect.connect import readings_in, started, status, until

pytestmark = [pytest.mark.broker, pytest.mark.database]

ROWS = 3_000


def _table(server: Server) -> None:
    kind = "TIMESTAMP" if server.connector == "postgresql" else "DATETIME"
    server.execute(
        "DROP TABLE IF EXISTS samples",
        f"CREATE TABLE samples (id INTEGER PRIMARY KEY, at {kind}, salinity NUMERIC(5, 2),"
        " station VARCHAR(20) DEFAULT 'tram-01')",
    )


def _fill(server: Server, first: int, last: int) -> None:
    """A visit each minute; every tenth row has the watermark of the one before."""
    start = datetime(2023, 5, 17)  # noqa: DTZ001
    rows = [
        (number, start + timedelta(minutes=number - (number % 10 == 0)), number % 50 / 10)
        for number in range(first, last)
    ]
    with closing(server.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.executemany("INSERT INTO samples (id, at, salinity) VALUES (%s, %s, %s)", rows)
        connection.commit()


def _source(server: Server) -> SourceSettings:
    return SourceSettings.model_validate(
        {
            "name": "samples",
            "connector": server.connector,
            "subsystem": "environment-land",
            "every_seconds": 0.05,
            "records_per_turn": 200,
            "sql": server.settings(table="samples", watermark="at", key="id").model_dump(),
            "readings": {
                "unit": "station",
                "time": "at",
                "values": {"salinity": "salinity"},
            },
        }
    )


async def test_a_server_killed_on_the_way_costs_nothing(
    broker: Broker, topic_prefix: str, tmp_path: Path, server: Server
) -> None:
    _table(server)
    _fill(server, 1, ROWS)
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    async with started(kafka, tmp_path / "connect", [_source(server)]) as runner:
        await until(lambda: status(runner, "samples")["accepted"] >= 400)
        server.kill()
        await until(lambda: status(runner, "samples")["state"] == "retrying")
        assert "cannot be read now" in status(runner, "samples")["error"]
        server.start()
        await until(lambda: status(runner, "samples")["accepted"] >= ROWS - 1)
        _fill(server, ROWS, ROWS + 50)
        await until(lambda: status(runner, "samples")["accepted"] >= ROWS + 49)
        await until(lambda: status(runner, "samples")["state"] == "live")
    found = readings_in(kafka)
    server.execute("DROP TABLE samples")
    # Rows of one station and minute are one subject: two rows with one watermark are two events.
    assert len({reading.id for reading in found}) == ROWS + 49
    assert len(found) == ROWS + 49


async def test_a_restart_repeats_nothing(
    broker: Broker, topic_prefix: str, tmp_path: Path, server: Server
) -> None:
    _table(server)
    _fill(server, 1, 301)
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    for end in (301, 401):
        _fill(server, 301, end)
        async with started(kafka, tmp_path / "connect", [_source(server)]) as runner:
            await until(
                lambda end=end: len({one.id for one in readings_in(kafka)}) == end - 1  # type: ignore[misc]
            )
            await until(lambda: status(runner, "samples")["state"] == "live")
    found = readings_in(kafka)
    server.execute("DROP TABLE samples")
    assert (len({reading.id for reading in found}), len(found)) == (400, 400)
