"""What workers answer about sources and readings, as JSON values: the own part, and the whole.

Times are Unix seconds.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any, NamedTuple

from seeds.registry import subsystems
from seeds.topics import HEARTBEATS, source_topics
from streams.core.events import RefusedError
from streams.core.heartbeats import OUTCOMES, Pulse
from streams.core.ledger import SourceCell
from streams.core.partition import PartitionState
from streams.core.quality import summed
from streams.core.reading_pages import Told, key_of
from streams.core.readings import Series
from streams.shell.peers import Part, missing
from streams.shell.worker import Worker

MICROSECONDS = 1_000_000
# A history holds the event loop while it is told; so many periods take some 20 ms of it.
PERIODS_AT_ONCE = 1_000
PULSE = ("kind", "last_heartbeat", "last_event", "promise_seconds", "backlog", "position")


def _own_part(worker: Worker) -> dict[str, Any]:
    partitions: dict[str, dict[str, Any]] = {}
    opened = dict(worker.open_states())
    for place in worker.holdings.states:
        held = partitions.setdefault(place.topic, {})
        held[str(place.number)] = {"open": place in opened}
    for place, pulses in worker.holdings.pulses.items():
        is_open = pulses.open and worker.doubt() is None
        partitions.setdefault(place.topic, {})[str(place.number)] = {"open": is_open}
    return {"now": worker.now(), "reason": worker.unready(), "partitions": partitions}


# -- sources


def local_sources(worker: Worker) -> dict[str, Any]:
    by_topic: dict[str, list[PartitionState]] = {}
    for place, state in worker.open_states():
        by_topic.setdefault(place.topic, []).append(state)
    counts = {topic: _counts(states) for topic, states in by_topic.items()}
    beats = () if worker.doubt() else worker.holdings.open_pulses()
    pulses = [_pulse(pulse) for log in beats for pulse in log.latest()]
    return _own_part(worker) | {"counts": counts, "pulses": pulses}


def _pulse(pulse: Pulse) -> dict[str, Any]:
    last = pulse.last_event_at
    told = asdict(pulse) | {
        "last_heartbeat": pulse.at / MICROSECONDS,
        "last_event": None if last is None else last / MICROSECONDS,
    }
    named = {name: told[name] for name in ("source", "topic", *PULSE, "reminders", "lost")}
    return named | {"reported": dict(zip(OUTCOMES, pulse.outcomes, strict=True))}


def _counts(states: Sequence[PartitionState]) -> dict[str, dict[str, int]]:
    """By source, the counts of one topic."""
    found = {
        source: asdict(counts) | {"cases": 0, "contradicted": 0}
        for source, counts in summed(state.quality for state in states).items()
    }
    for state in states:
        for number, count in state.counts.items():
            cell = state.context.cells[number]
            if isinstance(cell, SourceCell):
                found[cell.source]["cases"] += count
                found[cell.source]["contradicted"] += count * cell.contradicted
    return found


def all_sources(parts: Sequence[Part]) -> dict[str, Any]:
    """Every source that ever beat or told something, once for each topic that it feeds."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for part in parts:
        for topic, sources in part.get("counts", {}).items():
            for source, found in sources.items():
                counts.setdefault((source, topic), Counter()).update(found)
    pulses = {(one["source"], one["topic"]): one for p in parts for one in p.get("pulses", ())}
    listed = [_source(key, pulses.get(key), counts.get(key)) for key in sorted({*counts, *pulses})]
    wanted = [HEARTBEATS, *(topic.name for topic in source_topics())]
    return _whole(parts, missing(parts, wanted)) | {"sources": listed}


def _source(
    key: tuple[str, str], pulse: Mapping[str, Any] | None, counts: Mapping[str, int] | None
) -> dict[str, Any]:
    source, topic = key
    unheard = {"source": source, "topic": topic, **dict.fromkeys(PULSE)}
    never = {"reminders": 0, "lost": 0, "reported": None}
    return unheard | never | dict(pulse or {}) | {"folded": counts and dict(counts)}


def _whole(parts: Sequence[Part], reason: str | None) -> dict[str, Any]:
    return {"now": parts[0]["now"], "complete": reason is None, "reason": reason}


# -- readings


class Asked(NamedTuple):
    """Which readings; `history`: the last periods before that one, or of all, and not only the
    latest that has a value.
    """

    subsystem: str
    indicator: str | None = None
    unit: str | None = None
    history: bool = False
    before: str | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """ValueError names the key and what is allowed."""
        asked = cls(
            query.get("subsystem", ""),
            query.get("indicator"),
            query.get("unit"),
            query.get("history") == "1",
            query.get("before"),
        )
        if asked.subsystem not in subsystems():
            allowed = ", ".join(subsystems())
            raise ValueError(f"subsystem: {asked.subsystem!r} is not allowed; allowed: {allowed}")
        if asked.history and None in (asked.indicator, asked.unit):
            raise ValueError("history: is told of one series; name its indicator and unit too")
        if asked.before is not None:
            _require_period(asked.before, history=asked.history)
        return asked

    def query(self) -> dict[str, str]:
        said = self._asdict() | {"history": "1" if self.history else None}
        return {key: value for key, value in said.items() if value is not None}

    @property
    def topic(self) -> str:
        return subsystems()[self.subsystem].topic

    def wants(self, series: Series) -> bool:
        named = self.indicator in (None, series.indicator)
        return named and self.unit in (None, series.unit)


def _require_period(before: str, *, history: bool) -> None:
    if not history:
        raise ValueError("before: is where a history goes on; say history=1 too")
    try:
        key_of(before)
    except RefusedError as error:
        raise ValueError(
            f"before: {before!r} is not allowed; allowed: a period, such as the `before` of the "
            f"answer that is to go on ({error})"
        ) from None


def local_readings(worker: Worker, asked: Asked) -> dict[str, Any]:
    found = [
        told
        for place, state in worker.open_states()
        if place.topic == asked.topic
        for series in state.readings
        if asked.wants(series)
        for told in _told(series, state, asked)
    ]
    return _own_part(worker) | {"series": found}


def _told(series: Series, state: PartitionState, asked: Asked) -> Iterator[dict[str, Any]]:
    """At most one; nothing of a series whose every period was withdrawn, but its history."""
    name = {"indicator": series.indicator, "unit": series.unit, "known": series.is_known}
    names = state.context.names
    if asked.history:
        yield name | _page(list(islice(series.backwards(names, asked.before), PERIODS_AT_ONCE + 1)))
    elif (latest := series.latest(names)) is not None:
        yield name | _reading(latest)


def _page(last: list[Told]) -> dict[str, Any]:
    """In the order of time; `before`: what to ask for what was earlier, None: that was all."""
    told = last[:PERIODS_AT_ONCE]
    before = told[-1].period if len(last) > len(told) else None
    return {"periods": [_reading(one) for one in reversed(told)], "before": before}


def _reading(told: Told) -> dict[str, Any]:
    return told._asdict() | {"observed_at": told.observed_at / MICROSECONDS}


def all_readings(parts: Sequence[Part], asked: Asked) -> dict[str, Any]:
    series = [one for part in parts for one in part.get("series", ())]
    series.sort(key=lambda one: (one["indicator"], one["unit"]))
    whole = _whole(parts, missing(parts, [asked.topic]))
    return whole | {"subsystem": asked.subsystem, "topic": asked.topic, "series": series}
