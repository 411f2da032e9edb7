"""Who acted when, and who acts now: a case counts once, at the agency that received it, but many
may have worked on it (một cửa liên thông).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from streams.core.legal.facts import CaseFacts, RowFact
from streams.core.legal.pauses import Pause
from streams.core.legal.scale import OutsideCalendarError, Scale
from streams.core.legal.terms import Terms


class Step(NamedTuple):
    """[begins, ends) in the hands of a department; `ends` None: now. `due` is the step's own."""

    agency: str | None
    department: str | None
    status: int
    begins: int
    ends: int | None
    due: int | None


class Share(NamedTuple):
    """What an agency had of the time that counts, in ticks of the limit's scale."""

    agency: str | None
    ticks: int


def steps(facts: CaseFacts, rows: Sequence[RowFact], finish: int | None) -> list[Step]:
    """From reception on, without a gap; a row that names no agency stays with the one before.

    A row is recorded when a step is done or handed on: it lasts to the next one. `began`, where a
    source gives it, is when the step began.
    """
    received = facts.received
    if received is None:
        return []
    agency = facts.agency
    found = [Step(agency, None, 2, received, None, None)]
    for time, status, of_agency, department, began, due in sorted(set(rows), key=_order):
        begins = max(time if began is None else min(began, time), found[-1].begins)
        agency = of_agency or agency
        if begins == found[-1].begins:
            found.pop()
        found.append(Step(agency, department, status, begins, None, due))
    return [step for step in _closed(found, finish) if step.ends is None or step.ends > step.begins]


def step_in_force(steps: Sequence[Step]) -> Step | None:
    """Who acts now; None when it is finished."""
    return steps[-1] if steps and steps[-1].ends is None else None


def shares(
    steps: Sequence[Step], pauses: Sequence[Pause], terms: Terms, stands_at: int
) -> list[Share]:
    """The counted time of each agency, in the order in which they had the case first.

    Empty where the calendar does not reach.
    """
    scale = terms.scale
    total: dict[str | None, int] = {}
    try:
        for step in steps:
            ends = stands_at if step.ends is None else step.ends
            counted = scale.position(max(ends, step.begins)) - scale.position(step.begins)
            counted -= sum(_overlap(scale, pause, step.begins, ends) for pause in pauses)
            total[step.agency] = total.get(step.agency, 0) + counted
    except OutsideCalendarError:
        return []
    return [Share(agency, ticks) for agency, ticks in total.items()]


def _order(row: RowFact) -> tuple[int, int, str, str, int, int]:
    time, status, agency, department, began, due = row
    return time, status, agency or "", department or "", began or 0, due or 0


def _closed(found: list[Step], finish: int | None) -> Iterable[Step]:
    """Each ends where the next begins, and all where the case does."""
    following = [step.begins for step in found[1:]]
    for step, begins in zip(found, [*following, None], strict=True):
        ends = [end for end in (begins, finish) if end is not None]
        yield step._replace(ends=min(ends, default=None))


def _overlap(scale: Scale, pause: Pause, begins: int, ends: int) -> int:
    first, last = max(pause.begins, begins), min(pause.ends, ends)
    return scale.position(last) - scale.position(first) if first < last else 0
