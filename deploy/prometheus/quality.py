"""Recording rules on sources: are they alive, and how true is what they bring.

Four scores from 0 to 1 over a rolling window: đúng (correct), đủ (complete), sạch (clean), sống
(live). Workers export additive parts only; the ratios are made here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from deploy.prometheus.recording import Rule, constant, record

SCORES = ("correct", "complete", "clean", "live")
WINDOW = "15m"
# What a source is to reach where its owner promised nothing: our proposal.
SCORE_PROMISE = 0.99
# A connector says every 5 s that it lives.
DEAD_SECONDS = 30

FRESH, LATE, DEAD, UNHEARD = 0, 1, 2, 3

# Workers' clock, not Prometheus': a scenario has a time of its own. Without a worker no age is
# known, and then nothing is fresh.
NOW = "max(ioc_now_seconds)"
HEARD = "ioc:source_last_heartbeat_timestamp_seconds:last"
HEARTBEAT_AGE = f"({NOW} - on () group_right () {HEARD})"
BROUGHT = "ioc:source_last_event_timestamp_seconds:last"
EVENT_AGE = f"({NOW} - on () group_right () {BROUGHT})"
PROMISE = "max by (source) (ioc_source_promise_seconds)"
# What promised nothing begins with its first word.
BEGUN = f"({BROUGHT} or on (source) {HEARD} unless on (source) {PROMISE})"


@dataclass(frozen=True, slots=True)
class DeclaredSource:
    """A source that the configuration names, so that one never heard of is missed.

    `promise_seconds` None: it promised nothing. `score_promises` overrides SCORE_PROMISE.
    """

    name: str
    topic: str
    kind: str
    promise_seconds: int | None = None
    score_promises: Mapping[str, float] = field(default_factory=dict)


def declared(sources: Iterable[DeclaredSource]) -> list[Rule]:
    """What the configuration says of each source, as constants: a join must see one owner."""
    rules: list[Rule] = []
    for source in sources:
        labels = {"source": source.name, "topic": source.topic, "kind": source.kind}
        rules.append(constant("ioc_source_declared", 1, **labels))
        if source.promise_seconds is not None:
            rules.append(constant("ioc_source_promise_seconds", source.promise_seconds, **labels))
        for score in SCORES:
            promise = source.score_promises.get(score, SCORE_PROMISE)
            rules.append(
                constant("ioc_source_score_promise", promise, source=source.name, score=score)
            )
    return rules


def quality(window: str = WINDOW) -> list[Rule]:
    """In order: what a rule uses stands before it. Every score is by source alone."""
    return [
        record("ioc:source_known", _known()),
        record("ioc:source_state", _state()),
        record("ioc:source_fresh", f"(ioc:source_state == bool {FRESH}) and on (source) {BEGUN}"),
        record("ioc:source_correct:ratio", _correct(window)),
        record("ioc:source_complete:ratio", _complete()),
        record("ioc:source_clean:ratio", _clean(window)),
        record("ioc:source_live:ratio", _live(window)),
    ]


def _live(window: str) -> str:
    """What was before a source brought something for the first time is not held against it; one
    that never did has 0.
    """
    return (
        f"min by (source) (avg_over_time(ioc:source_fresh[{window}]))"
        " or max by (source) (ioc_source_declared) * 0"
    )


def _known() -> str:
    return (
        "max by (source, topic) (ioc:source_info:last)"
        " or max by (source, topic) (ioc_source_declared)"
    )


def _state() -> str:
    """The worst that is so, by source and topic.

    What is as far ahead of the clock as it may be behind is no proof of life: it would be one for
    as long as a clock was wrong, years perhaps, with nobody there.
    """
    found = (
        f"(abs({HEARTBEAT_AGE}) > {DEAD_SECONDS}) * 0 + {DEAD}"
        f" or on (source) (abs({EVENT_AGE}) > on (source) {PROMISE}) * 0 + {LATE}"
        # Alive, and has never brought anything of what it promised.
        f" or on (source) ({HEARTBEAT_AGE} and on (source) {PROMISE}"
        f" unless on (source) {BROUGHT}) * 0 + {LATE}"
        f" or on (source) (abs({HEARTBEAT_AGE}) <= {DEAD_SECONDS}) * 0 + {FRESH}"
    )
    return (
        f"ioc:source_known * on (source) group_left () ({found})"
        f" or on (source, topic) ioc:source_known * 0 + {UNHEARD}"
    )


def _correct(window: str) -> str:
    """Of the records those that could be read with all their codes known, times of the cases those
    whose facts do not contradict each other; one of them where there is no other.
    """
    told = 'sum by (source) (increase(ioc:source_events_total:last{{outcome=~"{}"}}[{}]))'
    wrong, all_told = (
        told.format("refused|unknown", window),
        told.format("accepted|refused", window),
    )
    records = f"(1 - {wrong} / on (source) ({all_told} > 0))"
    contradicted = "sum by (source) (ioc:source_cases_contradicted:last)"
    cases = f"(1 - {contradicted} / on (source) (sum by (source) (ioc:source_cases:last) > 0))"
    return f"{records} * on (source) {cases} or on (source) {records} or on (source) {cases}"


def _complete() -> str:
    slots = 'sum by (source) (ioc:source_slots:last{{state="{}"}})'
    return f"{slots.format('filled')} / on (source) ({slots.format('promised')} > 0)"


def _clean(window: str) -> str:
    told = "sum by (source) (increase(ioc:source_observations_total:last{}[{}]))"
    repeated = told.format('{outcome="repeated"}', window)
    return f"1 - {repeated} / on (source) ({told.format('', window)} > 0)"
