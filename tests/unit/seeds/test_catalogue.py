"""Importing a full list of procedures: what it reports, what it writes, and how it ends."""

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from deploy.commands.catalogue import command
from seeds.catalogue import as_csv, import_catalogue, write_catalogue
from seeds.procedures import (
    CATALOGUE_VARIABLE,
    COLUMNS,
    LIMIT_UNITS,
    SERVICE_LEVELS,
    Catalogue,
    FieldNames,
    Procedure,
    builtin_catalogue,
    load_catalogue,
    procedures,
)
from seeds.province import LEVELS

from .conftest import Table

HEADER = ",".join(COLUMNS)
NEW = "9.000001,Thủ tục mới,Lĩnh vực lạ,commune,2.5,working_hour,8000,full,Giấy,Quyết định 1"
CHANGED = "1.004946,Cách ly trẻ em,Trẻ em,commune,0.5,working_day,,,,Quyết định 1"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, ["import", *map(str, arguments)])


def test_a_list_is_laid_upon_what_is_known(table: Table, tmp_path: Path) -> None:
    to = tmp_path / "new" / "catalogue.csv"
    result = run(table(HEADER, NEW, CHANGED), "--to", to)
    assert result.exit_code == 0
    assert "new      9.000001  Thủ tục mới\n" in result.stdout
    assert "changed  1.004946  name: Áp dụng" in result.stdout
    assert "limit_value: - -> 0.5; limit_unit: - -> working_day; " in result.stdout
    assert "1 new, 1 changed, 0 unchanged, 0 refused, 1 new fields\n" in result.stdout
    assert f"Wrote {to}: 761 procedures in 124 fields" in result.stderr
    written = load_catalogue(to, builtin_catalogue().fields)
    known = builtin_catalogue().procedures
    assert written.procedures["9.000001"].field == "linh-vuc-la"
    assert written.procedures["1.004946"].limit_value == 0.5
    others = written.procedures.keys() - {"9.000001", "1.004946"}
    assert {code: written.procedures[code] for code in others} == {
        code: one for code, one in known.items() if code != "1.004946"
    }


def test_the_same_list_again_changes_nothing(table: Table, tmp_path: Path) -> None:
    to = tmp_path / "catalogue.csv"
    file = table(HEADER, NEW, CHANGED)
    run(file, "--to", to)
    before = to.read_bytes()
    result = run(file, "--to", to)
    assert "0 new, 0 changed, 2 unchanged, 0 refused, 0 new fields\n" in result.stdout
    assert to.read_bytes() == before


def test_a_second_list_keeps_what_the_first_brought(table: Table, tmp_path: Path) -> None:
    to = tmp_path / "catalogue.csv"
    run(table(HEADER, NEW), "--to", to)
    run(table(HEADER, CHANGED), "--to", to)
    assert "9.000001" in load_catalogue(to, builtin_catalogue().fields).procedures


def test_services_read_what_was_imported(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "elsewhere.csv"
    monkeypatch.setenv(CATALOGUE_VARIABLE, str(to))
    assert run(table(HEADER, NEW)).exit_code == 0
    assert procedures()["9.000001"].fee_vnd == 8000


def test_every_wrong_row_is_named_and_nothing_is_written(table: Table, tmp_path: Path) -> None:
    to = tmp_path / "catalogue.csv"
    file = table(
        HEADER,
        NEW.replace("commune", "xã"),
        CHANGED,
        "1.000001,too,few",
        NEW.replace("8000", "8.000"),
        CHANGED,
    )
    result = run(file, "--to", to)
    assert result.exit_code == 1
    levels = "province, district, commune, several joined by +, or empty"
    assert [line for line in result.stdout.splitlines() if line.startswith("refused")] == [
        f"refused  {file}, line {fault}"
        for fault in (
            f"2, column level: 'xã' is not allowed; allowed: {levels}",
            f"4: has 3 cells; allowed: 10 ({', '.join(COLUMNS)})",
            "5, column fee_vnd: 8.0 is not allowed; allowed: a whole number from 0",
            "6, column code: '1.004946' stands in the file already; allowed: once",
        )
    ]
    assert "0 new, 1 changed, 0 unchanged, 4 refused, 0 new fields" in result.stdout
    assert "Nothing was written" in result.stderr
    assert list(tmp_path.iterdir()) == [file]


def test_json(table: Table, tmp_path: Path) -> None:
    to = tmp_path / "catalogue.csv"
    file = table(HEADER, NEW, CHANGED.replace("0.5", "0"))
    refused = json.loads(run(file, "--to", to, "--json").stdout)
    assert refused["written_to"] is None
    assert [(fault["line"], fault["column"]) for fault in refused["refused"]] == [
        (3, "limit_value")
    ]
    accepted = json.loads(run(table(HEADER, NEW, CHANGED), "--to", to, "--json").stdout)
    assert accepted["written_to"] == str(to)
    assert accepted["new"] == ["9.000001"]
    assert accepted["changed"]["1.004946"]["limit_value"] == [None, 0.5]
    assert accepted["new_fields"] == [{"code": "linh-vuc-la", "name": "Lĩnh vực lạ"}]


def test_many_new_procedures_are_not_all_listed(table: Table, tmp_path: Path) -> None:
    lines = [NEW.replace("9.000001", f"9.{number:06}") for number in range(1, 13)]
    result = run(table(HEADER, *lines), "--to", tmp_path / "catalogue.csv")
    assert "new      9.000010  " in result.stdout
    assert "new      9.000011  " not in result.stdout
    assert "new      and 2 more; --json lists all" in result.stdout


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["code;name_vi"], "line 1: the columns are code;name_vi; allowed: code, name_vi, "),
        ([HEADER], "line 2: holds no procedure; allowed: a row for each procedure"),
    ],
)
def test_a_file_that_is_no_list(
    table: Table, tmp_path: Path, lines: list[str], message: str
) -> None:
    result = run(table(*lines), "--to", tmp_path / "catalogue.csv")
    assert result.exit_code == 1
    assert message in result.stderr
    assert not (tmp_path / "catalogue.csv").exists()


def test_a_broken_catalogue_is_not_overwritten(table: Table, tmp_path: Path) -> None:
    to = tmp_path / "catalogue.csv"
    to.write_text("broken\n", encoding="utf-8")
    result = run(table(HEADER, NEW), "--to", to)
    assert result.exit_code == 1
    assert f"{to}, line 1: the columns are broken" in result.stderr
    assert to.read_text(encoding="utf-8") == "broken\n"


def test_wrong_use(table: Table, tmp_path: Path) -> None:
    file = table(HEADER, NEW)
    assert run().exit_code == 2
    assert run(tmp_path / "none.csv").exit_code == 2
    assert run(tmp_path).exit_code == 2
    assert run(file, "--to", tmp_path).exit_code == 2
    below_a_file = run(file, "--to", file / "catalogue.csv")
    assert below_a_file.exit_code == 2
    assert "cannot read" in below_a_file.stderr


def test_nothing_half_written_when_writing_fails(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "catalogue.csv"
    file = table(HEADER, NEW)
    run(file, "--to", to)
    before = to.read_bytes()

    def disk_full(descriptor: int) -> None:
        raise OSError(28, f"No space left on device {descriptor}")

    monkeypatch.setattr(os, "fsync", disk_full)
    result = run(table(HEADER, CHANGED), "--to", to)
    assert result.exit_code == 2
    assert "No space left" in result.stderr
    assert to.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == sorted([file, to])


def test_help_has_an_example_and_the_columns() -> None:
    result = run("--help")
    assert "Example: ioc catalogue import" in result.stdout
    assert all(column in result.stdout for column in COLUMNS)
    assert "Exit codes" in result.stdout


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1).map(
    lambda text: normalize("NFC", f"Tên {text}, 'x' \"y\"")
)
LIMITS = st.integers(1, 10**9).map(lambda number: number / 8) | st.integers(1, 400).map(float)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    names = FieldNames(builtin_catalogue().fields.values())
    field_names = ["Hộ tịch", "Quản lý Công sản", "Lĩnh vực lạ", "Ất, B"]
    made: dict[str, Procedure] = {}
    for code in draw(st.sets(st.from_regex(r"[0-9]\.[0-9]{6}", fullmatch=True), max_size=5)):
        limit = draw(st.none() | LIMITS)
        field = draw(st.none() | st.sampled_from(field_names))
        one = Procedure(
            code=code,
            name=draw(NAMES),
            field=names.find(field).code if field else None,
            levels=tuple(level for level in LEVELS if draw(st.booleans())),
            limit_value=limit,
            limit_unit=None if limit is None else draw(st.sampled_from(LIMIT_UNITS)),
            fee_vnd=draw(st.none() | st.integers(0, 10**12)),
            service_level=draw(st.none() | st.sampled_from(SERVICE_LEVELS)),
            result_documents=draw(st.none() | NAMES),
            source=draw(NAMES),
        )
        made[code] = one
    return Catalogue(made, names.fields)


@given(catalogues())
def test_what_is_written_reads_back_the_same(catalogue: Catalogue) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "catalogue.csv")
        write_catalogue(path, catalogue)
        again = load_catalogue(path, builtin_catalogue().fields)
        assert path.read_text(encoding="utf-8") == as_csv(again)
    assert again.procedures == catalogue.procedures


@given(catalogues(), catalogues())
def test_the_report_counts_every_row_once(first: Catalogue, second: Catalogue) -> None:
    """Laid one upon the other: rows of the second win, others stay, and the counts add up."""
    if not first.procedures or not second.procedures:
        return
    with tempfile.TemporaryDirectory() as folder:
        to, file = Path(folder, "to.csv"), Path(folder, "file.csv")
        write_catalogue(to, first)
        write_catalogue(file, second)
        report, merged = import_catalogue(file, to)
    assert merged.procedures == {**first.procedures, **second.procedures}
    assert len(report.new) + len(report.changed) + report.unchanged == len(second.procedures)
    assert {one.code for one in report.new} == second.procedures.keys() - first.procedures.keys()
    for code in report.changed:
        assert first.procedures[code] != second.procedures[code]
        patched = {fact: new for fact, (_, new) in report.changed[code].items()}
        assert replace(first.procedures[code], **patched) == second.procedures[code]  # type: ignore[arg-type]
