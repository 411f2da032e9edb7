"""Where it is not well: the map of districts and the agencies with the most overdue."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.boards.dossiers import LEAST_OPEN
from dashboards.wall.frame import Frame
from dashboards.wall.panels import WallPanel
from dashboards.wall.prometheus import Sample
from dashboards.words import Words
from seeds.hexmap import hexes
from seeds.province import agencies, district_of, districts, units

# Rows that a wall has room for.
ROWS = 5


@dataclass(frozen=True, slots=True)
class Overdue:
    """Overdue and open dossiers of a place by its code; `share` = overdue ÷ open."""

    code: str
    share: float
    overdue: float
    open: float


def overdue(panel: WallPanel, frame: Frame) -> dict[str, Overdue]:
    """By code, places of which all three are known."""
    by = panel.panel.by or ""
    share, late, whole = (frame.snapshot.rows(panel.panel.id, ref, by) for ref in "ABC")
    return {
        code: Overdue(code, sample.value, late[code].value, whole[code].value)
        for code, sample in share.items()
        if code in late and code in whole
    }


def short_name(code: str) -> str:
    """A district's name as it fits a hexagon: `Kế Sách`, `Ngã Năm`, `TP Sóc Trăng`."""
    name = units()[code].name
    for long, short in (("Huyện ", ""), ("Thị xã ", ""), ("Thành phố ", "TP ")):
        if name.startswith(long):
            return short + name.removeprefix(long)
    return name


def district_map(panel: WallPanel, frame: Frame) -> dict[str, Any]:
    """Every district, also one without data; `shade` 0 to 1 grows with the share."""
    words, found = frame.words, overdue(panel, frame)
    highest = max((place.share for place in found.values()), default=0.0)
    cells = [_cell(unit.code, found.get(unit.code), highest, frame) for unit in districts()]
    return {
        "id": panel.panel.id,
        "view": "map",
        "title": words.of(panel.panel.title),
        "text": "; ".join(f"{cell['name']} {cell['text']}" for cell in cells),
        "value": None,
        "change": None,
        "note": words("districts_note"),
        "cells": cells,
        "scale": _scale(highest, words) if highest else None,
        "river": words("river"),
        "sea": words("sea"),
        **frame.standing(panel, frame.condition.of(highest if found else None)),
    }


def _scale(highest: float, words: Words) -> dict[str, str]:
    """A ramp without thresholds: there is no source for where good ends."""
    return {"low": share_text(0.0, words), "high": share_text(highest, words)}


def _cell(code: str, place: Overdue | None, highest: float, frame: Frame) -> dict[str, Any]:
    x, y = hexes()[code]
    share = place.share if place else None
    return {
        "code": code,
        "name": short_name(code),
        "x": x,
        "y": y,
        "text": frame.words("no_data") if share is None else share_text(share, frame.words),
        "detail": _counts(place, frame.words) if place else "",
        "value": share,
        "shade": share / highest if share and highest else 0,
        "state": frame.condition.of(share),
    }


def share_text(share: float, words: Words) -> str:
    """Of a place: one decimal, except where it says nothing."""
    return words.percent(share, 0 if share in {0.0, 1.0} else 1)


def _counts(place: Overdue, words: Words) -> str:
    return f"{words.number(place.overdue)} / {words.number(place.open)}"


def ranking(panel: WallPanel, frame: Frame) -> dict[str, Any]:
    """The agencies with the highest share, highest first; none of those without overdue."""
    words, found = frame.words, overdue(panel, frame)
    worst = highest_first(found)[:ROWS]
    names = frame.snapshot.rows(panel.panel.id, "A", panel.panel.by or "")
    rows = [_row(place, names[place.code], worst[0].share, words) for place in worst]
    known = frame.snapshot.value("open")
    return {
        "id": panel.panel.id,
        "view": "ranking",
        "title": words.of(panel.panel.title),
        "text": "; ".join(f"{row['name']} {row['text']}" for row in rows),
        "value": None,
        "change": None,
        "note": words("agencies_note", least=LEAST_OPEN),
        "rows": rows,
        "empty": _empty(known=known is not None, some=bool(found), words=words),
        **frame.standing(panel, frame.condition.of(known)),
    }


def highest_first(found: Mapping[str, Overdue]) -> list[Overdue]:
    """By share, then by count, then by code, so that equals do not change places."""
    some = [place for place in found.values() if place.share > 0]
    return sorted(some, key=lambda place: (-place.share, -place.overdue, place.code))


def _empty(*, known: bool, some: bool, words: Words) -> str:
    """What stands where no row does."""
    if not known:
        return words("no_data")
    return words("agencies_none_overdue") if some else words("agencies_none", least=LEAST_OPEN)


def _row(place: Overdue, sample: Sample, highest: float, words: Words) -> dict[str, Any]:
    """Names of communes repeat: the district stands beside."""
    agency = agencies().get(place.code)
    name = (agency.name if agency else sample.labels["name"]).partition(", ")[0]
    district = district_of(agency.unit) if agency and agency.level == "commune" else None
    return {
        "code": place.code,
        "name": name,
        "where": short_name(district) if district else "",
        "text": share_text(place.share, words),
        "detail": _counts(place, words),
        "value": place.share,
        "length": place.share / highest,
    }
