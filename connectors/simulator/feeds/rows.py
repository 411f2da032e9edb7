"""A system's own rows: its column names, its words for places and measures, its way with time."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from connectors.simulator.feeds.lives import Kind, Seen
from connectors.simulator.feeds.readings import Told
from connectors.simulator.feeds.systems import System
from connectors.simulator.worktime import VIETNAM_SECONDS
from seeds.subsystem import Indicator

Cell = str | float | int | None
Row = Mapping[str, Cell]

# What stations call what they measure; the others have the indicator's name.
_MEMBERS = {"water_level": "level", "ph": "pH"}
TIME_FORMAT = "%d/%m/%Y %H:%M:%S"


def member(indicator: Indicator) -> str:
    """The name of its value in a row of several."""
    return _MEMBERS.get(indicator.id, indicator.id)


def measure_member(indicator: Indicator) -> str:
    return f"{member(indicator)}_unit"


def rows_of(system: System, told: Iterable[Told]) -> Iterator[Row]:
    """In the order of time."""
    ordered = sorted(told, key=lambda one: (one.time, one.place.code))
    return _wide(ordered) if system.wide else (_long(system, one) for one in ordered)


def _wide(told: list[Told]) -> Iterator[Row]:
    row: dict[str, Cell] = {}
    for one in told:
        begins: dict[str, Cell] = {"id": one.place.called, "fkey": one.time * 1000}
        if row and any(row[key] != value for key, value in begins.items()):
            yield row
            row = {}
        row = row or {**begins, "name": f"{one.place.called} (mô phỏng)", "datetime": iso(one.time)}
        row[member(one.indicator)] = one.value
        row[measure_member(one.indicator)] = one.indicator.measure.name_vi
    if row:
        yield row


class Names(NamedTuple):
    """The columns of a row with one value."""

    time: str
    unit: str
    indicator: str
    value: str
    measure: str


SHEET_NAMES = Names("Thời điểm", "Đơn vị", "Chỉ tiêu", "Giá trị", "Đơn vị tính")
# Those of interfaces and databases have no accents.
PLAIN_NAMES = Names("thoi_diem", "don_vi", "chi_tieu", "gia_tri", "don_vi_tinh")


def names_of(system: System) -> Names:
    return SHEET_NAMES if system.road in ("csv", "xlsx") else PLAIN_NAMES


def _long(system: System, told: Told) -> Row:
    names = names_of(system)
    written = f"{local(told.time):{TIME_FORMAT}}" if names is SHEET_NAMES else iso(told.time)
    return {
        names.time: written,
        names.unit: told.place.called,
        names.indicator: told.indicator.name_vi,
        names.value: told.value,
        names.measure: told.indicator.measure.name_vi,
    }


def case_row(kind: Kind, seen: Seen) -> dict[str, Cell]:
    """As the table of a system that keeps cases has it."""
    life, facts = seen.life, seen.facts
    times = {
        "ngay_gui": life.submitted,
        "ngay_tiep_nhan": facts.get("received"),
        "han_xu_ly": seen.due,
        "ngay_xu_ly_xong": facts.get("finished"),
        "ngay_cong_bo": facts.get("returned"),
        "ngay_tu_choi": facts.get("refused"),
    }
    return {
        "ma": life.case,
        "loai": life.sort,
        "trang_thai": seen.status,
        "co_quan": life.agency,
        "kenh": life.channel if kind.channels else None,
        **{name: None if at is None else iso(at) for name, at in times.items()},
        "lan_sua": seen.revision,
    }


def iso(moment: int) -> str:
    """A Vietnamese time of the clock, without a zone."""
    return f"{local(moment):%Y-%m-%d %H:%M:%S}"


def local(moment: int) -> datetime:
    return datetime.fromtimestamp(moment + VIETNAM_SECONDS, UTC)
