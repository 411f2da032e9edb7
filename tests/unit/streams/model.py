"""The merge as plainly as it can be said: to be compared with the packed one."""

from typing import Any

from connectors.contract.codec import CaseEvent
from connectors.contract.identity import version
from streams.core.facts import ATTRIBUTES, Facts, Row, Supplement
from streams.core.packing import TRAITS
from tests.unit.streams.strategies import RANKS

Version = tuple[int, int, str]


def merged(events: list[CaseEvent]) -> tuple[Facts | None, list[Row]]:
    """Facts and rows of one case after those events."""
    sources = sorted({event.source for event in events}, key=lambda s: (RANKS.get(s, 100), s))
    spoken: dict[str, dict[str, tuple[Version, Any]]] = {source: {} for source in sources}
    rows: dict[str, dict[tuple[int, int], tuple[Version, Any]]] = {s: {} for s in sources}
    for event in events:
        _speak(spoken[event.source], event)
        _step(rows[event.source], event)
    return _facts([spoken[s] for s in sources]), _rows([rows[s] for s in sources])


def _speak(register: dict[str, tuple[Version, Any]], event: CaseEvent) -> None:
    if event.facts is None:
        return
    for name in ATTRIBUTES if event.partial is None else event.partial:
        if name not in register or version(event) > register[name][0]:
            register[name] = version(event), getattr(event.facts, name)


def _step(register: dict[tuple[int, int], tuple[Version, Any]], event: CaseEvent) -> None:
    for row in event.progress:
        key = row.time, row.status
        if key not in register or version(event) >= register[key][0]:
            register[key] = version(event), row


def _facts(registers: list[dict[str, tuple[Version, Any]]]) -> Facts | None:
    if not any(registers):
        return None
    chosen = {
        name: next((r[name][1] for r in registers if name in r), Facts._field_defaults[name])
        for name in ATTRIBUTES
    }
    chosen["supplements"] = tuple(
        Supplement(s.requested, s.received, s.due_before, s.due_after)
        for s in chosen["supplements"]
    )
    chosen["traits"] = tuple(name for name in TRAITS if name in chosen["traits"])
    return Facts(**chosen)


def _rows(registers: list[dict[tuple[int, int], tuple[Version, Any]]]) -> list[Row]:
    living = [
        {key: row for key, (_, row) in register.items() if not row.void} for register in registers
    ]
    keys = sorted({key for register in living for key in register})
    best = [next(register[key] for register in living if key in register) for key in keys]
    return [Row(r.time, r.status, r.agency, r.department, r.began, r.due) for r in best]
