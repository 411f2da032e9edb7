"""The simulated province from outside: declared as it is, read as it was meant, and lived on."""

import tomllib
from collections import Counter
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path

import pytest

from connectors.runner.checks import check
from connectors.simulator.feeds.declarations import declared, written
from connectors.simulator.feeds.figures import figure_sources, latest_figures
from connectors.simulator.feeds.outlets import Interface
from connectors.simulator.feeds.province import Province, Wanted
from connectors.simulator.feeds.schedule import Pace
from connectors.simulator.feeds.systems import systems
from connectors.simulator.feeds.truth import FeedTruth
from connectors.simulator.worktime import vietnam
from seeds.figure_readings import figures_as_readings
from seeds.registry import subsystems
from tests.unit.connectors.simulator.feeds.outside import (
    URL,
    delivered,
    events,
    latest,
    of_interface,
    rows,
    sources,
)

NOW = vietnam(2024, 1, 2, 8)
END = NOW + 400
WANTED = Wanted(seed=7, pace=30)


def lived(data: Path, *until: float, chosen: Collection[str] | None = None) -> Province:
    province = Province(data, WANTED, NOW, chosen)
    province.begin()
    for now in until:
        province.advance(now)
    return province


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("province")


@pytest.fixture(scope="module")
def province(data: Path) -> Province:
    return lived(data, NOW + 1.4, NOW + 130, NOW + 131, END + 0.7)


def test_what_is_declared_can_be_run(data: Path) -> None:
    tables = declared(data, URL, 30)
    assert tomllib.loads(written(tables)) == {"source": tables}
    for name, source in sources(data).items():
        assert list(check(source)) == [], name
    assert len({table["name"] for table in tables}) == len(tables)


def test_every_subsystem_has_a_source_and_only_the_published_figures_are_not_simulated(
    data: Path,
) -> None:
    declared_sources = sources(data)
    assert {one.subsystem for one in declared_sources.values()} == set(subsystems())
    assert {name for name, one in declared_sources.items() if not one.simulated} == set(
        figure_sources()
    )
    assert {one.connector for one in declared_sources.values()} == {
        "http-json", "csv", "xlsx", "sqlite"
    }  # fmt: skip
    encodings = {one.files.encoding for one in declared_sources.values() if one.files}
    assert encodings == {"utf-8", "utf-16", "cp1258"}


def test_what_comes_once_a_year_or_once_a_day_may_take_so_long(data: Path) -> None:
    """Else a province to which nothing happens would have sources that are late."""
    found = sources(data)
    assert {found[name].promise for name in figure_sources()} == {366 * 86_400}
    daily = found["tourism-database"].promise
    assert daily is not None
    assert daily > 86_400 + 60


@pytest.mark.parametrize("name", systems())
def test_all_that_a_system_tells_can_be_read(province: Province, data: Path, name: str) -> None:
    source = sources(data)[name]
    found = rows(province, source)
    delivery = delivered(source, found, END)
    assert found
    assert delivery.refused == []
    assert delivery.unknown == 0
    assert delivery.accepted == len(found)


def test_what_is_read_is_the_truth(province: Province, data: Path) -> None:
    found = []
    for name, source in sources(data).items():
        if source.readings and source.simulated:
            found += events(delivered(source, rows(province, source), END))
        assert name
    truth = FeedTruth(WANTED.seed, Pace(NOW, WANTED.pace)).readings(END)
    assert latest(found) == {series: tuple(value) for series, value in truth.items()}


@pytest.mark.parametrize("name", [name for name, one in systems().items() if one.keeps_cases])
def test_a_case_stands_as_it_lived(province: Province, data: Path, name: str) -> None:
    source = sources(data)[name]
    found = events(delivered(source, rows(province, source), END))
    cases = province.cases[name]
    lives = {one.life.case: one for one in cases.seen(END)}
    assert {event.case for event in found} == set(lives)
    for event in found:
        seen = lives[event.case]
        assert event.facts.status == cases.kind.statuses[seen.status]
        assert event.facts.submitted == seen.life.submitted
        assert event.facts.received == seen.facts.get("received")
        assert event.facts.finished == seen.facts.get("finished")
        assert event.facts.due == seen.due
        assert (event.facts.agency, event.revision) == (seen.life.agency, seen.revision)


def test_published_figures_and_derived_ones_enter_apart(province: Province, data: Path) -> None:
    found = []
    for name in figure_sources():
        source = sources(data)[name]
        delivery = delivered(source, rows(province, source), END)
        assert (delivery.refused, delivery.unknown, delivery.kind) == ([], 0, "file")
        found += events(delivery)
    wanted = Counter(
        (one.subsystem, one.indicator, one.unit, one.period, float(one.value))
        for one in figures_as_readings()
    )
    assert wanted == Counter(
        (one.subsystem, one.indicator, one.unit, one.period, one.value) for one in found
    )
    assert latest(found) == latest_figures()
    derived = {one.source for one in found if one.period == "2022"}
    assert derived == {"figures-2022-derived-public-administration"}
    assert {one.revision for one in found if one.source in derived} == {0}
    assert {one.revision for one in found if one.source not in derived} == {1}


def test_something_changes_every_few_seconds(tmp_path: Path) -> None:
    province = lived(tmp_path, chosen=["cameras", "web-probe"])
    told = [len(list(of_interface(one))) for one in interfaces(province)]
    changed = [0]
    for second in range(1, 61):
        province.advance(NOW + second)
        before, told = told, [len(list(of_interface(one))) for one in interfaces(province)]
        changed += [second] if told != before else []
    assert max(later - earlier for earlier, later in pairwise([*changed, 60])) <= 10


def interfaces(province: Province) -> list[Interface]:
    return [one for one in province.outlets.values() if isinstance(one, Interface)]


def test_a_province_goes_on_where_it_was(tmp_path: Path) -> None:
    """One of each road, and of both that keep and that measure."""
    chosen = ["stations", "police", "tourism-database", "hospitals", "documents-cases"]
    first = lived(tmp_path / "a", NOW + 100, chosen=chosen)
    first.close()
    again = Province(tmp_path / "a", Wanted(seed=99, pace=1), NOW + 300, chosen)
    again.begin()
    assert (again.seed, again.pace) == (WANTED.seed, Pace(NOW, WANTED.pace))
    again.advance(NOW + 400)
    whole = lived(tmp_path / "b", NOW + 100, NOW + 400, chosen=chosen)
    for name in chosen:
        ours, theirs = (sources(tmp_path / folder)[name] for folder in "ab")
        here = [{**row, "id": 0, "cap_nhat": 0} for row in rows(again, ours)]
        there = [{**row, "id": 0, "cap_nhat": 0} for row in rows(whole, theirs)]
        assert here == there, name
    [stations] = interfaces(again)
    assert len(stations.answer((NOW + 100) * 1000)["data"]["items"]) == 3 * 8
    again.close()
    whole.close()


def test_an_interface_tells_each_row_once_however_it_is_asked() -> None:
    outlet = Interface()
    for at in range(1, 6):
        outlet.publish([{"n": at * 1_000 + number} for number in range(900)], at * 10)
    seen = [row["n"] for row in of_interface(outlet)]
    assert seen == [at * 1_000 + number for at in range(1, 6) for number in range(900)]
    first = outlet.answer(0)
    assert len(first["data"]["items"]) == 2_700
    assert first["next"] == "30"
    assert outlet.answer(50) == {"data": {"items": []}, "next": "50"}


def test_no_file_is_seen_before_it_is_whole(province: Province, data: Path) -> None:
    assert [file for file in (data / "files").rglob("*") if file.name.endswith(".part")] == []
    province.advance(END + 1)
