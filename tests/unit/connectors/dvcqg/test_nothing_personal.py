"""Planted names, numbers and addresses, in every place that can hold them, get no further."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.dvcqg import reading
from tests.unit.connectors.dvcqg.samples import (
    CATALOGUE,
    INSERT,
    OBSERVED,
    PROGRESS,
    dossier,
    step,
    supplement,
)

PLANTED = [
    "Nguyễn Thị Bí Mật",
    "Nguyen Thi Bi Mat",
    "NguyenThiBiMat",
    "nguyen.thi.bi.mat@mo-phong.invalid",
    "999123456789",
    "999 123 456 789",
    "912345678",
    "0912345678",
    "0912.345.678",
    "+84912345678",
    "84912345678",
    "ông Mật, số 12 ấp Bí Mật, 0912345678",
]


def places(value: Any) -> Iterator[tuple[Any, str, Any]]:
    """Every (container, name, key) whose value is a scalar, at any depth."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(items):
        if isinstance(inner, dict | list):
            yield from places(inner)
        else:
            yield value, str(key), key


def spoil(record: dict[str, Any], number: int, planted: str) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(record))
    container, _, key = list(places(copy))[number]
    container[key] = planted
    return copy


def everywhere(record: dict[str, Any], planted: str) -> list[dict[str, Any]]:
    return [spoil(record, number, planted) for number in range(len(list(places(record))))]


def traces(found: reading.Reading) -> bytes:
    """All that leaves the reading, but for the originals, which go to the quarantine only."""
    said = [f"{r.refusal} {r.refusal.vietnamese()} {r.index}" for r in found.refused]
    return b"\n".join(encoded for _, encoded in found.events) + "\n".join(said).encode()


def meets(planted: str, text: bytes) -> bool:
    return any(form in text for form in (planted.encode(), json.dumps(planted)[1:-1].encode()))


@pytest.mark.parametrize("planted", PLANTED)
def test_in_every_field_of_a_dossier(planted: str) -> None:
    records = everywhere(dossier(DanhSachHoSoBoSung=[supplement()]), planted)
    found = reading.dossiers(json.dumps(records).encode(), INSERT, CATALOGUE, OBSERVED)
    assert found.accepted > 0
    assert found.accepted + len(found.refused) == len(records) > 50
    assert not meets(planted, traces(found))


@pytest.mark.parametrize("planted", PLANTED)
def test_in_every_field_of_a_progress_row(planted: str) -> None:
    records = everywhere(step(), planted)
    found = reading.steps(json.dumps(records).encode(), PROGRESS, CATALOGUE, OBSERVED)
    assert found.accepted > 0
    assert found.refused
    left = traces(found)
    if planted in PLANTED[:3]:  # an office may be called anything that is no number or address
        named = reading.steps(
            json.dumps([step(PhongBanXuLy=planted)]).encode(), PROGRESS, CATALOGUE, OBSERVED
        )
        left = left.replace(planted.encode(), b"", len(named.events))
    assert not meets(planted, left)


@pytest.mark.parametrize("planted", PLANTED)
def test_in_the_agency_of_the_call(planted: str) -> None:
    call = INSERT.__class__("one-stop", "DongBoHoSoMC", planted, updating=False)
    data = json.dumps([dossier(MaHoSo="HS-1")]).encode()
    found = reading.dossiers(data, call, CATALOGUE, OBSERVED)
    assert found.accepted == 1
    assert not meets(planted, traces(found))


@pytest.mark.parametrize("planted", PLANTED)
def test_as_the_name_of_a_member_and_in_the_wrong_type(planted: str) -> None:
    records = [
        dossier(**{planted: planted}),
        dossier(MaHoSo=[planted]),
        dossier(DanhSachHoSoBoSung=planted),
        dossier(DanhSachHoSoBoSung=[planted]),
        dossier(DanhSachHoSoBoSung=[{"NgayBoSung": {planted: planted}}]),
        dossier(TaiLieuNop=planted),
        [planted],
        planted,
    ]
    found = reading.dossiers(json.dumps(records).encode(), INSERT, CATALOGUE, OBSERVED)
    assert len(found.refused) == 6
    assert not meets(planted, traces(found))
