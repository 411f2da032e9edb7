"""Laws and calendar of the province, laid on single cases."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.codec import CaseEvent
from streams.core.facts import Facts
from streams.core.legal.ladder import OVERDUE_LEVELS
from streams.core.rules import rules_of_seeds
from streams.core.standing import Standing
from tests.unit.streams.strategies import DAY, NOW, events, folded, patient

HOUR = 3600
# 2024-01-02 08:00 is a Tuesday; the 1st of January is a holiday.
DUE_THURSDAY = NOW + 2 * DAY


def stands(now: int = NOW, **facts: Any) -> Standing:
    told = {"received": NOW - 20 * DAY, "due": DUE_THURSDAY} | facts
    return rules_of_seeds().stand("dossier", Facts(**told), [], list, now)


@pytest.mark.parametrize(
    ("now", "level", "changes_at"),
    [
        (DUE_THURSDAY - DAY - 1, "due_soon", DUE_THURSDAY - DAY),
        (DUE_THURSDAY - DAY, "apology_due", DUE_THURSDAY + 1),
        (DUE_THURSDAY, "apology_due", DUE_THURSDAY + 1),
        (DUE_THURSDAY + 1, "overdue", DUE_THURSDAY + DAY),
        (DUE_THURSDAY + DAY, "escalated_1", DUE_THURSDAY + 5 * DAY),
        (DUE_THURSDAY + 5 * DAY, "escalated_2", DUE_THURSDAY + 7 * DAY),
        (DUE_THURSDAY + 7 * DAY, "escalated_3", None),
    ],
)
def test_a_dossier_climbs_in_working_time(now: int, level: str, changes_at: int | None) -> None:
    standing = stands(now)
    assert (standing.level, standing.changes_at) == (level, changes_at)
    assert (standing.phase == "overdue") == (level in OVERDUE_LEVELS)


@pytest.mark.parametrize(
    "facts",
    [
        {"due": None, "procedure": None},
        {"received": None},
        {"status": 5},
        {"status": 7},
        {"finished": NOW - DAY, "due": NOW - 9 * DAY},
        {"refused": NOW - DAY},
    ],
)
def test_who_does_not_climb(facts: dict[str, Any]) -> None:
    standing = stands(**({"procedure": "1.000931"} | facts))
    assert (standing.level, standing.since, standing.mismatch) == ("none", None, False)
    assert standing.changes_at is None


def test_an_appointment_on_another_day_than_the_law_gives_is_a_mismatch() -> None:
    # Five working days from Tuesday 08:00, by the catalogue.
    by_law: dict[str, Any] = {"procedure": "1.000931", "received": NOW}
    assert not stands(**by_law, due=NOW + 7 * DAY).mismatch
    assert not stands(**by_law, due=NOW + 7 * DAY + HOUR).mismatch
    assert stands(**by_law, due=NOW + 8 * DAY).mismatch
    assert stands(**by_law, due=NOW + 6 * DAY).mismatch
    assert not stands(received=NOW, due=NOW + 8 * DAY).mismatch


@patient
@given(st.lists(events(cases=("A-1",)), min_size=1, max_size=6), st.data())
def test_between_now_and_the_next_change_nothing_changes(
    log: list[CaseEvent], data: st.DataObject
) -> None:
    state = folded(log)
    case = state.case("dossier", "A-1")
    assert case
    facts, keys = case.facts(state.context.names), case.row_keys()
    rows = partial(case.rows, state.context.names)
    if facts is None:
        return

    def stand(now: int) -> Standing:
        return rules_of_seeds().stand("dossier", facts, keys, rows, now)

    standing = stand(NOW)
    assert (standing.level in OVERDUE_LEVELS) == (standing.phase == "overdue")
    changes_at = standing.changes_at
    if changes_at is None:
        changes_at = NOW + 4 * 365 * DAY
    else:
        assert stand(changes_at) != standing
    assert stand(data.draw(st.integers(NOW, changes_at - 1))) == standing
