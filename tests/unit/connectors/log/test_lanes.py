"""The writer's bookkeeping: nothing is lost, nothing is counted twice, nothing waits too long."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.bundles import MAX_BYTES, MAX_EVENTS, MAX_WAIT_SECONDS
from connectors.contract.partitions import partition_of
from connectors.log.lanes import (
    IDLE_WAIT_SECONDS,
    Bundle,
    EventTooLargeError,
    Lanes,
    Limits,
    LogFullError,
    LogUnavailableError,
)

TOPIC, COUNT = "ioc.public-administration", 12


def events(*subjects: str, size: int = 8) -> list[tuple[str, bytes]]:
    return [(subject, b'"' + b"x" * (size - 2) + b'"') for subject in subjects]


def test_a_lonely_write_leaves_after_the_idle_wait() -> None:
    lanes = Lanes(Limits())
    lanes.admit(TOPIC, COUNT, events("a"), now=10.0)
    assert lanes.due(10.0 + IDLE_WAIT_SECONDS / 2) == []
    assert lanes.next_event_at() == 10.0 + IDLE_WAIT_SECONDS
    assert len(lanes.due(10.0 + IDLE_WAIT_SECONDS)) == 1


def test_a_lane_with_a_bundle_on_its_way_collects_for_the_longer_wait() -> None:
    lanes = Lanes(Limits())
    lanes.admit(TOPIC, COUNT, events("a"), now=0.0)
    (first,) = lanes.due(1.0)
    lanes.admit(TOPIC, COUNT, events("a"), now=2.0)
    assert lanes.due(2.0 + IDLE_WAIT_SECONDS) == []
    assert lanes.next_event_at() == 2.0 + MAX_WAIT_SECONDS
    lanes.settle(first)
    assert len(lanes.due(2.0 + IDLE_WAIT_SECONDS)) == 1


@pytest.mark.parametrize(("count", "size"), [(MAX_EVENTS, 8), (9, MAX_BYTES // 8)])
def test_a_full_lane_leaves_at_once(count: int, size: int) -> None:
    lanes = Lanes(Limits())
    lanes.admit(TOPIC, COUNT, events(*["a"] * count, size=size), now=0.0)
    assert lanes.due(0.0) != []


def test_writes_that_wait_together_share_a_bundle_and_are_told_apart() -> None:
    lanes = Lanes(Limits())
    first = lanes.admit(TOPIC, COUNT, events("a", "a"), now=0.0)
    second = lanes.admit(TOPIC, COUNT, events("a"), now=0.001)
    (bundle,) = lanes.due(1.0)
    assert (bundle.events, bundle.shares) == (3, [(first, 2), (second, 1)])
    assert lanes.settle(bundle) == [first, second]


def test_a_write_is_complete_with_its_last_bundle_only() -> None:
    lanes = Lanes(Limits())
    ticket = lanes.admit(TOPIC, COUNT, events(*"abcdefgh"), now=0.0)
    bundles = lanes.due(1.0)
    assert len(bundles) > 1
    done = [lanes.settle(bundle) for bundle in bundles]
    assert done[:-1] == [[]] * (len(bundles) - 1)
    assert done[-1] == [ticket]


def test_what_waits_is_bounded_and_a_refused_write_leaves_no_trace() -> None:
    lanes = Lanes(Limits(max_bytes=100))
    lanes.admit(TOPIC, COUNT, events("a", size=60), now=0.0)
    with pytest.raises(LogFullError):
        lanes.admit(TOPIC, COUNT, events("b", size=60), now=0.0)
    assert lanes.held_bytes == 60
    assert len(lanes.due(1.0)) == 1


def test_one_write_larger_than_all_room_is_taken_when_nothing_else_waits() -> None:
    lanes = Lanes(Limits(max_bytes=100))
    lanes.admit(TOPIC, COUNT, events("a", size=150), now=0.0)
    assert len(lanes.due(1.0)) == 1


def test_an_event_that_no_message_can_hold_is_refused() -> None:
    with pytest.raises(EventTooLargeError):
        Lanes(Limits(max_event_bytes=100)).admit(TOPIC, COUNT, events("a", size=101), now=0.0)


def test_bundles_on_their_way_are_bounded() -> None:
    lanes = Lanes(Limits(max_bundles=1))
    lanes.admit(TOPIC, COUNT, events(*"abcdefgh"), now=0.0)
    (first,) = lanes.due(1.0)
    assert lanes.due(1.0) == []
    lanes.settle(first)
    assert len(lanes.due(1.0)) == 1


def test_an_expired_write_frees_what_waits_but_not_what_is_on_its_way() -> None:
    lanes = Lanes(Limits(ack_seconds=5.0))
    lanes.admit(TOPIC, COUNT, events("a", size=10), now=0.0)
    (sent,) = lanes.due(1.0)
    lanes.admit(TOPIC, COUNT, events("a", size=20), now=2.0)
    later = lanes.admit(TOPIC, COUNT, events("a", size=40), now=3.0)
    late = lanes.expired(7.0)
    assert len(late) == 2
    for ticket in late:
        ticket.fail(LogUnavailableError("too late"))
    lanes.drop_failed()
    assert lanes.held_bytes == 10 + 40
    lanes.give_up(sent)
    assert lanes.held_bytes == 40
    (bundle,) = lanes.due(8.0)
    assert bundle.shares == [(later, 1)]


def test_an_empty_write_is_complete_at_once() -> None:
    lanes = Lanes(Limits())
    assert lanes.admit(TOPIC, COUNT, [], now=0.0).future.result(0) == 0
    assert lanes.empty
    assert lanes.expired(1e9) == []


writes = st.lists(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(2, 60_000)), max_size=40),
    max_size=12,
)


@given(writes, st.lists(st.sampled_from(["settle", "give_up", "send"]), max_size=60))
def test_every_event_is_sent_once_in_its_partition_and_every_byte_given_back(
    sizes: list[list[tuple[str, int]]], moves: list[str]
) -> None:
    lanes = Lanes(Limits(max_bytes=10**9))
    expected: Counter[tuple[int, bytes]] = Counter()
    tickets, on_the_way, sent = [], [], Counter[tuple[int, bytes]]()

    def send(now: float) -> None:
        for bundle in lanes.due(now):
            assert bundle.events <= MAX_EVENTS
            assert bundle.events == 1 or len(bundle.message) <= MAX_BYTES
            contents = json.loads(bundle.message)
            assert len(contents) == bundle.events == sum(n for _, n in bundle.shares)
            sent.update((bundle.partition, text.encode()) for text in contents)
            on_the_way.append(bundle)

    def one(bundle: Bundle, move: str) -> None:
        if move == "give_up":
            for ticket in lanes.give_up(bundle):
                ticket.fail(LogUnavailableError("gone"))
        else:
            for ticket in lanes.settle(bundle):
                ticket.resolve()

    for number, write in enumerate(sizes):
        batch = [(key, f"{number}-{key}".ljust(size, "x")) for key, size in write]
        expected.update((partition_of(key, COUNT), text.encode()) for key, text in batch)
        encoded = [(key, f'"{text}"'.encode()) for key, text in batch]
        tickets.append(lanes.admit(TOPIC, COUNT, encoded, now=float(number)))
    for now, move in enumerate(moves, start=100):
        if move == "send":
            send(now)
        elif on_the_way:
            one(on_the_way.pop(0), move)
    send(1e6)
    while on_the_way:
        one(on_the_way.pop(), "settle")
    assert sent == expected
    assert lanes.empty
    assert lanes.bundles == 0
    assert all(ticket.future.done() for ticket in tickets)
