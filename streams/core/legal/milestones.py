"""Deadlines beside the main one: to take a case in, to ask for papers, to hand the result over.

An online submission waits for its intake; feedback is refused, questioned and published within
terms of its own. A rule that names no such limit has no such milestone.
"""

from typing import Literal, NamedTuple

from streams.core.legal.duration import Duration
from streams.core.legal.facts import REFUSED, CaseFacts, finish_of, is_begun
from streams.core.legal.scale import OutsideCalendarError
from streams.core.legal.terms import Terms

Name = Literal["intake", "request", "hand_over"]
Outcome = Literal["waiting", "in_time", "late", "overdue"]


class Milestone(NamedTuple):
    """`done` None: not yet. `overdue`: not done, and its time is over; `changes_at`: when it will
    be. `due` is None where the calendar does not reach.
    """

    name: Name
    begins: int
    within: Duration
    due: int | None
    done: int | None
    outcome: Outcome
    changes_at: int | None


def intake(facts: CaseFacts, terms: Terms, now: int) -> Milestone | None:
    """From submission to acceptance or refusal; None without a submission or a limit, and where
    it was refused and nobody says when.
    """
    within, submitted = terms.rule.intake, facts.submitted
    if within is None or submitted is None:
        return None
    if facts.status == REFUSED and facts.refused is None:
        return None
    done = facts.refused if facts.refused is not None else facts.received
    if done == facts.received and not is_begun(facts):
        done = None
    return _milestone("intake", terms, submitted, within, done=done, now=now)


def milestones(facts: CaseFacts, terms: Terms, now: int) -> list[Milestone]:
    """Those that the rule knows and that have begun, in the order of a case's life."""
    rule, finish = terms.rule, finish_of(facts)
    found = [intake(facts, terms, now)]
    first = min((item[0] for item in facts.supplements), default=None)
    if rule.request is not None and facts.submitted is not None and first is not None:
        asked = _milestone("request", terms, facts.submitted, rule.request, done=first, now=now)
        found.append(asked)
    if rule.hand_over is not None and finish is not None:
        within, done = rule.hand_over, facts.returned
        found.append(_milestone("hand_over", terms, finish, within, done=done, now=now))
    return [milestone for milestone in found if milestone]


def intake_overrun(facts: CaseFacts, terms: Terms) -> bool:
    """A case was taken in after its time: often an applicant who could not be reached."""
    if facts.received is None:
        return False
    milestone = intake(facts, terms, facts.received)
    return milestone is not None and milestone.outcome == "late"


def _milestone(
    name: Name, terms: Terms, begins: int, within: Duration, *, done: int | None, now: int
) -> Milestone:
    try:
        due = terms.calendar.add(begins, within)
    except OutsideCalendarError:
        due = None
    passed = due is not None and (now if done is None else done) > due
    if done is not None:
        return Milestone(name, begins, within, due, done, "late" if passed else "in_time", None)
    if passed or due is None:
        return Milestone(name, begins, within, due, None, "overdue" if passed else "waiting", None)
    return Milestone(name, begins, within, due, None, "waiting", due + 1)
