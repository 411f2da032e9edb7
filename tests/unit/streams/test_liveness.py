from collections.abc import Iterable
from math import inf

from streams.shell.holdings import Partition
from streams.shell.liveness import Flow, Watchdog

PLACE = Partition("ioc.public-administration", 3)


def flow(
    at: float,
    offsets: tuple[int, int | None] | None = (5, 5),
    *,
    rebalancing: bool = False,
    fetch_age: float = 0.5,
) -> Flow:
    return Flow(at, rebalancing, fetch_age, {} if offsets is None else {PLACE: offsets})


def first_verdict(flows: Iterable[Flow]) -> tuple[float, str] | None:
    watchdog = Watchdog(60)
    return next((
        (one.at, verdict) for one in flows if (verdict := watchdog.verdict(one))
    ), None)  # fmt: skip


def test_a_worker_that_is_read_up_may_rest() -> None:
    assert first_verdict(flow(at) for at in range(500)) is None


def test_a_worker_without_partitions_may_rest() -> None:
    assert first_verdict(flow(at, None, fetch_age=inf) for at in range(500)) is None


def test_a_slow_worker_moves() -> None:
    assert first_verdict(flow(at, (at // 50, 99)) for at in range(500)) is None


def test_a_partition_that_waits_and_does_not_move_ends_the_worker() -> None:
    assert first_verdict(flow(at, (5, 9 + at)) for at in range(500)) == (
        62,
        "ioc.public-administration/3 has not moved on from offset 5 for 60 s",
    )


def test_waiting_begins_when_there_is_something_to_wait_for() -> None:
    calm, waiting = [flow(at) for at in range(100)], [flow(at, (5, 6)) for at in range(100, 160)]
    assert first_verdict([*calm, *waiting]) is None


def test_silence_of_kafka_ends_the_worker() -> None:
    assert first_verdict(flow(at, fetch_age=at) for at in range(500)) == (
        67,
        "Kafka has not answered for 60 s",
    )


def test_a_rebalance_that_does_not_end_ends_the_worker() -> None:
    assert first_verdict(flow(at, rebalancing=True) for at in range(500)) == (
        121,
        "the consumer group has been rebalancing for 120 s",
    )


def test_a_rebalance_starts_the_wait_anew() -> None:
    stuck = (5, 9)
    assert first_verdict(flow(at, stuck, rebalancing=at % 50 == 0) for at in range(500)) is None


def test_a_process_that_was_stopped_is_given_time_to_come_back() -> None:
    before = [flow(at, (5, 9)) for at in range(50)]
    after = [flow(at, (5, 9), fetch_age=at) for at in range(300, 355)]
    assert first_verdict([*before, *after]) is None
