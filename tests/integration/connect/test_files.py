"""Files, CSV and XLSX, up to the log: restarted in mid-stream, killed at the worst moments."""

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from deploy.local.processes import free_ports
from tests.integration.connect.test_process import (
    KILLED,
    KILLED_EARLIER,
    connect,
    ids,
    sources,
    until,
)

if TYPE_CHECKING:
    from connectors.log.settings import KafkaSettings
    from deploy.local.broker import Broker

pytestmark = pytest.mark.broker

FILES, ROWS, TURN = 4, 1_000, 250
HEADER = ["Trạm", "Thời gian", "Độ mặn"]
CONFIG = """
[kafka]
bootstrap = "{bootstrap}"
prefix = "{prefix}"
[connect]
port = {port}
data = "{folder}/connect"
[[source]]
name = "drops"
connector = "{connector}"
subsystem = "environment-land"
every_seconds = 0.1
records_per_turn = {turn}
[source.files]
folder = "{folder}/drops"
settle_seconds = 0.2
[source.readings]
unit = "Trạm"
time = "Thời gian"
values = {{ salinity = "Độ mặn" }}
"""


@pytest.fixture
def kafka(broker: "Broker", topic_prefix: str) -> "KafkaSettings":
    from connectors.log.settings import KafkaSettings

    return KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)


def configured(kafka: "KafkaSettings", folder: Path, connector: str) -> Path:
    (port,) = free_ports(1)
    file = folder / "ioc.toml"
    (folder / "drops").mkdir()
    file.write_text(
        CONFIG.format(
            bootstrap=kafka.bootstrap,
            prefix=kafka.prefix,
            port=port,
            folder=folder,
            connector=connector,
            turn=TURN,
        )
    )
    return file


def row(number: int) -> tuple[str, str, float]:
    """A different reading for every number."""
    hour, minute = divmod(number % 1440, 60)
    time = f"2026-{1 + number // 1440:02}-01T{hour:02}:{minute:02}:00"
    return f"tram-{number % 7:02}", time, number % 50 / 10


def expected(config: Path, numbers: range) -> set[str]:
    """The ids that these rows have in the log."""
    import msgspec

    from connectors.contract.codec import Reading
    from connectors.runner.adapter import Record
    from connectors.runner.mapping import mapper_of, translate
    from deploy.configuration import load

    (source,) = load(config).source
    records = [Record(dict(zip(HEADER, row(n), strict=True)), "") for n in numbers]
    delivery = translate(source, mapper_of(source), records, 1_800_000_000_000_000)
    return {msgspec.json.decode(event, type=Reading).id for _, event in delivery.events}


def drop(folder: Path, connector: str, name: str, numbers: range) -> Path:
    path = folder / "drops" / f"{name}.{connector}"
    rows: list[Any] = [HEADER, *map(row, numbers)]
    if connector == "csv":
        path.write_text("".join(",".join(map(str, cells)) + "\n" for cells in rows))
        return path
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(list(cells))
    book.save(path)
    return path


@pytest.mark.parametrize("connector", ["csv", "xlsx"])
def test_killed_at_the_worst_moments_nothing_is_lost_and_nothing_twice(
    kafka: "KafkaSettings", tmp_path: Path, connector: str
) -> None:
    config = configured(kafka, tmp_path, connector)
    for number in range(FILES):
        drop(tmp_path, connector, f"{number}", range(number * ROWS, (number + 1) * ROWS))
    for code in (KILLED, KILLED_EARLIER):
        process = connect(config, *code)
        assert process.wait(60) == -signal.SIGKILL
    assert 0 < len(set(ids(kafka))) < FILES * ROWS
    process = connect(config)
    until(lambda: len(set(ids(kafka))) == FILES * ROWS, process)
    log = ids(kafka)
    assert set(log) == expected(config, range(FILES * ROWS))
    assert len(log) - len(set(log)) == TURN  # the one batch that was acknowledged and read again

    drops = tmp_path / "drops"
    (drops / f"0.{connector}").rename(drops / f"renamed.{connector}")
    again = (drops / f"1.{connector}").read_bytes()
    (drops / f"1.{connector}").unlink()
    (drops / f"dropped again.{connector}").write_bytes(again)
    drop(tmp_path, connector, "9", range(FILES * ROWS, FILES * ROWS + 10))
    until(lambda: len(set(ids(kafka))) == FILES * ROWS + 10, process)
    until(lambda: [one["backlog"] for one in sources(config)] == [0], process)
    assert len(ids(kafka)) == len(log) + 10
    process.terminate()
    assert process.wait(10) == 0


def test_a_bad_file_is_one_dead_letter_and_stops_no_other(
    kafka: "KafkaSettings", tmp_path: Path
) -> None:
    from connectors.intake.letters import DeadLetter
    from tests.integration.receiver.receiving import read_letters

    config = configured(kafka, tmp_path, "csv")
    (tmp_path / "drops" / "bad.csv").write_text("Trạm,Thời gian\n" + "tram-01,2026-01-01\n" * 9_000)
    drop(tmp_path, "csv", "good", range(100))
    process = connect(config)
    until(lambda: len(ids(kafka)) == 100, process)
    until(lambda: len(read_letters(kafka)) == 1, process)
    (letter,) = read_letters(kafka)
    assert isinstance(letter, DeadLetter)
    assert (letter.source, letter.position) == ("drops", "bad.csv")
    until(lambda: sources(config)[0]["state"] == "live", process)
    process.terminate()
    assert process.wait(10) == 0
    assert set(ids(kafka)) == expected(config, range(100))
