"""The fold of a partition: every law, at every instant, whatever comes."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from connectors.contract.codec import CaseEvent, CaseFacts, Heartbeat
from connectors.contract.identity import case_event
from connectors.contract.partitions import partition_of
from streams.core.events import Unreadable
from streams.core.facts import Facts
from streams.core.ledger import CaseCell, broken_laws
from streams.core.partition import Diverged, Gap, PartitionState
from streams.core.refusals import Refusal
from streams.core.rules import rules_of_seeds
from tests.unit.streams.strategies import (
    CASES,
    DAY,
    NEW_YEAR,
    NOW,
    events,
    fold_all,
    folded,
    new_state,
    patient,
)

logs = st.lists(events(), max_size=12)


def counted(state: PartitionState) -> Counter[object]:
    """The ledger by cell, not by number: numbers differ between processes."""
    return Counter(
        {state.context.cells[number]: count for number, count in state.counts.items() if count}
    )


class Life(RuleBasedStateMachine):
    """A partition that opens at some time, while bundles arrive and time passes."""

    @initialize()
    def start(self) -> None:
        self.state = new_state()
        self.log: list[CaseEvent] = []
        self.now = NEW_YEAR - 3 * DAY

    @rule(bundle=st.lists(events(), max_size=4))
    def bundle_arrives(self, bundle: list[CaseEvent]) -> None:
        self.state.fold(self.state.next, b"", bundle)
        self.log += bundle

    @rule(step=st.sampled_from([1, 3600, 86_400]))
    def time_passes(self, step: int) -> None:
        self.now += step
        self.state.advance(self.now)

    @rule(bundle=st.lists(events(), max_size=4))
    def opens_while_a_bundle_arrives(self, bundle: list[CaseEvent]) -> None:
        if self.state.open:
            return
        slices = self.state.opening(self.now, size=1)
        next(slices, None)
        self.bundle_arrives(bundle)
        for _ in slices:
            pass
        assert self.state.open

    @invariant()
    def ledger_equals_recount(self) -> None:
        if self.state.open:
            assert self.state.audit() == 0
            anew = folded(self.log, self.now, bundle=1)
            assert counted(anew) == counted(self.state)
            assert anew.state_hash() == self.state.state_hash()

    @invariant()
    def laws_hold(self) -> None:
        assert broken_laws(self.state.totals()) == []

    @invariant()
    def a_closed_partition_counts_nothing(self) -> None:
        assert self.state.open or not self.state.counts


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
TestLife = Life.TestCase


@patient
@given(logs, st.lists(st.integers(NOW - 3 * DAY, NOW + 3 * DAY), min_size=1, max_size=6))
def test_the_heap_knows_every_instant_at_which_a_standing_changes(
    log: list[CaseEvent], instants: list[int]
) -> None:
    state = folded(log, NOW - 3 * DAY)
    for now in sorted(instants):
        state.advance(now)
        for case_id in CASES:
            case = state.case("dossier", case_id)
            facts = case.facts(state.context.names) if case else None
            if case and facts and case.place is not None:
                cell = state.context.cells[case.place[0]]
                anew = rules_of_seeds().stand("dossier", facts, case.row_keys(), list, now)
                assert isinstance(cell, CaseCell)
                assert (cell.phase, cell.level) == (anew.phase, anew.level)
                assert cell.mismatch == anew.mismatch
                assert cell.intake_overdue == anew.intake_overdue


def test_time_never_goes_backwards() -> None:
    state = folded([], NOW)
    state.advance(NOW - 100)
    assert state.now == NOW


@patient
@given(logs, st.randoms(use_true_random=False))
def test_figures_and_hash_depend_on_what_was_said_not_on_when(
    log: list[CaseEvent], chance: Random
) -> None:
    shuffled = chance.sample(log, len(log)) + log[:3]
    one, other = folded(log, NOW), folded(shuffled, NOW, bundle=1)
    assert counted(one) == counted(other)
    assert one.state_hash() == other.state_hash()


def heard(**facts: object) -> CaseEvent:
    return case_event(
        source="one-stop", kind="dossier", case="A-1", revision=0, observed_at=1,
        facts=CaseFacts(**facts),  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_hash_tells_facts_apart() -> None:
    different = [
        heard(received=1),
        heard(received=2),
        heard(due=1),
        heard(agency="x"),
        heard(procedure="x"),
        heard(traits=("fee_bearing",)),
    ]
    assert len({folded([event]).state_hash() for event in different}) == len(different)


def test_the_hash_is_kept_while_facts_change() -> None:
    state = folded([heard(received=1)])
    state.state_hash()
    newer = case_event(
        source="one-stop", kind="dossier", case="A-1", revision=1, observed_at=2,
        facts=CaseFacts(received=9),
    )  # fmt: skip
    fold_all(state, [newer])
    assert state.state_hash() == folded([newer]).state_hash()


def test_a_case_of_which_only_rows_are_known_is_counted_nowhere() -> None:
    event = case_event(source="a", kind="dossier", case="A-1", revision=0, observed_at=1)
    state = folded([event], NOW)
    assert state.size == 1
    assert not state.counts
    assert state.audit() == 0


# -- the log


def test_a_bundle_folded_before_is_skipped() -> None:
    state = folded([heard(received=1)])
    assert state.fold(0, b"0", [heard(received=5)]) is False
    assert state.next == 1


def test_another_bundle_in_the_place_of_the_last_one_is_noticed() -> None:
    state = folded([heard(received=1)])
    with pytest.raises(Diverged, match=r"ioc.public-administration/0.*offset 0"):
        state.fold(0, b"another", [])


def test_a_gap_is_never_folded() -> None:
    state = folded([heard(received=1)])
    with pytest.raises(Gap, match="offset 5 arrived where 1"):
        state.fold(5, b"", [heard(received=2)])
    assert state.next == 1


def test_reading_resumes_at_the_last_folded_bundle() -> None:
    assert (new_state().resume_at, folded([heard()] * 7, bundle=1).resume_at) == (0, 6)


def test_the_gate_is_the_end_of_the_log_when_the_partition_was_gained() -> None:
    state = new_state()
    assert not state.at_gate
    state.gate = 1
    assert not state.at_gate
    state.fold(0, b"", [])
    assert state.at_gate


# -- refusals


def refusals(state: PartitionState) -> list[tuple[int, int | None, str]]:
    return [(refusal.offset, refusal.index, refusal.reason) for refusal in state.refusals.latest]


def test_an_event_of_another_partition_is_refused_and_the_others_fold() -> None:
    stranger = next(f"X-{i}" for i in range(99) if partition_of(f"X-{i}", 4) == 3)
    native = next(f"X-{i}" for i in range(99) if partition_of(f"X-{i}", 4) == 0)
    state = PartitionState("t", 0, 4, new_state().context)
    log = [
        case_event(source="a", kind="dossier", case=case, revision=0, observed_at=1)
        for case in (stranger, native)
    ]
    fold_all(state, log)
    assert refusals(state) == [(0, 0, "the case belongs to partition 3")]
    assert state.size == 1


def test_a_case_of_a_kind_that_the_topic_does_not_have_is_refused() -> None:
    """Counted here, it would be found nowhere: who asks for a case asks by its kind's topics."""
    state = new_state()
    stray = case_event(source="a", kind="feedback", case="A-1", revision=0, observed_at=1)
    fold_all(state, [stray, heard()])
    assert refusals(state) == [(0, 0, "kind: is none of the cases of this topic")]
    assert [case.kind for case in state.all_cases()] == ["dossier"]


def test_what_cannot_be_folded_is_refused_with_its_reason() -> None:
    beat = Heartbeat(source="a", kind="file", topic="t", at=1)
    bad_partial = case_event(
        source="one-stop", kind="dossier", case="A-1", revision=0, observed_at=2,
        facts=CaseFacts(), partial=("the name of a person",),
    )  # fmt: skip
    far = case_event(source="a", kind="dossier", case="A-1", revision=2**64, observed_at=1)
    state = new_state()
    state.fold(0, b"", [Unreadable("$.case: missing"), heard(), beat, bad_partial, far])
    assert refusals(state) == [
        (0, 0, "$.case: missing"),
        (0, 2, "neither case event nor reading but a Heartbeat"),
        (0, 3, "partial: names an attribute that facts do not have"),
        (0, 4, "a value is out of its range (error)"),
    ]
    assert state.size == 1
    assert state.refusals.total == 4


def test_a_message_that_is_no_bundle_is_one_refusal_and_met_once() -> None:
    state = new_state()
    assert state.refuse_message(0, b"garbage", "no JSON array")
    assert not state.refuse_message(0, b"garbage", "no JSON array")
    assert list(state.refusals.latest) == [
        Refusal("ioc.public-administration", 0, 0, None, "no JSON array")
    ]
    with pytest.raises(Gap):
        state.refuse_message(7, b"garbage", "no JSON array")


def test_refusals_are_all_counted_and_the_latest_kept() -> None:
    state = new_state()
    state.fold(0, b"", [Unreadable(str(index)) for index in range(1500)])
    assert state.refusals.total == 1500
    assert [state.refusals.latest[0].reason, state.refusals.latest[-1].reason] == ["500", "1499"]


# -- proof of the proof


def test_a_miscounted_ledger_is_an_imbalance() -> None:
    state = folded([heard(received=1, due=NOW + 5)], NOW)
    assert state.audit() == 0
    number = next(iter(state.counts))
    state.counts[number] += 1
    assert state.audit() == 1
    state.counts[number] -= 1
    case = state.case("dossier", "A-1")
    assert case
    case.wake = None
    assert state.audit() == 1


def test_a_case_on_another_rung_than_the_law_says_is_an_imbalance() -> None:
    state = folded([heard(received=1, due=NOW - 5)], NOW)
    case = state.case("dossier", "A-1")
    standing = case and state.standing(case)
    assert case
    assert standing
    assert standing.level != "none"
    for wrong in (standing._replace(level="due_soon"), standing._replace(since=None)):
        state.watchlist.see(case, Facts(), wrong)
        assert state.audit() == 1
    state.watchlist.see(case, Facts(agency="another"), standing)
    assert state.audit() == 1


def test_broken_laws_are_told_with_their_sums() -> None:
    found = folded([heard(received=1)], NOW).totals()
    found.open["processing"] = 7
    assert broken_laws(found) == [
        "received = resolved + withdrawn + stopped + processing + overdue + paused: 1 is not 7"
    ]


def test_open_cases_are_totalled_by_rung() -> None:
    # Due on Friday at 08:00, now Tuesday at 08:00, and Monday was New Year: one working day.
    found = folded([heard(received=1, due=NOW - 4 * DAY)], NOW).totals()
    assert found.watch == {"escalated_1": 1}
    found.watch["escalated_3"] += 1
    assert broken_laws(found) == ["overdue and escalated on the ladder = open, overdue: 2 is not 1"]


def test_instants_of_the_past_do_not_pile_up() -> None:
    state = folded([], NOW)
    for turn in range(5000):
        moved = case_event(
            source="a", kind="dossier", case="A-1", revision=0, observed_at=turn,
            facts=CaseFacts(received=1, due=NOW + turn),
        )  # fmt: skip
        state.fold(state.next, b"", [moved])
    assert len(state._agenda) < 1100
    state.advance(NOW + 5000)
    assert state.totals().open["overdue"] == 1
