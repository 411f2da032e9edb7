from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.hexmap import hexes
from seeds.province import Unit, agencies, district_of, districts, units

COMMUNES = {
    "941": 10, "942": 8, "943": 13, "944": 9, "945": 8, "946": 11,
    "947": 11, "948": 8, "949": 10, "950": 10, "951": 11,
}  # fmt: skip


def test_the_units_of_the_province() -> None:
    levels = Counter(unit.level for unit in units().values())
    assert levels == {"province": 1, "district": 11, "commune": 109}
    assert Counter(unit.parent for unit in units().values() if unit.level == "commune") == COMMUNES
    kinds = Counter(unit.name.split()[0] for unit in units().values() if unit.level == "commune")
    assert kinds == {"Xã": 80, "Phường": 17, "Thị": 12}
    assert [unit.code for unit in districts()] == list(COMMUNES)


def test_every_parent_exists_and_stands_one_level_higher() -> None:
    for unit in units().values():
        parent = units()[unit.parent] if unit.parent else None
        above = parent.level if parent else None
        assert {"province": None, "district": "province", "commune": "district"}[
            unit.level
        ] == above


def test_names_repeat_and_codes_do_not() -> None:
    names = Counter(unit.name for unit in units().values())
    assert names["Phường 1"] == names["Phường 2"] == 3
    assert all(code == unit.code for code, unit in units().items())


def test_effective_dates() -> None:
    last, first = date(2025, 6, 30), date(2025, 7, 1)
    assert all(unit.exists_on(last) and not unit.exists_on(first) for unit in districts())
    ward_9 = units()["31522"]
    assert ward_9.name == "Phường 9"
    assert (ward_9.exists_on(date(2024, 8, 31)), ward_9.exists_on(date(2024, 9, 1))) == (
        True,
        False,
    )
    assert sum(unit.exists_on(date(2024, 9, 1)) for unit in units().values()) == 1 + 11 + 108
    assert all(unit.source for unit in units().values() if unit.valid_to)


@given(st.dates(), st.none() | st.dates(), st.none() | st.integers(1, 40_000))
def test_a_unit_exists_from_its_first_day_to_the_day_before_its_end(
    day: date, valid_from: date | None, length: int | None
) -> None:
    start = valid_from or date.min
    end = min(date.max.toordinal(), start.toordinal() + length) if length else None
    unit = Unit("94", "x", "province", None, valid_from, date.fromordinal(end) if end else None, "")
    assert unit.exists_on(day) == (start.toordinal() <= day.toordinal() < (end or 4_000_000))
    if valid_from and valid_from > date.min:
        assert not unit.exists_on(valid_from - timedelta(days=1))


def test_district_of() -> None:
    assert district_of("94") is None
    assert district_of("941") == "941"
    assert district_of("31519") == "941"
    assert {district_of(code) for code in units()} == {None, *COMMUNES}
    with pytest.raises(KeyError):
        district_of("00001")


def test_140_agencies_handle_dossiers() -> None:
    levels = Counter(agency.level for agency in agencies().values())
    assert levels == {"province": 20, "district": 11, "commune": 109}
    assert all(agency.unit in units() for agency in agencies().values())
    assert all(units()[agency.unit].level == agency.level for agency in agencies().values())
    served = [agency.unit for agency in agencies().values() if agency.level != "province"]
    assert sorted(served) == sorted(code for code in units() if code != "94")


def test_agency_codes_follow_one_scheme() -> None:
    numbers = {
        level: [
            agency.code.split(".")[1:3] for agency in agencies().values() if agency.level == level
        ]
        for level in ("province", "district")
    }
    assert numbers["province"] == [["00", f"{n:02}"] for n in range(1, 21)]
    assert numbers["district"] == [["00", str(n)] for n in range(29, 40)]
    by_unit = {agency.unit: agency.code for agency in agencies().values()}
    for agency in agencies().values():
        if agency.level == "commune":
            district = by_unit[district_of(agency.unit) or ""]
            assert agency.code.split(".")[2] == district.split(".")[2]
            assert agency.code.split(".")[1] != "00"


def test_only_codes_that_were_seen_are_verified() -> None:
    verified = {agency.code for agency in agencies().values() if agency.standing == "verified"}
    assert verified == {"000.00.04.H51", "000.18.29.H51"}
    assert all("giả định" in agencies()[code].note for code in verified)


def test_agency_names() -> None:
    names = {agency.code: agency.name for agency in agencies().values()}
    assert len(set(names.values())) == 140
    assert names["000.00.29.H51"] == "UBND thành phố Sóc Trăng"
    assert names["000.11.29.H51"] == "UBND phường 5, thành phố Sóc Trăng"
    assert names["000.00.09.H51"] == "Sở Lao động - Thương binh và Xã hội"
    assert all(name[0].isupper() and name == " ".join(name.split()) for name in names.values())


def test_the_portal_s_own_list_of_provincial_agencies() -> None:
    listed = [agency for agency in agencies().values() if agency.portal_id]
    assert [agency.level for agency in listed] == ["province"] * 20
    assert len({agency.portal_id for agency in listed}) == 20
    assert all((agency.domain or "").endswith(".soctrang.gov.vn") for agency in listed)
    power = [agency for agency in listed if "không phải cơ quan hành chính" in agency.note]
    assert [agency.portal_id for agency in power] == ["67"]


def test_one_hexagon_for_each_district() -> None:
    assert list(hexes()) == list(COMMUNES)
    places = list(hexes().values())
    assert len(set(places)) == 11
    # Hexagons of one row are one width apart at least, so that none covers another.
    assert all(abs(x - u) >= 1 for x, y in places for u, v in places if y == v and (x, y) != (u, v))


def test_hexagons_lie_as_the_districts_do() -> None:
    """Kế Sách is the northernmost, Vĩnh Châu the southernmost; Ngã Năm west, Cù Lao Dung east."""
    place = hexes()
    assert min(place, key=lambda code: place[code][1]) == "943"
    assert max(place, key=lambda code: place[code][1]) == "950"
    assert min(place, key=lambda code: place[code][0]) == "948"
    assert max(place, key=lambda code: place[code][0]) == "945"
