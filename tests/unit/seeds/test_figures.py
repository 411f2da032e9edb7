from decimal import ROUND_HALF_UP, Decimal

import pytest

from seeds.figures import COLUMNS, Figure, derived_2022, figures, load_figures, service_totals
from seeds.topics import topics

from .conftest import Table


def count(figure_id: str) -> int:
    value = figures()[figure_id].value
    assert isinstance(value, int)
    return value


def test_resolved_is_on_time_and_late() -> None:
    assert count("dossiers_resolved_on_time") + count("dossiers_late") == 596_864
    assert count("dossiers_resolved") == 596_864
    assert (count("dossiers_resolved_on_time"), count("dossiers_late")) == (595_634, 1_230)
    assert count("dossiers_received") - count("dossiers_resolved") == 8_995


def test_causes_of_lateness_are_whole_dossiers() -> None:
    system = Decimal(str(figures()["late_cause_electronic_delay"].value))
    other = Decimal(str(figures()["late_cause_other"].value))
    assert system + other == 100
    assert round(system * 1230 / 100) + round(other * 1230 / 100) == 1_181 + 49


def test_services() -> None:
    totals = service_totals()
    assert (totals.full, totals.partial, totals.information) == (1_015, 343, 420)
    assert totals.total == count("services_total") == 1_778
    assert totals.integrated == 956


def two_decimals(figure: Figure) -> Decimal:
    assert figure.numerator is not None
    assert figure.denominator is not None
    share = Decimal(100 * figure.numerator) / Decimal(figure.denominator)
    return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_exactly_one_printed_percentage_contradicts_its_counts() -> None:
    printed = [figure for figure in figures().values() if figure.published_percent is not None]
    checked = [figure for figure in printed if figure.numerator is not None]
    wrong = [f for f in checked if two_decimals(f) != Decimal(str(f.published_percent))]
    assert len(checked) >= 6
    assert wrong == [figure for figure in figures().values() if figure.contradicted]
    assert [figure.id for figure in wrong] == ["autonomy_province_units"]
    assert (wrong[0].numerator, wrong[0].denominator, wrong[0].published_percent) == (
        41,
        103,
        26.21,
    )


@pytest.mark.parametrize(
    ("cells", "contradicted"),
    [("1,3,33.33", False), ("1,3,33.34", True), ("2,3,66.67", False), ("2,3,66.66", True),
     ("1,8,12.5", False), ("1776,26362,6.74", False), (",,6.74", False), ("1,3,", False)],
)  # fmt: skip
def test_contradiction_is_computed(table: Table, cells: str, contradicted: bool) -> None:
    row = f"a,x,1,,{cells},unit,,2023,stated,documents,"
    assert load_figures(table(",".join(COLUMNS), row))["a"].contradicted is contradicted


def test_figures_keep_what_the_press_said_about_them() -> None:
    assert len(figures()) == 61
    over = {figure.id for figure in figures().values() if figure.qualifier == "over"}
    assert over == {"directive_documents", "models"}
    assert {f"ioc.{figure.subsystem}" for figure in figures().values()} <= topics().keys()
    assert {figure.period_basis for figure in figures().values()} == {"stated", "inferred"}


def test_totals_of_2022_follow_from_the_printed_changes() -> None:
    derived = derived_2022()
    assert {figure_id: figure.value for figure_id, figure in derived.items()} == {
        "dossiers_received": 894_521,
        "dossiers_late": 634,
        "on_time_rate": 99.92,
        "online_full_share": 30.25,
    }
    received, late = derived["dossiers_received"], derived["dossiers_late"]
    assert (round(received.low), round(received.high)) == (894_455, 894_587)
    assert (round(late.low), round(late.high)) == (632, 636)
    assert all(figure.low < figure.value < figure.high for figure in derived.values())


def test_the_derived_totals_give_the_printed_changes_back() -> None:
    derived = derived_2022()
    received, late = derived["dossiers_received"].value, derived["dossiers_late"].value
    assert round((605_859 / received - 1) * 100, 2) == -32.27
    assert round(1_230 / late, 2) == 1.94
    for name in ("on_time_rate", "online_full_share"):
        change = figures()[name].value - derived[name].value
        assert round(change, 2) == figures()[f"{name}_change"].value


def test_the_ratio_reading_is_the_one_that_fits() -> None:
    """Late at 100 − 99.92 % of those resolved: the number resolved must fit those received."""
    received = derived_2022()["dossiers_received"].value
    share_late = (100 - derived_2022()["on_time_rate"].value) / 100
    as_ratio = derived_2022()["dossiers_late"].value / share_late
    as_increase = 1_230 / 2.94 / share_late
    assert as_ratio == pytest.approx(792_500)
    assert 0.85 < as_ratio / received < 1
    assert as_increase / received < 0.6
