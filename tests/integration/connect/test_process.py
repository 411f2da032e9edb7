"""`ioc connect` as a process: a real source, a kill at the worst moment, a clean stop."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from click.testing import CliRunner

from connectors.contract.codec import Reading
from deploy.commands.connect import command
from deploy.local.processes import free_ports, spawn

if TYPE_CHECKING:
    from connectors.log.settings import KafkaSettings
    from deploy.local.broker import Broker

pytestmark = pytest.mark.broker

ROWS = 4_000
CONFIG = """
[kafka]
bootstrap = "{bootstrap}"
prefix = "{prefix}"
[connect]
port = {port}
data = "{folder}/connect"
[[source]]
name = "laboratory"
connector = "sqlite"
subsystem = "environment-land"
every_seconds = 0.1
records_per_turn = 250
[source.sql]
file = "{folder}/laboratory.db"
table = "mau"
watermark = "luc"
key = "id"
[source.readings]
unit = "tram"
time = "gio"
values = {{ salinity = "man" }}
"""


@pytest.fixture
def kafka(broker: "Broker", topic_prefix: str) -> "KafkaSettings":
    from connectors.log.settings import KafkaSettings

    return KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)


@pytest.fixture
def config(kafka: "KafkaSettings", tmp_path: Path) -> Path:
    (port,) = free_ports(1)
    file = tmp_path / "ioc.toml"
    file.write_text(
        CONFIG.format(bootstrap=kafka.bootstrap, prefix=kafka.prefix, port=port, folder=tmp_path)
    )
    with sqlite3.connect(tmp_path / "laboratory.db") as table:
        table.execute("CREATE TABLE mau (id INTEGER PRIMARY KEY, luc INTEGER, tram, gio, man)")
    table.close()
    fill(tmp_path, 0, ROWS)
    return file


def fill(folder: Path, first: int, last: int) -> None:
    with sqlite3.connect(folder / "laboratory.db") as table:
        rows = [
            (n, n, f"tram-{n % 7}", f"2026-{1 + n // 1440:02}-01T{n // 60 % 24:02}:{n % 60:02}", 1)
            for n in range(first, last)
        ]
        table.executemany("INSERT INTO mau VALUES (?, ?, ?, ?, ?)", rows)
    table.close()


def connect(config: Path, *code: str) -> subprocess.Popen[bytes]:
    """The command; `code` runs in its process before it."""
    program = "\n".join([*code, "from deploy.main import main", "main()"])
    words = [sys.executable, "-c", program, "connect", "--config", str(config)]
    return spawn(words, config.parent / "log")


# Ends the process, as kill -9 would, between the acknowledgement and the third checkpoint.
KILLED = (
    "import os, signal",
    "from connectors.intake.checkpoints import Checkpoints",
    "save, calls = Checkpoints.save, []",
    "def killed(*arguments):",
    "    calls.append(1)",
    "    if len(calls) == 3: os.kill(os.getpid(), signal.SIGKILL)",
    "    return save(*arguments)",
    "Checkpoints.save = killed",
)
# And between the poll and the delivery.
KILLED_EARLIER = (
    "import os, signal",
    "from connectors.intake.intake import Intake",
    "deliver, calls = Intake.deliver, []",
    "async def killed(*arguments):",
    "    calls.append(1)",
    "    if len(calls) == 9: os.kill(os.getpid(), signal.SIGKILL)",
    "    return await deliver(*arguments)",
    "Intake.deliver = killed",
)


def sources(config: Path) -> list[dict[str, Any]]:
    from deploy.configuration import load

    url = f"http://127.0.0.1:{load(config).connect.port}"
    try:
        return list(httpx.get(f"{url}/sources", trust_env=False).json()["sources"])
    except httpx.HTTPError:
        return []


def until(condition: Any, process: subprocess.Popen[bytes], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, "it ended"
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def ids(kafka: "KafkaSettings") -> list[str]:
    from tests.integration.receiver.receiving import read_events

    found = read_events(kafka, "ioc.environment-land")
    return [event.id for event in found if isinstance(event, Reading)]


def checkpoint(config: Path) -> str | None:
    from connectors.intake.intake import Store

    store = Store(config.parent / "connect")
    try:
        return store.checkpoints.load("laboratory").position
    finally:
        store.close()


def test_killed_at_the_worst_moments_nothing_is_lost(kafka: "KafkaSettings", config: Path) -> None:
    for code in (KILLED, KILLED_EARLIER):
        process = connect(config, *code)
        assert process.wait(60) == -signal.SIGKILL
    before = len(set(ids(kafka)))
    assert 0 < before < ROWS
    process = connect(config)
    until(lambda: any(one["backlog"] == 0 for one in sources(config)), process)
    fill(config.parent, ROWS, ROWS + 10)
    until(lambda: sources(config)[0]["state"] == "live" and len(set(ids(kafka))) > ROWS, process)
    until(lambda: len(set(ids(kafka))) == ROWS + 10, process)
    metrics = _get(config, "/metrics")
    assert 'ioc_connect_source_state{source="laboratory",state="live"} 1.0' in metrics
    assert json.loads(_get(config, "/health")) == {"status": "ok"}
    process.terminate()
    assert process.wait(10) == 0
    log = ids(kafka)
    assert len(log) - len(set(log)) == 250  # the one batch that was acknowledged and read again
    assert checkpoint(config) is not None


def _get(config: Path, path: str) -> str:
    from deploy.configuration import load

    return httpx.get(f"http://127.0.0.1:{load(config).connect.port}{path}", trust_env=False).text


def test_a_dry_run_shows_and_writes_nothing(kafka: "KafkaSettings", config: Path) -> None:
    with sqlite3.connect(config.parent / "laboratory.db") as table:
        table.execute("UPDATE mau SET man = 'Nguyễn Văn A' WHERE id = 1")
    table.close()
    arguments = ["--config", str(config), "--dry-run", "laboratory", "--records", "3"]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 1
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert [line.get("indicator") for line in lines] == ["salinity", "salinity", None]
    assert lines[2]["refused"]["field"] == "man"
    assert "Nguyễn" not in result.output
    assert not (config.parent / "connect").exists()
    assert ids(kafka) == []


def test_a_rewind_reads_again_and_says_where_from(kafka: "KafkaSettings", config: Path) -> None:
    process = connect(config)
    until(lambda: any(one["backlog"] == 0 for one in sources(config)), process)
    arguments = ["rewind", "laboratory", "--config", str(config), "--to", "beginning"]
    result = CliRunner().invoke(command, arguments)
    assert (result.exit_code, result.output) == (0, "laboratory will be read from the beginning\n")
    until(lambda: len(ids(kafka)) == 2 * ROWS, process)
    assert len(set(ids(kafka))) == ROWS
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--config FILE --only x", "source 'x' is not declared; allowed: laboratory"),
        ("--config FILE --dry-run x", "source 'x' is not declared; allowed: laboratory"),
        ("--config FILE rewind laboratory --to beginning", "--config has no effect before rewind"),
        (
            "rewind laboratory --config FILE --to beginning",
            "is not the data folder of a connector; name it with --data",
        ),
    ],
)
def test_wrong_use_is_said(config: Path, arguments: str, said: str) -> None:
    words = arguments.replace("FILE", str(config)).split()
    result = CliRunner().invoke(command, words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_a_refused_record_is_replayed_once_the_mapping_is_mended(
    kafka: "KafkaSettings", config: Path
) -> None:
    from deploy.commands.dead_letters import command as dead_letters

    with sqlite3.connect(config.parent / "laboratory.db") as table:
        table.execute("DELETE FROM mau WHERE id > 9")
        table.execute("UPDATE mau SET tram = 'Cầu Quay' WHERE id = 3")
    table.close()
    process = connect(config)
    until(lambda: any(one["accepted"] == 9 for one in sources(config)), process)
    process.terminate()
    assert process.wait(10) == 0
    where = ["--config", str(config), "--data", str(config.parent / "connect")]
    shown = CliRunner().invoke(dead_letters, ["list", "--config", str(config)])
    assert "laboratory  tram is the code of no unit, station or site" in shown.output
    assert "Cầu" not in shown.output
    replayed = CliRunner().invoke(dead_letters, ["replay", "--all", *where])
    assert (replayed.exit_code, replayed.output.count("refused: tram is the code")) == (1, 1)
    mended = config.read_text() + 'units = { "Cầu Quay" = "tram-9" }\n'
    config.write_text(mended)
    replayed = CliRunner().invoke(dead_letters, ["replay", "--all", *where])
    assert replayed.exit_code == 0, replayed.output
    assert len(set(ids(kafka))) == 10
    shown = CliRunner().invoke(dead_letters, ["list", "--config", str(config)])
    assert (shown.exit_code, shown.output) == (0, "0 refused records\n")


def test_it_stops_in_time_though_the_log_and_a_source_hang(tmp_path: Path) -> None:
    """Nobody listens where Kafka should be, and a station accepts connections and says nothing."""
    silent = socket.create_server(("127.0.0.1", 0))
    (port, nowhere) = free_ports(2)
    config = tmp_path / "ioc.toml"
    head = CONFIG.format(bootstrap=f"127.0.0.1:{nowhere}", prefix="x.", port=port, folder=tmp_path)
    config.write_text(
        head
        + '[[source]]\nname = "silent"\nconnector = "http-json"\nsubsystem = "environment-land"\n'
        + f'[source.http]\nurl = "http://127.0.0.1:{silent.getsockname()[1]}/"\n'
        + '[source.readings]\nunit = "tram"\ntime = "gio"\nvalues = { salinity = "man" }\n'
    )
    with sqlite3.connect(tmp_path / "laboratory.db") as table:
        table.execute("CREATE TABLE mau (id INTEGER PRIMARY KEY, luc INTEGER, tram, gio, man)")
    table.close()
    fill(tmp_path, 0, 10)
    process = connect(config)
    until(lambda: "waiting" in [one["state"] for one in sources(config)], process)
    assert json.loads(_get(config, "/health"))["status"] == "unavailable"
    process.terminate()
    assert process.wait(10) == 0
    silent.close()
    assert checkpoint(config) is None
