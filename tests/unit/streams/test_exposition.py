"""The text of a scrape: parsed, it is what the client library would have exported."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families

from connectors.contract.codec import CaseEvent, CaseFacts, Heartbeat
from connectors.contract.identity import case_event
from streams.core.facts import Facts
from streams.core.heartbeats import PulseLog
from streams.core.ledger import Cells
from streams.core.partition import Context, PartitionState
from streams.core.rules import rules_of_seeds
from streams.core.standing import Standing, registered_year
from streams.core.times import local_year
from streams.shell.exposition import CaseSeries, fold_series, source_series
from streams.shell.metric_names import METRICS
from tests.unit.streams.strategies import (
    AGENCIES,
    CASES,
    DAY,
    FIELDS,
    NEW_YEAR,
    NOW,
    events,
    fold_all,
    folded,
    open_at,
    patient,
)

TOPIC = "ioc.public-administration"
Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parsed(text: str) -> Series:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class Counting:
    """The client library's way: a collector with a family per metric."""

    def __init__(self, counted: Counter[tuple[str, tuple[tuple[str, str], ...]]]) -> None:
        self.counted = counted

    def collect(self) -> Iterator[Metric]:
        for name in {name for name, _ in self.counted}:
            of_name = {labels: n for (other, labels), n in self.counted.items() if other == name}
            family = GaugeMetricFamily(
                name, METRICS[name].help, labels=[key for key, _ in next(iter(of_name))]
            )
            for labels, number in of_name.items():
                family.add_metric([value for _, value in labels], number)
            yield family

    def describe(self) -> list[Metric]:
        return []


def exported(counted: Counter[tuple[str, tuple[tuple[str, str], ...]]]) -> str:
    registry = CollectorRegistry()
    registry.register(Counting(counted))
    return generate_latest(registry).decode()


def series_of(facts: Facts, standing: Standing, year: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Said once more, from the table of the metrics and not from the cells."""
    agency = {"agency": facts.agency if facts.agency in AGENCIES else "unknown"}
    channel = agency | {"channel": facts.channel or "counter"}
    if standing.contradicted:
        yield "contradicted", agency
    phase, closed = standing.phase, {"period": str(standing.closed)}
    shown = {str(year), str(year - 1)}
    found = [("registered", channel | {"period": str(registered_year(facts))})]
    if phase not in ("refused", "awaiting_intake"):
        received = {"period": str(local_year(facts.received or 0))}
        found.append(("received", channel | received))
        if facts.payment in ("portal", "gateway"):
            found.append(("paid_online", agency | received))
    if phase == "resolved":
        timeliness = {"timeliness": str(standing.timeliness)}
        found.append(("resolved", channel | closed | timeliness))
        if standing.timeliness == "late":
            found.append(("late", agency | closed | {"cause": str(standing.cause)}))
        if facts.channel == "online" and facts.service_level == "full":
            found.append(("full_online", agency | closed))
    elif phase in ("refused", "withdrawn", "stopped"):
        found.append(("closed_otherwise", agency | closed | {"reason": phase}))
    else:
        found.append(("open", channel | {"phase": phase}))
        found.append(("watch", agency | {"level": standing.level}))
        if standing.intake_overdue:
            found.append(("intake_overdue", agency))
        if standing.mismatch:
            found.append(("due_mismatch", agency))
        if standing.reported_done:
            found.append(("reported_done", agency))
    yield from (
        (name, labels) for name, labels in found if labels.get("period", str(year)) in shown
    )
    yield from (("by_field", labels) for labels in _by_field(facts, standing, year))


def _by_field(facts: Facts, standing: Standing, year: int) -> Iterator[dict[str, str]]:
    field = {"field": facts.field if facts.field in FIELDS else "unknown"}
    resolved = standing.phase == "resolved" and standing.closed == year
    states = {
        "open": standing.phase in ("awaiting_intake", "processing", "overdue", "paused"),
        "overdue": standing.phase == "overdue",
        "resolved": resolved,
        "late": resolved and standing.timeliness == "late",
    }
    return (field | {"state": state} for state, holds in states.items() if holds)


def recounted(
    states: Iterable[PartitionState], now: int
) -> Counter[tuple[str, tuple[tuple[str, str], ...]]]:
    counted: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
    for state in states:
        for case_id in CASES:
            case = state.case("dossier", case_id)
            facts = case.facts(state.context.names) if case else None
            if case and facts:
                rows = partial(case.rows, state.context.names)
                standing = rules_of_seeds().stand("dossier", facts, case.row_keys(), rows, now)
                for name, labels in series_of(facts, standing, local_year(now)):
                    named = {"topic": TOPIC, "kind": "dossier"} | labels
                    counted["ioc_cases_" + name, tuple(sorted(named.items()))] += 1
                # No source has a rank here: the first by name is believed first.
                place = ("source", min(v.source for v in case.voices())), ("topic", TOPIC)
                counted["ioc_source_cases", place] += 1
                if standing.contradicted:
                    counted["ioc_source_cases_contradicted", place] += 1
    return counted


@patient
@given(st.lists(st.lists(events(), max_size=8), min_size=1, max_size=2))
def test_what_is_rendered_is_a_recount_as_the_client_library_would_write_it(
    logs: list[list[CaseEvent]],
) -> None:
    context = Context(Cells(AGENCIES, FIELDS))
    series = CaseSeries(context.cells)
    states = [PartitionState(TOPIC, 0, 1, context) for _ in logs]
    for state, log in zip(states, logs, strict=True):
        fold_all(state, log)
        open_at(state, NOW)
    for now in (NOW, NOW + 366 * 86_400):
        for state in states:
            state.advance(now)
        assert parsed(series.render(states, now)) == parsed(exported(recounted(states, now)))


FACTS = {"agency": AGENCIES[0], "field": FIELDS[0], "channel": "online", "received": NEW_YEAR - 60}
LATE = {"due": NEW_YEAR, "finished": NEW_YEAR + 9, "returned": NEW_YEAR, "service_level": "full"}


def test_every_figure_by_hand() -> None:
    told: list[dict[str, Any]] = [
        FACTS | {"due": NOW - 1, "status": 9, "payment": "portal"},
        FACTS | {"status": 5},
        FACTS | {"due": NOW + DAY, "procedure": "1.000931"},
        FACTS | LATE,
        {"submitted": NEW_YEAR, "agency": AGENCIES[0]},
        {"submitted": NEW_YEAR, "refused": NEW_YEAR},
        {"submitted": NEW_YEAR - 4 * DAY, "agency": AGENCIES[0]},
    ]
    context = Context(Cells(AGENCIES, FIELDS))
    state = PartitionState(TOPIC, 0, 1, context)
    fold_all(state, [dossier(f"A-{n}", **facts) for n, facts in enumerate(told)])
    open_at(state, NOW)
    found = {
        (name.removeprefix("ioc_cases_"), *sorted(dict(labels).values())): value
        for (name, labels), value in parsed(CaseSeries(context.cells).render([state], NOW)).items()
    }
    one, field, same = AGENCIES[0], FIELDS[0], ("dossier", TOPIC)
    assert found.pop(("ioc_source_cases", "a", TOPIC)) == len(told)
    assert found.pop(("ioc_source_cases_contradicted", "a", TOPIC)) == 1
    assert found == {
        (name, *sorted((*labels, *same))): value
        for (name, *labels), value in {
            ("registered", one, "online", "2023"): 4,
            ("registered", one, "counter", "2024"): 1,
            ("registered", one, "counter", "2023"): 1,
            ("registered", "unknown", "counter", "2024"): 1,
            ("received", one, "online", "2023"): 4,
            ("paid_online", one, "2023"): 1,
            ("open", one, "online", "overdue"): 1,
            ("open", one, "online", "paused"): 1,
            ("open", one, "online", "processing"): 1,
            ("watch", one, "overdue"): 1,
            ("watch", one, "apology_due"): 1,
            ("watch", one, "none"): 3,
            ("due_mismatch", one): 1,
            ("open", one, "counter", "awaiting_intake"): 2,
            ("intake_overdue", one): 1,
            # Done, and no finish told.
            ("contradicted", one): 1,
            ("reported_done", one): 1,
            ("resolved", one, "online", "2024", "late"): 1,
            ("late", one, "2024", "in_system_clerk"): 1,
            ("full_online", one, "2024"): 1,
            ("closed_otherwise", "unknown", "2024", "refused"): 1,
            ("by_field", field, "open"): 3,
            ("by_field", "unknown", "open"): 2,
            ("by_field", field, "overdue"): 1,
            ("by_field", field, "resolved"): 1,
            ("by_field", field, "late"): 1,
        }.items()
    }


def dossier(case: str, **facts: Any) -> CaseEvent:
    return case_event(
        source="a", kind="dossier", case=case, revision=0, observed_at=1, facts=CaseFacts(**facts)
    )


def test_names_are_written_so_that_they_can_be_read() -> None:
    strange = 'a "quoted" \\ agency\nin two lines'
    context = Context(Cells([strange], []))
    state = PartitionState(TOPIC, 0, 1, context)
    fold_all(state, [dossier("A-1", agency=strange, received=NEW_YEAR)])
    open_at(state, NOW)
    found = parsed(CaseSeries(context.cells).render([state], NOW))
    assert strange in {value for _, labels in found for key, value in labels if key == "agency"}


def test_a_cell_that_became_empty_is_no_series() -> None:
    state = folded([dossier("A-1", received=NEW_YEAR)], NOW)
    series = CaseSeries(state.context.cells)
    assert "ioc_cases_open" in series.render([state], NOW)
    state.counts.update(dict.fromkeys(state.counts, -1))
    assert series.render([state], NOW) == ""


def test_how_far_each_partition_is() -> None:
    context = Context(Cells([], []))
    opened, closed = PartitionState(TOPIC, 0, 1, context), PartitionState(TOPIC, 1, 2, context)
    fold_all(opened, [dossier("A-1", received=NEW_YEAR)])
    open_at(opened, NOW)
    found = parsed(fold_series([(opened, 4), (closed, None)]))
    zero, one = (frozenset({"topic": TOPIC, "partition": number}.items()) for number in ("0", "1"))
    assert found == {
        ("ioc_fold_caught_up", zero): 1,
        ("ioc_fold_caught_up", one): 0,
        ("ioc_fold_next", zero): 1,
        ("ioc_fold_next", one): 0,
        ("ioc_fold_lag", zero): 3,
        ("ioc_ledger_imbalance", zero): 0,
        ("ioc_fold_refusals_total", zero): 0,
    }


def test_sources_as_their_heartbeats_tell() -> None:
    log = PulseLog()
    beat = Heartbeat(
        source="a", kind="one_stop", topic=TOPIC, at=2_500_000, accepted=5, backlog=3, reminders=2
    )
    other = Heartbeat(
        source="a", kind="one_stop", topic="ioc.documents", at=1, refused=1,
        last_event_at=1_000_000, lost=7,
    )  # fmt: skip
    silent = Heartbeat(source="b", kind="simulator", topic=TOPIC, at=7_000_000)
    log.fold(0, [beat, other, silent])
    found = parsed(source_series("ioc.heartbeats", log.latest()))

    def of(source: str, **labels: str) -> frozenset[tuple[str, str]]:
        return frozenset({"topic": "ioc.heartbeats", "source": source, **labels}.items())

    assert found["ioc_source_last_heartbeat_timestamp_seconds", of("a")] == 2.5
    assert found["ioc_source_last_event_timestamp_seconds", of("a")] == 1
    assert found["ioc_source_backlog", of("a")] == 3
    assert found["ioc_source_events_total", of("a", outcome="accepted")] == 5
    assert found["ioc_source_events_total", of("a", outcome="refused")] == 1
    assert found["ioc_source_reminders", of("a")] == 2
    assert found["ioc_source_lost_total", of("a")] == 7
    assert found["ioc_source_lost_total", of("b")] == 0
    assert ("ioc_source_backlog", of("b")) not in found
    identity = {"source": "b", "kind": "simulator", "topic": TOPIC}
    assert found["ioc_source_info", frozenset(identity.items())] == 1


def test_every_metric_has_its_type_and_help() -> None:
    for name, metric in METRICS.items():
        family = CounterMetricFamily if metric.type == "counter" else GaugeMetricFamily
        assert family(name, metric.help).name == name.removesuffix("_total")
        assert metric.help.endswith(".")
        assert (metric.type == "counter") == name.endswith("_total")
