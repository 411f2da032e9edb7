"""Each happening, as it is seen from outside: exactly what it is to show, and its end."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.simulator.feeds.happenings import (
    LOST,
    NAMES,
    SORTS,
    UnknownHappeningError,
    happening,
)
from connectors.simulator.feeds.happenings import (
    sources as allowed_at,
)
from connectors.simulator.feeds.province import Province, Wanted
from connectors.simulator.feeds.schedule import Pace
from connectors.simulator.feeds.truth import FeedTruth
from connectors.simulator.feeds.web import application
from connectors.simulator.worktime import vietnam
from tests.unit.connectors.simulator.feeds.outside import (
    delivered,
    events,
    latest,
    rows,
    sources,
)

NOW = vietnam(2024, 1, 2, 8)
PACE = Pace(NOW, 30)
Series = tuple[str, str, str]


class Scene:
    """A province that lives second by second, and what its sources have told."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def begin(self, *chosen: str, wrong: str | None = None) -> None:
        """With these sources; what is wrong from the start is so with the first of them."""
        self.province = Province(self.data, Wanted(7, 30), NOW, chosen)
        self.province.begin([(wrong, chosen[0])] if wrong else [])

    def live(self, *until: int) -> None:
        for now in until:
            self.province.advance(NOW + now)

    def rows(self, name: str) -> list[Any]:
        return rows(self.province, sources(self.data)[name])

    def delivered(self, name: str, found: list[Any]) -> Any:
        return delivered(sources(self.data)[name], found, self.province.told)

    def truth(self, name: str) -> dict[Series, Any]:
        truth = FeedTruth(7, PACE, self.province.happened)
        return truth.readings_of(name, self.province.told)

    def agrees(self, name: str) -> bool:
        """What a fold of all that was told shows is the truth."""
        shown = latest(events(self.delivered(name, self.rows(name))))
        return shown == {series: tuple(one) for series, one in self.truth(name).items()}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.province.close()


def test_it_is_seen_when_a_fold_would_be_wrong(scene: Scene) -> None:
    scene.begin("stations")
    assert scene.agrees("stations")
    scene.province.outlets["stations"].publish(
        [{**scene.rows("stations")[-1], "salinity": 99.0}], (NOW + 1) * 1000
    )
    assert not scene.agrees("stations")


def test_a_silent_source_tells_all_at_its_end(scene: Scene) -> None:
    scene.begin("stations")
    before = scene.rows("stations")
    scene.province.happen("silent", "stations", 300)
    scene.live(1, 130, 300)
    assert scene.rows("stations") == before
    assert scene.agrees("stations")
    scene.live(301)
    assert [row["fkey"] // 1000 - NOW for row in scene.rows("stations")[len(before) :: 8]] == [
        120,
        240,
    ]
    assert scene.agrees("stations")


def test_a_silent_register_of_cases_shows_how_they_stand_at_its_end(scene: Scene) -> None:
    scene.begin("documents-cases")
    before = scene.rows("documents-cases")
    scene.province.happen("silent", "documents-cases", 60)
    scene.live(1, 30, 60)
    assert scene.rows("documents-cases") == before
    scene.live(61)
    stand = {
        row["ma"]: (row["trang_thai"], row["lan_sua"]) for row in scene.rows("documents-cases")
    }
    assert stand == {
        one.life.case: (one.status, one.revision)
        for one in scene.province.cases["documents-cases"].seen(NOW + 61)
    }


@pytest.mark.parametrize("name", ["stations", "cameras", "police", "hospitals", "tourism-database"])
def test_a_wrong_unit_is_refused_and_changes_no_figure(scene: Scene, name: str) -> None:
    scene.begin(name)
    before = len(scene.rows(name))
    scene.province.happen("wrong-unit", name, 60)
    scene.live(1, 2, 3, 40)
    delivery = scene.delivered(name, scene.rows(name)[before:])
    fields = {refused.refusal.field for refused in delivery.refused}
    assert 0 < len(delivery.refused) < 200
    assert len(fields) == (4 if name == "stations" else 2) or name == "stations"
    assert scene.agrees(name)
    told = len(scene.rows(name))
    scene.live(61)
    after = scene.delivered(name, scene.rows(name)[told:])
    assert after.refused == []


@pytest.mark.parametrize("name", ["cameras", "police", "hospitals", "tourism-database"])
def test_a_storm_of_duplicates_brings_nothing_new(scene: Scene, name: str) -> None:
    scene.begin(name)
    before = scene.rows(name)
    scene.province.happen("duplicate-storm", name, 60)
    scene.live(1)
    storm = scene.delivered(name, scene.rows(name)[len(before) :])
    known = {event.id for event in events(scene.delivered(name, before))}
    again = Counter(event.id for event in events(storm))
    assert len(again) > 10
    assert again.keys() <= known
    assert scene.agrees(name)
    told = len(scene.rows(name))
    scene.live(62)
    fresh = events(scene.delivered(name, scene.rows(name)[told:]))
    assert not {event.id for event in fresh} & known


def test_cases_that_storm_have_the_ids_that_they_had(scene: Scene) -> None:
    scene.begin("documents-cases")
    name = "documents-cases"
    before = {row["ma"]: row for row in scene.rows(name)}
    scene.province.happen("duplicate-storm", name, 60)
    scene.live(1)
    after = {row["ma"]: row for row in scene.rows(name)}
    touched = [case for case, row in after.items() if case in before and row != before[case]]
    assert len(touched) > 50
    same = [case for case in touched if after[case]["lan_sua"] == before[case]["lan_sua"]]
    old, new = ([found[case] for case in same] for found in (before, after))
    assert [event.id for event in events(scene.delivered(name, old))] == [
        event.id for event in events(scene.delivered(name, new))
    ]


def slots(found: list[Any], name: str, seconds: int) -> set[tuple[str, str, int]]:
    return {
        (event.indicator, event.unit, event.time // seconds)
        for event in found
        if event.indicator in name.split()
    }


@pytest.mark.parametrize(
    ("name", "indicators", "seconds"),
    [
        ("cameras", "cameras_online", 300),
        ("stations", "salinity water_level temperature ph air_quality_index", 3_600),
        ("tourism-database", "visitors overnight_guests lodging_occupancy", 86_400),
    ],
)
def test_fifty_are_lost_and_no_more(
    scene: Scene, tmp_path: Path, name: str, indicators: str, seconds: int
) -> None:
    scene.begin(name, wrong="lost")
    scene.live(1)
    whole = Scene(tmp_path / "whole")
    whole.begin(name)
    whole.live(1)
    there, all_of_them = (
        slots(events(one.delivered(name, one.rows(name))), indicators, seconds)
        for one in (scene, whole)
    )
    assert there <= all_of_them
    missing = all_of_them - there
    assert len(missing) == LOST
    newest = max(slot for _, _, slot in all_of_them)
    assert all(newest - 24 <= slot < newest for _, _, slot in missing)
    assert scene.agrees(name)
    whole.province.close()


def test_fifty_to_come_are_lost(scene: Scene) -> None:
    scene.begin("cameras")
    scene.province.happen("lost", "cameras")
    scene.live(*range(100, 2_500, 100))
    found = events(scene.delivered("cameras", scene.rows("cameras")))
    told = slots(found, "cameras_online", 300)
    series = {(indicator, unit) for indicator, unit, _ in told}
    slots_since = range(NOW // 300, (NOW + 2_400) // 300)
    missing = [(*one, slot) for one in series for slot in slots_since if (*one, slot) not in told]
    assert len(missing) == LOST


def test_a_late_correction_changes_the_figures_once(scene: Scene) -> None:
    scene.begin("tourism-database")
    before = scene.rows("tourism-database")
    former = scene.truth("tourism-database")
    scene.province.happen("late-correction", "tourism-database", 60)
    scene.live(1, 2, 3)
    told = events(
        scene.delivered("tourism-database", scene.rows("tourism-database")[len(before) :])
    )
    assert scene.agrees("tourism-database")
    # What would be the same when rounded would be a repetition: the source stays clean.
    now = scene.truth("tourism-database")
    changed = {(indicator, unit) for (_, indicator, unit), it in now.items()
               if it != former["tourism", indicator, unit]}  # fmt: skip
    assert {(event.indicator, event.unit) for event in told} == changed
    assert 40 < len(told) == len(changed) < len(now) == 55
    key = ("tourism", "visitors", "941")
    assert now[key].period == former[key].period
    assert now[key].value == round(1.1 * former[key].value)


def test_saline_intrusion_is_measured_everywhere(scene: Scene) -> None:
    scene.begin("stations", wrong="salinity-intrusion")
    scene.live(1, 240)
    assert min(row["salinity"] for row in scene.rows("stations")[-8:]) > 4
    assert scene.agrees("stations")
    scene.live(601, 720)
    assert min(row["salinity"] for row in scene.rows("stations")[-8:]) < 1


def test_a_portal_that_is_away_is_probed_and_mended(scene: Scene) -> None:
    scene.begin("web-probe", "web-platforms-cases")
    scene.province.happen("portal-outage", None, 120)
    scene.live(1, 60)
    down = {
        row["don_vi"]
        for row in scene.rows("web-probe")
        if row["chi_tieu"] == "Tỷ lệ hoạt động" and row["gia_tri"] == 0
    }
    assert down == {"site-dich-vu-cong"}
    case = f"SC-CONG-{NOW + 1}"
    standing = {row["ma"]: row["trang_thai"] for row in scene.rows("web-platforms-cases")}
    assert standing[case] == "DANG_KHAC_PHUC"
    scene.live(130)
    standing = {row["ma"]: row["trang_thai"] for row in scene.rows("web-platforms-cases")}
    assert standing[case] == "DA_KHAC_PHUC"


def test_a_fire_is_an_incident_from_its_report_to_its_end(scene: Scene) -> None:
    scene.begin("security-traffic-cases")
    scene.province.happen("fire", None, 120)
    case = f"VV-CHAY-{NOW + 1}"
    seen = []
    for second in (1, 20, 60, 125):
        scene.live(second)
        found = [row for row in scene.rows("security-traffic-cases") if row["ma"] == case]
        assert [row["loai"] for row in found] == ["chay"]
        seen.append(found[0]["trang_thai"])
    assert seen == ["BAO_TIN", "TIEP_NHAN", "DANG_XL", "KET_THUC"]


def test_what_happened_is_remembered_by_a_province_that_goes_on(scene: Scene) -> None:
    scene.begin("stations", "security-traffic-cases")
    scene.province.happen("salinity-intrusion", None, 600)
    scene.province.happen("fire", None, 120)
    scene.live(1)
    again = Province(scene.data, Wanted(), NOW + 30, ["stations", "security-traffic-cases"])
    again.begin()
    again.advance(NOW + 240)
    assert min(row["salinity"] for row in rows(again, sources(scene.data)["stations"])[-8:]) > 4
    found = {row["ma"]: row["trang_thai"] for row in scene.rows("security-traffic-cases")}
    assert found[f"VV-CHAY-{NOW + 1}"] == "KET_THUC"
    again.close()


@pytest.mark.parametrize("name", NAMES)
def test_each_happening_says_what_it_shows_and_where_it_can_be(name: Any) -> None:
    assert SORTS[name].shows
    assert SORTS[name].source in allowed_at(name)


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("flood", None, "happening 'flood' is not allowed; allowed: silent, wrong-unit, "),
        ("lost", "documents-cases", "lost cannot be at 'documents-cases'; allowed: "),
        ("fire", "stations", "fire cannot be at 'stations'; allowed: security-traffic-cases"),
    ],
)
def test_a_wrong_one_is_said(name: str, source: str | None, said: str) -> None:
    with pytest.raises(UnknownHappeningError) as caught:
        happening(name, source, 0)
    assert str(caught.value).startswith(said)


async def ask(province: Province, method: str, path: str, **what: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app=application(province))
    async with httpx.AsyncClient(transport=transport, base_url="http://feeds") as client:
        return await client.request(method, path, **what)


async def test_the_switches_over_http(scene: Scene) -> None:
    scene.begin("stations")
    made = await ask(scene.province, "POST", "/happenings", json={"name": "silent", "seconds": 9})
    assert (made.status_code, made.json()["source"]) == (201, "stations")
    listed = (await ask(scene.province, "GET", "/happenings")).json()
    assert [one["name"] for one in listed["happened"]] == ["silent"]
    assert set(listed["allowed"]) == set(NAMES)
    assert (await ask(scene.province, "GET", "/health")).json()["since"] == NOW
    page = (await ask(scene.province, "GET", "/stations?cursor=0")).json()
    assert len(page["data"]["items"]) >= 168 * 8
    assert int(page["next"]) == NOW * 1000


@pytest.mark.parametrize(
    ("method", "path", "what", "status"),
    [
        ("POST", "/happenings", {"content": b"{"}, 400),
        ("POST", "/happenings", {"json": []}, 400),
        ("POST", "/happenings", {"json": {"name": "flood"}}, 400),
        ("POST", "/happenings", {"json": {"name": "fire", "seconds": 0}}, 400),
        ("POST", "/happenings", {"json": {"name": "fire", "seconds": True}}, 400),
        ("POST", "/happenings", {"json": {"name": "fire", "else": 1}}, 400),
        ("GET", "/stations?cursor=-1", {}, 400),
        ("GET", "/stations?cursor=a", {}, 400),
        ("GET", "/police", {}, 404),
        ("GET", "/nothing", {}, 404),
    ],
)
async def test_what_is_wrongly_asked_is_said(
    scene: Scene, method: str, path: str, what: dict[str, Any], status: int
) -> None:
    scene.begin("stations", "police")
    answer = await ask(scene.province, method, path, **what)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert scene.province.happened == []
