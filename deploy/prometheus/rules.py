"""Recording rules: province totals that never lie while partitions move between workers.

Scrapes are staggered, so for a moment two workers or none may count a partition. A total is made
only while every partition of its topic has exactly one caught-up owner; else the last good one
stays, and `ioc:topic_complete_timestamp_seconds:last` says how old it is.

Two things that look simpler are wrong:

- `and on(topic) ioc:topic_complete` instead of the whole condition: a scrape may arrive between
  two rules of one evaluation, and pass a total that the condition was not computed for. One query
  sees one state of the storage, so the condition is in the rule itself.
- `last_over_time(ioc:X[6h])` as the last good one: it brings back cells that had become empty
  hours before. A total's own last value has just the cells that it had.

See `LOOKBACK_SECONDS` in configuration.py for what else they rest on.
"""

from collections.abc import Sequence

from deploy.prometheus.quality import WINDOW, DeclaredSource, declared, quality
from deploy.prometheus.recording import Group, Rule, constant, record
from deploy.prometheus.subsystems import subsystem_rules
from seeds.province import Agency, agencies, district_of
from seeds.topics import topics

# The labels of each family of totals, beside `topic`.
TOTALS: dict[str, tuple[str, ...]] = {
    "cases_registered": ("kind", "agency", "channel", "period"),
    "cases_received": ("kind", "agency", "channel", "period"),
    "cases_resolved": ("kind", "agency", "channel", "period", "timeliness"),
    "cases_late": ("kind", "agency", "period", "cause"),
    "cases_full_online": ("kind", "agency", "period"),
    "cases_paid_online": ("kind", "agency", "period"),
    "cases_open": ("kind", "agency", "channel", "phase"),
    "cases_closed_otherwise": ("kind", "agency", "period", "reason"),
    "cases_by_field": ("kind", "field", "state"),
    "cases_reported_done": ("kind", "agency"),
    "cases_watch": ("kind", "agency", "level"),
    "cases_due_mismatch": ("kind", "agency"),
    "cases_contradicted": ("kind", "agency"),
    "cases_intake_overdue": ("kind", "agency"),
    "reading": ("subsystem", "indicator", "unit", "period"),
    "reading_timestamp_seconds": ("subsystem", "indicator", "unit"),
    "readings": (),
    "source_cases": ("source",),
    "source_cases_contradicted": ("source",),
    "source_observations_total": ("source", "outcome"),
    "source_observations_unknown_total": ("source",),
    "source_slots": ("source", "state"),
}

# Of two workers that speak of a source for a moment, the one that has read further is right.
SOURCES: dict[str, tuple[str, ...]] = {
    "source_last_heartbeat_timestamp_seconds": ("source",),
    "source_last_event_timestamp_seconds": ("source",),
    "source_backlog": ("source",),
    "source_events_total": ("source", "outcome"),
    "source_reminders": ("source",),
    "source_lost_total": ("source",),
    "source_info": ("source", "kind", "topic"),
}


OWNERS = "sum by (topic, partition) (ioc_fold_caught_up)"
# As many partitions with exactly one owner as the topic has: so none has two or none.
COMPLETE = f"(count by (topic) ({OWNERS} == 1) == on (topic) ioc_topic_partitions)"
# The scrape that is longest ago of those that the totals are made of.
SCRAPED = "min by (topic) (timestamp(ioc_fold_caught_up))"


def rule_files(
    sources: Sequence[DeclaredSource] = (), window: str = WINDOW
) -> dict[str, list[Group]]:
    """File name -> groups of rules. `sources` that the configuration declares; `window` of the
    scores, such as 15m.
    """
    return {
        "totals.yml": [{"name": "totals", "rules": _totals()}],
        "sources.yml": [{"name": "sources", "rules": _sources()}],
        "quality.yml": [
            {"name": "declared", "interval": "5s", "rules": declared(sources)},
            {"name": "quality", "rules": quality(window)},
        ],
        "subsystems.yml": [
            {"name": "subsystems", "interval": "5s", "rules": subsystem_rules()},
        ],
        "seeds.yml": [{"name": "agencies", "interval": "5s", "rules": _agencies()}],
    }


def _totals() -> list[Rule]:
    """In order: what a rule uses stands before it."""
    rules = [
        constant("ioc_topic_partitions", topic.partitions, topic=topic.name)
        for topic in topics().values()
    ]
    rules.append(record("ioc:topic_complete", COMPLETE))
    complete_at = "ioc:topic_complete_timestamp_seconds:last"
    rules.append(record(complete_at, _kept(complete_at, SCRAPED)))
    for name, labels in TOTALS.items():
        whole = f"sum by ({', '.join(('topic', *labels))}) (ioc_{name})"
        rules.append(record(f"ioc:{name}:last", _kept(f"ioc:{name}:last", whole)))
        # Whichever state of the storage the two conditions saw, this may be older, never wrong.
        rules.append(record(f"ioc:{name}", f"ioc:{name}:last and on (topic) ioc:topic_complete"))
    imbalance = "sum by (topic) (ioc_ledger_imbalance)"
    rules.append(record("ioc:ledger_imbalance", imbalance))
    return rules


def _kept(name: str, expression: str) -> str:
    """The expression where its topic is complete, else the value that the rule had before."""
    return f"{expression} and on (topic) {COMPLETE} or ({name} unless on (topic) {COMPLETE})"


def _sources() -> list[Rule]:
    """What is known of each source; it stays known while no worker knows the source."""
    return [
        record(
            f"ioc:{name}:last",
            f"max by ({', '.join(labels)}) (ioc_{name})"
            f" or (ioc:{name}:last unless on (source) ioc_source_info)",
        )
        for name, labels in SOURCES.items()
    ]


def _agencies() -> list[Rule]:
    rules = [constant("ioc_agency_info", 1, **_labels(agency)) for agency in agencies().values()]
    return sorted(rules, key=lambda rule: str(rule["labels"]["agency"]))


def _labels(agency: Agency) -> dict[str, str]:
    """`district` empty for the province's own agencies: Prometheus has no empty labels."""
    return {
        "agency": agency.code,
        "name": agency.name,
        "level": agency.level,
        "unit": agency.unit,
        "district": district_of(agency.unit) or "",
    }
