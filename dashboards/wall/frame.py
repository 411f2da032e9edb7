"""All that a view needs to draw one moment of a board in one language."""

from dataclasses import dataclass
from typing import Any

from dashboards.boards.definition import Board, View
from dashboards.settings import WallSettings
from dashboards.wall.condition import Condition, State
from dashboards.wall.panels import WallPanel
from dashboards.wall.snapshot import Snapshot
from dashboards.words import Words

# Younger figures all count as just made: a screen that twitches every second is not read.
FRESH_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Frame:
    """`elapsed` seconds since the snapshot was taken."""

    board: Board
    panels: tuple[WallPanel, ...]
    snapshot: Snapshot
    condition: Condition
    settings: WallSettings
    words: Words
    elapsed: float = 0.0

    def panel(self, view: View) -> WallPanel:
        """The only panel of that view; StopIteration when the board has none."""
        return next(panel for panel in self.panels if panel.panel.view == view)

    def text(self, panel: WallPanel, ref: str, value: float | None) -> str:
        """A figure in the unit that the board gives it."""
        if value is None:
            return self.words("no_data")
        if panel.units[ref] == "percentunit":
            return self.words.percent(value, panel.decimals)
        return self.words.number(value, panel.decimals)

    def standing(self, panel: WallPanel, state: State) -> dict[str, Any]:
        """What each panel says about itself: state, period, age."""
        age = self.condition.age
        year = self.snapshot.period
        of_year = self.words("year", year=year) if year else ""
        return {
            "state": state,
            "state_text": self._state(state),
            "period": of_year if panel.of_period else self.words("today"),
            "age_seconds": None if age is None else round(age, 1),
            "age": self._age(age),
        }

    def _age(self, age: float | None) -> str:
        if age is None:
            return self.words("age_unknown")
        if age < FRESH_SECONDS:
            return self.words("age_fresh")
        return self.words.duration(age)

    def _state(self, state: State) -> str:
        age = self.condition.age
        if state != "stale":
            return self.words(f"state_{state}")
        if age is None:
            return self.words("state_stale_unknown")
        return self.words("state_stale", age=self.words.duration(age))
