"""Which partitions are held, which state is kept, and what is done with the log's own offsets."""

import pytest

from connectors.contract.bundles import join
from connectors.contract.codec import CaseEvent, CaseFacts, Heartbeat, encode
from connectors.contract.identity import case_event
from connectors.contract.partitions import partition_of
from seeds.topics import HEARTBEATS, PUBLIC_ADMINISTRATION
from streams.core.partition import Context, Diverged, Gap
from streams.shell.holdings import HEARTBEATS_READ_BACK, Holdings, Partition, UnfoldableLogError
from tests.unit.streams.strategies import NOW, new_state, open_at

ZERO, ONE = Partition(PUBLIC_ADMINISTRATION, 0), Partition(PUBLIC_ADMINISTRATION, 1)
BEATS = Partition(HEARTBEATS, 0)


def holdings(*partitions: Partition) -> Holdings:
    made: Holdings = Holdings(Context(new_state().context.cells))
    made.assign(set(partitions))
    return made


def bundle_of(*events: CaseEvent | Heartbeat) -> bytes:
    return join([encode(event) for event in events])


def native(number: int = 0) -> CaseEvent:
    case = next(f"X-{n}" for n in range(999) if partition_of(f"X-{n}", 12) == number)
    return case_event(
        source="a", kind="dossier", case=case, revision=0, observed_at=1, facts=CaseFacts()
    )


def test_a_partition_kept_through_a_rebalance_keeps_its_state() -> None:
    found = holdings(ZERO, ONE)
    kept, lost = found.states[ZERO], found.states[ONE]
    open_at(kept, NOW)
    assert found.assign({ZERO}) == set()
    assert found.states == {ZERO: kept}
    assert found.assign({ZERO, ONE}) == {ONE}
    assert found.states[ZERO].open
    assert found.states[ONE] is not lost


def test_a_gate_is_set_when_a_partition_is_gained_and_not_again() -> None:
    found = holdings(ZERO)
    found.survey({ZERO}, {ZERO: 0}, {ZERO: 4})
    found.survey(set(), {ZERO: 0}, {ZERO: 9})
    assert found.states[ZERO].gate == 4


def test_a_state_beyond_the_end_of_its_log_is_folded_anew() -> None:
    found = holdings(ZERO)
    found.fold(ZERO, 0, bundle_of(native()))
    found.fold(ZERO, 1, bundle_of(native()))
    found.survey(set(), {ZERO: 0}, {ZERO: 1})
    assert (found.states[ZERO].next, found.states[ZERO].size, found.states[ZERO].gate) == (0, 0, 1)


def test_a_source_topic_without_its_beginning_is_refused() -> None:
    with pytest.raises(UnfoldableLogError, match=r"begins at offset 3.*retention\.ms=-1"):
        holdings(ZERO).survey({ZERO}, {ZERO: 3}, {ZERO: 9})


def test_a_partition_that_the_topic_may_not_have_is_refused() -> None:
    with pytest.raises(UnfoldableLogError, match="to have 12 partitions"):
        holdings(Partition(PUBLIC_ADMINISTRATION, 12))


def test_heartbeats_may_begin_anywhere_and_are_read_back_so_far() -> None:
    found = holdings(BEATS)
    found.survey({BEATS}, {BEATS: 7}, {BEATS: 9})
    assert found.position(BEATS) == 7
    found.survey({BEATS}, {BEATS: 7}, {BEATS: 9 + 10 * HEARTBEATS_READ_BACK})
    assert found.position(BEATS) == 9 + 9 * HEARTBEATS_READ_BACK


def test_heartbeats_are_heard_and_garbage_among_them_passed_over() -> None:
    found = holdings(BEATS)
    found.survey({BEATS}, {BEATS: 0}, {BEATS: 2})
    found.fold(BEATS, 0, b"garbage")
    found.fold(BEATS, 1, bundle_of(Heartbeat(source="a", kind="file", topic="t", at=1)))
    (log,) = found.open_pulses()
    assert [pulse.source for pulse in log.latest()] == ["a"]


def test_reading_goes_on_where_the_state_says() -> None:
    found = holdings(ZERO)
    assert found.position(ZERO) == 0
    assert found.fold(ZERO, 0, bundle_of(native()))
    assert found.fold(ZERO, 1, b"garbage")
    assert found.position(ZERO) == 1
    assert not found.fold(ZERO, 1, b"garbage")
    assert found.states[ZERO].refusals.total == 1
    with pytest.raises(Diverged):
        found.fold(ZERO, 1, b"other garbage")
    with pytest.raises(Gap):
        found.fold(ZERO, 5, b"garbage")


def test_a_partition_that_is_not_held_is_not_folded() -> None:
    assert not holdings(ZERO).fold(ONE, 0, bundle_of(native(1)))


def test_only_open_states_are_moved_in_time_and_shown() -> None:
    found = holdings(ZERO, ONE)
    found.survey({ZERO, ONE}, {ZERO: 0, ONE: 0}, {ZERO: 0, ONE: 1})
    ready = found.ready_to_open()
    assert ready is found.states[ZERO]
    open_at(ready, NOW)
    assert found.ready_to_open() is None
    found.advance(NOW + 5)
    assert [place for place, _ in found.open_states()] == [ZERO]
    assert (found.states[ZERO].now, found.states[ONE].now) == (NOW + 5, 0)
