"""What a board is: panels with queries, from which both screens are made.

Grafana gets it as JSON. The wall draws the same JSON, and takes from here only what Grafana has no
word for: which view draws a panel, and its name for programs.
"""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["locale", "percentunit", "dateTimeAsIso"]
# The first three are what a board says about itself, the others are its content.
View = Literal["clock", "origin", "completeness", "figure", "map", "ranking", "sources"]

# Replaced by the wall, a variable in Grafana.
PERIOD = "$period"


@dataclass(frozen=True, slots=True)
class Query:
    """PromQL, and the word that names its figure in the catalogue."""

    ref: str
    expression: str
    title: str


@dataclass(frozen=True, slots=True)
class Place:
    """Columns of 24 and rows, as Grafana counts them."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Panel:
    """`title`, `about` and `Query.title` are keys of the catalogue; `number` is Grafana's panel id.

    `by` is the label that makes the rows of a table. `unit` and `decimals` are those of the first
    query, `other_units` those of further ones. A query in `flags` shows that word from 1 on.
    """

    number: int
    id: str
    view: View
    title: str
    about: str
    queries: tuple[Query, ...]
    place: Place
    unit: Unit = "locale"
    decimals: int = 0
    other_units: tuple[tuple[str, Unit], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """`uid` is its address in Grafana, `id` its address on the wall."""

    id: str
    uid: str
    title: str
    panels: tuple[Panel, ...]

    def panel(self, number: int) -> Panel:
        """KeyError for a number that is not on the board."""
        return {panel.number: panel for panel in self.panels}[number]
