"""What is written in any of the encodings comes back, and what is wrong is said."""

import tracemalloc
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.runner.adapter import Record, Unreadable
from tests.unit.connectors.files.reader import Source, cp1258, drop, text

CP1258 = "".join(
    letter
    for byte in range(0x20, 0x100)
    if byte != 0x7F and (letter := bytes([byte]).decode("cp1258", "ignore"))
)
HEADER = ["mê", "giá", "c"]
ENCODINGS = {
    # Encoding as declared, as written, and what it can hold.
    "utf-8": ("utf-8", st.characters(codec="utf-8", exclude_characters="\0\r\n")),
    "utf-8 with a mark": ("utf-8-sig", st.characters(codec="utf-8", exclude_characters="\0\r\n")),
    "utf-16": ("utf-16", st.characters(codec="utf-8", exclude_characters="\0\r\n")),
    "utf-16-le": ("utf-16-le", st.characters(codec="utf-8", exclude_characters="\0\r\n")),
    "utf-16-be": ("utf-16-be", st.characters(codec="utf-8", exclude_characters="\0\r\n\ufeff")),
    "cp1258": ("cp1258", st.sampled_from(CP1258)),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(data=st.data())
def test_any_rows_come_back(encoding: str, data: st.DataObject) -> None:
    written, letters = ENCODINGS[encoding]
    cells = st.text(st.one_of(letters, st.sampled_from('\n",; ')), max_size=8)
    rows = data.draw(st.lists(st.tuples(cells, cells, cells), max_size=12))
    delimiter = data.draw(st.sampled_from([",", ";", "\t", "|"]))
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    limit = data.draw(st.integers(1, 5))
    content = text(HEADER, rows, delimiter, end).encode(written)
    with TemporaryDirectory() as folder:
        source = Source(
            Path(folder), encoding=encoding.removesuffix(" with a mark"), delimiter=delimiter
        )
        drop(source.folder / "a.csv", content)
        found: list[Record | Unreadable] = []
        more = True
        while more:  # each poll by an adapter that knows nothing but the position
            source.restart()
            batch = source.poll(limit)
            found += batch.records
            more = batch.more
    expected = [
        dict(zip(HEADER, (unicodedata.normalize("NFC", cell) for cell in row), strict=True))
        for row in rows
        if "".join(row).strip()
    ]
    assert [one.values for one in found if isinstance(one, Record)] == expected
    assert len(found) == len(expected)


def test_bytes_of_cp1258_are_counted_as_they_stand() -> None:
    every = bytes(byte for byte in range(256) if bytes([byte]).decode("cp1258", "ignore"))
    assert every.decode("cp1258").encode("cp1258") == every


def test_columns_are_found_by_name_wherever_they_stand(tmp_path: Path) -> None:
    source = Source(tmp_path, columns=["Mã trạm", "Độ mặn"])
    apart = unicodedata.normalize("NFD", "Độ  mặn ")
    drop(tmp_path / "1.csv", "Mã trạm,x,Độ mặn\ntram-01,?,1.5\n", at=1e9)
    drop(tmp_path / "2.csv", f"\ufeff {apart},Mã trạm\n2.5,tram-01\n", at=1e9 + 1)
    assert source.values() == [
        {"Mã trạm": "tram-01", "x": "?", "Độ mặn": "1.5"},
        {"Mã trạm": "tram-01", "Độ mặn": "2.5"},
    ]


def test_a_column_has_the_spelling_that_is_expected(tmp_path: Path) -> None:
    expected = unicodedata.normalize("NFD", "độ mặn")
    source = Source(tmp_path, columns=[expected])
    drop(tmp_path / "1.csv", "độ mặn\n1\n")
    assert source.values() == [{expected: "1"}]


def test_the_header_may_stand_below_a_title(tmp_path: Path) -> None:
    source = Source(tmp_path, header_row=3)
    drop(tmp_path / "1.csv", 'Báo cáo "quý 1\n\na,b\n1,2\n')
    (record,) = source.everything()
    assert record == Record({"a": "1", "b": "2"}, "1.csv line 4")


def test_columns_without_a_name_and_lines_without_a_value_are_nothing(tmp_path: Path) -> None:
    source = Source(tmp_path)
    drop(tmp_path / "1.csv", "a,,b,\n1,x,2,y\n\n,,,\n3,,4\n5,,6,,,\n")
    assert source.values() == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}, {"a": "5", "b": "6"}]


def test_values_are_composed(tmp_path: Path) -> None:
    drop(tmp_path / "1.csv", "a,b\nVi\xea\u0323t;\u037e,1\n".encode())
    assert Source(tmp_path).values() == [{"a": "Việt;;", "b": "1"}]


def test_vietnamese_of_windows_is_read_composed(tmp_path: Path) -> None:
    letters = "Độ mặn ở Ngã Năm: ướt, hệ thống"
    drop(tmp_path / "1.csv", cp1258(f'"{letters}"\n"{letters.upper()}"\n'))
    assert Source(tmp_path, encoding="cp1258").values() == [{letters: letters.upper()}]


def test_a_broken_line_costs_that_line(tmp_path: Path) -> None:
    lines = ["a,b", "1,2", '3,"4', "5,6", "7", "8,9,10", '11,"12" 13', "14,15"]
    drop(tmp_path / "1.csv", "\n".join(lines))
    found = Source(tmp_path).everything()
    assert [one.values["a"] for one in found if isinstance(one, Record)] == ["1", "5", "14"]
    broken = [one for one in found if isinstance(one, Unreadable)]
    assert [(one.position, one.raw) for one in broken] == [
        ("1.csv line 3", b'3,"4\n'),
        ("1.csv line 5", b"7\n"),
        ("1.csv line 6", b"8,9,10\n"),
        ("1.csv line 7", b'11,"12" 13\n'),
    ]
    assert "a quote is not closed" in broken[0].reason
    assert broken[1].reason == "has 1 values; expected: 2"


def test_a_quote_left_open_in_a_long_file_costs_one_line(tmp_path: Path) -> None:
    rows = "".join(f"{number},x\n" for number in range(5000))
    drop(tmp_path / "1.csv", f'a,b\n"open,x\n{rows}')
    found = Source(tmp_path).everything(limit=700)
    assert len(found) == 5001
    assert isinstance(found[0], Unreadable)
    assert all(isinstance(one, Record) for one in found[1:])


WHOLE: dict[str, tuple[dict[str, Any], bytes, str]] = {
    "cp1258 for utf-8": ({}, cp1258("mã,b\n1,2\n"), "is not utf-8"),
    "utf-8 for cp1258": (
        {"encoding": "cp1258"},
        "đơn vị,b\nXã Thới An Hội,Kế Sách\n".encode(),
        "is utf-8 by its letters; expected: cp1258",
    ),
    "utf-16 for utf-8": ({}, "mã,b\n".encode("utf-16"), "is utf-16 by its first bytes"),
    "utf-16 without a mark for utf-8": ({}, "a,b\n1,2\n".encode("utf-16-le"), "zero bytes"),
    "utf-8 with a mark for cp1258": (
        {"encoding": "cp1258"},
        "a,b\n".encode("utf-8-sig"),
        "is utf-8 by its first bytes; expected: cp1258",
    ),
    "utf-8 for utf-16": ({"encoding": "utf-16"}, b"a,b\n1,2\n", "the mark of utf-16"),
    "half a letter": ({}, "a,b\n1,ế".encode()[:-1], "is not utf-8"),
    "half of utf-16": ({"encoding": "utf-16"}, "a\n1\n".encode("utf-16")[:-1], "is not utf-16"),
    "zeros": ({}, b"a,b\n" + bytes(5000), "was not wholly written"),
    "nothing": ({}, b"", "has no header in line 1: it is empty"),
    "too short": ({"header_row": 3}, b"a,b\n1,2\n", "has no header in line 3"),
    "a column missing": (
        {"columns": ["a", "giá"]},
        b"a,b\n1,2\n",
        "has no column 'giá': its header has 2 named columns; expected: 'a', 'giá'",
    ),
    "another delimiter": ({"columns": ["a", "b"]}, b"a;b\n1;2\n", "its header has 1 named columns"),
    "a column twice": ({"columns": ["a"]}, b"a,b,A,a\n1,2,3,4\n", "twice in its header: 'a'"),
    "any column twice": ({}, b"a,b,b\n1,2,3\n", "has a column twice in its header"),
    "no names": ({}, b",,\n1,2,3\n", "without names"),
    "an open quote": ({}, b'a,"b\n1,2\n', "with an open quote"),
    "one line": ({}, b"a,b\n" + b"x" * 3_000_000, "a line of more than"),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_file_that_cannot_be_read_is_one_finding(tmp_path: Path, case: str) -> None:
    settings, content, reason = WHOLE[case]
    source = Source(tmp_path, **settings)
    drop(tmp_path / "bad.csv", content, at=1e9)
    batch = source.poll()
    (one,) = batch.records
    assert isinstance(one, Unreadable)
    assert one.reason.startswith("the file ")
    assert reason in one.reason
    assert one.position == "bad.csv"
    assert one.raw == content[: 1024**2]
    assert (batch.more, batch.backlog) == (False, 0)
    source.restart()
    assert source.everything() == []


def test_one_column_twice_that_nobody_expects_is_no_matter(tmp_path: Path) -> None:
    drop(tmp_path / "1.csv", "a,b,b\n1,2,3\n")
    assert Source(tmp_path, columns=["a"]).values() == [{"a": "1", "b": "3"}]


def test_a_bad_byte_at_the_end_means_that_nothing_is_half_read(tmp_path: Path) -> None:
    rows = "a,b\n" + "1,2\n" * 600_000
    drop(tmp_path / "1.csv", rows.encode() + b"3,\xff\n")
    assert len(Source(tmp_path).findings()) == 1


def test_refused_files_are_tried_again_under_other_settings(tmp_path: Path) -> None:
    drop(tmp_path / "1.csv", cp1258("mã;b\n1;2\n"))
    wrong = Source(tmp_path, delimiter=";")
    assert len(wrong.findings()) == 1
    right = Source(tmp_path, delimiter=";", encoding="cp1258")
    right.position = wrong.position
    assert right.values() == [{"mã": "1", "b": "2"}]


def test_a_file_of_any_size_is_read_in_little_memory(tmp_path: Path) -> None:
    source = Source(tmp_path)
    with (tmp_path / "1.csv").open("w") as file:
        file.write("x\n")
        file.writelines(f"{number:010000}\n" for number in range(5_000))
    tracemalloc.start()
    try:
        found = sum(len(source.poll(100).records) for _ in range(51))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == 5_000
    assert peak < 12 * 1024**2  # of 50
