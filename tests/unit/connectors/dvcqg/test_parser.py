"""A record becomes the event that the mapping to the contract says, or a clear refusal."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.codec import CaseEvent, CaseFacts, ProgressRow, Supplement, decode_event
from connectors.contract.events import BUNDLE
from connectors.dvcqg import reading
from connectors.dvcqg.parser import MAX_ROWS, MAX_SUPPLEMENTS, Call
from connectors.dvcqg.reading import Reading
from connectors.intake.refusals import ENGLISH, VIETNAMESE, Reason
from tests.unit.connectors.dvcqg.samples import (
    CASE,
    CATALOGUE,
    INSERT,
    OBSERVED,
    PROGRESS,
    UPDATE,
    dossier,
    spoilt,
    step,
    supplement,
)


def read(*records: Any, call: Call = INSERT) -> Reading:
    data = json.dumps(records).encode()
    method = reading.steps if call.updating is None else reading.dossiers
    return method(data, call, CATALOGUE, OBSERVED)


def event(record: dict[str, Any], call: Call = INSERT) -> CaseEvent:
    found = read(record, call=call)
    assert found.refused == []
    (only,) = found.events
    decoded = decode_event(only[1])
    assert isinstance(decoded, CaseEvent)
    assert only[0] == decoded.case
    return decoded


def facts(record: dict[str, Any], call: Call = INSERT) -> CaseFacts:
    found = event(record, call).facts
    assert found
    return found


def refusals(*records: Any, call: Call = INSERT) -> list[tuple[str, Reason]]:
    return [(r.refusal.field, r.refusal.reason) for r in read(*records, call=call).refused]


def vietnam(year: int, month: int, day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()) - 7 * 3600


def test_every_attribute_of_a_dossier() -> None:
    found = event(dossier(), UPDATE)
    assert (found.kind, found.case, found.source) == ("dossier", CASE, "one-stop")
    assert (found.revision, found.observed_at, found.partial) == (1, OBSERVED, None)
    assert found.facts == CaseFacts(
        agency="000.00.04.H51",
        procedure="1.004946",
        field="ho-tich",
        channel="online",
        service_level="full",
        payment="portal",
        status=4,
        submitted=vietnam(2023, 2, 21, 8),
        received=vietnam(2023, 2, 21, 8, 30),
        due=vietnam(2023, 2, 28, 17),
        supplements=(
            Supplement(
                requested=vietnam(2023, 2, 22, 9),
                received=vietnam(2023, 2, 23, 9),
                due_before=vietnam(2023, 2, 28, 17),
                due_after=vietnam(2023, 3, 1, 17),
            ),
        ),
        traits=(
            "components_digitised",
            "components_reused",
            "fee_bearing",
            "from_personal_store",
            "population_data",
        ),
    )


def test_the_times_that_close_a_dossier() -> None:
    closed = facts(
        dossier(
            NgayKetThucXuLy="20230227100000", NgayTra="20230227110000", NgayTuChoi="20230221090000"
        )
    )
    assert closed.finished == vietnam(2023, 2, 27, 10)
    assert closed.returned == vietnam(2023, 2, 27, 11)
    assert closed.refused == vietnam(2023, 2, 21, 9)


def test_an_insert_is_revision_0_and_an_update_1() -> None:
    assert event(dossier(), INSERT).revision == 0
    assert event(dossier(), UPDATE).revision == 1


def test_the_same_object_has_the_same_id_and_another_one_has_not() -> None:
    assert event(dossier(), INSERT).id == event(dossier(), UPDATE).id
    assert event(dossier()).id != event(dossier(NgayHenTra="20230301170000")).id


def test_of_two_objects_of_a_dossier_in_one_array_the_later_was_observed_later() -> None:
    first, second = (decode_event(e) for _, e in read(dossier(), dossier(GhiChu="x")).events)
    assert isinstance(first, CaseEvent)
    assert isinstance(second, CaseEvent)
    assert first.observed_at < second.observed_at


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ("1", "counter"),
        ("2", "online"),
        ("3", "post"),
        ("", "counter"),
        (None, "counter"),
        (2, "online"),
    ],
)
def test_channels(sent: Any, wanted: str) -> None:
    assert facts(dossier(KenhThucHien=sent)).channel == wanted


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [("0", "none"), ("1", "portal"), ("2", "gateway"), ("3", "unpaid"), ("", None)],
)
def test_payments(sent: str, wanted: str | None) -> None:
    assert facts(dossier(DuocThanhToanTrucTuyen=sent)).payment == wanted


@pytest.mark.parametrize(
    "changes",
    [
        {"MaTTHC": "9.999999"},
        {"MaTTHC": ""},
        {"MaHoSo": "000.00.77.H51-230221-0001"},
        {"KenhThucHien": "4"},
        {"DuocThanhToanTrucTuyen": "9"},
    ],
)
def test_an_unknown_code_is_accepted_and_counted(changes: dict[str, str]) -> None:
    found = read(dossier(**changes))
    assert (found.accepted, found.unknown, found.refused) == (1, 1, [])
    assert read(dossier()).unknown == 0


@pytest.mark.parametrize(
    ("case", "agency", "wanted", "unknown"),
    [
        ("000.00.04.H51-230221-0001", "000.18.29.H51", "000.00.04.H51", False),
        ("000.00.04.h51-230221-0001", "", "000.00.04.H51", False),
        ("HS-2023-1", "000.18.29.H51", "000.18.29.H51", False),
        ("SCT-2023-1", "000.18.29.H51", "000.00.04.H51", False),
        ("HS-2023-1", " SCT ", "000.00.04.H51", False),
        ("HS-2023-1", "SCT1", "SCT1", True),
        ("000.00.99.H51-230221-0001", "000.00.04.H51", "000.18.29.H51", False),
        ("000.00.98.H51-230221-0001", "000.00.04.H51", "000.00.98.H51", True),
        ("HS-2023-1", "Sở Công Thương", None, True),
        ("HS-2023-1", None, None, True),
        ("HS-2023-1", "999000000001", None, True),
    ],
)
def test_the_agency(case: str, agency: Any, wanted: str | None, unknown: bool) -> None:
    found = read(dossier(MaHoSo=case), call=Call("one-stop", "DongBoHoSoMC", agency, updating=True))
    decoded = decode_event(found.events[0][1])
    assert isinstance(decoded, CaseEvent)
    assert decoded.facts
    assert decoded.facts.agency == wanted
    assert found.unknown == unknown


def test_a_procedure_with_the_province_behind_it_is_the_procedure() -> None:
    assert facts(dossier(MaTTHC="1.004946.000.00.00.H51")).procedure == "1.004946"


def test_a_name_where_a_procedure_should_be_does_not_get_through() -> None:
    assert facts(dossier(MaTTHC="Nguyễn Văn Mẫu")).procedure is None


def test_supplements_come_in_order_of_time_and_empty_ones_are_left_out() -> None:
    late, early = supplement(NgayBoSung="20230224090000"), supplement()
    blank = supplement(NgayBoSung="", NgayTiepNhanBoSung="", NgayHenTraTruoc="", NgayHenTraMoi="")
    found = facts(dossier(DanhSachHoSoBoSung=[late, blank, early])).supplements
    assert [item.requested for item in found] == sorted(item.requested for item in found)
    assert len(found) == 2
    assert facts(dossier(DanhSachHoSoBoSung="")).supplements == ()
    assert facts(dossier(DanhSachHoSoBoSung=None)).supplements == ()


@pytest.mark.parametrize(
    ("record", "field", "reason"),
    [
        (dossier(MaHoSo=""), "MaHoSo", Reason.MISSING),
        (dossier(MaHoSo="   "), "MaHoSo", Reason.MISSING),
        (dossier(MaHoSo=None), "MaHoSo", Reason.MISSING),
        ({}, "MaHoSo", Reason.MISSING),
        (dossier(MaHoSo="hồ sơ của ông Mẫu"), "MaHoSo", Reason.NOT_A_CODE),
        (dossier(MaHoSo="NguyenVanMau"), "MaHoSo", Reason.NOT_A_CODE),
        (dossier(MaHoSo="9" * 101), "MaHoSo", Reason.NOT_A_CODE),
        (dossier(MaHoSo=True), "MaHoSo", Reason.NOT_A_CODE),
        (dossier(MaHoSo="999000000001"), "MaHoSo", Reason.PERSONAL_NUMBER),
        (dossier(MaHoSo="HS-0000000001"), "MaHoSo", Reason.PERSONAL_NUMBER),
        (dossier(MaHoSo=123456789), "MaHoSo", Reason.PERSONAL_NUMBER),
        (dossier(MaHoSo=["x"]), "MaHoSo", Reason.WRONG_TYPE),
        (dossier(TrangThaiHoSo="11"), "TrangThaiHoSo", Reason.NOT_A_STATUS),
        (dossier(TrangThaiHoSo="0"), "TrangThaiHoSo", Reason.NOT_A_STATUS),
        (dossier(TrangThaiHoSo="xong"), "TrangThaiHoSo", Reason.NOT_A_STATUS),
        (dossier(TrangThaiHoSo=""), "TrangThaiHoSo", Reason.MISSING),
        (dossier(TrangThaiHoSo={}), "TrangThaiHoSo", Reason.WRONG_TYPE),
        (dossier(NgayTiepNhan="20230230080000"), "NgayTiepNhan", Reason.NO_SUCH_DATE),
        (dossier(NgayTiepNhan="20231301080000"), "NgayTiepNhan", Reason.NO_SUCH_DATE),
        (dossier(NgayHenTra="20230228240000"), "NgayHenTra", Reason.NO_SUCH_DATE),
        (dossier(NgayHenTra="20230228236000"), "NgayHenTra", Reason.NO_SUCH_DATE),
        (dossier(NgayHenTra="00010101000000"), "NgayHenTra", Reason.NO_SUCH_DATE),
        (dossier(NgayHenTra="21000101000000"), "NgayHenTra", Reason.NO_SUCH_DATE),
        (dossier(NgayHenTra="2023-02-28 17:00"), "NgayHenTra", Reason.NOT_A_TIME),
        (dossier(NgayHenTra="20230228"), "NgayHenTra", Reason.NOT_A_TIME),
        (dossier(NgayHenTra="٢٠٢٣٠٢٢٨١٧٠٠٠٠"), "NgayHenTra", Reason.NOT_A_TIME),
        (dossier(NgayKetThucXuLy="x"), "NgayKetThucXuLy", Reason.NOT_A_TIME),
        (dossier(NgayTra="x"), "NgayTra", Reason.NOT_A_TIME),
        (dossier(NgayTuChoi="x"), "NgayTuChoi", Reason.NOT_A_TIME),
        (dossier(NgayNopHoSo="x"), "NgayNopHoSo", Reason.NOT_A_TIME),
        (dossier(NgayNopHoSo="", NgayTiepNhan=" "), "NgayTiepNhan", Reason.NO_TIME),
        (
            dossier(DanhSachHoSoBoSung=[supplement(), supplement(NgayHenTraMoi="x")]),
            "DanhSachHoSoBoSung[1].NgayHenTraMoi",
            Reason.NOT_A_TIME,
        ),
        (
            dossier(DanhSachHoSoBoSung=[supplement(NgayBoSung="")]),
            "DanhSachHoSoBoSung[0].NgayBoSung",
            Reason.MISSING,
        ),
        (
            dossier(DanhSachHoSoBoSung=[supplement(NgayBoSung=[])]),
            "DanhSachHoSoBoSung[0].NgayBoSung",
            Reason.WRONG_TYPE,
        ),
        (dossier(DanhSachHoSoBoSung="có"), "DanhSachHoSoBoSung", Reason.WRONG_TYPE),
        (
            dossier(DanhSachHoSoBoSung=[supplement()] * (MAX_SUPPLEMENTS + 1)),
            "DanhSachHoSoBoSung",
            Reason.TOO_MANY,
        ),
        ("no object", "data", Reason.WRONG_TYPE),
        (None, "data", Reason.WRONG_TYPE),
    ],
)
def test_what_cannot_be_read_is_refused_and_the_rest_goes_through(
    record: Any, field: str, reason: Reason
) -> None:
    found = read(dossier(), record, dossier(MaHoSo="000.00.04.H51-230221-0002"))
    assert [(r.index, r.refusal.field, r.refusal.reason) for r in found.refused] == [
        (1, field, reason)
    ]
    assert json.loads(found.refused[0].original) == record
    assert found.accepted == len(found.events) == 2


@pytest.mark.parametrize("data", [b"", b"[", b"no", b'[{"MaHoSo":"', b"\xff\xfe", b"[" * 100_000])
def test_what_is_not_json_is_refused_as_a_whole(data: bytes) -> None:
    found = reading.dossiers(data, INSERT, CATALOGUE, OBSERVED)
    assert [(r.index, r.refusal.field, r.refusal.reason) for r in found.refused] == [
        (-1, "data", Reason.NOT_JSON)
    ]
    assert found.events == []


@pytest.mark.parametrize("data", [b"{}", b'"text"', b"1", b"null"])
def test_data_that_is_no_array_is_refused_as_a_whole(data: bytes) -> None:
    found = reading.steps(data, PROGRESS, CATALOGUE, OBSERVED)
    assert [(r.refusal.field, r.refusal.reason) for r in found.refused] == [
        ("data", Reason.WRONG_TYPE)
    ]


def test_the_rows_of_a_dossier_are_one_event() -> None:
    other = "000.18.29.H51-230221-0001"
    found = read(
        step(), step(MaHoSo=other), step(ThoiDiemXuLy="20230220093000", TrangThai=2), call=PROGRESS
    )
    events = [decode_event(encoded) for _, encoded in found.events]
    assert [e.case for e in events if isinstance(e, CaseEvent)] == [CASE, other]
    first = events[0]
    assert isinstance(first, CaseEvent)
    assert (first.facts, first.revision) == (None, 0)
    assert first.progress == (
        ProgressRow(
            time=vietnam(2023, 2, 20, 9, 30),
            status=2,
            agency="000.00.04.H51",
            department="Bộ phận Một cửa",
            began=vietnam(2023, 2, 21, 9, 30),
            due=vietnam(2023, 2, 24, 17),
        ),
        ProgressRow(
            time=vietnam(2023, 2, 21, 9, 30),
            status=4,
            agency="000.00.04.H51",
            department="Bộ phận Một cửa",
            began=vietnam(2023, 2, 21, 9, 30),
            due=vietnam(2023, 2, 24, 17),
        ),
    )
    assert found.accepted == 3


def test_of_two_rows_with_one_time_and_status_the_last_stands() -> None:
    found = event_rows(step(PhongBanXuLy="A"), step(PhongBanXuLy="B"))
    assert [row.department for row in found] == ["B"]


def event_rows(*steps: dict[str, Any]) -> tuple[ProgressRow, ...]:
    (encoded,) = (e for _, e in read(*steps, call=PROGRESS).events)
    decoded = decode_event(encoded)
    assert isinstance(decoded, CaseEvent)
    return decoded.progress


def test_very_many_rows_of_one_dossier_become_several_events() -> None:
    rows = [step(ThoiDiemXuLy=f"20230221{n // 60 % 24:02}{n % 60:02}00") for n in range(1200)]
    found = read(*rows, call=PROGRESS)
    lengths = [len(msgspec.json.decode(encoded)["progress"]) for _, encoded in found.events]
    assert sum(lengths) == 1200
    assert max(lengths) == MAX_ROWS


@pytest.mark.parametrize(
    ("record", "field", "reason"),
    [
        (step(MaHoSo=""), "MaHoSo", Reason.MISSING),
        (step(ThoiDiemXuLy=""), "ThoiDiemXuLy", Reason.MISSING),
        (step(ThoiDiemXuLy="20230229000000"), "ThoiDiemXuLy", Reason.NO_SUCH_DATE),
        (step(TrangThai="12"), "TrangThai", Reason.NOT_A_STATUS),
        (step(TrangThai=None), "TrangThai", Reason.MISSING),
        (step(NgayBatDau="x"), "NgayBatDau", Reason.NOT_A_TIME),
        (step(NgayKetThucTheoQuyDinh="1"), "NgayKetThucTheoQuyDinh", Reason.NOT_A_TIME),
        (step(ThoiDiemXuLy=[]), "ThoiDiemXuLy", Reason.WRONG_TYPE),
        (7, "data", Reason.WRONG_TYPE),
    ],
)
def test_rows_that_cannot_be_read(record: Any, field: str, reason: Reason) -> None:
    assert refusals(step(), record, call=PROGRESS) == [(field, reason)]
    assert read(step(), record, call=PROGRESS).accepted == 1


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(ENGLISH) == set(VIETNAMESE) == set(Reason)


@given(st.lists(spoilt(dossier()), min_size=1, max_size=4))
def test_any_spoilt_dossier_is_an_event_or_a_refusal(records: list[Any]) -> None:
    _whole(read(*records), records)


@given(st.lists(spoilt(step()), min_size=1, max_size=4))
def test_any_spoilt_row_is_in_an_event_or_a_refusal(records: list[Any]) -> None:
    _whole(read(*records, call=PROGRESS), records)


def _whole(found: Reading, records: list[Any]) -> None:
    """Every record is accounted for, and what was accepted keeps the contract."""
    assert found.accepted + len(found.refused) == len(records)
    assert found.unknown <= found.accepted
    assert all(r.refusal.field and r.refusal.reason in Reason for r in found.refused)
    BUNDLE.validate_json(b"[" + b",".join(encoded for _, encoded in found.events) + b"]")


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reading_fail(data: bytes) -> None:
    reading.dossiers(data, INSERT, CATALOGUE, OBSERVED)
    reading.steps(data, PROGRESS, CATALOGUE, OBSERVED)


@given(st.lists(st.integers(0, 2000), max_size=3), st.data())
def test_damage_in_the_bytes_is_survived(positions: list[int], data: st.DataObject) -> None:
    sent = bytearray(json.dumps([dossier(), dossier()], ensure_ascii=False).encode())
    for position in positions:
        sent[position % len(sent)] = data.draw(st.integers(0, 255))
    reading.dossiers(bytes(sent), INSERT, CATALOGUE, OBSERVED)
