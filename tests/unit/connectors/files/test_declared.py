"""A folder as a configuration declares it, up to the events."""

from pathlib import Path
from typing import Any

import msgspec

from connectors.clock import Clock
from connectors.contract.codec import Reading
from connectors.runner.adapter import Unreadable
from connectors.runner.checks import check
from connectors.runner.families import open_adapter
from connectors.runner.mapping import mapper_of, translate
from connectors.runner.settings import SourceSettings
from tests.unit.connectors.files.reader import cp1258, drop


def declared(folder: Path, connector: str = "csv", **files: Any) -> SourceSettings:
    return SourceSettings.model_validate(
        {
            "name": "readers",
            "connector": connector,
            "subsystem": "environment-land",
            "files": {"folder": folder, "settle_seconds": 0} | files,
            "readings": {
                "unit": "Trạm",
                "time": "Thời gian",
                "time_format": "%d/%m/%Y %H:%M",
                "values": {"salinity": "Độ mặn"},
                "decimal": ",",
            },
        }
    )


def test_rows_of_windows_become_readings(tmp_path: Path) -> None:
    rows = "Độ mặn;Thời gian;Trạm\n12,5;01/05/2023 07:30;tram-01\n"
    source = declared(tmp_path, delimiter=";", encoding="cp1258")
    assert list(check(source)) == []
    drop(tmp_path / "1.csv", cp1258(rows))
    batch = open_adapter(source, Clock()).poll(None, 10)
    delivery = translate(source, mapper_of(source), batch.records, 1_700_000_000_000_000)
    assert [refused.refusal for refused in delivery.refused] == []
    ((_, event),) = delivery.events
    reading = msgspec.json.decode(event, type=Reading)
    assert (reading.unit, reading.value, reading.time) == ("tram-01", 12.5, 1_682_901_000)


def test_a_file_without_a_column_of_the_mapping_is_one_finding(tmp_path: Path) -> None:
    rows = "Trạm,Thời gian,mặn\n" + "tram-01,01/05/2023 07:30,1\n" * 10_000
    drop(tmp_path / "1.csv", rows)
    (finding,) = open_adapter(declared(tmp_path), Clock()).poll(None, 20_000).records
    assert isinstance(finding, Unreadable)
    assert "has no column 'Độ mặn'" in finding.reason


def test_a_setting_that_means_nothing_is_a_finding(tmp_path: Path) -> None:
    found = dict(check(declared(tmp_path, "xlsx", delimiter=";")))
    assert found == {"files.delimiter": "is not allowed; it means nothing to connector = 'xlsx'"}
