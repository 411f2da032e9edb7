"""From the log to what is scraped and asked for."""

import time
from functools import partial
from urllib.parse import quote

import pytest

from connectors.contract.codec import CaseFacts, Heartbeat
from streams.core.rules import rules_of_seeds
from streams.shell.exposition import CaseSeries
from tests.integration.fold.conftest import StartWorkers
from tests.integration.fold.log import (
    NOW,
    PARTITIONS,
    YEAR_BEGIN,
    LogWriter,
    bundle_of,
    dossiers,
    hash_of,
    native,
    told,
)
from tests.integration.fold.processes import Series, WorkerProcess, eventually, parsed

pytestmark = pytest.mark.broker

TOPIC = "ioc.public-administration"


def expected_series(log: LogWriter) -> Series:
    states = log.folded()
    text = CaseSeries(states[0].context.cells).render(states, NOW)
    return parsed(text)


def caught_up(worker: WorkerProcess, log: LogWriter) -> bool:
    state = worker.complete()
    return bool(state and state["hash"] == hash_of(log.folded()))


def test_what_is_in_the_log_is_what_is_scraped_and_answered(
    log: LogWriter, workers: StartWorkers
) -> None:
    log.write(dossiers(300))
    log.beat(Heartbeat(source="one-stop", kind="one_stop", topic=TOPIC, at=NOW, backlog=7))
    log.flush()
    (worker,) = workers(1)
    worker.start()
    state = eventually(worker.complete, "complete", worker)

    assert worker.cases() == expected_series(log)
    assert state["hash"] == hash_of(log.folded())
    assert (state["cases"], state["imbalance"], state["refused"]) == (300, 0, 0)
    assert (state["laws"], state["refusals"]) == ([], [])
    assert state["totals"]["2023"]["registered"] == 300
    assert abs(state["now"] - NOW) < 300
    assert worker.get("/ready")[0] == worker.get("/health")[0] == 200
    beat = frozenset({"topic": "ioc.heartbeats", "source": "one-stop"}.items())
    backlog = ("ioc_source_backlog", beat)
    assert eventually(lambda: worker.metrics().get(backlog), "the heartbeat", worker) == 7
    metrics = worker.metrics()
    for number in range(PARTITIONS):
        place = frozenset({"topic": TOPIC, "partition": str(number)}.items())
        assert metrics["ioc_fold_caught_up", place] == 1
        assert metrics["ioc_fold_lag", place] == 0

    _ask_for_cases(worker, log)
    _live_events_are_seen(worker, log)
    worker.stop()
    assert worker.exit_code() == 0


def _ask_for_cases(worker: WorkerProcess, log: LogWriter) -> None:
    for state in log.folded():
        for case in list(state.cases.get("dossier", {}).values())[:3]:
            status, answer = worker.json(f"/api/cases/{quote(case.id, safe='')}")
            facts = case.facts(state.context.names)
            assert facts
            rows = partial(case.rows, state.context.names)
            standing = rules_of_seeds().stand("dossier", facts, case.row_keys(), rows, NOW)
            assert status == 200
            assert (answer["phase"], answer["due"]) == (standing.phase, standing.due)
            assert answer["facts"]["received"] == facts.received
            assert [row["time"] for row in answer["rows"]] == [key[0] for key in case.row_keys()]
    assert worker.json("/api/cases/nobody")[0] == 404


def _live_events_are_seen(worker: WorkerProcess, log: LogWriter) -> None:
    produced = time.time()
    log.write(dossiers(40, seed=2))
    log.write([told("late-comer", 0, NOW, CaseFacts(received=YEAR_BEGIN))])
    eventually(lambda: caught_up(worker, log), "the live events", worker)
    seen_after = time.time() - produced
    assert worker.cases() == expected_series(log)
    topic = frozenset({"topic": TOPIC}.items())
    metrics = worker.metrics()
    assert metrics["ioc_event_to_metric_seconds_count", topic] > 0
    mean = (
        metrics["ioc_event_to_metric_seconds_sum", topic]
        / metrics["ioc_event_to_metric_seconds_count", topic]
    )
    assert mean <= seen_after


def test_a_deadline_passes_without_an_event(log: LogWriter, workers: StartWorkers) -> None:
    (worker,) = workers(1)
    worker.start()
    eventually(worker.complete, "complete", worker)
    now = worker.json("/api/state")[1]["now"]
    case = told("soon", 0, now, CaseFacts(received=YEAR_BEGIN, due=now + 3))
    log.write([case])

    def phase() -> str | None:
        phase: str | None = worker.json("/api/cases/soon")[1].get("phase")
        return phase

    def overdue() -> float | None:
        return next(
            (n for (name, labels), n in worker.cases().items()
             if name == "ioc_cases_open" and ("phase", "overdue") in labels), None
        )  # fmt: skip

    eventually(lambda: phase() == "processing", "seen", worker)
    assert eventually(overdue, "overdue", worker) == 1
    assert phase() == "overdue"


def test_garbage_is_refused_listed_and_holds_nothing_up(
    log: LogWriter, workers: StartWorkers
) -> None:
    stranger = told(native(5, "stranger"), 0, NOW, CaseFacts(received=YEAR_BEGIN))
    (worker,) = workers(1)
    log.raw(3, b"garbage")
    log.raw(3, None)
    log.raw(3, b'[{"type":"case"},' + bundle_of([told(native(3), 0, NOW)])[1:])
    log.raw(4, bundle_of([stranger]))
    log.write(dossiers(50))
    worker.start()
    state = eventually(worker.complete, "complete", worker)
    assert state["cases"] == 51
    assert state["refused"] == 4
    found = {
        (one["partition"], one["offset"], one["index"], one["reason"]) for one in state["refusals"]
    }
    assert found == {
        (3, 0, None, "no JSON array: JSON is malformed: invalid character (byte 0)"),
        (3, 1, None, "an empty message"),
        (3, 2, 0, "Object missing required field `id`"),
        (4, 0, 0, "the case belongs to partition 5"),
    }
    place = frozenset({"topic": TOPIC, "partition": "3"}.items())
    assert worker.metrics()["ioc_fold_refusals_total", place] == 3
