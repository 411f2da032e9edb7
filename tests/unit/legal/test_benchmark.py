"""The benchmark runs and says what it measured; how fast is for a quiet machine to say."""

from deploy.benchmarks import open_partitions
from deploy.benchmarks.legal_clock import CASES, GOALS, ClockReport, Rate, measure


def test_every_kind_of_case_is_measured() -> None:
    rates = measure(evaluations=CASES, runs=2)
    assert [rate.name for rate in rates][:2] == list(GOALS)
    assert all(len(rate.per_second) == 2 and rate.median > 0 for rate in rates)
    assert all("evaluations/s" in rate.line() for rate in rates)
    assert "goal  100,000" in rates[0].line()


def test_folding_into_open_partitions_and_opening_a_gate_are_measured() -> None:
    found = open_partitions.measure(dossiers=100, bundle=50, runs=2)
    assert found.events > 100
    assert all(len(runs) == 2 and min(runs) > 0 for runs in (found.folding, found.opening))
    lines = ClockReport([Rate("a clock", (1.0,), 0)], found).lines()
    assert "goal  100,000" in next(line for line in lines if "folded while open" in line)
    assert "a gate of 606,000 cases" in lines[-1]
