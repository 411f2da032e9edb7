"""The clock agrees with a second one that was written minute by minute."""

import ast
import random
from pathlib import Path

import pytest

from streams.core import facts as fold
from streams.core.facts import Supplement
from streams.core.legal.causes import NO_OUTAGES
from streams.core.legal.clock import legal_clock
from streams.core.legal.duration import duration
from streams.core.legal.facts import Key
from streams.core.legal.ladder import watch
from streams.core.legal.terms import Terms
from streams.core.standing import Standing, stand
from tests.unit.legal import slow_clock
from tests.unit.legal.slow_clock import DAY, Answer, Case
from tests.unit.legal.support import Facts, terms

OFFSET_MINUTES = 7 * 60
LIMITS = {
    "working_day": (1, 2, 3, 5, 7, 10, 15, 20),
    "working_hour": (1, 4, 8, 12, 24, 40),
    "calendar_day": (1, 2, 3, 7, 15, 30),
    "month": (1,),
}
EDGES = [0, 1, 419, 420, 421, 689, 690, 691, 809, 810, 811, 1019, 1020, 1021, 1439]


def seconds(minute: int) -> int:
    return (minute - OFFSET_MINUTES) * 60


def minutes(second: int) -> int:
    assert second % 60 == 0
    return second // 60 + OFFSET_MINUTES


def somewhere(chance: random.Random, begins: int, ends: int) -> int:
    """Often at an edge of office hours: there the mistakes live."""
    moment = chance.randint(begins, max(begins, ends))
    if chance.random() < 0.5:
        moment = moment // DAY * DAY + chance.choice(EDGES)
    return min(max(moment, begins), max(begins, ends))


def random_case(chance: random.Random, longest: int) -> tuple[Case, int]:
    """A case received in 2022–2026, and an instant up to `longest` minutes later."""
    received = somewhere(chance, slow_clock.BASE + 366 * DAY, slow_clock.BASE + 2180 * DAY)
    now = somewhere(chance, received, received + longest)
    unit = chance.choice(list(LIMITS))
    finished = somewhere(chance, received, now) if chance.random() < 0.4 else None
    last = now if finished is None else finished
    supplements = tuple(
        random_stop(chance, received, last) for _ in range(chance.choice([0, 0, 1, 2, 3]))
    )
    rows = tuple(
        (somewhere(chance, received, last), chance.choice([2, 4, 5, 6, 9]))
        for _ in range(chance.choice([0, 0, 2, 4]))
    )
    case = Case(
        received=received,
        due=somewhere(chance, received, received + longest) if chance.random() < 0.5 else None,
        finished=finished,
        status=chance.choice([4, 4, 4, 5, 6, 9]) if finished is None else 9,
        supplements=supplements,
        rows=rows,
        limit=chance.choice(LIMITS[unit]),
        unit=unit,
        ends="day" if unit != "working_hour" and chance.random() < 0.5 else "hour",
        moves=chance.random() < 0.9,
    )
    return case, now


def random_stop(chance: random.Random, begins: int, ends: int) -> tuple[int, int | None]:
    requested = somewhere(chance, begins, ends)
    if chance.random() < 0.15:
        return requested, None
    return requested, somewhere(chance, requested, min(ends, requested + 6 * DAY))


def fast_clock(case: Case, now: int) -> Answer:
    given = Facts(
        status=case.status,
        received=seconds(case.received),
        due=None if case.due is None else seconds(case.due),
        finished=None if case.finished is None else seconds(case.finished),
        supplements=tuple(
            (seconds(requested), None if received is None else seconds(received), None, None)
            for requested, received in case.supplements
        ),
    )
    rows = [(seconds(time), status) for time, status in case.rows]
    kind = "duration" if case.moves else "fixed_date"
    rule = terms(duration(case.limit, case.unit), ends=case.ends, kind=kind)  # type: ignore[arg-type]
    clock = legal_clock(given, rows, rule, seconds(now))
    assert clock.elapsed is not None
    assert clock.due_by_law is not None
    elapsed, by_law = clock.elapsed // 60, minutes(clock.due_by_law)
    level = watch(clock, rule).level
    # What the fold counts is the same.
    standing = stood(given, rows, rule, seconds(now))
    assert (standing.timeliness, standing.level) == (clock.timeliness, level)
    return Answer(clock.state, elapsed, by_law, clock.timeliness, level)


def stood(given: Facts, rows: list[Key], rule: Terms, now: int) -> Standing:
    items = tuple(Supplement(*item) for item in given.supplements)
    told = fold.Facts(**(given._asdict() | {"supplements": items}))
    return stand(told, sorted(set(rows)), list, rule, NO_OUTAGES, now)


@pytest.mark.parametrize(
    ("seed", "cases", "longest"),
    [*((seed, 1_000, 30 * DAY) for seed in range(10)), (11, 50, 365 * DAY)],
)
def test_both_clocks_agree(seed: int, cases: int, longest: int) -> None:
    chance = random.Random(seed)
    for _ in range(cases):
        case, now = random_case(chance, longest)
        assert fast_clock(case, now) == slow_clock.slow_clock(case, now), (case, now)


def test_every_kind_of_answer_comes_up() -> None:
    chance = random.Random(0)
    answers = [slow_clock.slow_clock(*random_case(chance, 30 * DAY)) for _ in range(1_000)]
    assert {answer.state for answer in answers} == {"running", "paused", "stopped"}
    assert {answer.timeliness for answer in answers} == {"early", "on_time", "late", None}
    assert len({answer.level for answer in answers}) == 7


def test_the_slow_clock_imports_nothing_of_ours() -> None:
    tree = ast.parse(Path(slow_clock.__file__).read_text(encoding="utf-8"))
    imported = [node.names[0].name for node in ast.walk(tree) if isinstance(node, ast.Import)]
    imported += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = ("seeds", "connectors", "streams", "dashboards", "deploy", "tests")
    assert [name for name in imported if name.startswith(ours)] == []
