"""Workbooks: what is in the cells comes back, and what is no workbook is said in time."""

import io
import random
import unicodedata
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from connectors.runner.adapter import Record, Unreadable
from tests.unit.connectors.files.reader import Source, drop


def workbook(*rows: list[Any], sheet: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path, "xlsx")


def test_cells_come_back_with_their_types(source: Source) -> None:
    header = ["mã", unicodedata.normalize("NFD", " độ  mặn"), "lúc", "đúng", None, 2023]
    row = ["Sóc Trăng", 1.5, datetime(2023, 5, 1, 7, 30), True, "x", 94]  # noqa: DTZ001
    drop(source.folder / "1.xlsx", workbook(header, row, [None] * 6, [None, None, None, None, 1]))
    (record,) = source.everything()
    names = ["mã", "độ mặn", "lúc", "đúng", "2023"]
    assert record == Record(dict(zip(names, row[:4] + row[5:], strict=True)), "1.xlsx row 2")
    assert type(record.values["2023"]) is int


def test_rows_are_read_in_turns_and_across_restarts(source: Source) -> None:
    rows = [[number] for number in range(50)]
    drop(source.folder / "1.xlsx", workbook([], ["tiêu đề"], ["x"], *rows))
    source.settings = source.settings.model_copy(update={"header_row": 3})
    found: list[Record | Unreadable] = []
    backlog = []
    more = True
    while more:
        source.restart()
        batch = source.poll(7)
        found += batch.records
        backlog.append(batch.backlog)
        more = batch.more
    assert [one.values["x"] for one in found if isinstance(one, Record)] == list(range(50))
    assert found[0].position == "1.xlsx row 4"
    assert backlog == [43, 36, 29, 22, 15, 8, 1, 0]


def test_a_workbook_is_known_again(source: Source) -> None:
    content = workbook(["x"], [1])
    path = drop(source.folder / "1.xlsx", content)
    assert source.values() == [{"x": 1}]
    path.rename(source.folder / "2.xlsx")
    drop(path, content)
    source.restart()
    assert source.everything() == []
    drop(path, workbook(["x"], [2]))
    assert source.values() == [{"x": 2}]


def test_part_of_a_workbook_is_not_taken_for_all_of_it(source: Source) -> None:
    content = workbook(["x"], [1], [2])
    path = drop(source.folder / "1.xlsx", content)
    assert len(source.poll(1).records) == 1
    source.restart()
    drop(path, workbook(["x"], [3]))
    assert source.values() == [{"x": 3}]
    drop(source.folder / "2.xlsx", content)
    assert len(source.values()) == 2


def test_the_sheet_that_is_named(tmp_path: Path) -> None:
    source = Source(tmp_path, "xlsx", sheet="Quý 1")
    drop(tmp_path / "1.xlsx", workbook(["x"], [1], sheet="Quý 1"))
    assert source.values() == [{"x": 1}]
    drop(tmp_path / "2.xlsx", workbook(["x"], [1]))
    assert source.findings() == ["the file has no sheet 'Quý 1'"]


def test_a_truncated_workbook_may_still_be_copied(tmp_path: Path) -> None:
    source = Source(tmp_path, "xlsx", patience_seconds=60)
    content = workbook(["x"], [1])
    path = drop(tmp_path / "1.xlsx", content[:-100], at=1e9)
    drop(tmp_path / "2.xlsx", workbook(["x"], [2]), at=1e9 + 1)
    assert source.values() == [{"x": 2}]
    source.clock.time += 59
    batch = source.poll()
    assert (list(batch.records), batch.more, batch.position) == ([], False, source.position)
    assert batch.backlog
    source.clock.time += 2
    (reason,) = source.findings()
    assert reason == "the file is no XLSX, or not wholly written: its end is missing"
    assert source.everything() == []
    drop(path, content)
    assert source.values() == [{"x": 1}]


def repacked(content: bytes, **changes: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            name = part.rpartition("/")[2].replace(".", "_")
            new.writestr(part, changes.get(name, old.read(part)), zipfile.ZIP_DEFLATED)
    return out.getvalue()


GOOD = workbook(["x"], [1])
WHOLE: dict[str, tuple[dict[str, Any], bytes, str]] = {
    "nothing": ({}, b"", "is no XLSX, or not wholly written"),
    "text": ({}, b"x\n1\n" * 100, "is no XLSX, or not wholly written"),
    "half": ({}, GOOD[: len(GOOD) // 2], "is no XLSX, or not wholly written"),
    "another archive": ({}, repacked(GOOD, workbook_xml=b"<x"), "is no XLSX, or is damaged"),
    "a damaged sheet": ({}, repacked(GOOD, sheet1_xml=b"<worksheet><she"), "is damaged"),
    "with a password": ({}, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "has a password"),
    "a bomb": ({}, repacked(GOOD, sheet1_xml=bytes(513 * 1024**2)), "bytes unpacked; allowed"),
    "an empty sheet": ({}, workbook(), "has no header in row 1 of the sheet: it is empty"),
    "too short": ({"header_row": 5}, GOOD, "has no header in row 5"),
    "a column missing": ({"columns": ["x", "y"]}, GOOD, "has no column 'y'"),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_workbook_that_cannot_be_read_is_one_finding(tmp_path: Path, case: str) -> None:
    settings, content, reason = WHOLE[case]
    source = Source(tmp_path, "xlsx", **settings)
    drop(tmp_path / "bad.xlsx", content)
    (found,) = source.findings()
    assert reason in found
    source.restart()
    assert source.everything() == []


def test_whatever_happens_to_its_bytes_nothing_but_findings_comes_of_it(source: Source) -> None:
    content = workbook(["x", "y"], *([number, "chữ"] for number in range(20)))
    chance = random.Random(5)
    for number in range(300):
        damaged = bytearray(content)
        for _ in range(chance.randrange(1, 30)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        drop(source.folder / "1.xlsx", bytes(damaged[: chance.randrange(len(damaged) * 2)]))
        found = source.everything()
        assert len(found) in {0, 1, 20}, number
