"""Every record becomes events or exactly one refusal, and a refusal tells nothing of it."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.contract.codec import encode
from connectors.log.lanes import Limits
from connectors.runner.adapter import Record, Unreadable
from connectors.runner.checks import check
from connectors.runner.mapping import mapper_of, translate
from tests.unit.connectors.runner.samples import (
    FEEDBACK,
    LONG,
    NOW,
    OBSERVED,
    WIDE,
    case_of,
    cases,
    delivered,
    events,
    reading_of,
    readings,
    why,
)

STATION = {"station": "ST 01", "datetime": "2026-11-24T09:00:00", "salinity": 3.5}
ROW = {
    "tram": "tram-02",
    "gio": "24/11/2026 09:00",
    "ma": "MAN",
    "gia_tri": "3,5",
    "don_vi": "g/l",
}
FILES = {"connector": "csv", "http": None, "files": {"folder": "/nowhere"}}
CASE = {
    "ma": "PA-2026-17",
    "trang_thai": "DANG_XL",
    "don_vi": "UBND P1",
    "kenh": "APP",
    "ngay_gui": "2026-11-20T08:00:00",
    "ngay_nhan": "2026-11-20T09:00:00",
    "han": "2026-12-05",
    "ngay_xong": None,
    "lan": 3,
}
long = readings(LONG, **FILES)


def test_a_row_of_several_values_gives_a_reading_of_each() -> None:
    delivery = delivered(readings(), STATION | {"level": "1.25", "pH": None})
    found = events(delivery)
    assert [(one.indicator, one.unit, one.value) for one in found] == [
        ("salinity", "tram-01", 3.5),
        ("water_level", "tram-01", 1.25),
    ]
    assert {one.period for one in found} == {"2026-11-24T02:00:00Z"}
    assert (delivery.accepted, delivery.unknown, list(delivery.refused)) == (1, 0, [])
    assert [subject for subject, _ in delivery.events] == [
        "salinity|tram-01",
        "water_level|tram-01",
    ]


def test_a_row_of_one_value_names_its_indicator() -> None:
    event = reading_of(long, ROW)
    assert (event.indicator, event.unit, event.value) == ("salinity", "tram-02", 3.5)
    assert event.time == NOW - 3600


def test_an_empty_value_takes_back_what_was_said() -> None:
    assert reading_of(long, ROW | {"gia_tri": ""}).value is None


@pytest.mark.parametrize("scale", [100, {"on_time_rate": 100}])
@pytest.mark.parametrize(("cell", "wanted"), [(0.12, 12.0), (0.07, 7.0), (0.9979, 99.79), (1, 100)])
def test_a_share_of_a_spreadsheet_is_scaled(scale: object, cell: float, wanted: float) -> None:
    mapping = {"unit_is": "94", "period": "ky", "values": {"on_time_rate": "ty_le"}}
    plain = readings(mapping, subsystem="public-administration")
    scaled = readings(mapping | {"scale": scale}, subsystem="public-administration")
    row = {"ky": "2023", "ty_le": cell}
    assert reading_of(plain, row).value == cell
    assert reading_of(scaled, row).value == wanted
    assert why(scaled, row | {"ty_le": "12 %"}) == ("ty_le", "not_a_number")
    assert why(scaled, row | {"ty_le": 1e308}) == ("ty_le", "out_of_bounds")


def test_a_scale_is_of_an_indicator_and_a_factor() -> None:
    assert not list(check(readings(WIDE | {"scale": {"salinity": 0.001}})))
    ((key, problem),) = check(readings(WIDE | {"scale": {"salt": 100}}))
    assert (key, "allowed: " in problem) == ("readings.scale.salt", True)
    for wrong in (0, -1, math.inf, {"salinity": 0}):
        with pytest.raises(ValidationError):
            readings(WIDE | {"scale": wrong})


def test_a_name_however_long_is_no_station() -> None:
    assert why(long, ROW | {"tram": "tram-" + "a" * 600_000}) == ("tram", "unknown_unit")


def test_the_same_record_is_the_same_event_whenever_it_is_read() -> None:
    record = [*_records(STATION)]
    first = translate(readings(), mapper_of(readings()), record, OBSERVED)
    again = translate(readings(), mapper_of(readings()), record, OBSERVED + 10**9)
    assert [one.id for one in events(first)] == [one.id for one in events(again)]
    assert events(first)[0].observed_at != events(again)[0].observed_at


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"ma": "XYZ"}, "ma", "unknown_indicator"),
        ({"ma": ""}, "ma", "missing"),
        ({"tram": "Nguyễn Văn A"}, "tram", "unknown_unit"),
        ({"tram": "079203001234"}, "tram", "unknown_unit"),
        ({"gia_tri": "3.5"}, "gia_tri", "not_a_number"),
        ({"gia_tri": "hỏng"}, "gia_tri", "not_a_number"),
        ({"gia_tri": "-1"}, "gia_tri", "out_of_bounds"),
        ({"gia_tri": "3500"}, "gia_tri", "out_of_bounds"),
        ({"don_vi": "mg/l"}, "don_vi", "wrong_measure"),
        ({"don_vi": ""}, "don_vi", "missing"),
        ({"gio": "2026-11-24"}, "gio", "not_an_instant"),
        ({"gio": ""}, "gio", "missing"),
        ({"gio": "24/11/2026 10:06"}, "gio", "in_the_future"),
    ],
)
def test_what_is_wrong_is_said_with_the_source_s_own_column(
    change: dict[str, Any], field: str, reason: str
) -> None:
    assert why(long, ROW | change) == (field, reason)
    assert not delivered(long, ROW | change).events


def test_a_clock_a_little_fast_is_no_fault() -> None:
    assert reading_of(long, ROW | {"gio": "24/11/2026 10:05"}).time == NOW + 300


def test_a_column_that_moved_is_named() -> None:
    assert why(long, {k: v for k, v in ROW.items() if k != "don_vi"}) == (
        "don_vi",
        "no_such_column",
    )


def test_a_broken_instrument_silences_no_other() -> None:
    delivery = delivered(readings(), STATION | {"pH": 15})
    assert [one.indicator for one in events(delivery)] == ["salinity"]
    (refused,) = delivery.refused
    assert (refused.refusal.field, delivery.accepted) == ("pH", 0)


def test_a_row_without_any_value_is_refused() -> None:
    assert why(readings(), {**STATION, "salinity": None}) == ("salinity", "missing")


@pytest.mark.parametrize(("unit", "right"), [("94", True), ("95", False), ("tram-01", False)])
def test_a_unit_of_the_province_must_be_one(unit: str, right: bool) -> None:
    mapping = {"unit": "dv", "period": "ky", "values": {"on_time_rate": "ty_le"}}
    source = readings(mapping, subsystem="public-administration")
    row = {"dv": unit, "ky": "2023", "ty_le": 99.79}
    if right:
        event = reading_of(source, row)
        assert (event.period, event.time) == ("2023", 1672506000)
    else:
        assert why(source, row) == ("dv", "unknown_unit")


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ({"ky": "2023-05", "ty_le": 1}, "ky", "not_a_period"),
        ({"ky": "năm 2023", "ty_le": 1}, "ky", "not_a_period"),
        ({"ky": "2027", "ty_le": 1}, "ky", "in_the_future"),
        ({"ky": "", "ty_le": 1}, "ky", "missing"),
        ({"ky": 2023, "ty_le": "-1"}, "ty_le", "out_of_bounds"),
    ],
)
def test_a_period_must_be_one_of_the_indicator_s_kind(
    row: dict[str, Any], field: str, reason: str
) -> None:
    mapping = {"unit_is": "94", "period": "ky", "values": {"on_time_rate": "ty_le"}}
    source = readings(mapping, subsystem="public-administration")
    assert why(source, row) == (field, reason)


def test_one_column_of_measures_speaks_of_the_indicators_that_are_named() -> None:
    mapping = WIDE | {"measure": "dv", "measures": {"salinity": "ppt"}}
    row = STATION | {"level": 1}
    assert len(events(delivered(readings(mapping), row | {"dv": "PPT"}))) == 2
    assert why(readings(mapping), row | {"dv": "g/l"}) == ("dv", "wrong_measure")
    each = readings(WIDE | {"measure": {"water_level": "dv"}})
    assert why(each, row | {"dv": "cm"}) == ("dv", "wrong_measure")
    assert len(events(delivered(each, row | {"dv": "m"}))) == 2


@pytest.mark.parametrize(
    ("revision", "wanted"),
    [(5, 5), ("5", 5), (None, 0), ("1970-01-01T07:00:01", 1_000_000), (2.0, 2)],
)
def test_a_revision_is_a_number_or_a_time(revision: object, wanted: int) -> None:
    mapping = WIDE | {"revision": "rev"}
    assert reading_of(readings(mapping), STATION | {"rev": revision}).revision == wanted


@pytest.mark.parametrize("revision", [-1, 2.5, "x", 10**30, True])
def test_what_orders_nothing_is_no_revision(revision: object) -> None:
    mapping = WIDE | {"revision": "rev"}
    assert why(readings(mapping), STATION | {"rev": revision}) == ("rev", "not_a_revision")


def test_a_case_says_what_its_source_has_columns_for() -> None:
    event = case_of(cases(), CASE)
    assert (event.kind, event.case, event.revision) == ("feedback", "PA-2026-17", 3)
    assert event.partial == (
        "agency",
        "channel",
        "due",
        "finished",
        "received",
        "status",
        "submitted",
    )
    facts = event.facts
    assert facts is not None
    assert (facts.agency, facts.channel, facts.status) == ("000.00.04.H51", "online", 4)
    assert facts.received is not None
    assert facts.due is not None
    assert facts.finished is None


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"ma": ""}, "ma", "missing"),
        ({"ma": "Nguyễn Văn A"}, "ma", "not_a_code"),
        ({"ma": "0912345678"}, "ma", "personal_number"),
        ({"trang_thai": "LẠ"}, "trang_thai", "unknown_status"),
        ({"ngay_gui": None, "ngay_nhan": None}, "ngay_gui", "no_beginning"),
        ({"ngay_gui": "hôm qua"}, "ngay_gui", "not_an_instant"),
        ({"ngay_xong": "2026-12-01"}, "ngay_xong", "in_the_future"),
    ],
)
def test_a_case_is_refused_for_what_cannot_be_read(
    change: dict[str, Any], field: str, reason: str
) -> None:
    assert why(cases(), CASE | change) == (field, reason)


@pytest.mark.parametrize("change", [{"don_vi": "Phòng lạ"}, {"don_vi": "H51-9"}, {"kenh": "FAX"}])
def test_unknown_is_not_wrong(change: dict[str, Any]) -> None:
    delivery = delivered(cases(), CASE | change)
    assert (delivery.accepted, delivery.unknown) == (1, 1)
    assert "Phòng" not in delivery.events[0][1].decode()


def test_numbers_of_the_national_list_need_no_table() -> None:
    mapping = {key: value for key, value in FEEDBACK.items() if key != "statuses"}
    event = case_of(cases(mapping), CASE | {"trang_thai": "9"})
    assert event.facts is not None
    assert event.facts.status == 9


def test_what_has_no_values_is_kept_as_it_is() -> None:
    broken = Unreadable(b"\xff;\xfe", "line has 2 cells, wanted 5", "x.csv line 3")
    (refused,) = translate(readings(), mapper_of(readings()), [broken], OBSERVED).refused
    assert refused.record == b"\xff;\xfe"
    assert refused.remainder == {"why": "line has 2 cells, wanted 5"}


cells = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.datetimes()
    | st.dates()
    | st.decimals()
    | st.lists(st.text())
    | st.sampled_from([*STATION.values(), *ROW.values(), *CASE.values()])
)
SOURCES = [readings(), long, cases(), readings(WIDE | {"revision": "rev", "measure": "dv"})]


def _records(*rows: dict[str, Any]) -> list[Any]:
    return [Record(row, "row") for row in rows]


@given(
    st.sampled_from(SOURCES),
    st.lists(
        st.dictionaries(st.sampled_from([*STATION, *ROW, *CASE, "level", "pH", "rev", "dv"]), cells)
    ),
)
def test_every_record_is_accepted_or_refused_once(source: Any, rows: list[dict[str, Any]]) -> None:
    delivery = delivered(source, *rows)
    assert delivery.accepted + len(delivery.refused) == len(rows)
    found = events(delivery)  # the contract holds for each
    assert all(math.isfinite(one.value or 0) for one in found if hasattr(one, "value"))


def test_no_record_makes_an_event_that_the_log_does_not_take() -> None:
    long_text, digits = "a1" * 400_000, "9" * 400_000
    for source, row in ((readings(), STATION), (long, ROW), (cases(), CASE)):
        for column in row:
            for value in (long_text, digits, "tram-" + long_text, "site-1" + "-a" * 6, 10**4_000):
                found = delivered(source, row | {column: value})
                assert found.accepted + len(found.refused) == 1
                assert all(len(event) + len(key) < 4_096 for key, event in found.events)
    assert Limits().max_event_bytes > 4_096


@given(st.sampled_from(SOURCES), st.text(min_size=5), st.sampled_from([*STATION, *ROW, *CASE]))
def test_a_refusal_tells_nothing_of_the_record(source: Any, secret: str, column: str) -> None:
    marked = f"«{secret}»"
    delivery = delivered(source, STATION | ROW | CASE | {column: marked})
    for refused in delivery.refused:
        told = (refused.refusal.field, refused.refusal.reason, refused.remainder, refused.position)
        assert marked not in str(told)
        assert encode(marked)[1:-1] in refused.original
    assert not any(encode(marked)[1:-1] in event for _, event in delivery.events)


def test_where_a_refused_record_stands_tells_no_number_of_a_person() -> None:
    record = Record({}, "079201000001.csv line 17")
    for one in (record, Unreadable(b"", "is broken", record.position)):
        (refused,) = translate(long, mapper_of(long), [one], OBSERVED).refused
        assert refused.position == "… line 17"
