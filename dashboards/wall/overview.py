"""The one sentence on the whole province: how many subsystems are well, which not, since when."""

from collections import Counter
from typing import Any

from dashboards.wall.answer import Tone, away, sentence
from dashboards.wall.frame import Frame
from dashboards.wall.standing import WORST_FIRST, TileState
from dashboards.wall.tiles import Tile, groups, shown, since_of, tiles

# Letters that the second line has room for.
ROOM = 118

_TONES: dict[TileState, Tone] = {
    "critical": "alarm",
    "warning": "attention",
    "stale": "trouble",
    "no_data": "trouble",
    "well": "calm",
}


def whole_province(frame: Frame) -> dict[str, Any]:
    """What the page of that board holds beside what every page does."""
    found = tiles(frame)
    return {
        "answer": answer(found, frame),
        "layout": groups(frame),
        "tally": tally(found, frame),
        "panels": [shown(tile, frame) for tile in found],
    }


def answer(found: list[Tile], frame: Frame) -> dict[str, Any]:
    words = frame.words
    operator = words("answer_who", who=words("operator"))
    if trouble := away(frame):
        return sentence("trouble", trouble, who=operator)
    if all(one.state == "no_data" for one in found):
        return sentence("trouble", words("overview_nothing"), who=operator)
    worst = sorted((one for one in found if one.state != "well"), key=_badness)
    if not worst:
        return sentence("calm", words("overview_well", all=len(found)))
    return sentence(_TONES[worst[0].state], _headline(found, frame), _where(worst, frame))


def _badness(tile: Tile) -> tuple[int, float]:
    """Of the same state the one that has lasted longest comes first."""
    return WORST_FIRST.index(tile.state), tile.since or float("inf")


def _headline(found: list[Tile], frame: Frame) -> str:
    """`8 trên 11 phân hệ tốt; 1 nguy cấp, 2 số liệu cũ.`"""
    words, counts = frame.words, Counter(one.state for one in found)
    others = ", ".join(
        words("overview_count", count=counts[state], state=words(f"tile_{state}").lower())
        for state in WORST_FIRST
        if state != "well" and counts[state]
    )
    return words("overview_some", well=counts["well"], all=len(found), others=others)


def _where(worst: list[Tile], frame: Frame) -> str:
    """`Nguy cấp: Môi trường, đất đai từ 05:48. Cảnh báo: …`, as many as there is room for."""
    line, state = "", None
    for tile in worst:
        place = _place(tile, frame)
        if tile.state != state:
            place = f"{frame.words(f'tile_{tile.state}')}: {place}"
        longer = f"{line}{';' if tile.state == state else '.'} {place}" if line else place
        if line and len(longer) > ROOM:
            return f"{line}; …"
        line, state = longer, tile.state
    return line


def _place(tile: Tile, frame: Frame) -> str:
    return " ".join(filter(None, (frame.words.of(tile.subsystem), since_of(tile, frame))))


def tally(found: list[Tile], frame: Frame) -> list[dict[str, Any]]:
    """Of each state how many: also the legend of shapes and colours."""
    counts = Counter(one.state for one in found)
    order: list[TileState] = sorted(WORST_FIRST, key=lambda state: state != "well")
    return [
        {"state": state, "text": frame.words(f"tile_{state}"), "count": counts[state]}
        for state in order
    ]
