"""The headline figures as they are shown."""

from dataclasses import asdict
from typing import Any

from dashboards.wall.comparison import change, comparable
from dashboards.wall.frame import Frame
from dashboards.wall.panels import WallPanel

# Rates say what they are a share of.
_WITH_BASE = {"on-time-rate", "full-online", "paid-online"}


def figure(panel: WallPanel, frame: Frame) -> dict[str, Any]:
    """One panel of the API; `text` is what the wall shows, to the letter."""
    value = frame.snapshot.value(panel.panel.id)
    state = frame.condition.of(value)
    return {
        "id": panel.panel.id,
        "view": "figure",
        "title": frame.words.of(panel.panel.title),
        "text": frame.text(panel, "A", value),
        "value": value,
        "change": _change(panel, value if state == "ok" else None, frame),
        "note": _note(panel, frame),
        "note_tone": "attention" if _overdue(panel, frame) else "neutral",
        "second": _second(panel, frame),
        **frame.standing(panel, state),
    }


def _change(panel: WallPanel, value: float | None, frame: Frame) -> dict[str, Any] | None:
    period = frame.snapshot.period
    if period is None:
        return None
    whole = value if comparable(period, frame.condition.now) else None
    found = change(panel.panel.id, whole, period, frame.words)
    return None if found is None else asdict(found)


def _second(panel: WallPanel, frame: Frame) -> dict[str, Any] | None:
    """The honest rate stands beside the reported one."""
    if panel.panel.id != "on-time-rate":
        return None
    value = frame.snapshot.value(panel.panel.id, "B")
    return {
        "title": frame.words.of(panel.panel.queries[1].title),
        "text": frame.text(panel, "B", value),
        "value": value,
        "state": frame.condition.of(value),
    }


def _note(panel: WallPanel, frame: Frame) -> str:
    if panel.panel.id in _WITH_BASE:
        return frame.words(f"{panel.panel.title}_note")
    overdue = _overdue(panel, frame)
    return "" if overdue is None else frame.words("open_note", overdue=frame.words.number(overdue))


def _overdue(panel: WallPanel, frame: Frame) -> float | None:
    """Of the open ones; None for other panels."""
    return frame.snapshot.value("open", "B") if panel.panel.id == "open" else None
