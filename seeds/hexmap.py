"""The province as hexagons: one per district, placed so that neighbours keep their directions."""

from functools import cache
from pathlib import Path

from seeds.province import Unit, units
from seeds.table import DATA, Row, by_code, rows


@cache
def hexes() -> dict[str, tuple[float, float]]:
    """District code -> centre of its hexagon: x in widths eastwards, y in rows southwards."""
    return load_hexes(DATA / "hexmap.csv", units())


def load_hexes(file: Path, known: dict[str, Unit]) -> dict[str, tuple[float, float]]:
    """DataError also for a code that is no district."""
    return by_code(rows(file, ["district", "x", "y"]), lambda row: _hex(row, known), "district")


def _hex(row: Row, known: dict[str, Unit]) -> tuple[float, float]:
    district = known.get(row.text("district"))
    row.known(
        "district",
        district if district and district.level == "district" else None,
        "the code of a district of units.csv",
    )
    return float(row.number("x")), float(row.number("y"))
