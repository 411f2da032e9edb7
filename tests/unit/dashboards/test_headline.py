"""From the figures of units to the one of the province, as PromQL."""

from dataclasses import replace

import promql_parser
import pytest

from dashboards.boards.headline import earlier, province_figure
from seeds.registry import indicators, subsystems
from seeds.subsystem import Indicator


def found(subsystem: str, indicator: str) -> Indicator:
    return indicators()[subsystem, indicator]


@pytest.mark.parametrize(
    ("subsystem", "indicator", "begin", "unit"),
    [
        ("environment-land", "salinity", "max (", "tram-"),
        ("environment-land", "ph", "avg (", "tram-"),
        ("tourism", "visitors", "sum (", "[0-9]{3}"),
        ("web-platforms", "certificate_days_left", "min (", "site-"),
        ("socio-economic", "budget_revenue", "max (", "[0-9]{2}"),
    ],
)
def test_readings_are_put_together_as_their_indicator_says(
    subsystem: str, indicator: str, begin: str, unit: str
) -> None:
    text = province_figure(found(subsystem, indicator))
    assert text.startswith(begin)
    assert f'unit=~"{unit}' in text


def test_an_indicator_of_which_the_last_counts_has_the_province_as_its_only_unit() -> None:
    last = [one for one in indicators().values() if one.aggregation == "last"]
    assert {one.coverage for one in last if one.origin == "readings"} == {"province"}


def test_open_cases_without_overdue_are_none_overdue() -> None:
    text = province_figure(found("documents", "cases_overdue"))
    assert text == (
        '(sum (ioc:cases_open:last{kind="document",topic="ioc.documents",phase="overdue"})'
        ' or 0 * sum (ioc:cases_received:last{kind="document",topic="ioc.documents"}))'
    )


def test_early_is_on_time_where_nobody_tells_them_apart() -> None:
    feedback = province_figure(found("citizen-feedback", "cases_resolved_on_time"))
    assert 'timeliness=~"early|on_time"' in feedback
    dossiers = province_figure(found("public-administration", "cases_resolved_on_time"))
    assert 'timeliness="on_time"' in dossiers


def test_every_headline_has_a_figure_and_the_one_before_it() -> None:
    for subsystem in subsystems().values():
        ago = earlier(subsystem.headline)
        assert ago
        before = province_figure(subsystem.headline, ago)
        promql_parser.parse(before.replace("$period", "2023"))
        assert before.count(f"offset {ago}") == before.count("ioc:")


def test_a_figure_of_a_year_of_cases_is_not_compared() -> None:
    assert earlier(found("citizen-feedback", "cases_received")) is None
    assert earlier(replace(found("tourism", "visitors"), period="span")) is None


def test_rules_ask_for_the_figure_by_topic() -> None:
    salinity = province_figure(found("environment-land", "salinity"), by="topic")
    assert salinity.startswith("max by (topic) (")


def test_what_is_not_counted_here_is_said_with_what_is() -> None:
    share = found("public-administration", "cases_online_share")
    with pytest.raises(LookupError, match=r"'cases_online_share' has no figure.*cases_overdue"):
        province_figure(share)
