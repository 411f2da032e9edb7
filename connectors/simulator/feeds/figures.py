"""The figures that the province published on 2023, and the derived ones of 2022, as CSV files.

They are facts and their arithmetic, so their sources are not simulated ones; the names of the
sources say which is which.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from connectors.simulator.feeds.outlets import drop
from connectors.simulator.feeds.readings import Latest, Series
from connectors.simulator.feeds.rows import TIME_FORMAT, Row, local
from connectors.simulator.feeds.sheets import csv_bytes
from connectors.simulator.feeds.systems import Writing
from connectors.simulator.worktime import vietnam
from seeds.figure_readings import FigureReading, figures_as_readings
from seeds.periods import parse_period
from seeds.registry import indicators

WRITING = Writing("utf-8", ";", ",")
INDICATOR, UNIT, PERIOD, VALUE = "Mã chỉ tiêu", "Mã đơn vị", "Kỳ", "Giá trị"
TIME, REVISION = "Thời điểm", "Phiên bản"
# Some plans reach beyond the year of the report; nobody can have known their end.
REPORTED = vietnam(2024, 1, 1) - 1
# A published figure wins over one that was derived for the same period, whichever came last.
DERIVED, PUBLISHED = 0, 1


@cache
def figure_sources() -> Mapping[str, tuple[FigureReading, ...]]:
    """Source -> its figures: `figures-2023-SUBSYSTEM` and `figures-2022-derived-SUBSYSTEM`."""
    found: defaultdict[str, list[FigureReading]] = defaultdict(list)
    for figure in figures_as_readings():
        origin = "2023" if figure.standing == "published" else "2022-derived"
        found[f"figures-{origin}-{figure.subsystem}"].append(figure)
    return {name: tuple(figures) for name, figures in found.items()}


def write_figures(folder: Path) -> None:
    """A folder of one file for each source."""
    for name, figures in figure_sources().items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        drop(folder / name / "figures.csv", csv_bytes(figure_rows(figures), WRITING))


def figure_rows(figures: Sequence[FigureReading]) -> list[Row]:
    return [_row(figure) for figure in figures]


def latest_figures() -> dict[Series, Latest]:
    """(subsystem, indicator, unit) -> the figure of the latest period."""
    ordered = sorted(
        figures_as_readings(),
        key=lambda one: (parse_period(one.period).order, one.standing == "published"),
    )
    return {
        (one.subsystem, one.indicator, one.unit): Latest(one.period, float(one.value), _time(one))
        for one in ordered
    }


def _time(figure: FigureReading) -> int:
    """The last second of its period, or of the year that is reported."""
    return min(parse_period(figure.period).ends - 1, REPORTED)


def _row(figure: FigureReading) -> Row:
    indicator = indicators()[figure.subsystem, figure.indicator]
    base, time = figure.base, _time(figure)
    return {
        INDICATOR: figure.indicator,
        "Chỉ tiêu": indicator.name_vi,
        UNIT: figure.unit,
        PERIOD: figure.period,
        VALUE: figure.value,
        "Đơn vị tính": indicator.measure.name_vi,
        TIME: f"{local(time):{TIME_FORMAT}}",
        REVISION: PUBLISHED if figure.standing == "published" else DERIVED,
        "Hạn định": figure.qualifier or "",
        "Cơ sở so sánh": f"{base.indicator} ({base.relation}, {base.standing})" if base else "",
        "Kỳ so sánh": figure.base_period or "",
        "Suy ra từ": ", ".join(figure.derived_from),
    }
