"""What is published of cases on the ladder: rows, readers, and what an owner writes."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.watch import (
    LEVELS,
    Record,
    UnreadableRowError,
    WatchRow,
    WatchTable,
    decoded,
    differences,
    key_of,
)

CASES = ("A-1", "A/2", "B 7")
NEVER, AGES = -1, 10**9


def row(case: str = "A-1", offset: int = 1, instant: int = 5, **more: object) -> WatchRow:
    fields = {
        "kind": "dossier",
        "case": case,
        "agency": "000.00.16.H51",
        "level": "overdue",
        "since": instant,
        "due": instant - 1,
        "offset": offset,
        "instant": instant,
    }
    return WatchRow(**fields | more)  # type: ignore[arg-type]


def lawful(case: str, offset: int, rung: int) -> WatchRow:
    """The one row that a case has after so many bundles, and with so many rungs passed."""
    if rung == 0:
        return row(case, offset, 0, level="none", since=None, due=None)
    return row(case, offset, rung * 10, level=LEVELS[rung], due=offset * 100)


lawful_rows = st.builds(
    lawful, st.sampled_from(CASES), st.integers(0, 3), st.integers(0, len(LEVELS) - 1)
)
# Of any law and any log.
any_rows = st.builds(
    row,
    case=st.sampled_from(CASES),
    offset=st.integers(0, 3),
    instant=st.integers(0, 3),
    level=st.sampled_from(LEVELS),
    due=st.sampled_from([None, 7]),
)
garbage = st.tuples(
    st.sampled_from([*(key_of("dossier", case) for case in CASES), b"\xff", b""]),
    st.sampled_from([b"", b"null", b"{}", b"\xff", row("C-9").encoded()]),
)
records = st.one_of(
    any_rows.map(lambda one: (one.key, one.encoded())),
    any_rows.map(lambda one: (one.key, None)),
    garbage,
)
wanted_states = st.lists(any_rows, unique_by=lambda one: one.case).map(
    lambda rows: {one.key: one for one in rows}
)


def read(log: list[Record], at: int = 0) -> WatchTable:
    table = WatchTable()
    for key, value in log:
        table.apply(key, value, at)
    return table


def written(log: list[Record], wanted: dict[bytes, WatchRow], before: int = NEVER) -> list[Record]:
    table = read(log)
    keys = table.keys() | wanted.keys()
    return list(differences(table, wanted.get, sorted(keys), before))


def on_rungs(wanted: dict[bytes, WatchRow]) -> dict[bytes, WatchRow]:
    return {key: one for key, one in wanted.items() if one.level != "none"}


def compacted(log: list[Record]) -> list[Record]:
    """The last record under each key, in the order of the log; tombstones are gone."""
    last = {key: index for index, (key, _) in enumerate(log)}
    return [log[index] for index in sorted(last.values()) if log[index][1] is not None]


@given(any_rows)
def test_a_row_is_read_as_it_was_written(one: WatchRow) -> None:
    assert decoded(one.key, one.encoded()) == one


def test_the_form_of_a_row() -> None:
    one = row("H-1", agency=None, level="due_soon")
    assert one.key == b"dossier/H-1"
    assert one.encoded() == (
        b'{"kind":"dossier","case":"H-1","agency":null,"level":"due_soon","since":5,"due":4,'
        b'"offset":1,"instant":5}'
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"level": "late"}, "level 'late'; allowed: none, due_soon"),
        ({"case": "other"}, "under the key of another case"),
        ({"offset": 1.0}, "offset of a row is a float"),
        ({"since": True}, "since of a row is a bool"),
        ({"kind": None}, "kind of a row is a NoneType"),
    ],
)
def test_what_is_no_row_is_refused(change: dict[str, object], reason: str) -> None:
    value = json.dumps(row()._asdict() | change).encode()
    with pytest.raises(UnreadableRowError, match=reason):
        decoded(row().key, value)


@pytest.mark.parametrize("value", [b"", b"[]", b"{}", b"7", b"\xff"])
def test_other_bytes_are_refused(value: bytes) -> None:
    with pytest.raises(UnreadableRowError, match=r"no row of ioc\.watch"):
        decoded(row().key, value)


def test_a_field_that_is_not_known_is_passed_over() -> None:
    value = json.dumps(row()._asdict() | {"more": 1}).encode()
    assert decoded(row().key, value) == row()


@given(st.lists(lawful_rows), st.randoms(use_true_random=False))
def test_readers_end_alike_however_rows_are_ordered_and_repeated(
    rows: list[WatchRow], chance: Random
) -> None:
    log: list[Record] = [(one.key, one.encoded()) for one in rows]
    shuffled = chance.sample(log + log, 2 * len(log))
    highest: dict[bytes, WatchRow] = {}
    for one in sorted(rows, key=lambda one: one.order):
        highest[one.key] = one
    assert read(log).current() == read(shuffled).current() == on_rungs(highest)


@given(st.lists(any_rows))
def test_a_reader_never_goes_back(rows: list[WatchRow]) -> None:
    table = WatchTable()
    for one in rows:
        before = table.get(one.key)
        table.apply(one.key, one.encoded(), 0)
        after = table.get(one.key)
        assert after
        assert after.row
        assert not before or not before.row or after.row.order >= before.row.order


@given(st.lists(records), wanted_states)
def test_what_an_owner_writes_makes_readers_hold_what_is_wanted(
    log: list[Record], wanted: dict[bytes, WatchRow]
) -> None:
    after = log + written(log, wanted)
    assert read(after).current() == on_rungs(wanted)
    assert written(after, wanted) == []


@given(st.lists(records), wanted_states)
def test_compaction_takes_nothing_away(log: list[Record], wanted: dict[bytes, WatchRow]) -> None:
    after = log + written(log, wanted)
    assert read(compacted(after)).current() == on_rungs(wanted)
    assert written(compacted(after), wanted) == []


@given(st.lists(records), wanted_states, st.integers(0, 8))
def test_a_write_that_broke_off_is_made_good(
    log: list[Record], wanted: dict[bytes, WatchRow], done: int
) -> None:
    broken = log + written(log, wanted)[:done]
    assert read(broken + written(broken, wanted)).current() == on_rungs(wanted)


@given(st.lists(lawful_rows))
def test_by_one_law_and_one_log_no_tombstone_is_needed(rows: list[WatchRow]) -> None:
    log: list[Record] = []
    wanted: dict[bytes, WatchRow] = {}
    for one in sorted(rows, key=lambda one: one.order):
        wanted[one.key] = one
        log += written(log, wanted)
    assert all(value is not None for _, value in log)
    meanings = {(key, decoded(key, value).order, value) for key, value in log if value}
    assert len(meanings) == len({(key, order) for key, order, _ in meanings})


def test_a_case_that_never_stood_on_a_rung_is_not_written() -> None:
    calm = lawful("A-1", 4, 0)
    assert written([], {calm.key: calm}) == []


def test_a_case_that_left_is_said_so_and_goes_later() -> None:
    log: list[Record] = [(row().key, row().encoded())]
    calm = lawful("A-1", 4, 0)
    log += written(log, {calm.key: calm})
    assert log[1:] == [(calm.key, calm.encoded())]
    touched_again = calm._replace(offset=6)
    assert written(log, {calm.key: touched_again}) == []
    assert written(log, {calm.key: touched_again}, before=AGES) == [(calm.key, None)]
    assert read([*log, (calm.key, None)]).get(calm.key) is None


def test_another_law_at_the_same_offset_begins_with_a_tombstone() -> None:
    log: list[Record] = [(row().key, row(instant=50).encoded())]
    for other in (row(instant=40), row(instant=50, due=3), lawful("A-1", 1, 0)):
        assert written(log, {other.key: other}) == [(other.key, None), (other.key, other.encoded())]


def test_a_case_that_nobody_knows_is_taken_out() -> None:
    assert written([(row().key, row().encoded())], {}) == [(row().key, None)]


def test_a_row_of_a_worker_that_lost_its_partition_is_ignored_and_written_over() -> None:
    """Readers ignore it, but compaction would keep it as the last under its key."""
    stale, newer = row(offset=1), row(offset=2)
    log: list[Record] = [(newer.key, newer.encoded()), (stale.key, stale.encoded())]
    assert read(log).current() == {newer.key: newer}
    assert written(log, {newer.key: newer}) == [(newer.key, newer.encoded())]
