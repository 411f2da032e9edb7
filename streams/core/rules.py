"""How a case stands by the rules of the province: phase, rung of the ladder, lawful appointment."""

from functools import cache
from typing import Final

from seeds.law_files import laws
from streams.core.facts import Facts, Keys
from streams.core.legal.book import rule_book, subject_of
from streams.core.legal.ladder import earlier
from streams.core.legal.outlook import outlook
from streams.core.legal.terms import RuleBook
from streams.core.standing import Standing, derive

# The phases in which a clock runs.
RUNNING: Final = frozenset({"processing", "overdue"})


class Rules:
    """Laws and calendar, laid on cases. Shared by all partitions of a process."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book

    def stand(self, kind: str, facts: Facts, keys: Keys, now: int) -> Standing:
        """`derive`, and for a case whose clock runs its level and mismatch, with their instants.

        A case to which the source gave no appointment is never overdue, and climbs no ladder.
        Raises ValueError for a kind that there is not.
        """
        standing = derive(facts, keys, now)
        due, received = standing.due, facts.received
        if standing.phase not in RUNNING or due is None or received is None:
            return standing
        terms = self._book.terms(subject_of(kind, facts), received)
        overdue = standing.phase == "overdue"
        found = outlook(facts, keys, terms, now, received=received, due=due, overdue=overdue)
        return standing._replace(
            level=found.level,
            mismatch=found.mismatch,
            since=found.since,
            changes_at=earlier(standing.changes_at, found.changes_at),
        )


@cache
def rules_of_seeds() -> Rules:
    """The laws, limits and calendar that come with the monitor."""
    return Rules(rule_book(laws()))
