"""Where the figures come from, and whether it still speaks."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal

from connectors.contract.vocabulary import SourceKind
from dashboards.settings import WallSettings
from dashboards.wall.frame import Frame
from dashboards.wall.panels import WallPanel
from dashboards.words import Words, catalogue

# Letters that the strip has room for, and what a source takes beside its own.
ROOM, MARGIN = 100, 5
# Also before the first dossier of such a source is counted.
ONE_STOP: SourceKind = "one_stop"

SourceState = Literal["silent", "loading", "live", "unknown"]
_ORDER: tuple[SourceState, ...] = ("silent", "loading", "unknown", "live")


@dataclass(frozen=True, slots=True)
class Source:
    """Ages in seconds by the clock of the figures; None: not known. `tells_of_cases`: what the
    board counts comes from it.
    """

    name: str
    kind: str
    tells_of_cases: bool
    backlog: float
    heard: float | None
    event: float | None
    state: SourceState


def sources(frame: Frame) -> list[Source]:
    """Every source that anything is known of: those of the cases before those of other figures, and
    of each those in trouble first.
    """
    backlog, heard, event, kind, cases = (
        frame.snapshot.rows("sources", ref, "source") for ref in "ABCDE"
    )

    def age(milliseconds: float) -> float | None:
        now = frame.condition.now
        return None if now is None else max(0.0, now - milliseconds / 1000)

    found = []
    for name in sorted(backlog.keys() | heard.keys() | kind.keys()):
        waiting = backlog[name].value if name in backlog else 0.0
        silence = age(heard[name].value) if name in heard else None
        found.append(
            Source(
                name=name,
                kind=(its_kind := kind[name].labels.get("kind", "") if name in kind else ""),
                tells_of_cases=name in cases or its_kind == ONE_STOP,
                backlog=waiting,
                heard=silence,
                event=age(event[name].value) if name in event else None,
                state=_state(silence, waiting, frame.settings),
            )
        )
    return sorted(found, key=lambda one: (not one.tells_of_cases, _ORDER.index(one.state)))


def _state(heard: float | None, backlog: float, settings: WallSettings) -> SourceState:
    if heard is None:
        return "unknown"
    if heard > settings.silent_after:
        return "silent"
    return "loading" if backlog else "live"


def strip(panel: WallPanel, frame: Frame) -> dict[str, Any]:
    """The sources' panel; `more` says how many did not fit."""
    words = frame.words
    rows = [_row(source, words) for source in sources(frame)]
    fitting = _fitting(rows)
    more = len(rows) - len(fitting)
    return {
        "id": panel.panel.id,
        "view": "sources",
        "title": words.of(panel.panel.title),
        "text": "; ".join(f"{row['name']}: {row['text']}" for row in rows) or words("no_data"),
        "value": None,
        "change": None,
        "rows": fitting,
        "more": words("source_more", count=more) if more > 0 else "",
        **frame.standing(panel, "ok" if rows else "no_data"),
    }


def _fitting(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With their details if there is room for all, else as many as fit without; one at least."""
    if sum(map(_length, rows)) <= ROOM:
        return rows
    bare = [row | {"detail": ""} for row in rows]
    ends = accumulate(map(_length, bare))
    return bare[: max(1, sum(end <= ROOM for end in ends))]


def _length(row: dict[str, Any]) -> int:
    return len(row["name"]) + len(row["text"]) + len(row["detail"]) + MARGIN


def _row(source: Source, words: Words) -> dict[str, Any]:
    return {
        "id": source.name,
        "name": _name(source, words),
        "state": source.state,
        "text": _text(source, words),
        "detail": _heard(source, words),
        "backlog": source.backlog,
        "heard_seconds": source.heard and round(source.heard, 1),
    }


def _name(source: Source, words: Words) -> str:
    key = f"source_{source.kind}"
    return words(key) if key in catalogue() else source.name


def _text(source: Source, words: Words) -> str:
    if source.state == "silent":
        return words("source_silent", duration=words.duration(source.heard or 0))
    return words(f"source_{source.state}", backlog=words.number(source.backlog))


def _heard(source: Source, words: Words) -> str:
    if source.event is None:
        return ""
    return words("source_last_event", duration=words.duration(source.event))
