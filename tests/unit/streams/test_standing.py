"""The rules, one by one, on facts as short as they can be."""

from typing import Any

import pytest

from streams.core.facts import Facts, Keys, Supplement
from streams.core.legal.causes import NO_OUTAGES
from streams.core.standing import Standing, stand
from tests.unit.legal.support import terms
from tests.unit.streams.strategies import DAY, NEW_YEAR, NOW

BEFORE = NEW_YEAR - 10 * DAY
NO_LIMIT = terms(None)
NOON = NEW_YEAR + 12 * 3600


def stands(keys: Keys | None = None, now: int = NOW, **facts: Any) -> Standing:
    return stand(Facts(**facts), keys or [], list, NO_LIMIT, NO_OUTAGES, now)


def asked(requested: int, received: int | None = None, due: int | None = None) -> Supplement:
    return Supplement(requested, received, None, due)


@pytest.mark.parametrize(
    ("facts", "phase"),
    [
        ({"refused": BEFORE, "received": BEFORE, "finished": BEFORE}, "refused"),
        ({"status": 3, "received": BEFORE}, "refused"),
        ({"submitted": BEFORE}, "awaiting_intake"),
        ({"received": BEFORE, "status": 1, "finished": BEFORE}, "awaiting_intake"),
        ({"received": BEFORE, "status": 7, "finished": BEFORE}, "withdrawn"),
        ({"received": BEFORE, "status": 8, "finished": BEFORE}, "stopped"),
        ({"received": BEFORE, "finished": BEFORE}, "resolved"),
        ({"received": BEFORE, "returned": BEFORE}, "resolved"),
        ({"received": BEFORE, "status": 5, "due": BEFORE}, "paused"),
        ({"received": BEFORE, "status": 6}, "paused"),
        ({"received": BEFORE, "supplements": (asked(BEFORE),)}, "paused"),
        ({"received": BEFORE, "supplements": (asked(BEFORE, BEFORE),)}, "processing"),
        ({"received": BEFORE, "status": 9, "due": BEFORE}, "overdue"),
        ({"received": BEFORE, "due": NOW}, "processing"),
        ({"received": BEFORE, "due": NOW - 1}, "overdue"),
        ({"received": BEFORE}, "processing"),
    ],
)
def test_phases(facts: dict[str, Any], phase: str) -> None:
    assert stands(**facts).phase == phase


@pytest.mark.parametrize(
    ("keys", "facts", "phase"),
    [
        ([(BEFORE, 2), (BEFORE + 1, 5)], {}, "paused"),
        ([(BEFORE, 6)], {"status": 4}, "paused"),
        ([(BEFORE, 5), (BEFORE + 1, 4)], {}, "processing"),
        ([(BEFORE, 5), (BEFORE + 1, 9)], {}, "processing"),
        ([(BEFORE, 5)], {"status": 9}, "processing"),
        ([(BEFORE, 5), (BEFORE + 1, 7), (BEFORE + 2, 8)], {}, "paused"),
        ([(BEFORE, 5)], {"supplements": (asked(BEFORE - 2, BEFORE - 1),)}, "paused"),
        ([(BEFORE, 5)], {"supplements": (asked(BEFORE - 2, BEFORE),)}, "processing"),
        ([(BEFORE, 7), (BEFORE, 8)], {}, "processing"),
    ],
)
def test_rows_pause_an_open_case_and_never_close_one(
    keys: Keys, facts: dict[str, Any], phase: str
) -> None:
    assert stands(keys, received=BEFORE, **facts).phase == phase


@pytest.mark.parametrize(
    ("finished", "due", "timeliness"),
    [
        (NOON, NOON, "on_time"),
        (NOON + 1, NOON, "late"),
        (NEW_YEAR, NOON, "on_time"),
        (NEW_YEAR - 1, NOON, "early"),
        (NOON, None, "on_time"),
    ],
)
def test_timeliness(finished: int, due: int | None, timeliness: str) -> None:
    standing = stands(received=BEFORE, finished=finished, due=due)
    assert (standing.phase, standing.timeliness) == ("resolved", timeliness)


@pytest.mark.parametrize(
    ("returned", "cause"), [(NOON, "in_system_clerk"), (NOON + 1, "unknown"), (None, "unknown")]
)
def test_a_late_finish_of_what_was_handed_over_in_time_is_late_in_the_system(
    returned: int | None, cause: str
) -> None:
    standing = stands(received=BEFORE, finished=NOON + 5, returned=returned, due=NOON)
    assert (standing.timeliness, standing.cause) == ("late", cause)


def test_the_appointment_is_the_one_sent_last() -> None:
    later = (asked(BEFORE, BEFORE, NOON), asked(BEFORE + 9, BEFORE + 9, NOON - 99), asked(0, 1))
    assert stands(received=BEFORE, due=1, supplements=later).due == NOON - 99
    tie = (asked(BEFORE, 1, NOON), asked(BEFORE, 1, NOON + 1))
    assert stands(received=BEFORE, supplements=tie).due == NOON + 1
    assert stands(received=BEFORE, due=7, supplements=(asked(1, 1),)).due == 7


@pytest.mark.parametrize(
    ("keys", "facts", "year"),
    [
        ([], {"refused": NEW_YEAR, "submitted": BEFORE}, 2024),
        ([], {"status": 3, "submitted": NEW_YEAR, "received": BEFORE}, 2024),
        ([], {"status": 3, "received": BEFORE}, 2023),
        ([], {"status": 3}, 0),
        ([(BEFORE, 7), (NEW_YEAR, 7), (NEW_YEAR + 1, 8)], {"status": 7, "received": 0}, 2024),
        ([(NEW_YEAR, 8)], {"status": 7, "received": 0, "finished": BEFORE}, 2023),
        ([], {"status": 8, "received": BEFORE, "returned": NEW_YEAR}, 2024),
        ([], {"status": 8, "received": BEFORE}, 2023),
        ([], {"received": BEFORE, "finished": NEW_YEAR, "returned": BEFORE}, 2024),
        ([], {"received": BEFORE, "finished": NEW_YEAR - 1}, 2023),
    ],
)
def test_the_year_in_which_a_case_was_closed(keys: Keys, facts: dict[str, Any], year: int) -> None:
    assert stands(keys, **facts).closed == year


@pytest.mark.parametrize(
    ("keys", "facts", "reported"),
    [
        ([(BEFORE, 9)], {}, True),
        ([(BEFORE, 10)], {"status": 5}, True),
        ([(BEFORE, 9), (BEFORE + 1, 4)], {}, False),
        ([], {"status": 9}, True),
        ([(BEFORE, 9)], {"finished": BEFORE}, False),
        ([(BEFORE, 9)], {"status": 7}, False),
        ([(BEFORE, 9)], {"status": 1}, False),
    ],
)
def test_a_finish_that_only_a_row_reports(
    keys: Keys, facts: dict[str, Any], *, reported: bool
) -> None:
    assert stands(keys, received=BEFORE, **facts).reported_done is reported
