"""A whole board in one language: what the API answers and the page shows."""

from collections.abc import Callable
from typing import Any

from dashboards.boards.definition import View
from dashboards.numbers import clock
from dashboards.wall.answer import answer
from dashboards.wall.figures import figure
from dashboards.wall.frame import Frame
from dashboards.wall.overview import whole_province
from dashboards.wall.panels import WallPanel
from dashboards.wall.places import district_map, ranking
from dashboards.wall.quality import quality, quality_answer
from dashboards.wall.sources import strip

# What a board says about itself has no panel of its own on the wall.
_VIEWS: dict[View, Callable[[WallPanel, Frame], dict[str, Any]]] = {
    "figure": figure,
    "map": district_map,
    "ranking": ranking,
    "sources": strip,
    "quality": quality,
}
# What it says beside its panels, or instead of them.
_BOARDS: dict[str, Callable[[Frame], dict[str, Any]]] = {
    "toan-tinh": whole_province,
    "ho-so": lambda frame: {"answer": answer(frame)},
    "chat-luong-du-lieu": lambda frame: {"answer": quality_answer(frame)},
}


def page(frame: Frame) -> dict[str, Any]:
    """The answer of `GET /api/board/{id}`; times are Unix seconds by the clock of the figures."""
    words, now = frame.words, frame.condition.now
    return {
        "board": frame.board.id,
        "title": words(frame.board.title),
        "language": words.language,
        "now": now and round(now, 3),
        "date": "" if now is None else words.date(now),
        "time": "" if now is None else clock(now),
        "period": frame.snapshot.period,
        "simulated": frame.condition.simulated,
        "origin": _origin(frame),
        "complete": frame.condition.complete,
        "state": frame.condition.figures,
        "panels": [
            _VIEWS[panel.panel.view](panel, frame)
            for panel in frame.panels
            if panel.panel.view in _VIEWS
        ],
        **_BOARDS[frame.board.id](frame),
    }


def _origin(frame: Frame) -> str:
    """Silence on where figures come from is only for real ones."""
    if frame.condition.simulated is None:
        return frame.words("origin_unknown")
    return frame.words("simulated") if frame.condition.simulated else ""
