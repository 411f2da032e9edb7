"""Cases of a worker, one JSON object a line, as `ioc law diff` reads them."""

import json
from collections.abc import Iterator
from itertools import islice

from streams.core.cases import Case
from streams.core.ledger import OPEN, CaseCell
from streams.core.partition import PartitionState
from streams.shell.answers import known_case

CASES_AT_ONCE = 200


def case_lines(state: PartitionState, *, only_open: bool) -> Iterator[bytes]:
    """Lines of some cases at a time; others may work between."""
    cases = iter([case for case in state.all_cases() if not only_open or _is_open(case, state)])
    while part := list(islice(cases, CASES_AT_ONCE)):
        yield b"".join(_line(case, state) for case in part)


def _is_open(case: Case, state: PartitionState) -> bool:
    cell = None if case.place is None else state.context.cells[case.place[0]]
    return isinstance(cell, CaseCell) and cell.phase in OPEN


def _line(case: Case, state: PartitionState) -> bytes:
    facts = case.facts(state.context.names)
    if facts is None:
        return b""
    content = known_case(case, facts, state.context.names)
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"
