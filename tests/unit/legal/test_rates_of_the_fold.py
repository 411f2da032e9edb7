"""Of what the fold counts, the honest rate cannot be raised by keeping a case open."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from streams.core import facts as fold
from streams.core.facts import Supplement
from streams.core.legal.causes import NO_OUTAGES
from streams.core.legal.rates import Tally, article_rate, honest_rate
from streams.core.legal.terms import Terms
from streams.core.standing import stand
from tests.unit.legal.support import Facts
from tests.unit.legal.test_clock_laws import open_lives, rules

DAY = 86_400


class Office(NamedTuple):
    """A case that is still open, with or without an appointment, and those that are finished."""

    left: Facts
    settled: list[Facts]
    now: int


@st.composite
def offices(draw: st.DrawFn) -> Office:
    lives = draw(st.lists(open_lives(), min_size=1, max_size=4))
    now = max(life.now for life in lives)
    told = []
    for life in lives:
        received = life.facts.received or 0
        due = draw(st.none() | st.integers(received, received + 60 * DAY))
        told.append(life.facts._replace(due=due))
    finishes = [draw(st.integers(one.received or 0, now)) for one in told[1:]]
    settled = [
        one._replace(finished=finish) for one, finish in zip(told[1:], finishes, strict=True)
    ]
    return Office(told[0], settled, now)


def tally(cases: Sequence[Facts], of: Terms, now: int) -> Tally:
    """What the ledger counts of them."""
    counted: Counter[str | None] = Counter()
    for case in cases:
        items = tuple(Supplement(*item) for item in case.supplements)
        told = fold.Facts(**(case._asdict() | {"supplements": items}))
        standing = stand(told, [], list, of, NO_OUTAGES, now)
        counted[standing.timeliness or standing.phase] += 1
    return Tally(
        len(cases),
        counted["early"] + counted["on_time"],
        counted["late"],
        counted["processing"] + counted["paused"],
        counted["overdue"],
    )


@given(offices(), rules)
def test_finishing_a_case_never_costs(office: Office, of: Terms) -> None:
    left, settled, now = office
    counted = tally([left, *settled], of, now)
    open_rate, article = honest_rate(counted), article_rate(counted)
    done_rate = honest_rate(tally([left._replace(finished=now), *settled], of, now))
    assert done_rate is not None
    assert open_rate is None or open_rate <= done_rate
    # The rate of the press knows nothing of what is open, and flatters.
    assert article is None or (open_rate is not None and open_rate <= article)


@given(offices(), rules, st.integers(0, 90 * DAY))
def test_waiting_never_pays(office: Office, of: Terms, wait: int) -> None:
    left, settled, now = office
    sooner = honest_rate(tally([left, *settled], of, now))
    later = honest_rate(tally([left, *settled], of, now + wait))
    assert sooner is None or (later is not None and later <= sooner)
