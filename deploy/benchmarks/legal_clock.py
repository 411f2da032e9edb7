"""How many times a second one core reads the legal clock: with and without stops, with the ladder.

Cases differ, so that no answer is remembered: received over a whole year, at every hour of the
day, half of them finished.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from deploy.benchmarks import open_partitions
from deploy.benchmarks.open_partitions import OpenReport
from deploy.benchmarks.stopwatch import processor
from seeds.law_calendar import calendar_days
from seeds.law_files import laws
from streams.core.facts import Facts, Keys, Supplement
from streams.core.legal.book import catalogue_limits, subject_of
from streams.core.legal.calendar import SECONDS_PER_DAY, WorkingCalendar
from streams.core.legal.clock import legal_clock
from streams.core.legal.ladder import watch
from streams.core.legal.terms import RuleBook, Terms

CASES: Final = 2_000
YEAR: Final = 365 * SECONDS_PER_DAY
FIRST_OF_2023: Final = 1_672_506_000
NOW: Final = FIRST_OF_2023 + 2 * YEAR
# Goals, evaluations per second of processor time.
GOALS: Final = {"no stops": 100_000, "three stops over a year": 40_000}


@dataclass(frozen=True, slots=True)
class Rate:
    """Evaluations per second of processor time, one for each run; goal 0: none is set."""

    name: str
    per_second: tuple[float, ...]
    goal: int

    @property
    def median(self) -> float:
        return median(self.per_second)

    def line(self) -> str:
        goal = f"   goal {self.goal:>8,}" if self.goal else ""
        return f"  {self.name:<34}{self.median:>10,.0f} evaluations/s{goal}"


@dataclass(frozen=True, slots=True)
class ClockReport:
    rates: list[Rate]
    opened: OpenReport

    def lines(self) -> list[str]:
        head = f"legal clock: {len(self.rates[0].per_second)} runs each, in turn"
        return [head, *(rate.line() for rate in self.rates), *self.opened.lines()]


@dataclass(frozen=True, slots=True)
class Sample:
    facts: Facts
    keys: Keys


def report(dossiers: int, runs: int, say: Callable[[str], None]) -> ClockReport:
    """The clock by itself, and in the fold of so many dossiers."""
    say("reading clocks")
    rates = measure(runs=runs)
    say(f"folding {dossiers:,} dossiers into open partitions")
    return ClockReport(rates, open_partitions.measure(dossiers, runs=runs))


def measure(evaluations: int = 100_000, runs: int = 5, seed: int = 1) -> list[Rate]:
    """Each kind of case in turn, so that a slow moment of the machine meets them all."""
    chance = random.Random(seed)
    plain = [_case(chance, stops=0) for _ in range(CASES)]
    stopped = [_case(chance, stops=3) for _ in range(CASES)]
    book = RuleBook(laws(), WorkingCalendar(calendar_days()), catalogue_limits())
    kinds: dict[str, Callable[[], None]] = {
        "no stops": lambda: _clocks(book, plain, evaluations),
        "three stops over a year": lambda: _clocks(book, stopped, evaluations),
        "no stops, with rule and ladder": lambda: _everything(book, plain, evaluations),
        "three stops, with rule and ladder": lambda: _everything(book, stopped, evaluations),
    }
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(runs):
        for name, work in kinds.items():
            begun = processor()
            work()
            found[name].append(evaluations / (processor() - begun))
    return [Rate(name, tuple(rates), GOALS.get(name, 0)) for name, rates in found.items()]


def _clocks(book: RuleBook, samples: Sequence[Sample], evaluations: int) -> None:
    """The clock alone; the rule of each case is at hand."""
    ready = [(sample.facts, sample.keys, _terms(book, sample.facts)) for sample in samples]
    for _ in range(evaluations // len(ready)):
        for facts, keys, terms in ready:
            legal_clock(facts, keys, terms, NOW)


def _everything(book: RuleBook, samples: Sequence[Sample], evaluations: int) -> None:
    """What the fold asks of a case: its rule, its clock, its rung."""
    for _ in range(evaluations // len(samples)):
        for sample in samples:
            terms = _terms(book, sample.facts)
            watch(legal_clock(sample.facts, sample.keys, terms, NOW), terms)


def _terms(book: RuleBook, facts: Facts) -> Terms:
    return book.terms(subject_of("dossier", facts), facts.received or 0)


def _case(chance: random.Random, stops: int) -> Sample:
    procedure = chance.choice(sorted(catalogue_limits()))
    received = FIRST_OF_2023 + chance.randrange(YEAR)
    cuts = sorted(received + chance.randrange(YEAR) for _ in range(2 * stops))
    due = received + chance.randrange(5, 40) * SECONDS_PER_DAY
    finished = received + YEAR + chance.randrange(10_000) if chance.random() < 0.5 else None
    facts = Facts(
        agency="000.18.29.H51",
        procedure=procedure,
        channel=chance.choice(["counter", "online"]),
        status=4 if finished is None else 9,
        submitted=received - 3_600,
        received=received,
        due=due,
        finished=finished,
        supplements=tuple(
            Supplement(begins, ends, None, None)
            for begins, ends in zip(cuts[::2], cuts[1::2], strict=True)
        ),
    )
    return Sample(facts, [(received + hours * 3_600, 4) for hours in (0, 4, 30)])
