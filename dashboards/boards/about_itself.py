"""What every board says about itself: its clock, where its figures come from, whether they are
whole.
"""

from collections.abc import Collection

from dashboards.boards.definition import Panel, Place, Query
from dashboards.boards.promql import selected

# The clock of the figures, kept while workers are away: seconds that it is ahead of this machine's,
# now or when it was last seen.
_AHEAD = "ioc_now_seconds - timestamp(ioc_now_seconds)"
_NOW = f"(max({_AHEAD}) or max(last_over_time(({_AHEAD})[6h:1m]))) + time()"

SOURCES = "max by (source, kind, topic) (ioc:source_info:last)"
NEWEST_EVENT = "ioc:source_last_event_timestamp_seconds:last * 1000"
_SIMULATORS = 'ioc:source_info:last{kind="simulator"}'
# A source may feed several topics: what it still has to send is then said of each.
_BACKLOG = (
    "sum by (topic) ({info} * on (source) group_left () max by (source) (ioc:source_backlog:last))"
)


def about_itself(topics: Collection[str]) -> tuple[Panel, ...]:
    """Panels 1 to 3, above the others; completeness is that of `topics`."""
    topic = "|".join(topics)
    complete_at = selected("ioc:topic_complete_timestamp_seconds:last", topic=topic)
    backlog = _BACKLOG.format(info=selected("ioc:source_info:last", topic=topic))
    return (
        Panel(
            number=1,
            id="clock",
            view="clock",
            title="clock",
            about="clock_about",
            queries=(Query("A", f"1000 * ({_NOW})", "clock"),),
            place=Place(0, 0, 8, 4),
            unit="dateTimeAsIso",
        ),
        Panel(
            number=2,
            id="origin",
            view="origin",
            title="origin",
            about="origin_about",
            queries=(
                Query("A", f"count({_SIMULATORS})", "simulators"),
                Query("B", f"count({SOURCES})", "sources"),
            ),
            place=Place(8, 0, 8, 4),
            flags=(("A", "simulated"),),
        ),
        Panel(
            number=3,
            id="completeness",
            view="completeness",
            title="completeness",
            about="completeness_about",
            queries=(
                Query("A", selected("ioc:topic_complete", topic=topic), "complete_partitions"),
                Query("B", f"{complete_at} * 1000", "complete_at"),
                Query("C", backlog, "backlog"),
            ),
            place=Place(16, 0, 8, 4),
            other_units=(("B", "dateTimeAsIso"),),
            by="topic",
        ),
    )
