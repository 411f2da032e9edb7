"""The merge: what holds does not depend on the order of events, nor on their repetition."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.codec import CaseEvent, CaseFacts, ProgressRow
from connectors.contract.identity import INSERT, UPDATE, case_event
from streams.core.facts import Facts, Row
from streams.core.partition import PartitionState
from tests.unit.streams import model
from tests.unit.streams.strategies import NOW, events, folded, patient

one_case = events(cases=("A-1",))


def told(state: PartitionState) -> tuple[Facts | None, list[Row]]:
    case = state.case("dossier", "A-1")
    assert case
    return case.facts(state.context.names), case.rows(state.context.names)


@patient
@given(st.lists(one_case, min_size=1, max_size=8))
def test_the_packed_merge_equals_the_plain_one(log: list[CaseEvent]) -> None:
    assert told(folded(log)) == model.merged(log)


@patient
@given(st.lists(one_case, min_size=1, max_size=4))
def test_all_orders_give_the_same_facts_and_the_same_hash(log: list[CaseEvent]) -> None:
    states = [folded(list(order)) for order in permutations(log)]
    assert len({repr(told(state)) for state in states}) == 1
    assert len({state.state_hash() for state in states}) == 1


@patient
@given(st.lists(one_case, min_size=1, max_size=5), st.data())
def test_repetition_changes_nothing(log: list[CaseEvent], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(log), max_size=5))
    assert told(folded(log + again)) == told(folded(log))
    assert folded(log + again).state_hash() == folded(log).state_hash()


@patient
@given(st.lists(one_case, min_size=1, max_size=6), st.integers(0, 6))
def test_what_was_merged_apart_merges_to_the_same(log: list[CaseEvent], cut: int) -> None:
    late_half_first = folded(log[cut:] + log[:cut])
    assert told(late_half_first) == told(folded(log))


def dossier(revision: int, observed_at: int, **facts: int | None) -> CaseEvent:
    return case_event(
        source="one-stop",
        kind="dossier",
        case="A-1",
        revision=revision,
        observed_at=observed_at,
        facts=CaseFacts(received=NOW - 100, **facts),  # type: ignore[arg-type]
    )


def test_a_finish_taken_back_is_a_newer_null() -> None:
    done, undone = dossier(UPDATE, 5, finished=NOW), dossier(UPDATE, 6, finished=None)
    for order in permutations([done, undone]):
        facts, _ = told(folded(list(order)))
        assert facts
        assert facts.finished is None


def test_an_appointment_moved_to_an_earlier_day_holds() -> None:
    facts, _ = told(folded([dossier(UPDATE, 5, due=NOW), dossier(UPDATE, 6, due=NOW - 50)]))
    assert facts
    assert facts.due == NOW - 50


def test_a_stale_insert_after_an_update_changes_nothing() -> None:
    facts, _ = told(folded([dossier(UPDATE, 5, finished=NOW), dossier(INSERT, 9)]))
    assert facts
    assert facts.finished == NOW


def test_absent_is_not_null() -> None:
    whole = dossier(UPDATE, 5, finished=NOW, due=NOW)
    silent = case_event(
        source="one-stop", kind="dossier", case="A-1", revision=UPDATE, observed_at=6,
        facts=CaseFacts(), partial=("due",),
    )  # fmt: skip
    facts, _ = told(folded([whole, silent]))
    assert facts
    assert (facts.finished, facts.due) == (NOW, None)


def test_a_better_source_is_asked_first_and_only_of_what_it_speaks_of() -> None:
    def says(source: str, partial: tuple[str, ...] | None, **facts: int | None) -> CaseEvent:
        return case_event(
            source=source, kind="dossier", case="A-1", revision=0, observed_at=1,
            facts=CaseFacts(**facts), partial=partial,  # type: ignore[arg-type]
        )  # fmt: skip

    portal = says("portal", None, received=1, due=2, finished=3)
    local = says("one-stop", ("due", "finished"), due=20, finished=None)
    for order in permutations([portal, local]):
        facts, _ = told(folded(list(order)))
        assert facts
        assert (facts.received, facts.due, facts.finished) == (1, 20, None)


def step(source: str, observed_at: int, *, void: bool) -> CaseEvent:
    return case_event(
        source=source, kind="dossier", case="A-1", revision=0, observed_at=observed_at,
        progress=[ProgressRow(NOW, 4, void=void)],
    )  # fmt: skip


def test_a_newer_row_may_void_one_and_a_newer_still_bring_it_back() -> None:
    log = [step("a", 1, void=False), step("a", 2, void=True), step("a", 3, void=False)]
    for order in permutations(log[:2]):
        assert told(folded(list(order)))[1] == []
    for order in permutations(log):
        assert len(told(folded(list(order)))[1]) == 1


def test_a_row_that_one_source_took_back_another_may_still_have() -> None:
    state = folded([step("one-stop", 1, void=True), step("portal", 1, void=False)])
    assert [(row.time, row.status) for row in told(state)[1]] == [(NOW, 4)]
    case = state.case("dossier", "A-1")
    assert case
    assert case.row_keys() == [(NOW, 4)]


def test_a_row_taken_back_leaves_no_trace_in_the_hash() -> None:
    taken_back = folded([step("portal", 1, void=False), step("portal", 2, void=True)])
    never_there = folded([step("portal", 2, void=True)])
    nothing = case_event(source="portal", kind="dossier", case="A-1", revision=0, observed_at=1)
    assert taken_back.state_hash() == never_there.state_hash() == folded([nothing]).state_hash()
    assert taken_back.state_hash() != folded([step("portal", 1, void=False)]).state_hash()


@pytest.mark.parametrize("revision", [0, 10**15, 2**64 - 2])
def test_any_revision_of_a_source_is_a_place_in_the_order(revision: int) -> None:
    state = folded([dossier(revision, 1)])
    assert state.refusals.total == 0
