"""The benchmark runs and says what it measured; how fast is for a quiet machine to say."""

from deploy.benchmarks.legal_clock import CASES, GOALS, measure


def test_every_kind_of_case_is_measured() -> None:
    rates = measure(evaluations=CASES, runs=2)
    assert [rate.name for rate in rates][:2] == list(GOALS)
    assert all(len(rate.per_second) == 2 and rate.median > 0 for rate in rates)
    assert all("evaluations/s" in rate.line() for rate in rates)
    assert "goal  100,000" in rates[0].line()
