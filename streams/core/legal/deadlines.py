"""The deadline by law, and how the appointment that the source sent compares with it."""

from collections.abc import Sequence
from typing import Literal

from streams.core.legal.facts import CaseFacts, SupplementFact
from streams.core.legal.scale import OutsideCalendarError
from streams.core.legal.terms import Terms

# Where a pause begins and ends on a scale.
Span = tuple[int, int]
Mismatch = Literal["earlier", "later"]
Breach = Literal["reappointed_again", "supplemented_again"]


def due_by_law(terms: Terms, begins: int, start: int, spans: Sequence[Span] = ()) -> int | None:
    """The instant at which the limit is used up; None when there is no limit, or no calendar.

    `begins` as in `LegalClock`, `start` its position on the scale of the limit; `spans` are the
    pauses there, in order and apart. One that begins when the limit is used up moves nothing any
    more: who asks for papers after the deadline is late all the same.
    """
    limit = terms.limit
    if limit is None:
        return None
    try:
        if terms.months:
            limit = terms.calendar.add(begins, terms.months) - begins
        target = start + limit
        if spans and terms.moves:
            target = _moved(target, spans)
        reached = _reached(terms, begins, start, target)
        if terms.ends_with_day:
            return terms.calendar.closing(terms.calendar.day_number(reached))
        return terms.calendar.next_opening(reached) if terms.by_calendar else reached
    except OutsideCalendarError:
        return None


def _moved(target: int, spans: Sequence[Span]) -> int:
    for begins, ends in spans:
        if begins >= target:
            break
        target += ends - begins
    return target


def _reached(terms: Terms, begins: int, start: int, target: int) -> int:
    scale = terms.scale
    # A day keeps its side: from an opening to an opening, from a closing to a closing.
    if terms.by_day and scale.earliest(start) != begins:
        return scale.latest(target)
    return scale.earliest(target)


def mismatch_of(terms: Terms, appointed: int | None, by_law: int | None) -> Mismatch | None:
    """Where the appointment lies against the law; None where they agree or one is not known."""
    if appointed is None or by_law is None or appointed == by_law:
        return None
    if terms.mismatch_by_day:
        day = terms.calendar.day_number
        appointed, by_law = day(appointed), day(by_law)
        if appointed == by_law:
            return None
    return "earlier" if appointed < by_law else "later"


def is_late(terms: Terms, moment: int, due: int) -> bool:
    if terms.late_by_day:
        return terms.calendar.day_number(moment) > terms.calendar.day_number(due)
    return moment > due


def late_from(terms: Terms, due: int) -> int:
    """The first second that is late."""
    if terms.late_by_day:
        return terms.calendar.midnight(terms.calendar.day_number(due) + 1)
    return due + 1


def breaches_of(terms: Terms, facts: CaseFacts) -> tuple[Breach, ...]:
    """What the office did more often than the rule allows."""
    items = facts.supplements
    if not items:
        return ()
    found: list[Breach] = []
    moved = {item for item in items if item[3] is not None}
    if len(moved) > terms.rule.reappointments:
        again = sum(_is_reappointment(terms, facts, item) for item in moved)
        if again > terms.rule.reappointments:
            found.append("reappointed_again")
    if len({item[0] for item in items}) > terms.rule.supplements:
        found.append("supplemented_again")
    return tuple(found)


def _is_reappointment(terms: Terms, facts: CaseFacts, item: SupplementFact) -> bool:
    """A new appointment that lies more than a working day beyond what the wait explains.

    Software moves an appointment after a supplement by rules of its own, to within a day.
    """
    requested, received, before, after = item
    before = facts.due if before is None else before
    if before is None or after is None:
        return False
    days = terms.calendar.working_days
    try:
        waited = 0 if received is None else days.position(received) - days.position(requested)
        gained = days.position(after) - days.position(before)
    except OutsideCalendarError:
        return False
    return gained - max(waited, 0) > days.unit
