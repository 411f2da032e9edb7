"""When a source is asked again, and when it has sent too much that cannot be read."""

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.runner.pace import Pace, RefusalLimit
from connectors.runner.pool import Pool

PACE = Pace(first_retry=1.0, slowest_retry=60.0, first_poll_within=2.0)


@given(st.integers(1, 10_000))
def test_retries_slow_down_to_a_bound(failures: int) -> None:
    longest = min(2.0 ** min(failures - 1, 30), 60.0)
    assert longest / 2 <= PACE.retry(failures) <= longest


@given(st.floats(0.05, 86_400), st.floats(0, 86_400))
def test_the_pace_is_the_source_s_own(every: float, took: float) -> None:
    assert 0 <= PACE.first(every) <= min(every, 2.0)
    assert 0 <= PACE.next(every, took) <= every * 1.05
    assert PACE.next(every, 0.0) >= every * 0.95


def test_refused_in_a_row_is_over_with_anything_good() -> None:
    limit = RefusalLimit(10, 1.0)
    assert limit.count(0, 9) is None
    assert limit.count(1, 9) is None
    assert limit.count(0, 9) is None
    assert "10 records in a row" in (limit.count(0, 1) or "")


def test_a_share_is_of_a_thousand_records() -> None:
    limit = RefusalLimit(10_000, 0.5)
    assert limit.count(499, 500) is None  # too few to tell
    assert "501 of 1000 records" in (limit.count(0, 1) or "")
    assert limit.count(500, 500) is None
    assert limit.count(0, 999) is None
    limit.reset()
    assert limit.count(500, 500) is None


async def test_work_is_done_in_turn_and_errors_come_back() -> None:
    pool = Pool("test", 1)
    order: list[int] = []
    await asyncio.gather(*(pool.run(lambda n=n: order.append(n)) for n in range(20)))  # type: ignore[misc]
    assert order == list(range(20))
    with pytest.raises(ZeroDivisionError):
        await pool.run(lambda: 1 / 0)
    assert await pool.run(lambda: 7) == 7


async def test_nobody_waits_for_what_hangs() -> None:
    pool, free = Pool("test", 1), threading.Event()
    hanging = asyncio.create_task(pool.run(free.wait))
    await asyncio.sleep(0.05)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    free.set()
    assert await pool.run(lambda: True)


async def test_what_hangs_gives_its_place_to_others_and_still_brings_its_answer() -> None:
    pool, free, told = Pool("test", 1), threading.Event(), asyncio.Event()
    hanging = asyncio.create_task(pool.run(free.wait, 0.05, told.set))
    waits = asyncio.create_task(pool.run(lambda: 7, 0.05, told.set))
    await told.wait()
    assert await waits == 7
    assert not hanging.done()
    free.set()
    assert await hanging


async def test_no_more_is_at_work_at_once_than_there_are_places() -> None:
    pool, free, most = Pool("test", 2), threading.Event(), threading.Semaphore(2)

    def work() -> bool:
        with_place = most.acquire(blocking=False)
        free.wait()
        most.release()
        return with_place

    waiting = [asyncio.create_task(pool.run(work)) for _ in range(6)]
    await asyncio.sleep(0.05)
    free.set()
    assert all(await asyncio.gather(*waiting))
