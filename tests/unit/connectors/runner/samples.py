"""Sources as configurations declare them."""

from typing import Any

from connectors.contract.codec import CaseEvent, Reading, decode_event
from connectors.intake.intake import Delivery
from connectors.runner.adapter import Record
from connectors.runner.mapping import mapper_of, translate
from connectors.runner.settings import SourceSettings

# 2026-11-24 10:00 in Vietnam.
NOW = 1_795_489_200
OBSERVED = NOW * 1_000_000

WIDE = {
    "unit": "station",
    "units": {"ST 01": "tram-01"},
    "time": "datetime",
    "values": {"salinity": "salinity", "water_level": "level", "ph": "pH"},
}
LONG = {
    "unit": "tram",
    "time": "gio",
    "time_format": "%d/%m/%Y %H:%M",
    "indicator": "ma",
    "value": "gia_tri",
    "indicators": {"MAN": "salinity"},
    "measure": "don_vi",
    "decimal": ",",
}
FEEDBACK = {
    "kind": "feedback",
    "case": "ma",
    "status": "trang_thai",
    "statuses": {"MOI": 1, "DANG_XL": 4, "XONG": 9},
    "agency": "don_vi",
    "agencies": {"UBND P1": "000.00.04.H51"},
    "channel": "kenh",
    "channels": {"APP": "online"},
    "submitted": "ngay_gui",
    "received": "ngay_nhan",
    "due": "han",
    "finished": "ngay_xong",
    "revision": "lan",
}


def readings(mapping: dict[str, Any] | None = None, **changes: Any) -> SourceSettings:
    declared: dict[str, Any] = {
        "name": "stations",
        "connector": "http-json",
        "subsystem": "environment-land",
        "http": {"url": "http://127.0.0.1:1/stations"},
        "readings": mapping or WIDE,
    }
    return SourceSettings.model_validate(declared | changes)


def cases(mapping: dict[str, Any] | None = None, **changes: Any) -> SourceSettings:
    declared: dict[str, Any] = {
        "name": "hotline",
        "connector": "sqlite",
        "subsystem": "citizen-feedback",
        "sql": {"file": "/nowhere.db", "table": "t", "watermark": "luc", "key": "ma"},
        "cases": mapping or FEEDBACK,
    }
    return SourceSettings.model_validate(declared | changes)


def delivered(source: SourceSettings, *rows: dict[str, Any]) -> Delivery:
    records = [Record(row, f"row {number}") for number, row in enumerate(rows, 1)]
    return translate(source, mapper_of(source), records, OBSERVED)


def events(delivery: Delivery) -> list[Any]:
    return [decode_event(event) for _, event in delivery.events]


def reading_of(source: SourceSettings, row: dict[str, Any]) -> Reading:
    (event,) = events(delivered(source, row))
    assert isinstance(event, Reading)
    return event


def case_of(source: SourceSettings, row: dict[str, Any]) -> CaseEvent:
    (event,) = events(delivered(source, row))
    assert isinstance(event, CaseEvent)
    return event


def why(source: SourceSettings, row: dict[str, Any]) -> tuple[str, str]:
    """Field and reason of the only refusal."""
    (refused,) = delivered(source, row).refused
    return refused.refusal.field, refused.refusal.reason.value
