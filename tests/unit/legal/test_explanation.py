"""A case explained at any instant: looking back shows nothing that was still to come."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.law_files import laws
from streams.core.facts import Facts, Row, Supplement
from streams.core.legal.book import rule_book
from streams.core.legal.comparison import KnownCase
from streams.core.legal.explanation import as_of, explain
from streams.core.legal.receipt_text import render
from streams.core.legal.terms import RuleBook
from tests.unit.legal.support import at, calendar
from tests.unit.legal.test_clock_laws import Life, lives

NOW = at("2023-03-31 08:00")
KARAOKE = "1.001029"  # 10 working days
BOOK: RuleBook = rule_book(laws(), calendar())


def row(time: str, status: int) -> Row:
    return Row(at(time), status, None, None, None, None)


def known(*rows: Row, **values: object) -> KnownCase:
    told = Facts(procedure=KARAOKE, status=10, received=at("2023-03-01 08:00"))
    return KnownCase("H1", "dossier", told._replace(**values), rows)  # type: ignore[arg-type]


def finished(**values: object) -> KnownCase:
    asked = Supplement(at("2023-03-06 08:00"), at("2023-03-08 08:00"), None, at("2023-03-17 08:00"))
    more = {"supplements": (asked,), "due": at("2023-03-15 08:00")}
    return known(
        row("2023-03-01 08:00", 2),
        row("2023-03-06 08:00", 5),
        row("2023-03-08 08:00", 4),
        row("2023-03-20 08:00", 10),
        finished=at("2023-03-20 08:00"),
        **more | values,
    )


@pytest.mark.parametrize(
    ("local", "state", "level", "due"),
    [
        ("2023-02-28 08:00", "not_started", "none", "2023-03-15 08:00"),
        ("2023-03-03 08:00", "running", "none", "2023-03-15 08:00"),
        ("2023-03-07 08:00", "paused", "none", "2023-03-15 08:00"),
        ("2023-03-10 08:00", "running", "none", "2023-03-17 08:00"),
        ("2023-03-17 09:00", "running", "overdue", "2023-03-17 08:00"),
        ("2023-03-20 08:00", "stopped", "none", "2023-03-17 08:00"),
    ],
)
def test_a_finished_case_as_it_stood_then(local: str, state: str, level: str, due: str) -> None:
    found = explain(finished(), BOOK, at(local), NOW)
    assert (found.clock.state, found.level) == (state, level)
    assert found.clock.due_by_source == at(due)
    assert found.clock.contradictions == ()
    assert (found.clock.timeliness == "late") == (state == "stopped")


def test_in_the_future_more_time_has_passed_and_nothing_else() -> None:
    later = explain(known(status=4), BOOK, at("2023-04-20 08:00"), NOW)
    assert (later.clock.state, later.level) == ("running", "escalated_3")


def test_a_withdrawn_case_was_going_on_until_then() -> None:
    case = known(row("2023-03-09 08:00", 7), row("2023-03-10 08:00", 4), status=7)
    states = [
        explain(case, BOOK, at(local), NOW).clock.state
        for local in ("2023-03-08 08:00", "2023-03-09 09:00", "2023-03-31 08:00")
    ]
    assert states == ["running", "stopped", "stopped"]


def test_a_refusal_that_was_to_come() -> None:
    case = KnownCase(
        "H1", "dossier", Facts(submitted=NOW - 9, refused=NOW - 2, status=3, procedure=KARAOKE), []
    )
    assert explain(case, BOOK, NOW - 5, NOW).milestones[0].outcome == "waiting"
    assert explain(case, BOOK, NOW, NOW).milestones[0].outcome == "in_time"


def test_the_rule_is_that_of_the_day_of_reception() -> None:
    of_2025 = finished(received=at("2025-07-02 08:00"))
    then = explain(of_2025, BOOK, at("2025-07-03 08:00"), at("2025-08-01 08:00"))
    assert then.rule.law != explain(finished(), BOOK, NOW, NOW).rule.law
    assert then.rule.in_force


def test_a_fact_that_is_in_the_future_even_now_stays_a_doubt() -> None:
    case = known(status=10, finished=NOW + 60)
    assert "in_future" in explain(case, BOOK, NOW - 60, NOW).clock.contradictions


def test_a_kind_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="'permit' is no kind of case; allowed: dossier"):
        explain(known()._replace(kind="permit"), BOOK, NOW, NOW)


def of_life(life: Life) -> tuple[Facts, list[Row]]:
    items = tuple(Supplement(*item) for item in life.facts.supplements)
    told = Facts(**(life.facts._asdict() | {"supplements": items}))
    return told, [Row(*key, None, None, None, None) for key in life.keys]


@given(lives(), st.data())
def test_looking_back_twice_is_looking_back_once(life: Life, data: st.DataObject) -> None:
    known_now = of_life(life)
    span = st.integers(life.now - 40 * 86_400, life.now)
    earlier, later = sorted((data.draw(span), data.draw(span)))
    then = as_of(*known_now, later, life.now)
    assert as_of(*then, earlier, later) == as_of(*known_now, earlier, life.now)
    assert as_of(*known_now, life.now, life.now) == known_now


@given(lives(), st.integers(0, 40 * 86_400))
def test_whatever_the_facts_there_is_a_receipt_of_then(life: Life, back: int) -> None:
    told, rows = of_life(life)
    then = life.now - back
    case = KnownCase("H1", "dossier", replace_future(told, life.now), rows)
    found = explain(case, BOOK, then, life.now)
    assert "in_future" not in found.clock.contradictions
    assert render(replace(found, procedure=None)).endswith("\n")


def replace_future(told: Facts, now: int) -> Facts:
    """Without what has not happened yet."""
    late = {
        name: None
        for name in ("submitted", "received", "finished", "returned", "refused")
        if (getattr(told, name) or 0) > now
    }
    items = tuple(
        item for item in told.supplements if item.requested <= now and (item.received or 0) <= now
    )
    return told._replace(supplements=items)._replace(**late)  # type: ignore[arg-type]
