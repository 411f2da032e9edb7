"""What the law says of a dossier: its deadline, its rung, whether its appointment is lawful.

Written from the text of the rules, walking from one stretch of office hours to the next, for the
truth to compare with. Slow, and shares nothing with the clock of the fold.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from connectors.simulator.lives import PAYMENT, SUPPLEMENT, Life, appointment, finish_of
from connectors.simulator.worktime import DAY_SECONDS, VIETNAM_SECONDS, local_day
from seeds.law_calendar import calendar_days
from seeds.law_files import Ladder, Law, Limit, Section, laws
from seeds.procedures import procedures

# [begins, ends): of office hours, or of time that counts.
Stretch = tuple[int, int]
# Statuses of a step that say whether the clock runs.
TELLING = frozenset({2, 4, 5, 6, 9, 10})
WORKING_DAY = 8 * 3600


class Rung(NamedTuple):
    level: str
    at: int


class Outlook(NamedTuple):
    """`before` and `after` the last second `due` that is in time; of the rungs that hold, the last
    one counts.
    """

    due: int
    before: list[Rung]
    after: list[Rung]
    mismatch: bool

    def level(self, now: int) -> str:
        side = self.after if now > self.due else self.before
        return next((rung.level for rung in reversed(side) if rung.at <= now), "none")


def due_of(life: Life) -> int | None:
    """What decides: the appointment, else the deadline by law of a dossier that was received."""
    due = appointment(life)
    return lawful_due_of(life) if due is None else due


def lawful_due_of(life: Life) -> int | None:
    """None when it was not received, or without a limit. An unfinished wait moves nothing."""
    limit = limit_of(life.procedure)
    if limit is None or life.received is None:
        return None
    return lawful_due(life.received, limit, law_of(life.received), _stops(life))


def intake_due(life: Life) -> int | None:
    """Until when it is to be accepted or refused; None when it was not handed in, or without a
    limit for that.
    """
    if life.submitted is None:
        return None
    law = law_of(life.submitted if life.received is None else life.received)
    return lawful_due(life.submitted, law.intake, law, []) if law.intake else None


def outlook(life: Life) -> Outlook | None:
    """Of a dossier that was received and waits for nobody; None when it is due at no time.

    ValueError when no law holds, or one that says what is not written here.
    """
    due, received = due_of(life), life.received
    if due is None or received is None:
        return None
    law, limit = law_of(received), limit_of(life.procedure)
    lawful, appointed = lawful_due_of(life), appointment(life) is not None
    mismatch = appointed and lawful is not None and local_day(lawful) != local_day(due)
    assert law.ladder
    before = warnings(due, _length(received, due, limit, law), law.ladder)
    return Outlook(due, before, escalations(due, due, law.ladder), mismatch)


def warnings(due: int, length: float, ladder: Ladder) -> list[Rung]:
    """The rungs before a deadline, in their order; `length` in office seconds."""
    if length <= ladder.short_days * WORKING_DAY:
        return [Rung("due_soon", back(due, int(length * ladder.short_percent / 100)))]
    share = int(length * ladder.due_soon_percent / 100)
    soon = max(int(ladder.due_soon_days * WORKING_DAY), share)
    apology = int(ladder.apology_days * WORKING_DAY)
    last = [Rung("apology_due", back(due, apology))] if apology else []
    return [Rung("due_soon", back(due, soon)), *last]


def _length(received: int, due: int, limit: Limit | None, law: Section) -> float:
    """Of the limit, in office seconds; for want of one, of what was promised."""
    if limit and limit.unit == "working_day":
        return limit.value * WORKING_DAY
    return worked(received, due if limit is None else lawful_due(received, limit, law, []))


def escalations(due: int, last: int, ladder: Ladder) -> list[Rung]:
    """Those after it; `last` is the last second in which it is not late yet."""
    rungs = [Rung("overdue", last + 1)]
    for step, days in enumerate(ladder.escalation_days, 1):
        at = forth(due, int(days * WORKING_DAY), to_closing=_ends_within(due))
        rungs.append(Rung(f"escalated_{step}", max(at, last + 1)))
    return rungs


# -- the law


def law_of(received: int) -> Section:
    """The defaults of the law of dossiers in force."""
    day = local_day(received)
    law = next((one for one in laws() if one.case_kind == "dossier" and one.holds_on(day)), None)
    if law is None or not _is_plain(law):
        problem = "there is none" if law is None else f"{law.file} says more"
        raise ValueError(
            f"the truth needs a law of dossiers for {day} with defaults only, by the second, "
            f"with both kinds of pause; {problem}"
        )
    return law.defaults


def _is_plain(law: Law) -> bool:
    said = law.defaults
    special = law.procedures or law.fields or law.levels or said.limit
    precise = (said.kind, said.late_by, said.mismatch_by) == ("duration", "second", "day")
    return precise and not special and len(said.pauses or ()) == 2


@cache
def limit_of(procedure: str) -> Limit | None:
    """What the catalogue gives."""
    found = procedures().get(procedure)
    if found is None or found.limit_value is None or found.limit_unit is None:
        return None
    return Limit(found.limit_value, found.limit_unit)


def lawful_due(received: int, limit: Limit, law: Section, stops: list[Stretch]) -> int:
    """The instant at which the limit is used up by time in which the clock ran."""
    in_office = limit.unit in ("working_day", "working_hour")
    begins = received if in_office else opening(received)
    left = _seconds(limit, begins)
    for since, until in _without(_counted(begins, in_office=in_office), stops):
        if until - since >= left:
            break
        left -= until - since
    reached = since + left
    if limit.unit == "working_day" and not _ends_within(received):
        reached = opening(reached)
    if limit.unit != "working_hour" and law.ends[limit.unit] == "day":
        return _closing(reached)
    return reached if in_office else opening(reached)


def _seconds(limit: Limit, begins: int) -> int:
    if limit.unit == "month":
        return _months_later(begins, int(limit.value)) - begins
    units = {"working_day": WORKING_DAY, "working_hour": 3600, "calendar_day": DAY_SECONDS}
    return int(limit.value * units[limit.unit])


def _counted(begins: int, *, in_office: bool) -> Iterator[Stretch]:
    if not in_office:
        yield begins, 2**40
    for opens, closes in office()[_index(begins) :]:
        if closes > begins:
            yield max(opens, begins), closes


def _without(counted: Iterator[Stretch], stops: list[Stretch]) -> Iterator[Stretch]:
    for begins, ends in counted:
        at = begins
        for since, until in sorted(stops):
            if at < since < ends:
                yield at, since
            if since < ends:
                at = max(at, until)
        if at < ends:
            yield at, ends


def _stops(life: Life) -> list[Stretch]:
    """When the dossier waited for the citizen, by its supplements and by its steps; not after its
    end.
    """
    arrivals = [item.received for item in life.supplements if item.received is not None]
    stops = [(item.requested, item.received or item.requested) for item in life.supplements]
    steps = sorted((row.at, row.status) for row in life.rows if row.status in TELLING)
    for number, (at, status) in enumerate(steps):
        if status in (SUPPLEMENT, PAYMENT):
            signs = [next_at for next_at, _ in steps[number + 1 : number + 2]]
            signs += [arrival for arrival in arrivals if arrival >= at]
            stops.append((at, min(signs, default=at)))
    finish = finish_of(life)
    end = 2**40 if finish is None else finish
    return [(since, min(until, end)) for since, until in stops if since < min(until, end)]


def _months_later(moment: int, months: int) -> int:
    local = datetime.fromtimestamp(moment + VIETNAM_SECONDS, UTC)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    moved = local.replace(year=year, month=month + 1, day=min(local.day, last))
    return moment + int((moved - local).total_seconds())


# -- office hours


@cache
def office() -> list[Stretch]:
    """Every stretch of office hours of the known years; ValueError when days differ in length."""
    days = [day for day in calendar_days() if day.hours]
    if any(sum(closes - opens for opens, closes in day.hours) != WORKING_DAY for day in days):
        raise ValueError("the truth needs working days of eight hours; see office_hours.csv")
    midnights = [int(datetime(*day.day.timetuple()[:3], tzinfo=UTC).timestamp()) for day in days]
    return [
        (midnight - VIETNAM_SECONDS + opens, midnight - VIETNAM_SECONDS + closes)
        for midnight, day in zip(midnights, days, strict=True)
        for opens, closes in day.hours
    ]


@cache
def _openings() -> list[int]:
    return [opens for opens, _ in office()]


def _index(moment: int) -> int:
    """Of the last stretch that began by then."""
    return max(bisect_right(_openings(), moment) - 1, 0)


def opening(moment: int) -> int:
    """The moment itself within office hours, else the next one at which the office opens."""
    stretches = office()[_index(moment) :]
    return next(max(opens, moment) for opens, closes in stretches if closes > moment)


def _closing(moment: int) -> int:
    """When the office closes on that day, or on the next one that it works."""
    day, found = local_day(moment), 0
    for opens, closes in office()[max(_index(moment) - 2, 0) :]:
        if found and local_day(opens) != local_day(found):
            break
        if local_day(opens) >= day:
            found = closes
    return found


def _ends_within(moment: int) -> bool:
    """In office hours or at their very end, but not at their beginning."""
    return any(opens < moment <= closes for opens, closes in office()[_index(moment - 1) :][:1])


def worked(begins: int, ends: int) -> int:
    """Office seconds between two moments."""
    stretches = office()[_index(begins) : _index(ends) + 1]
    return sum(max(min(closes, ends) - max(opens, begins), 0) for opens, closes in stretches)


def back(moment: int, seconds: int) -> int:
    """The last second from which so much office time lies before `moment`."""
    if not seconds:
        return opening(moment)
    for opens, closes in reversed(office()[: _index(moment) + 1]):
        ends = min(closes, moment)
        if ends - opens >= seconds:
            return ends - seconds
        seconds -= max(ends - opens, 0)
    return office()[0][0]


def forth(moment: int, seconds: int, *, to_closing: bool) -> int:
    """When so much office time is over; at a closing, or the opening after it."""
    for opens, closes in office()[_index(moment) :]:
        begins = max(opens, moment)
        if begins + seconds < closes or (to_closing and begins + seconds == closes):
            return begins + seconds
        seconds -= max(closes - begins, 0)
    raise ValueError("the calendar ends before the ladder does; add years to it")
