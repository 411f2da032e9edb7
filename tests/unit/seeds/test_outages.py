"""Outages come from a table, and a table that is wrong is refused with its place."""

from datetime import datetime
from pathlib import Path

import pytest

from seeds.law_files import LAWS
from seeds.outages import Outage, load_outages
from seeds.table import DataError
from streams.shell.law import rules_for

HEADER = "begins,ends,system,seen_by\n"
NOW = int(datetime.fromisoformat("2024-01-02T08:00:00+07:00").timestamp())
BEGINS = int(datetime.fromisoformat("2023-05-11T08:30:00+07:00").timestamp())


def table(folder: Path, text: str) -> Path:
    file = folder / "outages.csv"
    file.write_text(HEADER + text, encoding="utf-8")
    return file


def test_outages_may_overlap_and_name_any_zone(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        "2023-05-11T08:30:00+07:00,2023-05-11T10:30:00+07:00,mot-cua,probe-1\n"
        "2023-05-11T01:30:00Z,2023-05-11T02:30:00Z,mot-cua,probe-2\n",
    )
    assert load_outages(file) == [
        Outage(BEGINS, BEGINS + 7200, "mot-cua", "probe-1"),
        Outage(BEGINS, BEGINS + 3600, "mot-cua", "probe-2"),
    ]


def test_no_outage_is_a_table_too(tmp_path: Path) -> None:
    assert load_outages(table(tmp_path, "")) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("soon,2023-05-11T10:30:00+07:00,a,b", "line 2, column begins: 'soon' is no time"),
        ("2023-05-11T08:30:00,2023-05-11T10:30:00+07:00,a,b", "allowed: a whole second with its"),
        ("2023-05-11T08:30:00Z,2023-05-11T08:30:00.5Z,a,b", "column ends: .* is not allowed"),
        ("2023-05-11T08:30:00Z,2023-05-11T08:30:00Z,a,b", "allowed: after 2023-05-11T08:30:00Z"),
        ("2023-05-11T08:30:00Z,2023-05-11T09:30:00Z,,b", "column system: is empty"),
        ("2023-05-11T08:30:00Z,2023-05-11T09:30:00Z,a,", "column seen_by: is empty"),
        ("2023-05-11T08:30:00Z", "has 1 cells; allowed: 4"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(tmp_path: Path, line: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        load_outages(table(tmp_path, f"{line}\n"))


def test_the_rule_book_of_a_worker_knows_them(tmp_path: Path) -> None:
    file = table(tmp_path, "2023-05-11T08:30:00+07:00,2023-05-11T10:30:00+07:00,a,b\n")
    rules = rules_for(NOW, file)
    assert [rules.outages.covers(BEGINS + off) for off in (-1, 0, 7199, 7200)] == [
        False,
        True,
        True,
        False,
    ]
    assert not rules_for(NOW).outages.covers(BEGINS)
    with pytest.raises(DataError, match="lacks 2029"):
        rules_for(NOW + 5 * 365 * 86_400, None, LAWS)
