"""What a case's events changed, and which of its sources is held to account."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.codec import CaseEvent, CaseFacts, ProgressRow, Supplement
from connectors.contract.identity import case_event
from streams.core.partition import PartitionState
from streams.core.quality import Quality, summed
from streams.core.slots import SLOTS, Slots
from tests.unit.streams.strategies import NEW_YEAR, NOW, events, fold_all, folded, patient


def told(observed_at: int, source: str = "one-stop", **more: Any) -> CaseEvent:
    return case_event(
        source=source, kind="dossier", case="A-1", revision=0, observed_at=observed_at, **more
    )


def counted(state: PartitionState, source: str = "one-stop") -> tuple[int, int]:
    return state.quality[source].new, state.quality[source].repeated


RECEIVED = CaseFacts(received=NEW_YEAR, supplements=(Supplement(NEW_YEAR),))
STEP = ProgressRow(NEW_YEAR, 4, department="một cửa")


def test_what_is_told_once_more_is_repeated_whenever_it_was_observed() -> None:
    state = folded([told(1, facts=RECEIVED), told(2, facts=RECEIVED)], NOW)
    assert counted(state) == (1, 1)
    fold_all(state, [told(3, progress=[STEP]), told(4, progress=[STEP])])
    assert counted(state) == (2, 2)
    fold_all(state, [told(5, facts=CaseFacts(received=NEW_YEAR)), told(2, facts=RECEIVED)])
    assert counted(state) == (3, 3)
    moved = ProgressRow(NEW_YEAR, 4, department="chuyên môn")
    fold_all(state, [told(6, progress=[moved]), told(7, progress=[STEP, moved])])
    assert counted(state) == (4, 4)


def test_a_change_that_its_source_numbered_is_new_though_nothing_of_it_is_held() -> None:
    """Assigned, then in work: both are one status of ours."""
    spoken = ("status",)

    def numbered(revision: int, observed_at: int, status: int = 4) -> CaseEvent:
        return case_event(
            source="office", kind="dossier", case="A-1", revision=revision,
            observed_at=observed_at, facts=CaseFacts(status=status), partial=spoken,
        )  # fmt: skip

    state = folded([numbered(3, 1), numbered(4, 2)], NOW)
    assert counted(state, "office") == (2, 0)
    fold_all(state, [numbered(4, 3), numbered(3, 1), numbered(4, 2)])
    assert counted(state, "office") == (2, 3)
    # The first words of a source that only tells a first word from a later one.
    state = folded([numbered(0, 1), numbered(1, 2), numbered(1, 3)], NOW)
    assert counted(state, "office") == (1, 2)
    whole = [
        case_event(
            source="office", kind="dossier", case="A-1", revision=revision,
            observed_at=observed_at, facts=CaseFacts(status=4),
        )
        for revision, observed_at in ((3, 1), (4, 2), (4, 3))
    ]  # fmt: skip
    assert counted(folded(whole, NOW), "office") == (2, 1)


def test_a_row_taken_back_is_something_new() -> None:
    state = folded([told(1, facts=RECEIVED), told(2, progress=[STEP])], NOW)
    before = state.state_hash()
    gone = ProgressRow(NEW_YEAR, 4, department="một cửa", void=True)
    fold_all(state, [told(3, progress=[gone])])
    assert counted(state) == (3, 0)
    assert state.state_hash() == folded([told(1, facts=RECEIVED)]).state_hash() != before


def test_a_null_told_for_the_first_time_is_no_repetition() -> None:
    """The better source says that there is no appointment, where it had said nothing of it."""
    due = told(1, "portal", facts=CaseFacts(received=NEW_YEAR, due=NOW))
    partial = told(1, facts=CaseFacts(status=4), partial=("status",))
    state = folded([due, partial], NOW)
    case = state.case("dossier", "A-1")
    assert case
    standing = state.standing(case)
    assert standing
    assert standing.due == NOW
    state.state_hash()
    fold_all(state, [told(2, facts=CaseFacts(), partial=("due",))])
    assert counted(state) == (2, 0)
    facts = case.facts(state.context.names)
    assert facts
    assert facts.due is None
    assert state.audit() == 0
    anew = folded([due, partial, told(2, facts=CaseFacts(), partial=("due",))])
    assert state.state_hash() == anew.state_hash()


@patient
@given(st.lists(events(), max_size=12))
def test_every_event_is_counted_once(log: list[CaseEvent]) -> None:
    state = folded(log, NOW)
    for source, counts in state.quality.items():
        assert counts.new + counts.repeated == sum(event.source == source for event in log)
        assert (counts.corrected, counts.unknown, counts.promised) == (0, 0, 0)


@patient
@given(st.lists(events(), max_size=12))
def test_a_log_told_again_later_is_all_repetition(log: list[CaseEvent]) -> None:
    """Of events without partial words, which may be newer than a whole object told again."""
    whole = [event for event in log if event.partial is None]
    newest = {(e.source, e.case): e for e in sorted(whole, key=lambda e: e.observed_at)}
    again = list(newest.values())
    state = folded(again, NOW)
    before = {source: counts.new for source, counts in state.quality.items()}
    later = [
        case_event(
            source=e.source, kind=e.kind, case=e.case, revision=1, observed_at=9,
            facts=e.facts, progress=e.progress,
        )
        for e in again
    ]  # fmt: skip
    fold_all(state, later)
    assert {source: counts.new for source, counts in state.quality.items()} == before


def test_the_source_believed_first_is_held_to_account_for_a_contradiction() -> None:
    impossible = CaseFacts(received=NEW_YEAR, finished=NEW_YEAR - 60)
    state = folded([told(1, "portal", facts=impossible)], NOW)

    def cells() -> dict[object, int]:
        named = {state.context.cells[number]: count for number, count in state.counts.items()}
        return {tuple(cell): n for cell, n in named.items() if n and len(cell) == 2}

    assert cells() == {("portal", True): 1}
    fold_all(state, [told(1, facts=CaseFacts(received=NEW_YEAR))])
    assert cells() == {("one-stop", False): 1}
    assert state.audit() == 0


def test_counts_of_partitions_add_up() -> None:
    one, other = Quality(), Quality()
    one["a"].new, other["a"].new, other["b"].filled = 2, 3, 4
    total = summed([one, other])
    assert (total["a"].new, total["b"].filled) == (5, 4)
    assert one["a"].new == 2


@patient
@given(st.lists(st.integers(0, 60), min_size=1, max_size=30))
def test_slots_are_the_set_of_those_filled_near_the_newest(filled: list[int]) -> None:
    slots = Slots(filled[0])
    for slot in filled[1:]:
        slots.fill(slot)
    newest, first = max(filled), min(filled)
    window = range(max(first, newest - SLOTS + 1), newest + 1)
    assert (slots.promised, slots.filled) == (len(window), len(set(filled) & set(window)))
