"""The receipt of a case as it is known, at any instant, past ones too."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from streams.core.facts import Facts, Row, Supplement
from streams.core.legal.book import terms_of
from streams.core.legal.causes import NO_OUTAGES, Outages
from streams.core.legal.comparison import KnownCase
from streams.core.legal.facts import closed_at
from streams.core.legal.receipt import CaseName, Receipt, receipt
from streams.core.legal.terms import RuleBook

MILESTONES: Final = ("submitted", "received", "finished", "returned", "refused")
Happened = Callable[[int | None], bool]


def explain(
    known: KnownCase, book: RuleBook, at: int, now: int, outages: Outages = NO_OUTAGES
) -> Receipt:
    """How the case stood, or will stand, at `at`, by what is known of it `now`.

    Never raises for what facts say; ValueError for a kind of case that there is not.
    """
    facts, rows = as_of(known.facts, known.rows, at, now)
    terms = terms_of(book, known.kind, facts, at)
    return receipt(CaseName(known.case, facts.procedure), facts, rows, terms, at, outages)


def as_of(facts: Facts, rows: Sequence[Row], at: int, now: int) -> tuple[Facts, list[Row]]:
    """Without what happened after `at`: who looks back sees no finish that was still to come.

    What lies in the future even `now` stays: it is a contradiction, and no history. A status
    belongs to the last thing that happened; where that is left out, only a closing lasts.
    """
    if at >= now:
        return facts, list(rows)

    def happened(time: int | None) -> bool:
        return time is None or time <= at or time > now

    kept_rows = [row for row in rows if happened(row.time)]
    left_out: dict[str, Any] = {
        name: None for name in MILESTONES if not happened(getattr(facts, name))
    }
    kept = facts._replace(
        supplements=tuple(_answered(facts.supplements, happened)),
        **left_out,
    )
    if (kept, kept_rows) != (facts, list(rows)):
        closed = closed_at(facts, [row[:2] for row in rows])
        if closed is None or closed > at:
            kept = kept._replace(status=None)
    return kept, kept_rows


def _answered(supplements: Iterable[Supplement], happened: Happened) -> Iterable[Supplement]:
    """Those that had been requested; the new appointment is made when the papers come in."""
    for item in supplements:
        if happened(item.requested):
            came = happened(item.received)
            yield item if came else item._replace(received=None, due_after=None)
