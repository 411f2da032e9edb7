"""Every metric that a worker exports, with its type and what it means."""

from typing import Final, Literal, NamedTuple

MetricType = Literal["gauge", "counter"]


class Metric(NamedTuple):
    type: MetricType
    help: str


METRICS: Final[dict[str, Metric]] = {
    "ioc_now_seconds": Metric("gauge", "The clock by which figures are made, Unix seconds."),
    "ioc_fold_caught_up": Metric(
        "gauge", "1 when the partition is read to its end and counted here, 0 while it is not."
    ),
    "ioc_fold_next": Metric("gauge", "Offset of the next bundle to fold."),
    "ioc_fold_lag": Metric("gauge", "Bundles in the partition that are not folded yet."),
    "ioc_ledger_imbalance": Metric(
        "gauge", "Difference between the ledger and the last full recount; never but 0."
    ),
    "ioc_fold_refusals_total": Metric("counter", "Events in the log that could not be folded."),
    "ioc_cases_registered": Metric("gauge", "Cases submitted in the period."),
    "ioc_cases_received": Metric("gauge", "Cases received in the period."),
    "ioc_cases_resolved": Metric("gauge", "Cases resolved in the period, by timeliness."),
    "ioc_cases_late": Metric("gauge", "Cases resolved late in the period, by cause."),
    "ioc_cases_full_online": Metric(
        "gauge", "Cases resolved in the period through a full-process online service."
    ),
    "ioc_cases_paid_online": Metric("gauge", "Cases received in the period and paid online."),
    "ioc_cases_open": Metric("gauge", "Cases open now, by phase."),
    "ioc_cases_closed_otherwise": Metric(
        "gauge", "Cases refused, withdrawn or stopped in the period."
    ),
    "ioc_cases_by_field": Metric(
        "gauge", "Cases by field: open and overdue now, resolved and late in the current period."
    ),
    "ioc_cases_reported_done": Metric(
        "gauge", "Open cases whose finish is reported by a progress row or status only."
    ),
    "ioc_cases_watch": Metric(
        "gauge", "Open cases by rung of the ladder; each stands on exactly one, or on none."
    ),
    "ioc_cases_due_mismatch": Metric(
        "gauge",
        "Open cases, not paused, whose appointment is another one than the law gives; closed ones "
        "are not counted.",
    ),
    "ioc_cases_contradicted": Metric(
        "gauge", "Cases, open or closed, whose facts cannot all be true; of all periods."
    ),
    "ioc_cases_intake_overdue": Metric(
        "gauge", "Cases that wait for their intake longer than their rule allows."
    ),
    "ioc_reading": Metric(
        "gauge", "Value of an indicator at a unit for the latest period that has one."
    ),
    "ioc_reading_timestamp_seconds": Metric("gauge", "When that value was taken."),
    "ioc_readings": Metric("gauge", "Readings held: one for each indicator, unit and period."),
    "ioc_source_cases": Metric("gauge", "Cases of which the source is the one believed first."),
    "ioc_source_cases_contradicted": Metric(
        "gauge", "Cases of the source, believed first, whose facts cannot all be true."
    ),
    "ioc_source_observations_total": Metric(
        "counter",
        "Events in the log by what they changed: something new, nothing, a value told before.",
    ),
    "ioc_source_observations_unknown_total": Metric(
        "counter", "Readings in the log of an indicator or unit that is not known, or one too many."
    ),
    "ioc_source_slots": Metric(
        "gauge",
        "Slots of periodic readings up to the newest one: those promised, and those filled.",
    ),
    "ioc_watch_unpublished": Metric(
        "gauge", "Rows of cases on a rung that are not known to be in ioc.watch as they are here."
    ),
    "ioc_watch_compared_timestamp_seconds": Metric(
        "gauge", "When all of ioc.watch was last compared with what is held here, Unix seconds."
    ),
    "ioc_source_info": Metric("gauge", "1 for each source and the topic that it feeds."),
    "ioc_source_last_heartbeat_timestamp_seconds": Metric("gauge", "When the source last spoke."),
    "ioc_source_last_event_timestamp_seconds": Metric(
        "gauge", "When the newest accepted record of the source was observed."
    ),
    "ioc_source_backlog": Metric("gauge", "Records known to wait at the source."),
    "ioc_source_reminders": Metric(
        "gauge", "How often the source broke its promise in the calendar year."
    ),
    "ioc_source_lost_total": Metric(
        "counter", "Records known to be gone for good, of a source that cannot be read again."
    ),
    "ioc_source_events_total": Metric("counter", "Records of the source, by outcome."),
}
