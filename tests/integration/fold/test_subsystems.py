"""The other subsystems: their readings and cases take the road of the dossiers."""

import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest

from connectors.contract.codec import CaseEvent, CaseFacts, Heartbeat, Reading
from connectors.contract.identity import case_event, reading_event
from seeds.periods import period_of
from streams.shell.reading_series import quality_series, reading_series
from tests.integration.fold.conftest import StartWorkers
from tests.integration.fold.log import DAY, NOW, YEAR_BEGIN, LogWriter, dossiers, hash_of
from tests.integration.fold.processes import Series, WorkerProcess, eventually, parsed

pytestmark = pytest.mark.broker

DOSSIERS, STATIONS, FEEDBACK, INCIDENTS = (
    "ioc.public-administration",
    "ioc.environment-land",
    "ioc.citizen-feedback",
    "ioc.security-traffic",
)
HOUR = 3600


def salinity(hours: int) -> list[Reading]:
    """Eight stations by the hour; one reading is missing, one was corrected."""
    log = [
        _measured(station, hour, hour % 9 + station, YEAR_BEGIN + hour * HOUR)
        for hour in range(hours)
        for station in range(1, 9)
        if (hour, station) != (hours - 3, 4)
    ]
    return [*log, _measured(2, hours - 1, 99.5, YEAR_BEGIN + hours * HOUR)]


def _measured(station: int, hour: int, value: float, observed: int) -> Reading:
    second = YEAR_BEGIN + hour * HOUR
    return reading_event(
        source="stations", subsystem="environment-land", indicator="salinity",
        unit=f"tram-{station:02d}", period=period_of("instant", second), value=value, time=second,
        revision=0, observed_at=observed * 1_000_000,
    )  # fmt: skip


def lives(kind: str, number: int) -> list[CaseEvent]:
    """Half of them are done."""
    return [
        case_event(
            source=f"{kind}-system", kind=kind, case=f"{kind}/{index}", revision=status,
            observed_at=NOW * 1_000_000,
            facts=CaseFacts(status=status, received=YEAR_BEGIN + index * DAY, finished=finished),
        )
        for index in range(number)
        for status, finished in _statuses(YEAR_BEGIN + index * DAY + 9 * HOUR, index)
    ]  # fmt: skip


def _statuses(finish: int, index: int) -> Sequence[tuple[int, int | None]]:
    return ((4, None), (9, finish))[: 1 + index % 2]


def everything(log: LogWriter) -> str:
    return hash_of([state for topic in log.events for state in log.folded(topic)])


def exact(worker: WorkerProcess, log: LogWriter) -> dict[str, Any] | None:
    state = worker.complete()
    return state if state and state["hash"] == everything(log) else None


def test_readings_and_cases_of_other_topics_survive_a_kill(
    log: LogWriter, workers: StartWorkers
) -> None:
    readings = salinity(300)
    log.write(dossiers(60))
    log.write(readings[:1000], topic=STATIONS)
    log.write(lives("feedback", 40), topic=FEEDBACK)
    log.write(lives("incident", 20), topic=INCIDENTS)
    beat = Heartbeat(
        source="stations", kind="station", topic=STATIONS, at=NOW * 1_000_000, reminders=3, lost=2,
        position="row 7", promise_seconds=HOUR,
    )  # fmt: skip
    log.beat(beat)
    (worker,) = workers(1)
    worker.start()
    eventually(worker.complete, "complete", worker)

    def feed() -> None:
        for at in range(1000, len(readings), 40):
            log.write(readings[at : at + 40], topic=STATIONS)
            time.sleep(0.02)

    feeder = threading.Thread(target=feed)
    feeder.start()
    time.sleep(0.3)
    worker.kill()
    worker.start()
    feeder.join()
    state = eventually(lambda: exact(worker, log), "exact", worker)
    assert (state["imbalance"], state["laws"], state["refused"]) == (0, [], 0)
    assert (state["cases"], state["readings"]) == (120, 300 * 8 - 1)
    assert state["totals"]["2023"]["received"] == 60
    assert state["kinds"]["feedback"]["totals"]["2023"]["resolved"] == 20
    assert sum(state["kinds"]["incident"]["open"].values()) == 10
    _scraped(worker, log)
    _told(worker)


def _scraped(worker: WorkerProcess, log: LogWriter) -> None:
    states = [state for topic in log.events for state in log.folded(topic)]
    expected = parsed(reading_series(states) + quality_series(states))
    names = ("ioc_reading", "ioc_readings", "ioc_source_observations", "ioc_source_slots")
    found = {key: n for key, n in worker.metrics().items() if key[0].startswith(names) and n}
    assert found == {key: n for key, n in expected.items() if n}
    promised = frozenset({"topic": STATIONS, "source": "stations", "state": "promised"}.items())
    filled = frozenset({"topic": STATIONS, "source": "stations", "state": "filled"}.items())
    # Eight stations, 24 hours, one hole.
    assert found["ioc_source_slots", promised] == 192
    assert found["ioc_source_slots", filled] == 191
    beats: Series = {key: n for key, n in worker.metrics().items() if "ioc_source_lost" in key[0]}
    assert list(beats.values()) == [2]


def _told(worker: WorkerProcess) -> None:
    _, answer = worker.json("/api/readings?subsystem=environment-land")
    assert [(one["unit"], one["value"]) for one in answer["series"]][1] == ("tram-02", 99.5)
    _, answer = worker.json("/api/sources")
    (stations,) = [one for one in answer["sources"] if one["source"] == "stations"]
    assert (stations["reminders"], stations["lost"], stations["position"]) == (3, 2, "row 7")
    assert stations["folded"]["corrected"] == 1
    status, answer = worker.json("/api/cases/feedback%2F1?kind=feedback")
    assert (status, answer["phase"]) == (200, "resolved")
    assert worker.json("/api/cases/incident%2F0?kind=incident")[1]["phase"] == "processing"
    _, lines = worker.get("/api/cases?open=1&local=1")
    assert lines.count(b'"kind": "incident"') == 10


def test_two_workers_tell_the_readings_of_both(log: LogWriter, workers: StartWorkers) -> None:
    first, second = workers(2)
    log.write(salinity(30), topic=STATIONS)
    log.beat(Heartbeat(source="stations", kind="station", topic=STATIONS, at=NOW * 1_000_000))
    log.flush()
    first.start()
    second.start()
    paths = (
        "/api/readings?subsystem=environment-land",
        "/api/readings?subsystem=environment-land&indicator=salinity&unit=tram-05&history=1",
        "/api/sources",
    )

    def agreed() -> list[Any] | None:
        if not (exact(first, log) and exact(second, log)):
            return None
        answers = [[worker.json(path) for path in paths] for worker in (first, second)]
        for status, answer in (one for of_worker in answers for one in of_worker):
            answer.pop("now", None)
            if status != 200:
                return None
        return answers

    one, other = eventually(agreed, "both complete", first, second)
    assert one == other
    (_, latest), (_, history), (_, sources) = one
    assert [series["unit"] for series in latest["series"]] == [f"tram-{n:02d}" for n in range(1, 9)]
    assert len(history["series"][0]["periods"]) == 30
    assert sources["sources"][0]["folded"]["new"] == 239
    held = [set(worker.json("/api/state?local=1")[1]["partitions"]) for worker in (first, second)]
    assert held[0] | held[1] >= {STATIONS}
