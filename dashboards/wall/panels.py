"""The panels of a board as the wall runs them: queries and units from Grafana's own JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboards.boards.definition import PERIOD, Board, Panel
from dashboards.boards.files import FOLDER, file_of


@dataclass(frozen=True, slots=True)
class WallPanel:
    """`queries` and `units` by ref, as in the JSON; `panel` is what Grafana has no word for."""

    panel: Panel
    queries: Mapping[str, str]
    units: Mapping[str, str]
    decimals: int

    @property
    def of_period(self) -> bool:
        """Whether the first figure is one of a year rather than of now."""
        return PERIOD in self.queries["A"]

    def expression(self, ref: str, period: int) -> str:
        """PromQL with the year put in."""
        return self.queries[ref].replace(PERIOD, str(period))


def load(board: Board, folder: Path = FOLDER) -> tuple[WallPanel, ...]:
    """The board's panels from its committed file.

    Raises OSError when the file is missing, KeyError when it has a panel that the board has not.
    """
    document = json.loads(file_of(board, folder).read_text(encoding="utf-8"))
    return tuple(_panel(board.panel(found["id"]), found) for found in document["panels"])


def _panel(panel: Panel, found: dict[str, Any]) -> WallPanel:
    defaults = found["fieldConfig"]["defaults"]
    queries = {target["refId"]: target["expr"] for target in found["targets"]}
    units = dict.fromkeys(queries, defaults["unit"]) | _other_units(found)
    return WallPanel(panel, queries, units, int(defaults["decimals"]))


def _other_units(found: dict[str, Any]) -> dict[str, str]:
    """Overrides name a query by its ref, or as the column that Grafana makes of it."""
    return {
        override["matcher"]["options"].removeprefix("Value #"): item["value"]
        for override in found["fieldConfig"]["overrides"]
        for item in override["properties"]
        if item["id"] == "unit"
    }
