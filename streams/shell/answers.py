"""The worker's own part of the answers of the API, as JSON values."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from seeds.subsystem import CASE_KINDS
from streams.core.cases import DEFAULT_RANK, Case
from streams.core.facts import ATTRIBUTES, Facts
from streams.core.ledger import Counts, broken_laws, totals
from streams.core.packing import Names
from streams.core.partition import PartitionState
from streams.core.registers import Voice
from streams.shell.worker import Worker


def local_state(worker: Worker) -> dict[str, Any]:
    """All that is open here, and how far the rest is. Hashes must be up to date.

    Totals and open cases are those of dossiers; those of every kind stand under `kinds`.
    """
    now = worker.now()
    opened = dict(worker.open_states())
    counts: Counts = Counts()
    for state in opened.values():
        counts.update(state.counts)
    cells = worker.holdings.context.cells
    kinds = {kind: totals(counts, cells, kind).as_json() for kind in CASE_KINDS}
    partitions: dict[str, dict[str, Any]] = {}
    for place, state in sorted(worker.holdings.states.items()):
        partitions.setdefault(place.topic, {})[str(place.number)] = _partition(
            worker, state, is_open=place in opened
        )
    return {
        "worker": worker.settings.name,
        "now": now,
        "reason": worker.unready(),
        "partitions": partitions,
        **kinds["dossier"],
        "kinds": kinds,
        "laws": broken_laws(totals(counts, cells)),
        "refusals": _refusals(opened.values()),
    }


def _partition(worker: Worker, state: PartitionState, *, is_open: bool) -> dict[str, Any]:
    return {
        "worker": worker.settings.name,
        "open": is_open,
        "next": state.next,
        "gate": state.gate,
        "cases": state.size,
        "readings": len(state.readings),
        "hash": f"{state.state_hash():032x}" if is_open else None,
        "imbalance": state.imbalance,
        "refused": state.refusals.total,
    }


def _refusals(states: Iterable[PartitionState]) -> list[dict[str, Any]]:
    return [asdict(refusal) for state in states for refusal in state.refusals.latest]


def case_answer(state: PartitionState, kind: str, case_id: str) -> dict[str, Any] | None:
    """What is known of a case and how it stands; None when there is none. Times: Unix seconds."""
    case = state.case(kind, case_id)
    if case is None:
        return None
    names = state.context.names
    facts, standing = case.facts(names), state.standing(case)
    return {
        "id": case.id,
        "kind": case.kind,
        "now": state.now,
        "facts": None if facts is None else _facts(facts._asdict()),
        "rows": [row._asdict() for row in case.rows(names)],
        "phase": standing and standing.phase,
        "due": standing and standing.due,
        "timeliness": standing and standing.timeliness,
        "cause": standing and standing.cause,
        "reported_done": bool(standing and standing.reported_done),
        "level": standing and standing.level,
        "since": standing and standing.since,
        "due_differs_from_law": bool(standing and standing.mismatch),
        "contradicted": bool(standing and standing.contradicted),
        "intake_overdue": bool(standing and standing.intake_overdue),
        "changes_at": standing and standing.changes_at,
        "sources": _sources(case, state),
        "offsets": {state.topic: {str(state.partition): state.next}},
    }


def known_case(case: Case, facts: Facts, names: Names) -> dict[str, Any]:
    """What the law is laid on."""
    rows = [row._asdict() for row in case.rows(names)]
    return {"id": case.id, "kind": case.kind, "facts": _facts(facts._asdict()), "rows": rows}


def _facts(attributes: dict[str, Any]) -> dict[str, Any]:
    return attributes | {"supplements": [item._asdict() for item in attributes["supplements"]]}


def _sources(case: Case, state: PartitionState) -> list[dict[str, Any]]:
    """Best rank first, with the attributes of which each speaks."""
    return [
        {
            "source": voice.source,
            "rank": state.context.ranks.get(voice.source, DEFAULT_RANK),
            "speaks_of": _spoken(voice),
        }
        for voice in case.voices()
    ]


def _spoken(voice: Voice) -> list[str]:
    return [name for name, index in ATTRIBUTES.items() if voice.speaks_of(index)]
