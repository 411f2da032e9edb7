"""Looks at a simulated province from outside, as the connectors do, with readers of its own."""

import csv
import io
import sqlite3
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from connectors.contract.codec import decode_event
from connectors.intake.intake import Delivery
from connectors.runner.adapter import Record
from connectors.runner.mapping import mapper_of, translate
from connectors.runner.settings import SourceSettings
from connectors.simulator.feeds.declarations import declared
from connectors.simulator.feeds.outlets import Interface
from connectors.simulator.feeds.province import Province
from seeds.periods import parse_period

URL = "http://127.0.0.1:8803"
Row = Mapping[str, Any]
ENCODINGS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "cp1258": "cp1258"}


def sources(data: Path, pace: int = 30) -> dict[str, SourceSettings]:
    return {
        table["name"]: SourceSettings.model_validate(table) for table in declared(data, URL, pace)
    }


def rows(province: Province, source: SourceSettings) -> list[Row]:
    """In the order in which they were published."""
    if source.files:
        files = sorted(
            source.files.folder.glob(f"*.{source.connector}"),
            key=lambda file: int("0" + file.stem.rpartition("-")[2]) if "-" in file.stem else 0,
        )
        return [row for file in files for row in of_file(source, file)]
    if source.sql:
        assert source.sql.file
        return list(of_table(source.sql.file, source.sql.table or ""))
    outlet = province.outlets[source.name]
    assert isinstance(outlet, Interface)
    return list(of_interface(outlet))


def of_file(source: SourceSettings, file: Path) -> Iterator[Row]:
    if file.suffix == ".xlsx":
        [sheet] = openpyxl.load_workbook(file).worksheets
        names, *lines = sheet.iter_rows(values_only=True)
        yield from (dict(zip(map(str, names), line, strict=True)) for line in lines)
        return
    assert source.files
    text = file.read_bytes().decode(ENCODINGS[source.files.encoding])
    text = unicodedata.normalize("NFC", text)
    yield from csv.DictReader(io.StringIO(text, newline=""), delimiter=source.files.delimiter)


def of_table(database: Path, table: str) -> Iterator[Row]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as base:
        base.row_factory = sqlite3.Row
        found = base.execute(f"SELECT * FROM {table} ORDER BY cap_nhat, id").fetchall()
    base.close()
    yield from map(dict, found)


def of_interface(outlet: Interface) -> Iterator[Row]:
    cursor = 0
    while page := (answer := outlet.answer(cursor))["data"]["items"]:
        yield from page
        cursor = int(answer["next"])


def delivered(source: SourceSettings, found: list[Row], now: float) -> Delivery:
    records = [Record(row, f"row {number}") for number, row in enumerate(found)]
    return translate(source, mapper_of(source), records, int(now * 1_000_000))


def events(delivery: Delivery) -> list[Any]:
    return [decode_event(encoded) for _, encoded in delivery.events]


def latest(found: list[Any]) -> dict[tuple[str, str, str], tuple[str, float | None, int]]:
    """By series, the newest version of the latest period: what a fold of readings must show."""
    newest: dict[tuple[str, str, str, str], Any] = {}
    for event in found:
        key = (event.subsystem, event.indicator, event.unit, event.period)
        known = newest.get(key)
        if known is None or (event.revision, event.observed_at) >= (
            known.revision,
            known.observed_at,
        ):
            newest[key] = event
    shown: dict[tuple[str, str, str], tuple[str, float | None, int]] = {}
    for (*series, period), event in sorted(
        newest.items(), key=lambda item: parse_period(item[0][3]).order
    ):
        subsystem, indicator, unit = series
        shown[subsystem, indicator, unit] = (period, event.value, event.time)
    return shown
