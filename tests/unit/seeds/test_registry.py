import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from connectors.contract import vocabulary
from seeds.periods import parse_period
from seeds.registry import SUBSYSTEMS as FOLDER
from seeds.registry import (
    SUBSYSTEMS_VARIABLE,
    check_subsystems,
    indicators,
    load_subsystems,
    measures,
    oversight_fields,
    subsystem_folders,
    subsystems,
)
from seeds.subsystem import CASE_KINDS, CLOCK_SECONDS, REFRESH_UNITS, Indicator, Refresh
from seeds.topics import topics_of, watch_partition

TWELFTH = """\
order = 12
partitions = 4
vi = "Nông nghiệp"
en = "Agriculture"
oversight_field = "socio-economy"
case_kinds = []

[basis]
kind = "inferred"
quotation = "rice and shrimp are what the province lives on"
source = "ours"

[sources]
ours = "Our own proposal"

[systems]
fields = { vi = "Trạm bơm", en = "Pumping stations" }

[measures]
tonne = { vi = "tấn", en = "tonnes" }

[indicators.rice_harvested]
vi = "Lúa đã thu hoạch"
en = "Rice harvested"
measure = "tonne"
direction = "higher_is_better"
aggregation = "sum"
period = "day"
refresh = "2 working days"
coverage = "district"
system = "fields"
standing = "proposed"
"""
INTERNAL = FOLDER.parent / "data" / "topics.csv"


def all_indicators() -> list[Indicator]:
    return list(indicators().values())


def test_the_eleven_in_their_order() -> None:
    bases = {name: subsystem.basis.kind for name, subsystem in subsystems().items()}
    assert list(bases.items()) == [
        ("public-administration", "press-2022"),
        ("health", "press-2022"),
        ("education", "press-2022"),
        ("web-platforms", "press-2022"),
        ("documents", "press-2022"),
        ("citizen-feedback", "inferred"),
        ("security-traffic", "seed-field"),
        ("tourism", "seed-system"),
        ("socio-economic", "seed-field"),
        ("environment-land", "inferred"),
        ("social-security", "seed-system"),
    ]


def test_each_name_says_where_it_is_from() -> None:
    inferred = {name for name, subsystem in subsystems().items() if subsystem.name_is_inferred}
    assert inferred == {
        "citizen-feedback", "security-traffic", "socio-economic", "environment-land",
    }  # fmt: skip
    for subsystem in subsystems().values():
        assert len(subsystem.basis.quotation) < 150
        assert subsystem.basis.source


def test_each_field_of_oversight_has_its_subsystems() -> None:
    assert list(oversight_fields()) == [
        "public-order", "socio-economy", "peoples-life", "public-bodies",
    ]  # fmt: skip
    assert {subsystem.oversight_field for subsystem in subsystems().values()} == set(
        oversight_fields()
    )


def test_the_case_kinds_are_those_of_the_contract() -> None:
    assert get_args(vocabulary.CaseKind) == CASE_KINDS
    carried = {name: subsystem.case_kinds for name, subsystem in subsystems().items()}
    assert {name: kinds for name, kinds in carried.items() if kinds} == {
        "public-administration": ("dossier",),
        "documents": ("document",),
        "citizen-feedback": ("feedback",),
        "security-traffic": ("incident",),
        "web-platforms": ("incident",),
    }


def test_what_is_counted_from_cases_belongs_to_a_subsystem_that_has_them() -> None:
    counting = {one.subsystem for one in all_indicators() if one.origin == "cases"}
    assert counting <= {name for name, one in subsystems().items() if one.case_kinds}
    assert all(one.id.startswith("cases_") for one in all_indicators() if one.origin == "cases")


def test_every_indicator_is_complete() -> None:
    assert len(all_indicators()) == 144
    for (subsystem, indicator_id), one in indicators().items():
        assert (one.subsystem, one.id) == (subsystem, indicator_id)
        assert (one.standing == "stated") == (one.source is not None)
        assert one.system in subsystems()[subsystem].systems
        assert one.base is None or (subsystem, one.base.indicator) in indicators()
        assert one.aggregation == "last" or one.coverage != "province"
        assert one.refresh.value > 0


def test_targets_and_thresholds_name_their_source() -> None:
    judged = [one for one in all_indicators() if one.target or one.thresholds]
    assert [one.id for one in judged] == ["salinity"]
    thresholds = judged[0].thresholds
    assert thresholds is not None
    assert (thresholds.warning, thresholds.critical) == (None, 4.0)
    assert "18/2021/QĐ-TTg" in thresholds.source


def test_every_measure_is_of_use() -> None:
    assert {one.measure.id for one in all_indicators()} == set(measures())


def test_a_promise_in_working_time_has_no_fixed_length() -> None:
    assert Refresh(15, "minute").seconds == 900
    assert Refresh(1, "working hour").seconds is None
    working = {unit for unit in REFRESH_UNITS if Refresh(1, unit).is_working_time}
    assert working == {"working hour", "working day"} == set(REFRESH_UNITS) - set(CLOCK_SECONDS)


def test_names_are_unique_within_a_subsystem() -> None:
    for subsystem in subsystems().values():
        for language in ("name_vi", "name_en"):
            names = [getattr(one, language) for one in subsystem.indicators.values()]
            origins = [one.origin for one in subsystem.indicators.values()]
            assert len(set(zip(names, origins, strict=True))) == len(names)


def test_every_subsystem_says_which_figure_stands_for_it() -> None:
    for subsystem in subsystems().values():
        assert "\nheadline = " in subsystem.file.read_text(encoding="utf-8")
        assert subsystem.headline is subsystem.indicators[subsystem.headline_id]


@pytest.fixture
def twelfth(tmp_path: Path) -> Path:
    (tmp_path / "agriculture.toml").write_text(TWELFTH, encoding="utf-8")
    return tmp_path


def test_a_twelfth_subsystem_is_one_more_file(twelfth: Path) -> None:
    registry = load_subsystems(FOLDER, twelfth)
    assert list(registry)[:-1] == list(subsystems())
    agriculture = registry["agriculture"]
    assert (agriculture.topic, agriculture.order) == ("ioc.agriculture", 12)
    harvested = agriculture.indicators["rice_harvested"]
    assert harvested.measure.name_vi == "tấn"
    assert (harvested.refresh, harvested.decimals) == (Refresh(2, "working day"), 0)
    assert parse_period("2023-12-31").kind == harvested.period


def test_its_topic_follows_and_moves_no_other(twelfth: Path) -> None:
    topics = topics_of(load_subsystems(FOLDER, twelfth), INTERNAL)
    added = topics.pop("ioc.agriculture")
    assert (added.partitions, added.role, added.retention_days) == (4, "source", None)
    before = topics_of(subsystems(), INTERNAL)
    assert list(topics) == list(before)
    assert topics["ioc.watch"].partitions == before["ioc.watch"].partitions + 4
    del topics["ioc.watch"], before["ioc.watch"]
    assert topics == before


def test_a_process_finds_it_in_the_folder_that_the_variable_names(twelfth: Path) -> None:
    program = """
from seeds.registry import indicators
from seeds.topics import source_topics, topics, watch_partition
print([t.name for t in source_topics()][-1], topics()["ioc.watch"].partitions,
      watch_partition("ioc.agriculture", 3), indicators()["agriculture", "rice_harvested"].name_vi)
"""
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {SUBSYSTEMS_VARIABLE: str(twelfth), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    assert answer == "ioc.agriculture 46 45 Lúa đã thu hoạch\n"
    assert watch_partition("ioc.social-security", 2) == 41


def test_a_variable_that_names_no_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(SUBSYSTEMS_VARIABLE, str(tmp_path / "none"))
    with pytest.raises(FileNotFoundError, match="none: no such folder; make it or unset"):
        subsystem_folders()
    monkeypatch.setenv(SUBSYSTEMS_VARIABLE, "")
    assert subsystem_folders() == (FOLDER,)


@pytest.mark.parametrize(
    ("name", "change", "key", "problem"),
    [
        ("health", ("order = 12", "order = 12"), "", "already; allowed: another name"),
        ("agriculture", ("order = 12", "order = 13"), "order", "13 is not allowed; allowed: 12"),
        ("agriculture", ("order = 12", "order = 11"), "order", "11 is not allowed; allowed: 12"),
    ],
)
def test_what_must_hold_among_files(
    tmp_path: Path, name: str, change: tuple[str, str], key: str, problem: str
) -> None:
    (tmp_path / f"{name}.toml").write_text(TWELFTH.replace(*change), encoding="utf-8")
    _, faults = check_subsystems(FOLDER, tmp_path)
    assert [fault.key for fault in faults] == [key]
    assert problem in faults[0].problem


def test_a_folder_without_subsystems(tmp_path: Path) -> None:
    _, faults = check_subsystems(tmp_path)
    assert [str(fault) for fault in faults] == [
        f"{tmp_path}, line 1: holds no subsystem; allowed: NAME.toml"
    ]
