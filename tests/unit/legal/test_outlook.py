"""What the figures ask of the clock is what the clock itself says, and changes when it says."""

from hypothesis import given
from hypothesis import strategies as st

from seeds.law_files import PauseReason
from streams.core import facts as fold
from streams.core.facts import Supplement
from streams.core.legal.clock import legal_clock
from streams.core.legal.duration import WorkingDays
from streams.core.legal.facts import appointment
from streams.core.legal.ladder import watch
from streams.core.legal.outlook import Outlook, outlook
from streams.core.legal.pauses import stops_of
from streams.core.legal.terms import Terms
from streams.core.standing import derive
from tests.unit.legal.support import at, facts, terms
from tests.unit.legal.test_clock_laws import Life, lives, rules

FOREVER = at("2027-06-01 00:00")
ALL: frozenset[PauseReason] = frozenset(("supplement", "financial_obligation"))

DAY = 86_400


def going_on(life: Life) -> Life:
    """The same life, received and neither closed nor waiting for anybody."""
    told, rows = life.facts, life.keys
    given = told._replace(
        status=4,
        received=life.now - 9 * DAY if told.received is None else told.received,
        due=life.now + 2 * DAY if told.due is None else told.due,
        finished=None,
        returned=None,
        refused=None,
        supplements=tuple(
            (asked, asked + DAY if got is None else got, before, after)
            for asked, got, before, after in told.supplements
        ),
    )
    return Life(given, [*rows, (max(time for time, _ in rows) + DAY, 4)] if rows else [], life.now)


running = lives().map(going_on)


def looked(life: Life, of: Terms, now: int) -> Outlook | None:
    """None when the clock does not run, or nothing is appointed."""
    items = tuple(Supplement(*item) for item in life.facts.supplements)
    told = fold.Facts(**(life.facts._asdict() | {"supplements": items}))
    keys = sorted(set(life.keys))
    standing = derive(told, keys, now)
    if standing.phase not in ("processing", "overdue") or standing.due is None:
        return None
    received = told.received
    assert received is not None
    overdue = standing.phase == "overdue"
    return outlook(told, keys, of, now, received=received, due=standing.due, overdue=overdue)


def to_come(life: Life, now: int) -> bool:
    stops, _ = stops_of(life.facts.supplements, life.keys, life.facts.status, ALL)
    return any(stop.ends is not None and stop.ends > now for stop in stops)


@given(running, rules)
def test_it_says_what_clock_and_ladder_say(life: Life, of: Terms) -> None:
    of = terms(of.rule.limit, kind=of.rule.kind, late_by=of.rule.late_by)
    found = looked(life, of, life.now)
    assert found
    clock = legal_clock(life.facts, life.keys, of, life.now)
    watched = watch(clock, of)
    if not of.late_by_day:
        assert found.level == watched.level
        begins = clock.begins or life.now
        assert watched.since == (None if found.since is None else max(found.since, begins))
    if not to_come(life, life.now):
        assert found.mismatch == (clock.mismatch is not None)
    elif found.changes_at is not None:
        assert found.changes_at > life.now


@given(running, rules, st.data())
def test_until_it_changes_nothing_changes(life: Life, of: Terms, data: st.DataObject) -> None:
    found = looked(life, of, life.now)
    assert found
    changes_at = FOREVER if found.changes_at is None else found.changes_at
    assert changes_at > life.now
    later = looked(life, of, data.draw(st.integers(life.now, changes_at - 1)))
    # The phase has an instant of its own, at which the side of the ladder changes too.
    if later is not None:
        assert (later.level, later.mismatch) == (found.level, found.mismatch)
    if found.changes_at is not None:
        assert looked(life, of, found.changes_at) != found


@given(running, rules)
def test_overdue_in_the_figures_is_overdue_on_the_ladder(life: Life, of: Terms) -> None:
    found = looked(life, of, life.now)
    assert found
    due = appointment(life.facts)
    assert due is not None
    assert (found.level[:4] in ("over", "esca")) == (life.now > due)


def test_a_stop_that_ends_in_the_future_is_not_judged_before() -> None:
    of = terms(WorkingDays(5))
    told = facts(
        received="2023-03-01 08:00",
        due="2023-03-10 08:00",
        supplements=(("2023-03-02 08:00", "2023-03-07 08:00", None, None),),
    )
    life = Life(told, [], at("2023-03-03 08:00"))
    early = looked(life, of, life.now)
    assert early == Outlook("none", mismatch=False, changes_at=at("2023-03-07 08:00"))
    # Five days and a stop of three: 13 March, and 10 March was promised.
    later = looked(life, of, at("2023-03-07 08:00"))
    assert later == Outlook("none", mismatch=True, changes_at=at("2023-03-08 08:00"))
