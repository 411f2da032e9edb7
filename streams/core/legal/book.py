"""The rules of the province as its seeds have them, and which of them a case falls under."""

from collections.abc import Iterable
from functools import cache
from typing import Final

from seeds.law_calendar import calendar_days
from seeds.law_files import CASE_KINDS, CaseKind, Law, Limit
from seeds.procedures import procedures
from seeds.province import Level, agencies
from streams.core.facts import Facts
from streams.core.legal.calendar import WorkingCalendar
from streams.core.legal.facts import Classified
from streams.core.legal.rules import CatalogueLimit, Subject
from streams.core.legal.terms import RuleBook, Terms

_KINDS: Final[dict[str, CaseKind]] = {kind: kind for kind in CASE_KINDS}


def rule_book(laws: Iterable[Law], calendar: WorkingCalendar | None = None) -> RuleBook:
    """Of these laws, with the limits of the catalogue and the calendar of the seeds."""
    return RuleBook(laws, calendar or WorkingCalendar(calendar_days()), catalogue_limits())


def catalogue_limits() -> dict[str, CatalogueLimit]:
    """The procedures that the catalogue gives a limit."""
    return {
        code: CatalogueLimit(Limit(found.limit_value, found.limit_unit), found.source)
        for code, found in procedures().items()
        if found.limit_value is not None and found.limit_unit is not None
    }


def subject_of(kind: str, facts: Classified) -> Subject:
    """ValueError for a kind that there is not."""
    known = _KINDS.get(kind)
    if known is None:
        raise ValueError(f"{kind!r} is no kind of case; allowed: {', '.join(CASE_KINDS)}")
    level = _levels().get(facts.agency)
    return Subject(known, facts.procedure, facts.field, level, facts.channel)


@cache
def _levels() -> dict[str | None, Level]:
    return {code: agency.level for code, agency in agencies().items()}


def terms_of(book: RuleBook, kind: str, facts: Facts, otherwise: int) -> Terms:
    """Those in force on the day of reception, or else of submission, or at `otherwise`.

    ValueError for a kind that there is not.
    """
    moment = facts.received
    if moment is None:
        moment = otherwise if facts.submitted is None else facts.submitted
    return book.terms(subject_of(kind, facts), moment)
