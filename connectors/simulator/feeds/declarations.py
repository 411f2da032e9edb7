"""The sources of a simulated province as a configuration declares them: `[[source]]` tables."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from connectors.simulator.feeds import figures
from connectors.simulator.feeds.cases import case_systems
from connectors.simulator.feeds.lives import DOCUMENT, FEEDBACK, Kind
from connectors.simulator.feeds.outlets import database_of, folder_of, table_of
from connectors.simulator.feeds.places import places
from connectors.simulator.feeds.rows import (
    TIME_FORMAT,
    measure_member,
    member,
    names_of,
)
from connectors.simulator.feeds.schedule import is_paced
from connectors.simulator.feeds.systems import System, systems
from connectors.simulator.worktime import DAY_SECONDS

# A source may be so often late as it is meant to come before it breaks its promise, and not for
# less than a minute.
PATIENCE, SHORTEST_PROMISE = 3, 60
# What comes at one moment of the day is not late for the seconds that the road takes.
_ROAD_SECONDS = 3600
# Weekends, and Tết.
_WORKING_DAY_PROMISE = 8 * DAY_SECONDS
# What was published once a year, whatever else tells of the same indicators more often.
_FIGURES_PROMISE = 366 * DAY_SECONDS
_LOOK_SECONDS = 2.0
_CASE_COLUMNS = {
    "case": "ma",
    "status": "trang_thai",
    "agency": "co_quan",
    "submitted": "ngay_gui",
    "received": "ngay_tiep_nhan",
    "due": "han_xu_ly",
    "finished": "ngay_xu_ly_xong",
    "returned": "ngay_cong_bo",
    "refused": "ngay_tu_choi",
    "revision": "lan_sua",
}

Table = dict[str, Any]


def declared(data: Path, url: str, pace: int) -> list[Table]:
    """A table for each source: those of the systems, then those of the published figures."""
    data = data.absolute()
    return [
        *(_system(system, data, url, pace) for system in systems().values()),
        *(_figures(name, data) for name in figures.figure_sources()),
    ]


def written(tables: list[Table]) -> str:
    """As TOML."""
    return "\n".join(line for table in tables for line in _lines(table))


def _system(system: System, data: Path, url: str, pace: int) -> Table:
    return {
        "name": system.name,
        "connector": system.road,
        "subsystem": system.subsystem,
        "every_seconds": _LOOK_SECONDS,
        "promise_seconds": promise(system, pace),
        "simulated": True,
        **_road(system, data, url),
        **(_cases(system) if system.keeps_cases else _readings(system)),
    }


def promise(system: System, pace: int) -> int:
    """Seconds: three times what lies between two values, or what people in offices need."""
    if system.keeps_cases:
        kind = case_systems()[system.subsystem]
        return _WORKING_DAY_PROMISE if kind in (DOCUMENT, FEEDBACK) else 2 * DAY_SECONDS
    paced = [one.refresh.seconds or 0 for one in system.indicators if is_paced(one)]
    if paced:
        return max(SHORTEST_PROMISE, PATIENCE * min(paced) // pace)
    in_clock_time = [one.refresh.seconds for one in system.indicators if one.refresh.seconds]
    return min(in_clock_time) + _ROAD_SECONDS if in_clock_time else _WORKING_DAY_PROMISE


def _road(system: System, data: Path, url: str) -> Table:
    match system.road:
        case "http-json":
            address = f"{url}/{system.name}"
            return {"http": {"url": address, "records": "data.items", "cursor": "cursor"}}
        case "sqlite":
            file = str(database_of(data, system))
            table = table_of(system)
            return {"sql": {"file": file, "table": table, "watermark": "cap_nhat", "key": "id"}}
        case "csv":
            writing = system.writing
            how = {"encoding": writing.encoding, "delimiter": writing.delimiter}
            return {"files": {**_folder(system, data), **how}}
        case "xlsx":
            return {"files": _folder(system, data)}


def _folder(system: System, data: Path) -> Table:
    pattern = f"*.{system.road}"
    return {"folder": str(folder_of(data, system)), "pattern": pattern, "settle_seconds": 0.5}


def _readings(system: System) -> Table:
    mapping = _wide(system) if system.wide else _long(system)
    measures = {one.id: one.measure.name_vi for one in system.indicators}
    return {"readings": {**mapping, "units": _units(system), "measures": measures}}


def _wide(system: System) -> Table:
    return {
        "unit": "id",
        "time": "datetime",
        "values": {one.id: member(one) for one in system.indicators},
        "measure": {one.id: measure_member(one) for one in system.indicators},
    }


def _long(system: System) -> Table:
    names = names_of(system)
    in_sheets = system.road in ("csv", "xlsx")
    return {
        "unit": names.unit,
        "time": names.time,
        **({"time_format": TIME_FORMAT} if in_sheets else {}),
        "indicator": names.indicator,
        "value": names.value,
        "indicators": {one.name_vi: one.id for one in system.indicators},
        "measure": names.measure,
        **({"decimal": system.writing.decimal} if system.road == "csv" else {}),
    }


def _units(system: System) -> Mapping[str, str]:
    """What the system calls places by another name than ours."""
    return {
        place.called: place.code
        for indicator in system.indicators
        for place in places(indicator.coverage)
        if place.called != place.code
    }


def _cases(system: System) -> Table:
    kind: Kind = case_systems()[system.subsystem]
    channels = {"channel": "kenh", "channels": dict(kind.channels)} if kind.channels else {}
    statuses = {"statuses": dict(kind.statuses)}
    return {"cases": {"kind": kind.kind, **_CASE_COLUMNS, **statuses, **channels}}


def _figures(name: str, data: Path) -> Table:
    [subsystem] = {figure.subsystem for figure in figures.figure_sources()[name]}
    return {
        "name": name,
        "connector": "csv",
        "subsystem": subsystem,
        "every_seconds": 30.0,
        "promise_seconds": _FIGURES_PROMISE,
        "files": {
            "folder": str(data / "figures" / name),
            "pattern": "*.csv",
            "encoding": figures.WRITING.encoding,
            "delimiter": figures.WRITING.delimiter,
            "settle_seconds": 0.5,
        },
        "readings": {
            "unit": figures.UNIT,
            "time": figures.TIME,
            "time_format": TIME_FORMAT,
            "period": figures.PERIOD,
            "indicator": figures.INDICATOR,
            "value": figures.VALUE,
            "revision": figures.REVISION,
            "decimal": figures.WRITING.decimal,
        },
    }


def _lines(table: Table) -> Iterator[str]:
    yield "[[source]]"
    yield from (f"{key} = {_value(value)}" for key, value in table.items() if _plain(value))
    for key, value in table.items():
        if not _plain(value):
            yield f"[source.{key}]"
            yield from (f"{_key(name)} = {_value(one)}" for name, one in value.items())
    yield ""


def _plain(value: object) -> bool:
    return not isinstance(value, Mapping)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else json.dumps(name, ensure_ascii=False)
