from dataclasses import replace

import pytest

from seeds import figure_readings
from seeds.figure_readings import FigureReading, figures_as_readings, period_as_printed
from seeds.figures import derived_2022, figures
from seeds.periods import parse_period
from seeds.registry import indicators
from seeds.subsystem import Base


def published() -> dict[str, FigureReading]:
    return {one.indicator: one for one in figures_as_readings() if one.standing == "published"}


def derived() -> dict[str, FigureReading]:
    return {one.indicator: one for one in figures_as_readings() if one.standing == "derived"}


def test_every_figure_is_a_reading_of_an_indicator() -> None:
    assert list(published()) == list(figures())
    for figure_id, figure in figures().items():
        reading = published()[figure_id]
        assert (reading.subsystem, reading.indicator) in indicators()
        assert (reading.value, reading.unit) == (figure.value, "94")
        assert (reading.qualifier, reading.scope) == (figure.qualifier, figure.scope)
        assert (reading.numerator, reading.denominator) == (figure.numerator, figure.denominator)
        assert reading.period_basis == figure.period_basis
        assert reading.derived_from == ()


def test_indicators_count_and_show_what_the_figures_do() -> None:
    for figure in figures().values():
        indicator = indicators()[figure.subsystem, figure.id]
        assert indicator.measure.id == figure.unit.lower().replace(" ", "_")
        assert round(figure.value, indicator.decimals) == figure.value
        assert round(figure.value, indicator.decimals - 1) != figure.value or not indicator.decimals


def test_a_reading_is_of_the_period_of_its_indicator() -> None:
    for reading in figures_as_readings():
        indicator = indicators()[reading.subsystem, reading.indicator]
        assert parse_period(reading.period).kind == indicator.period
        assert reading.base == indicator.base
        changes = reading.base is not None and reading.base.relation == "change"
        assert (reading.base_period is not None) == changes


def test_no_two_readings_are_of_the_same_period() -> None:
    keys = [(one.subsystem, one.indicator, one.unit, one.period) for one in figures_as_readings()]
    assert len(set(keys)) == len(keys) == 65


def test_the_derived_totals_are_marked() -> None:
    assert {name: one.value for name, one in derived().items()} == {
        "dossiers_received": 894_521,
        "dossiers_late": 634,
        "on_time_rate": 99.92,
        "online_full_share": 30.25,
    }
    for name, reading in derived().items():
        assert (reading.period, reading.standing) == ("2022", "derived")
        assert (reading.low, reading.high) == (derived_2022()[name].low, derived_2022()[name].high)
        assert set(reading.derived_from) <= set(published())
        assert parse_period(reading.period).order < parse_period(published()[name].period).order
    assert all(one.low is None and one.high is None for one in published().values())


def test_bases_that_the_press_left_open_are_assumed() -> None:
    bases = {name: one.base for name, one in published().items()}
    assert bases["online_full_share"] == Base("dossiers_resolved", "share", "assumed")
    assert bases["online_payment_share"] == Base("dossiers_received", "share", "assumed")
    assert bases["on_time_rate"] == Base("dossiers_resolved", "share", "stated")
    assert bases["staff_postgraduate"] == Base("staff_total", "part", "stated")
    assert bases["dossiers_late_ratio"] == Base("dossiers_late", "change", "stated")


def test_parts_that_the_press_counts_agree_with_their_base() -> None:
    values = {name: one.value for name, one in published().items()}
    for name, one in published().items():
        if one.base and one.base.relation == "part" and one.denominator:
            assert (one.numerator, one.denominator) == (values[name], values[one.base.indicator])
    assert published()["autonomy_province_units"].contradicted


@pytest.mark.parametrize(
    ("printed", "period", "compared"),
    [
        ("2023", "2023", None),
        ("2023-12", "2023-12", None),
        ("2023 vs 2022", "2023", "2022"),
        ("end 2023", "../2023", None),
        ("to end 2023", "../2023", None),
        ("2021-07 to end 2023", "2021-07/2023-12", None),
        ("2022-2023", "2022/2023", None),
        ("2021-2030", "2021/2030", None),
    ],
)
def test_periods_as_the_press_prints_them(printed: str, period: str, compared: str | None) -> None:
    assert period_as_printed(printed) == (period, compared)


@pytest.mark.parametrize("printed", ["", "2023-13", "end of 2023", "2021-07 end 2023", "two years"])
def test_no_printed_period(printed: str) -> None:
    with pytest.raises(ValueError, match="allowed: 2023, 2023-12, "):
        period_as_printed(printed)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": "dossiers"}, "figure dossiers has no indicator; add it to documents.toml"),
        ({"period": "to end 2023"}, "is for '../2023', its indicator for each year"),
    ],
)
def test_a_figure_that_fits_no_indicator(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], problem: str
) -> None:
    figure = replace(figures()["work_files_online"], **changes)  # type: ignore[arg-type]
    monkeypatch.setattr(figure_readings, "all_figures", lambda: {figure.id: figure})
    with pytest.raises(ValueError, match=problem):
        figures_as_readings()
