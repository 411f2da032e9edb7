"""The rule book of a process: laws, calendar and the outages that probes saw, laid on cases."""

from functools import cache

from seeds.law_files import laws
from streams.core.facts import Facts, Keys
from streams.core.legal.book import rule_book, terms_of
from streams.core.legal.causes import NO_OUTAGES, Outages
from streams.core.legal.terms import RuleBook
from streams.core.standing import Rows, Standing, stand


class Rules:
    """Shared by all partitions of a process. State is a function of the log and of this."""

    def __init__(self, book: RuleBook, outages: Outages = NO_OUTAGES) -> None:
        self.book = book
        self.outages = outages

    def stand(self, kind: str, facts: Facts, keys: Keys, rows: Rows, now: int) -> Standing:
        """How the case stands at `now`; `rows` are asked for only when it is late.

        Raises ValueError for a kind that there is not.
        """
        terms = terms_of(self.book, kind, facts, now)
        return stand(facts, keys, rows, terms, self.outages, now)


@cache
def rules_of_seeds() -> Rules:
    """The laws, limits and calendar that come with the monitor; no outages."""
    return Rules(rule_book(laws()))
