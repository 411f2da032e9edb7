"""A rule laid on a calendar, everything in ticks, so that reading a clock is a few sums."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import inf

from seeds.law_files import CaseKind, Law
from streams.core.legal.calendar import WorkingCalendar
from streams.core.legal.duration import CalendarDays, Months, WorkingDays
from streams.core.legal.rules import ESCALATIONS, NO_RULE, CatalogueLimit, Rule, Subject, rule_of
from streams.core.legal.scale import Scale


class Terms:
    """What the clock asks of a rule. Ticks of `scale` for the limit, of working days for the
    ladder; shares as (numerator, denominator).
    """

    __slots__ = (
        "apology",
        "by_calendar",
        "by_day",
        "calendar",
        "due_soon",
        "due_soon_share",
        "ends_with_day",
        "escalations",
        "late_by_day",
        "limit",
        "mismatch_by_day",
        "months",
        "moves",
        "pauses",
        "rule",
        "scale",
        "short",
        "short_share",
    )

    def __init__(self, rule: Rule, calendar: WorkingCalendar) -> None:
        limit = rule.limit
        self.rule = rule
        self.calendar = calendar
        self.scale: Scale = calendar.scale(limit.unit if limit else "working_day")
        # None: no limit. Months are as long as they are, and add to nothing.
        self.months = limit if isinstance(limit, Months) else None
        self.limit = 0 if self.months else calendar.ticks(limit) if limit else None
        self.by_day = isinstance(limit, WorkingDays)
        self.by_calendar = isinstance(limit, CalendarDays | Months)
        self.ends_with_day = rule.ends == "day"
        self.moves = rule.kind == "duration"
        self.pauses = rule.pauses
        self.late_by_day = rule.late_by == "day"
        self.mismatch_by_day = rule.mismatch_by == "day"
        ladder = rule.ladder
        self.due_soon = calendar.ticks(ladder.due_soon)
        self.due_soon_share = ladder.due_soon_share.as_integer_ratio()
        self.short = calendar.ticks(ladder.short)
        self.short_share = ladder.short_share.as_integer_ratio()
        self.apology = calendar.ticks(ladder.apology)
        steps = map(calendar.ticks, ladder.escalations)
        # From the top, as they are looked at.
        self.escalations = tuple(zip(ESCALATIONS, steps, strict=True))[::-1]


class RuleBook:
    """The terms of every subject, each made once. `limits` is the catalogue of procedures."""

    def __init__(
        self,
        laws: Iterable[Law],
        calendar: WorkingCalendar,
        limits: Mapping[str, CatalogueLimit] | None = None,
    ) -> None:
        self.calendar = calendar
        self._limits = limits or {}
        of_kind: dict[CaseKind, list[Law]] = {}
        for law in sorted(laws, key=lambda law: law.valid_from):
            of_kind.setdefault(law.case_kind, []).append(law)
        self._spans = {kind: list(_spans(found, calendar)) for kind, found in of_kind.items()}
        self._unruled = Terms(NO_RULE, calendar)

    def terms(self, subject: Subject, moment: int) -> Terms:
        """`moment`: when the case was received; when submitted, as long as it is not received."""
        for span in self._spans.get(subject.case_kind, ()):
            if moment < span.until:
                made = span.made.get(subject)
                return made if made is not None else self._make(span, subject)
        return self._unruled

    def _make(self, span: "_Span", subject: Subject) -> Terms:
        listed = self._limits.get(subject.procedure or "")
        rule = rule_of(span.law, span.in_force, subject, listed)
        span.made[subject] = Terms(rule, self.calendar)
        return span.made[subject]


@dataclass(slots=True)
class _Span:
    """A stretch of time, up to `until`, in which one law is applied."""

    until: float
    law: Law
    in_force: bool
    made: dict[Subject, Terms] = field(default_factory=dict)


def _spans(laws: list[Law], calendar: WorkingCalendar) -> Iterator[_Span]:
    """Before the first law, between two and after the last, the nearest earlier one stands in."""
    stand_in = laws[0]
    for law in laws:
        yield _Span(_begins(law.valid_from, calendar), stand_in, in_force=False)
        yield _Span(_begins(law.valid_to, calendar) if law.valid_to else inf, law, in_force=True)
        stand_in = law
    yield _Span(inf, stand_in, in_force=False)


def _begins(day: date, calendar: WorkingCalendar) -> int:
    return calendar.midnight((day - date(1970, 1, 1)).days)
