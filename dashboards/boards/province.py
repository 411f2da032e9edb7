"""Toàn tỉnh: is each subsystem well, where not, since when, and is what is shown of now."""

from dashboards.boards.about_itself import NEWEST_EVENT, SOURCES, about_itself
from dashboards.boards.arrangement import Arrangement, arrange
from dashboards.boards.definition import (
    SOURCE_STATES,
    SUBSYSTEM_STATES,
    Board,
    Panel,
    Place,
    Query,
)
from dashboards.boards.headline import earlier, province_figure, readings
from dashboards.boards.promql import selected
from seeds.registry import oversight_fields, subsystems
from seeds.subsystem import Indicator, Named, Subsystem

_FIRST_TILE = 11
_ABOVE, _TILE_HEIGHT, _TILES_HEIGHT = 4, 6, 18
_SCREEN = 24


def arrangement() -> Arrangement:
    """The tiles by their field of oversight, in the order of the fields."""
    return arrange(
        {
            field: [one.name for one in subsystems().values() if one.oversight_field == field]
            for field in oversight_fields()
        }
    )


def with_measure(indicator: Indicator) -> Named:
    """`Độ mặn (g/l)`: Grafana has no word for what our values count."""
    measure = indicator.measure
    return Named(
        indicator.id,
        f"{indicator.name_vi} ({measure.name_vi})",
        f"{indicator.name_en} ({measure.name_en})",
    )


def _tile(subsystem: Subsystem, place: Place) -> Panel:
    indicator = subsystem.headline
    ago = earlier(indicator)
    figure = Query("A", province_figure(indicator), with_measure(indicator))
    before = Query("B", province_figure(indicator, ago), "earlier", history=True) if ago else None
    state = selected("ioc:subsystem_state", subsystem=subsystem.name)
    return Panel(
        number=_FIRST_TILE + subsystem.order - 1,
        id=subsystem.name,
        view="tile",
        title=Named(subsystem.name, subsystem.name_vi, subsystem.name_en),
        about="tile_about",
        queries=(figure, *([before] if before else []), Query("C", state, "state")),
        place=place,
        decimals=indicator.decimals,
        meanings=(("C", SUBSYSTEM_STATES),),
        subsystem=subsystem.name,
    )


def _tiles() -> tuple[Panel, ...]:
    found = arrangement()
    width = _SCREEN // found.columns
    return tuple(
        _tile(
            subsystems()[name],
            Place(
                (group.column + at) * width,
                _ABOVE + group.row * _TILE_HEIGHT,
                width,
                _TILE_HEIGHT,
            ),
        )
        for group in found.groups
        for at, name in enumerate(group.members)
    )


def _periods() -> str:
    """The periods that the headlines' readings are of."""
    headlines = (one.headline for one in subsystems().values())
    found = [readings(one) for one in headlines if one.origin == "readings"]
    return f"count by (subsystem, period) ({' or '.join(found)})"


_TABLES = (
    Panel(
        number=4,
        id="since",
        view="since",
        title="since",
        about="since_about",
        queries=(
            # Of a Prometheus that has just begun no state has held for a minute.
            Query("A", "ioc:subsystem_state:settled", "state", history=True),
            Query("B", "ioc:subsystem_state_since_seconds * 1000", "since", history=True),
        ),
        place=Place(0, _ABOVE + _TILES_HEIGHT, 8, 8),
        other_units=(("B", "dateTimeAsIso"),),
        meanings=(("A", SUBSYSTEM_STATES),),
        by="subsystem",
    ),
    Panel(
        number=5,
        id="periods",
        view="periods",
        title="periods",
        about="periods_about",
        queries=(Query("A", _periods(), "units"),),
        place=Place(8, _ABOVE + _TILES_HEIGHT, 6, 8),
        by="subsystem",
    ),
    Panel(
        number=6,
        id="feeds",
        view="feeds",
        title="sources",
        about="sources_about",
        queries=(
            Query("A", "ioc:source_state", "state"),
            Query("B", NEWEST_EVENT, "last_event"),
            Query("C", SOURCES, "kind"),
        ),
        place=Place(14, _ABOVE + _TILES_HEIGHT, 10, 8),
        other_units=(("B", "dateTimeAsIso"),),
        meanings=(("A", SOURCE_STATES),),
        by="source",
    ),
)

TOPICS = tuple(subsystem.topic for subsystem in subsystems().values())

BOARD = Board(
    id="toan-tinh",
    title="board_province",
    topics=TOPICS,
    panels=about_itself(TOPICS) + _tiles() + _TABLES,
)
