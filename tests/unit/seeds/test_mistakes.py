"""Each mistake in a data file is refused with file, line, column and what is allowed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seeds.calendar import load_office_hours, load_special_days
from seeds.figures import COLUMNS as FIGURE_COLUMNS
from seeds.figures import load_figures
from seeds.hexmap import load_hexes
from seeds.procedures import COLUMNS as PROCEDURE_COLUMNS
from seeds.procedures import load_catalogue, load_fields
from seeds.province import load_agencies, load_units, units
from seeds.table import DataError

from .conftest import Table

Load = Callable[[Path], object]
LOADS: dict[str, tuple[Load, str]] = {
    "units": (load_units, "code,name,level,parent,valid_from,valid_to,source"),
    "agencies": (
        lambda file: load_agencies(file, units()),
        "code,name,level,unit,standing,note,portal_id,domain",
    ),
    "fields": (load_fields, "code,name"),
    "procedures": (lambda file: load_catalogue(file, {}), ",".join(PROCEDURE_COLUMNS)),
    "holidays": (load_special_days, "date,kind,name"),
    "office_hours": (load_office_hours, "valid_from,valid_to,opens,closes,standing,source"),
    "figures": (load_figures, ",".join(FIGURE_COLUMNS)),
    "hexmap": (lambda file: load_hexes(file, units()), "district,x,y"),
}
PROVINCE = "94,Tỉnh Sóc Trăng,province,,,,"
DISTRICT = "941,Thành phố Sóc Trăng,district,94,,,"
AGENCY = "000.00.04.H51,Sở Công Thương,province,94,verified,,,"
PROCEDURE = "1.000001,Khai sinh,Hộ tịch,commune,1,working_day,0,full,Giấy khai sinh,Quyết định 1"
FIGURE = "a,Hồ sơ,1,,,,,dossier,,2023,stated,public-administration,"
SHIFT = ",,07:00,11:30,assumed,nguồn"


@pytest.mark.parametrize(
    ("kind", "lines", "line", "column", "allowed"),
    [
        ("units", ["9,Tỉnh,province,,,,"], 2, "code", "2 digits"),
        ("units", ["٩٤,Tỉnh,province,,,,"], 2, "code", "2 digits"),
        ("units", ["94,,province,,,,"], 2, "name", "any text"),
        ("units", ["94,Tỉnh,tỉnh,,,,"], 2, "level", "province, district, commune"),
        ("units", ["94,Tỉnh,province,94,,,"], 2, "parent", "empty for a province"),
        ("units", ["94,Tỉnh,province,95,,,"], 2, "parent", "empty for a province"),
        ("units", [PROVINCE, "941,Huyện,district,,,,"], 3, "parent", "a province of this file"),
        ("units", [PROVINCE, "94101,Xã,commune,94,,,"], 3, "parent", "a district of this file"),
        ("units", [DISTRICT], 2, "parent", "a province of this file"),
        ("units", [PROVINCE, PROVINCE], 3, "code", "line 2 already"),
        ("units", ["94,Tỉnh,province,,2023-02-29,,x"], 2, "valid_from", "2023-12-31"),
        ("units", ["94,Tỉnh,province,,20230228,,x"], 2, "valid_from", "2023-12-31"),
        ("units", ["94,Tỉnh,province,,2023-01-02,2023-01-02,x"], 2, "valid_to", "2023-01-02"),
        ("units", ["94,Tỉnh,province,,,2023-01-02,"], 2, "source", "valid_to"),
        ("agencies", ["H51,Sở,province,94,verified,,,"], 2, "code", "000.00.04.H51"),
        ("agencies", ["000.00.04.H51,,province,94,verified,,,"], 2, "name", "any text"),
        ("agencies", ["000.00.04.H51,Sở,province,95,verified,,,"], 2, "unit", "units.csv"),
        ("agencies", ["000.00.04.H51,Sở,district,94,verified,,,"], 2, "level", "province"),
        ("agencies", ["000.00.04.H51,Sở,province,94,sure,,,"], 2, "standing", "placeholder"),
        ("agencies", [AGENCY, AGENCY], 3, "code", "once"),
        ("fields", ["Hộ tịch,Hộ tịch"], 2, "code", "lower-case ASCII"),
        ("fields", ["ho-tich,"], 2, "name", "any text"),
        ("procedures", [PROCEDURE.replace("1.000001", "1.1")], 2, "code", "1.004946"),
        ("procedures", [PROCEDURE.replace("Khai sinh", "")], 2, "name_vi", "any text"),
        ("procedures", [PROCEDURE.replace("Hộ tịch", "???")], 2, "field_vi", "with letters"),
        ("procedures", [PROCEDURE.replace("commune", "xã")], 2, "level", "joined by +"),
        ("procedures", [PROCEDURE.replace("commune", "commune+")], 2, "level", "joined by +"),
        ("procedures", [PROCEDURE.replace(",1,", ",0,")], 2, "limit_value", "more than 0"),
        ("procedures", [PROCEDURE.replace(",1,", ",một,")], 2, "limit_value", "0.5"),
        ("procedures", [PROCEDURE.replace(",1,", ",,")], 2, "limit_unit", "both"),
        ("procedures", [PROCEDURE.replace("working_day", "")], 2, "limit_unit", "both"),
        ("procedures", [PROCEDURE.replace("working_day", "ngày")], 2, "limit_unit", "month"),
        ("procedures", [PROCEDURE.replace(",0,", ",8.000,")], 2, "fee_vnd", "whole number"),
        ("procedures", [PROCEDURE.replace(",0,", ",-1,")], 2, "fee_vnd", "from 0"),
        ("procedures", [PROCEDURE.replace("full", "4")], 2, "service_level", "information"),
        ("procedures", [PROCEDURE.replace("Quyết định 1", "")], 2, "source", "any text"),
        ("procedures", [PROCEDURE, "", PROCEDURE], 4, "code", "line 2 already"),
        ("holidays", ["2023-13-01,holiday,Tết"], 2, "date", "a day of the calendar"),
        ("holidays", ["2023-01-01,off,Tết"], 2, "kind", "holiday, make_up"),
        ("holidays", ["2023-01-01,holiday,"], 2, "name", "any text"),
        ("holidays", ["2024-05-03,make_up,Làm bù"], 2, "date", "a weekend's day"),
        ("holidays", ["2024-05-04,make_up,a", "2024-05-04,holiday,b"], 3, "date", "once"),
        ("office_hours", [SHIFT.replace("07:00", "7h")], 2, "opens", "07:30"),
        ("office_hours", [SHIFT.replace("07:00", "24:00")], 2, "opens", "07:30"),
        ("office_hours", [SHIFT.replace("11:30", "07:00")], 2, "closes", "after opens"),
        ("office_hours", [SHIFT.replace("assumed", "maybe")], 2, "standing", "assumed, decided"),
        ("office_hours", [SHIFT.replace("nguồn", "")], 2, "source", "any text"),
        ("office_hours", [SHIFT, SHIFT.replace("07:00", "11:00")], 3, "opens", "after it"),
        ("figures", [FIGURE.replace("a,", "A,", 1)], 2, "id", "lower-case"),
        ("figures", [FIGURE.replace(",1,", ",1.234.567,")], 2, "value", "0.5"),
        ("figures", [FIGURE.replace(",1,,", ",1,about,")], 2, "qualifier", "over"),
        ("figures", [FIGURE.replace(",1,,,", ",1,,5,")], 2, "denominator", "or neither"),
        ("figures", [FIGURE.replace(",1,,,,", ",1,,5,0,")], 2, "denominator", "above 0"),
        ("figures", [FIGURE.replace("stated", "guess")], 2, "period_basis", "stated, inferred"),
        ("figures", [FIGURE.replace("public-ad", "ad")], 2, "subsystem", "public-administration"),
        ("figures", [FIGURE, FIGURE], 3, "id", "once"),
        ("hexmap", ["94,1,1"], 2, "district", "of units.csv"),
        ("hexmap", ["941,east,1"], 2, "x", "0.5"),
        ("hexmap", ["941,1,1", "941,1,2"], 3, "district", "once"),
    ],
)
def test_a_wrong_cell(
    table: Table, kind: str, lines: list[str], line: int, column: str, allowed: str
) -> None:
    load, header = LOADS[kind]
    file = table(header, *lines)
    with pytest.raises(DataError) as caught:
        load(file)
    error = caught.value
    assert (error.file, error.line, error.column) == (file, line, column)
    assert str(error).startswith(f"{file}, line {line}, column {column}: ")
    assert allowed in error.problem.partition("allowed")[2] + error.problem.partition("stands")[2]


@pytest.mark.parametrize("kind", LOADS)
@pytest.mark.parametrize(
    ("change", "line", "problem"),
    [
        (lambda header: "", 1, "(none)"),
        (lambda header: "\n", 1, "(none)"),
        (lambda header: header.rpartition(",")[0] + "\n", 1, "allowed: "),
        (lambda header: header + ",extra\n", 1, "allowed: "),
        (lambda header: header.replace(",", ";") + "\n", 1, "allowed: "),
        (lambda header: header + "\nonly one cell\n", 2, "has 1 cells; allowed: "),
        (lambda header: header + '\n\n"never closed\n', 3, "is not CSV"),
        (lambda header: header + '\n"a" b\n', 2, "in quotation marks"),
    ],
    ids=["empty", "blank", "short", "long", "semicolons", "cells", "unclosed", "quote"],
)
def test_no_table_at_all(
    table: Table, kind: str, change: Callable[[str], str], line: int, problem: str
) -> None:
    load, header = LOADS[kind]
    file = table()
    file.write_text(change(header), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load(file)
    assert str(caught.value).startswith(f"{file}, line {line}: ")
    assert (caught.value.line, caught.value.column) == (line, None)
    assert problem in caught.value.problem


def test_a_file_that_is_not_utf_8(table: Table) -> None:
    file = table()
    file.write_bytes(b"code,name\nho-tich," + "Hộ tịch\n".encode("utf-16"))
    with pytest.raises(DataError, match="line 2: is not UTF-8; save the table as UTF-8"):
        load_fields(file)


def test_what_spreadsheets_write_is_read(table: Table) -> None:
    """A byte order mark, carriage returns, decomposed letters, cells with line ends."""
    file = table()
    decomposed = "Hô\u0323 ti\u0323ch"
    text = f'\ufeffcode,name\r\nho-tich,{decomposed}\r\na,"b\r\nc"\r\n\r\nB,x\r\n'
    file.write_bytes(text.encode())
    with pytest.raises(DataError) as caught:
        load_fields(file)
    assert (caught.value.line, caught.value.column) == (6, "code")
    file.write_bytes(text.replace("\r\nB,x", "").encode())
    assert [field.name for field in load_fields(file).values()] == ["Hộ tịch", "b\nc"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_fields(tmp_path / "none.csv")
