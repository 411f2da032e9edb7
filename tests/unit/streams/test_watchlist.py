"""The rows that a partition wants: a function of the log, the law and the time that passed."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from connectors.contract.codec import CaseEvent, CaseFacts, Supplement
from connectors.contract.identity import case_event
from streams.core.partition import PartitionState
from streams.core.watch import Record, WatchRow, WatchTable, differences
from tests.unit.streams.strategies import (
    DAY,
    NEW_YEAR,
    NOW,
    events,
    fold_all,
    folded,
    new_state,
    open_at,
    patient,
)

NEVER = -1
logs = st.lists(events(), max_size=12)
times = st.lists(st.integers(NOW - 9 * DAY, NOW + 9 * DAY), min_size=1, max_size=8).map(sorted)


def wanted(state: PartitionState) -> dict[bytes, WatchRow]:
    rows = {key: state.watch_row(key) for key in state.watchlist.listed()}
    return {key: row for key, row in rows.items() if row}


def publish(state: PartitionState, keys: set[bytes], log: list[Record]) -> None:
    log += differences(read(log), state.watch_row, sorted(keys), NEVER)


def read(log: list[Record]) -> WatchTable:
    table = WatchTable()
    for key, value in log:
        table.apply(key, value, 0)
    return table


@patient
@given(logs, times)
def test_offset_and_instant_say_what_the_row_is(log: list[CaseEvent], instants: list[int]) -> None:
    """However far the fold and the clock were when somebody looked: one order, one row."""
    seen: dict[tuple[bytes, tuple[int, int, int]], WatchRow] = {}
    for length in range(len(log) + 1):
        state = folded(log[:length], instants[0], bundle=1)
        for now in instants:
            state.advance(now)
            for row in wanted(state).values():
                assert seen.setdefault((row.key, row.order), row) == row


@patient
@given(logs, times)
def test_rows_of_a_case_only_rise(log: list[CaseEvent], instants: list[int]) -> None:
    state = folded(log, instants[0])
    before = wanted(state)
    for now in instants:
        state.advance(now)
        after = wanted(state)
        assert before.keys() <= after.keys()
        assert all(after[key].order >= row.order for key, row in before.items())
        before = after


@patient
@given(logs, times)
def test_a_worker_that_comes_late_wants_what_one_that_lived_through_it_wants(
    log: list[CaseEvent], instants: list[int]
) -> None:
    lived = new_state()
    open_at(lived, instants[0])
    for at, now in enumerate(instants):
        fold_all(lived, log[at : at + 1], bundle=1)
        lived.advance(now)
    fold_all(lived, log[len(instants) :], bundle=1)
    assert wanted(folded(log, instants[-1], bundle=1)) == wanted(lived)


class Publication(RuleBasedStateMachine):
    """An owner that writes at some times, dies at others, and is followed by another."""

    @initialize()
    def start(self) -> None:
        self.events: list[CaseEvent] = []
        self.published: list[Record] = []
        self.now = NEW_YEAR - 3 * DAY
        self.revive()

    @rule()
    def revive(self) -> None:
        self.state = folded(self.events, self.now, bundle=1)
        self.write_all()

    @rule(told=events())
    def event_arrives(self, told: CaseEvent) -> None:
        self.state.fold(self.state.next, b"", [told])
        self.events.append(told)

    @rule(step=st.sampled_from([1, 3600, 86_400, 9 * 86_400]))
    def time_passes(self, step: int) -> None:
        self.now += step
        self.state.advance(self.now)

    @rule()
    def write_changes(self) -> None:
        publish(self.state, self.state.watchlist.take_changed(), self.published)
        self.readers_hold_what_is_wanted()

    @rule()
    def write_all(self) -> None:
        self.state.watchlist.take_changed()
        keys = {*read(self.published).keys(), *self.state.watchlist.listed()}
        publish(self.state, keys, self.published)
        self.readers_hold_what_is_wanted()

    def readers_hold_what_is_wanted(self) -> None:
        assert read(self.published).current() == wanted(self.state)

    @invariant()
    def rows_are_what_the_ledger_counts(self) -> None:
        counted = self.state.totals().watch
        del counted["none"]
        assert Counter(row.level for row in wanted(self.state).values()) == counted

    @invariant()
    def nothing_is_taken_back(self) -> None:
        assert all(value is not None for _, value in self.published)


Publication.TestCase.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
TestPublication = Publication.TestCase


def told(revision: int, **facts: object) -> CaseEvent:
    return case_event(
        source="one-stop", kind="dossier", case="A-1", revision=revision, observed_at=revision,
        facts=CaseFacts(status=4, received=NOW - 30 * DAY, **facts),  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_clock_that_jumps_over_several_rungs_writes_the_last_one() -> None:
    state = folded([told(0, due=NOW + 20 * DAY, agency="000.01.01.H51")], NOW)
    assert wanted(state) == {}
    state.advance(NOW + 40 * DAY)
    assert state.watchlist.take_changed() == {b"dossier/A-1"}
    row = state.watch_row(b"dossier/A-1")
    assert row
    assert (row.level, row.agency, row.due) == ("escalated_3", "000.01.01.H51", NOW + 20 * DAY)
    assert row.since == row.instant
    assert NOW + 20 * DAY < row.instant < NOW + 40 * DAY


def test_a_pause_takes_a_case_off_the_ladder_and_its_end_puts_it_back() -> None:
    asked, due = NOW - 5 * DAY, NOW - DAY
    state = folded([told(0, due=due)], NOW)
    up = state.watch_row(b"dossier/A-1")
    assert up
    assert up.level == "overdue"
    for number, back in enumerate((None, asked + DAY), start=1):
        stop = told(number, due=due, supplements=(Supplement(asked, back),))
        fold_all(state, [stop], bundle=1)
        row = state.watch_row(b"dossier/A-1")
        assert row
        assert (row.offset, row.level) == (number, "overdue" if back else "none")
        assert state.watchlist.take_changed() == {b"dossier/A-1"}


def test_an_event_that_says_nothing_new_moves_no_row() -> None:
    state = folded([told(0, due=NOW - DAY)], NOW)
    state.watchlist.take_changed()
    fold_all(state, [told(0, due=NOW - DAY)], bundle=1)
    assert not state.watchlist.changed
    assert state.watch_row(b"dossier/A-1") == wanted(folded([told(0, due=NOW - DAY)], NOW)).get(
        b"dossier/A-1"
    )


def test_bundles_of_many_share_one_offset() -> None:
    state = folded([told(0, due=NOW - DAY), told(1, due=NOW - 2 * DAY)], bundle=2)
    assert {case.offset for case in state.all_cases()} == {0}


def test_a_key_that_no_case_has_wants_nothing() -> None:
    state = folded([told(0)], NOW)
    assert [state.watch_row(key) for key in (b"", b"\xff", b"dossier/A-2", b"dossier")] == [
        None
    ] * 4
