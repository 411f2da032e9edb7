"""Hồ sơ: are the province's dossiers well, where not, and who acts."""

from dashboards.boards.about_itself import NEWEST_EVENT, about_itself
from dashboards.boards.definition import PERIOD, Board, Panel, Place, Query
from dashboards.boards.promql import by_district, named, part, ratio, total
from seeds.topics import PUBLIC_ADMINISTRATION

# A share of a handful of dossiers says nothing of an agency.
LEAST_OPEN = 20

# Received and not closed; what waits for intake is not received.
_IN_HAND = "!awaiting_intake"
_TOPIC = f'{{topic="{PUBLIC_ADMINISTRATION}"}}'

_RECEIVED = total("cases_received", period=PERIOD)
_RESOLVED = total("cases_resolved", period=PERIOD)
_EARLY_OR_ON_TIME = part(
    total("cases_resolved", period=PERIOD, timeliness="early|on_time"), _RESOLVED
)
_LATE = part(total("cases_resolved", period=PERIOD, timeliness="late"), _RESOLVED)
_OPEN = total("cases_open", phase=_IN_HAND)
_OVERDUE = part(total("cases_open", phase="overdue"), _OPEN)
_FULL_ONLINE = part(total("cases_full_online", period=PERIOD), _RESOLVED)
_PAID_ONLINE = part(total("cases_paid_online", period=PERIOD), _RECEIVED)

_DISTRICT_OPEN = by_district("cases_open", phase=_IN_HAND)
_DISTRICT_OVERDUE = part(by_district("cases_open", phase="overdue"), _DISTRICT_OPEN)

_AGENCY_OPEN = total("cases_open", by="agency", phase=_IN_HAND)
_AGENCY_OVERDUE = part(total("cases_open", by="agency", phase="overdue"), _AGENCY_OPEN)
_ENOUGH_OPEN = f"({_AGENCY_OPEN} >= {LEAST_OPEN})"

_HEARD = "ioc:source_last_heartbeat_timestamp_seconds:last"
_HERE = f"and on (source) ioc:source_info:last{_TOPIC}"


def _figure(
    number: int,
    name: str,
    at: tuple[int, int],
    *queries: Query,
    share: bool = False,
    width: int = 1,
) -> Panel:
    """A headline figure; `at` is its column and row, `width` its columns, in thirds."""
    return Panel(
        number=number,
        id=name.replace("_", "-"),
        view="figure",
        title=name,
        about=f"{name}_about",
        queries=queries,
        place=Place(at[0] * 4, 4 + at[1] * 5, 4 * width, 5),
        unit="percentunit" if share else "locale",
        decimals=2 if share else 0,
    )


_FIGURES = (
    _figure(
        4,
        "on_time_rate",
        (0, 0),
        Query("A", ratio(_EARLY_OR_ON_TIME, _RESOLVED), "on_time_rate"),
        Query(
            "B",
            ratio(_EARLY_OR_ON_TIME, f"({_RESOLVED} + {_OVERDUE})"),
            "on_time_rate_with_overdue",
        ),
        share=True,
        width=2,
    ),
    _figure(5, "late", (2, 0), Query("A", _LATE, "late")),
    _figure(6, "received", (0, 1), Query("A", _RECEIVED, "received")),
    _figure(7, "resolved", (1, 1), Query("A", _RESOLVED, "resolved")),
    _figure(8, "early_or_on_time", (2, 1), Query("A", _EARLY_OR_ON_TIME, "early_or_on_time")),
    _figure(9, "open", (0, 2), Query("A", _OPEN, "open"), Query("B", _OVERDUE, "overdue")),
    _figure(
        10,
        "full_online",
        (1, 2),
        Query("A", ratio(_FULL_ONLINE, _RESOLVED), "full_online"),
        share=True,
    ),
    _figure(
        11,
        "paid_online",
        (2, 2),
        Query("A", ratio(_PAID_ONLINE, _RECEIVED), "paid_online"),
        share=True,
    ),
)

_WHERE = (
    Panel(
        number=12,
        id="districts",
        view="map",
        title="districts",
        about="districts_about",
        queries=(
            Query("A", ratio(_DISTRICT_OVERDUE, _DISTRICT_OPEN), "overdue_share"),
            Query("B", _DISTRICT_OVERDUE, "overdue"),
            Query("C", _DISTRICT_OPEN, "open"),
        ),
        place=Place(12, 4, 6, 15),
        unit="percentunit",
        decimals=1,
        other_units=(("B", "locale"), ("C", "locale")),
        by="district",
    ),
    Panel(
        number=13,
        id="agencies",
        view="ranking",
        title="agencies",
        about="agencies_about",
        queries=(
            Query("A", named(f"{_AGENCY_OVERDUE} / {_ENOUGH_OPEN}"), "overdue_share"),
            Query("B", named(f"{_AGENCY_OVERDUE} and {_ENOUGH_OPEN}"), "overdue"),
            Query("C", named(_ENOUGH_OPEN), "open"),
        ),
        place=Place(18, 4, 6, 15),
        unit="percentunit",
        decimals=1,
        other_units=(("B", "locale"), ("C", "locale")),
        by="agency",
    ),
    Panel(
        number=14,
        id="sources",
        view="sources",
        title="sources",
        about="sources_about",
        queries=(
            Query("A", f"ioc:source_backlog:last {_HERE}", "backlog"),
            Query("B", f"{_HEARD} * 1000 {_HERE}", "last_heartbeat"),
            Query("C", f"{NEWEST_EVENT} {_HERE}", "last_event"),
            Query("D", f"max by (source, kind) (ioc:source_info:last{_TOPIC})", "kind"),
            Query("E", f"ioc:source_cases:last{_TOPIC}", "source_cases"),
        ),
        place=Place(0, 19, 24, 5),
        other_units=(("B", "dateTimeAsIso"), ("C", "dateTimeAsIso")),
        by="source",
    ),
)

_TOPICS = (PUBLIC_ADMINISTRATION,)

BOARD = Board(
    id="ho-so",
    title="board_dossiers",
    topics=_TOPICS,
    panels=about_itself(_TOPICS) + _FIGURES + _WHERE,
)
