"""Recording rules on subsystems: is it well, and since when.

0 well, 1 warning, 2 critical, 3 stale, 4 no data. Stale is worse than warning and well, whatever
the figures say; a critical state that was the last one known stays critical, for silence is no
recovery.
"""

from collections.abc import Iterator

from dashboards.boards.headline import province_figure
from deploy.prometheus.recording import Rule, constant, record
from seeds.registry import subsystems
from seeds.subsystem import Indicator, Thresholds

WELL, WARNING, CRITICAL, STALE, NO_DATA = range(5)

# A topic of which not all is counted is old after this long, a partition move takes less.
COMPLETE_SECONDS = 60
# A state that does not hold so long begins no episode: partitions move, Prometheus restarts.
SETTLED, SETTLED_SECONDS, SETTLED_EVALUATIONS = "1m", 60, 10
# How long an episode is remembered while Prometheus is away.
REMEMBERED = "1d"

KNOWN = (
    "(count by (topic) (ioc:reading:last) or count by (topic) (ioc:cases_open:last)"
    " or count by (topic) (ioc:cases_received:last))"
)
OLD = (
    "(max by (topic) (ioc:source_state) > 0"
    f" or {KNOWN} unless on (topic) ioc:source_state"
    f" or {KNOWN} unless on (topic)"
    f" (time() - ioc:topic_complete_timestamp_seconds:last <= {COMPLETE_SECONDS})"
    " or sum by (topic) (ioc:source_info:last"
    " * on (source) group_left () max by (source) (ioc:source_backlog:last)) > 0)"
)


def subsystem_rules() -> list[Rule]:
    """In order: what a rule uses stands before it."""
    state, settled = "ioc:subsystem_state", "ioc:subsystem_state:settled"
    since = f"{state}_since_seconds"
    steady = (
        f"(min_over_time({state}[{SETTLED}]) == on (subsystem) max_over_time({state}[{SETTLED}]))"
    )
    unchanged = f"({settled} == on (subsystem) last_over_time({settled}[{REMEMBERED}] offset 1ms))"
    return [
        *(
            constant("ioc_subsystem_info", 1, subsystem=subsystem.name, topic=subsystem.topic)
            for subsystem in subsystems().values()
        ),
        record(state, _state()),
        record(
            settled,
            f"{state} and on (subsystem) {steady} and on (subsystem)"
            f" (count_over_time({state}[{SETTLED}]) >= {SETTLED_EVALUATIONS})"
            f" or on (subsystem) last_over_time({settled}[{REMEMBERED}])",
        ),
        record(
            since,
            f"last_over_time({since}[{REMEMBERED}]) and on (subsystem) {unchanged}"
            f" or on (subsystem) {settled} * 0 + time() - {SETTLED_SECONDS}",
        ),
    ]


def _state() -> str:
    critical = ['count by (topic) (ioc:cases_watch:last{level="escalated_3"} > 0)']
    warning = ['count by (topic) (ioc:cases_open:last{phase="overdue"} > 0)']
    found = (
        f"({_any([*critical, *_beyond('critical')])}) * 0 + {CRITICAL}"
        f" or on (topic) ({KNOWN} and on (topic) {OLD}) * 0 + {STALE}"
        f" or on (topic) ({_any([*warning, *_beyond('warning')])}) * 0 + {WARNING}"
        f" or on (topic) {KNOWN} * 0 + {WELL}"
    )
    return (
        f"({found}) * on (topic) group_right () ioc_subsystem_info"
        f" or on (subsystem) ioc_subsystem_info * 0 + {NO_DATA}"
    )


def _any(conditions: list[str]) -> str:
    return " or on (topic) ".join(conditions)


def _beyond(name: str) -> Iterator[str]:
    """The figures of the province that are at a threshold or beyond it."""
    for subsystem in subsystems().values():
        for indicator in subsystem.indicators.values():
            if indicator.thresholds is not None and indicator.origin == "readings":
                yield from _at(indicator, indicator.thresholds, name)


def _at(indicator: Indicator, thresholds: Thresholds, name: str) -> Iterator[str]:
    value = thresholds.critical if name == "critical" else thresholds.warning
    if value is not None:
        worse = "<=" if indicator.direction == "higher_is_better" else ">="
        yield f"({province_figure(indicator, by='topic')} {worse} {value:g})"
