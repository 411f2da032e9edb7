"""What a board is: panels with queries, from which both screens are made.

Grafana gets it as JSON. The wall draws the same JSON, and takes from here only what Grafana has no
word for: which view draws a panel, and its name for programs.
"""

from dataclasses import dataclass
from typing import Literal

from seeds.subsystem import Named

Unit = Literal["locale", "percentunit", "dateTimeAsIso"]
# The first seven are what a board says about itself, the others are its content.
View = Literal[
    "clock", "origin", "completeness", "since", "periods", "feeds", "promises",
    "figure", "map", "ranking", "sources", "tile", "quality",
]  # fmt: skip
# A key of the catalogue, or a name that seeds have in both languages.
Text = str | Named

# Replaced by the wall, a variable in Grafana.
PERIOD = "$period"


@dataclass(frozen=True, slots=True)
class Query:
    """PromQL, and what its figure is called.

    `history`: it looks back to a time that Prometheus may not have seen.
    """

    ref: str
    expression: str
    title: Text
    history: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a number stands for: a key of the catalogue, and Grafana's name of a colour."""

    word: str
    colour: str


# By the number that `ioc:subsystem_state` and `ioc:source_state` have.
SUBSYSTEM_STATES = (
    Meaning("tile_well", "green"),
    Meaning("tile_warning", "orange"),
    Meaning("tile_critical", "red"),
    Meaning("tile_stale", "text"),
    Meaning("tile_no_data", "text"),
)
SOURCE_STATES = (
    Meaning("source_fresh", "green"),
    Meaning("source_late", "orange"),
    Meaning("source_dead", "red"),
    Meaning("source_never", "red"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Columns of 24 and rows, as Grafana counts them."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Panel:
    """`number` is Grafana's panel id.

    `by` is the label that makes the rows of a table. `unit` and `decimals` are those of the first
    query, `other_units` those of further ones. A query in `flags` shows that word from 1 on, one in
    `meanings` a word for each number. `subsystem` is the one that a tile stands for.
    """

    number: int
    id: str
    view: View
    title: Text
    about: str
    queries: tuple[Query, ...]
    place: Place
    unit: Unit = "locale"
    decimals: int = 0
    other_units: tuple[tuple[str, Unit], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    meanings: tuple[tuple[str, tuple[Meaning, ...]], ...] = ()
    by: str | None = None
    subsystem: str | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """`id` is its address on the wall, `title` a key of the catalogue; `topics` are those whose
    figures it shows.
    """

    id: str
    title: str
    topics: tuple[str, ...]
    panels: tuple[Panel, ...]

    @property
    def uid(self) -> str:
        """Its address in Grafana."""
        return f"ioc-{self.id}"

    def panel(self, number: int) -> Panel:
        """KeyError for a number that is not on the board."""
        return {panel.number: panel for panel in self.panels}[number]
