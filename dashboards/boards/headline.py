"""The province's figure of an indicator, from those of its units or from the cases counted."""

from dashboards.boards.promql import part, selected, total
from seeds.periods import PeriodKind
from seeds.registry import subsystems
from seeds.subsystem import Aggregation, Indicator, Subsystem
from seeds.unit_codes import FORMS

# `last` stands with one unit, the province: then any of them is it.
_OPERATORS: dict[Aggregation, str] = {
    "sum": "sum", "mean": "avg", "min": "min", "max": "max", "last": "max",
}  # fmt: skip

# As long as the period of a reading: what was shown then is that of the period before.
_AGO: dict[PeriodKind, str] = {
    "instant": "1h", "hour": "1h", "day": "1d", "month": "31d", "quarter": "92d", "term": "184d",
    "year": "366d",
}  # fmt: skip

# Open cases are compared with those of the day before.
_CASES_AGO = "1d"
_OPEN: dict[str, str] = {
    "cases_processing": "processing",
    "cases_overdue": "overdue",
    "cases_paused": "paused",
}


def earlier(indicator: Indicator) -> str | None:
    """How long ago its figure is compared with, as `1d`; None: with nothing."""
    if indicator.origin == "readings":
        return _AGO.get(indicator.period)
    return _CASES_AGO if indicator.id in _OPEN else None


def province_figure(indicator: Indicator, ago: str = "", by: str = "") -> str:
    """PromQL of one figure, as it was `ago`; with the label `topic` where `by` says so.

    LookupError for an indicator that is counted from cases in a way that is not known here.
    """
    if indicator.origin == "readings":
        operator, grouped = _OPERATORS[indicator.aggregation], f" by ({by})" if by else ""
        return f"{operator}{grouped} ({readings(indicator, ago)})"
    return _counted(subsystems()[indicator.subsystem], indicator, ago, by)


def readings(indicator: Indicator, ago: str = "") -> str:
    """The latest reading of every unit."""
    return selected(
        "ioc:reading:last",
        ago,
        subsystem=indicator.subsystem,
        indicator=indicator.id,
        # A unit of another coverage would be counted twice.
        unit=f"~{FORMS[indicator.coverage]}",
    )


def _counted(subsystem: Subsystem, indicator: Indicator, ago: str, by: str) -> str:
    """Cells that count nothing are not exported: none of a known whole is none."""
    cases = {"kind": "|".join(subsystem.case_kinds), "topic": subsystem.topic}
    if indicator.id == "cases_received":
        return total("cases_received", by, ago, **cases, period="$period")
    whole = total("cases_received", by, ago, **cases)
    if phase := _OPEN.get(indicator.id):
        return part(total("cases_open", by, ago, **cases, phase=phase), whole)
    if timeliness := _timeliness(subsystem, indicator):
        resolved = {**cases, "period": "$period", "timeliness": timeliness}
        return part(total("cases_resolved", by, ago, **resolved), whole)
    raise LookupError(
        f"{subsystem.file}: headline = {indicator.id!r} has no figure of the province; allowed: a "
        f"reading, cases_received, cases_resolved_early, cases_resolved_on_time, "
        f"cases_resolved_late, {', '.join(_OPEN)}"
    )


def _timeliness(subsystem: Subsystem, indicator: Indicator) -> str:
    """Where nobody tells early from on time, early is on time."""
    on_time = "on_time" if "cases_resolved_early" in subsystem.indicators else "early|on_time"
    return {
        "cases_resolved_early": "early",
        "cases_resolved_on_time": on_time,
        "cases_resolved_late": "late",
    }.get(indicator.id, "")
