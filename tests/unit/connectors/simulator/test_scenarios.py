"""A scenario says exactly what its year contains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulator.plan import apportion
from connectors.simulator.scenarios import scenario, scenario_of
from seeds.figures import figures


def figure(name: str) -> float:
    value = figures()[name].value
    assert value is not None
    return value


def test_the_year_has_the_published_figures() -> None:
    quotas = scenario("year-2023").quotas
    assert quotas.received == figure("dossiers_received") == 605_859
    assert quotas.resolved == figure("dossiers_resolved") == 596_864
    assert quotas.in_time == figure("dossiers_resolved_on_time") == 595_634
    late = quotas.late_in_system + quotas.late_other
    assert late == figure("dossiers_late") == 1_230
    assert quotas.processing + quotas.overdue + quotas.paused == 8_995
    share = round(100 * quotas.late_in_system / late, 2)
    assert share == figure("late_cause_electronic_delay")
    assert round(100 * quotas.full_online / quotas.resolved, 2) == figure("online_full_share")
    assert round(100 * quotas.paid_online / quotas.received, 2) == figure("online_payment_share")


def test_the_year_has_nothing_that_the_published_figures_leave_no_room_for() -> None:
    year = scenario("year-2023")
    assert year.quotas.dossiers == year.quotas.received
    assert year.oddities.unknown_agency == year.oddities.unknown_procedure == 0
    assert year.oddities.without_due == 0


@given(st.integers(1, 3_000_000), st.integers())
def test_a_scenario_of_any_size_adds_up(dossiers: int, seed: int) -> None:
    quotas = scenario_of(dossiers, seed).quotas
    assert quotas.dossiers == dossiers
    assert quotas.in_time >= 0
    assert quotas.full_online <= quotas.resolved
    assert quotas.paid_online <= quotas.received


def test_the_scenario_of_the_verifier_has_every_kind_of_life() -> None:
    quotas = scenario_of(20_000, 7).quotas
    assert all(getattr(quotas, name) >= 50 for name in quotas.__slots__)


def test_what_there_is_not() -> None:
    with pytest.raises(KeyError, match="year-2023"):
        scenario("year-1923")
    with pytest.raises(ValueError, match="at least 1"):
        scenario_of(0, 1)


@given(st.integers(0, 10**6), st.lists(st.floats(0.01, 100), min_size=1, max_size=50))
def test_parts_by_weight_add_up(total: int, weights: list[float]) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(
        abs(part - total * weight / whole) <= 1 for part, weight in zip(parts, weights, strict=True)
    )
