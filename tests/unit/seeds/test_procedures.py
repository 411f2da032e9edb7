from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.procedures import (
    CATALOGUE_VARIABLE,
    COLUMNS,
    Field,
    FieldNames,
    builtin_catalogue,
    current_catalogue,
    fields,
    load_catalogue,
    procedures,
    slug,
)
from seeds.table import DataError

from .conftest import Table

ROW = "9.000001,Thủ tục mới,Hộ tịch,province+commune,2.5,working_hour,0,partial,,Quyết định 1"


def test_what_comes_with_the_monitor() -> None:
    known = builtin_catalogue()
    assert (len(known.procedures), len(known.fields)) == (760, 123)
    assert procedures() is known.procedures
    assert fields() is known.fields
    values = known.procedures.values()
    assert sum(one.limit_value is not None for one in values) == 564
    assert sum(one.fee_vnd is not None for one in values) == 494
    assert all(one.source for one in values)


def test_a_fact_that_is_not_known_stays_empty() -> None:
    values = builtin_catalogue().procedures.values()
    assert sum(one.field is None for one in values) == 26
    assert sum(one.levels == () for one in values) == 7
    levels = Counter(one.service_level for one in values)
    assert levels == {None: 703, "full": 50, "partial": 6, "information": 1}
    units = Counter(one.limit_unit for one in values)
    assert units == {None: 196, "working_day": 464, "calendar_day": 98, "month": 2}
    assert all((one.limit_value is None) == (one.limit_unit is None) for one in values)


def test_levels() -> None:
    values = builtin_catalogue().procedures.values()
    assert Counter("+".join(one.levels) for one in values) == {
        "province": 540,
        "commune": 176,
        "district": 19,
        "province+commune": 14,
        "district+commune": 3,
        "province+district": 1,
        "": 7,
    }
    assert {one.level for one in values if len(one.levels) != 1} == {"province", "district", None}


def test_every_field_is_used_and_has_an_ascii_code() -> None:
    known = builtin_catalogue()
    used = {one.field for one in known.procedures.values() if one.field}
    assert used == known.fields.keys()
    assert all(code.isascii() and code == field.code for code, field in known.fields.items())
    assert known.fields["ho-tich"].name == "Hộ tịch"
    assert len({field.name for field in known.fields.values()}) == 123


def test_codes_of_fields_are_slugs_but_for_second_spellings() -> None:
    odd = {code: f.name for code, f in builtin_catalogue().fields.items() if code != slug(f.name)}
    assert odd == {
        "an-toan-ve-sinh-lao-dong-2": "An toàn vệ sinh lao động",
        "quan-ly-cong-san-2": "Quản lý Công sản",
        "thi-dua-khen-thuong-2": "Thi đua, khen thưởng",
    }


@given(st.text())
def test_a_slug_is_words_of_ascii_and_its_own_slug(name: str) -> None:
    code = slug(name)
    assert code.isascii()
    assert code == code.lower() == slug(code)
    assert "--" not in f"-{code}-" or code == ""


@given(st.permutations(["Hộ tịch", "HỘ TỊCH", "Thú y", "Lĩnh vực lạ", "lĩnh  vực lạ.", "Ất"]))
def test_codes_of_fields_do_not_depend_on_the_order_of_rows(names: list[str]) -> None:
    by_name = FieldNames([Field("ho-tich", "Hộ tịch")])
    codes = {name: by_name.find(name).code for name in names}
    assert codes == {
        "Hộ tịch": "ho-tich",
        "HỘ TỊCH": "ho-tich",
        "Thú y": "thu-y",
        "Lĩnh vực lạ": "linh-vuc-la",
        "lĩnh  vực lạ.": "linh-vuc-la",
        "Ất": "at",
    }
    assert by_name.fields["ho-tich"].name == "Hộ tịch"


def test_one_procedure(table: Table) -> None:
    one = load_catalogue(table(",".join(COLUMNS), ROW), {}).procedures["9.000001"]
    assert (one.field, one.levels, one.level) == ("ho-tich", ("province", "commune"), "province")
    assert (one.limit_value, one.limit_unit, one.fee_vnd) == (2.5, "working_hour", 0)
    assert (one.service_level, one.result_documents) == ("partial", None)


def test_the_imported_catalogue_is_preferred(
    table: Table, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    table(",".join(COLUMNS), ROW).rename(tmp_path / "catalogue.csv")
    assert list(procedures()) == ["9.000001"]
    assert len(fields()) == 123
    current_catalogue.cache_clear()
    other = table(",".join(COLUMNS), ROW.replace("9.", "8."))
    monkeypatch.setenv(CATALOGUE_VARIABLE, str(other))
    assert list(procedures()) == ["8.000001"]


def test_a_catalogue_that_is_named_must_be_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(CATALOGUE_VARIABLE, str(tmp_path / "none.csv"))
    with pytest.raises(FileNotFoundError, match=r"IOC_CATALOGUE=.*none\.csv: no such file; import"):
        procedures()


def test_a_broken_catalogue_is_refused_at_load(table: Table, tmp_path: Path) -> None:
    table(",".join(COLUMNS), ROW.replace("partial", "4")).rename(tmp_path / "catalogue.csv")
    with pytest.raises(DataError, match=r"catalogue\.csv, line 2, column service_level: '4'"):
        procedures()
