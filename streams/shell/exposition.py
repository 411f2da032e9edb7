"""The text that Prometheus scrapes, rendered from state at that moment.

Written by hand because a scrape holds the event loop: ten thousand series take 2 ms this way and
60 ms through a collector of the client library. A test compares both.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from streams.core.heartbeats import OUTCOMES, Pulse
from streams.core.ledger import Cells, Labels
from streams.core.partition import PartitionState
from streams.core.times import local_year
from streams.shell.metric_names import METRICS

MICROSECONDS = 1_000_000
Sample = tuple[Labels, float]
Named = list[tuple[Labels, list[Pulse]]]


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}"


def family(name: str, lines: Iterable[str]) -> str:
    """One metric with its lines; nothing when there are none."""
    body = "".join(lines)
    if not body:
        return ""
    metric = METRICS[name]
    return f"# HELP {name} {metric.help}\n# TYPE {name} {metric.type}\n{body}"


def samples(name: str, found: Iterable[Sample]) -> str:
    return family(name, (f"{name}{_labels(labels)} {value!r}\n" for labels, value in found))


class CaseSeries:
    """Projects the cells of the ledgers to series; what a cell gives is worked out once."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._year = 0
        # Per topic and cell the series to which it adds, as (metric, text before the value).
        self._projected: dict[str, list[list[tuple[str, str]]]] = {}

    def render(self, states: Iterable[PartitionState], now: int) -> str:
        """The series of open partitions; `now` decides which calendar years are shown."""
        self._turn_to(local_year(now))
        lines: dict[str, list[str]] = {}
        for topic, counts in _by_topic(states).items():
            for (metric, text), value in self._summed(topic, counts).items():
                lines.setdefault(metric, []).append(f"{text}{value}\n")
        return "".join(family(metric, lines[metric]) for metric in sorted(lines))

    def _turn_to(self, year: int) -> None:
        if year != self._year:
            self._year = year
            self._projected.clear()

    def _summed(self, topic: str, counts: Counter[int]) -> Counter[tuple[str, str]]:
        projected = self._projected.setdefault(topic, [])
        for number in range(len(projected), len(self._cells)):
            projected.append(list(self._project(topic, number)))
        series: Counter[tuple[str, str]] = Counter()
        for number, count in counts.items():
            if count:
                for one in projected[number]:
                    series[one] += count
        return series

    def _project(self, topic: str, number: int) -> Iterator[tuple[str, str]]:
        for metric, labels, year in self._cells[number].contributions():
            if year is None or year == self._year or self._shows_last(metric, year):
                period = () if year is None or metric == "ioc_cases_by_field" else (year,)
                named = (("topic", topic), *labels, *(("period", str(one)) for one in period))
                yield metric, metric + _labels(named) + " "

    def _shows_last(self, metric: str, year: int) -> bool:
        """The year before is shown too, except by field, which has no label for the period."""
        return year == self._year - 1 and metric != "ioc_cases_by_field"


def _by_topic(states: Iterable[PartitionState]) -> dict[str, Counter[int]]:
    summed: dict[str, Counter[int]] = {}
    for state in states:
        counts = summed.setdefault(state.topic, Counter())
        for number, count in state.counts.items():
            counts[number] += count
    return summed


def fold_series(states: Iterable[tuple[PartitionState, int | None]]) -> str:
    """How far each partition is, with the end of its log as far as known; closed ones too."""
    placed = [
        ((("topic", state.topic), ("partition", str(state.partition))), state, end)
        for state, end in states
    ]
    opened = [(place, state) for place, state, _ in placed if state.open]
    return "".join(
        (
            samples("ioc_fold_caught_up", ((place, int(state.open)) for place, state, _ in placed)),
            samples("ioc_fold_next", ((place, state.next) for place, state, _ in placed)),
            samples(
                "ioc_fold_lag",
                (
                    (place, max(end - state.next, 0))
                    for place, state, end in placed
                    if end is not None
                ),
            ),
            samples("ioc_ledger_imbalance", ((place, state.imbalance) for place, state in opened)),
            samples(
                "ioc_fold_refusals_total",
                ((place, state.refusals.total) for place, state in opened),
            ),
        )
    )


def source_series(topic: str, pulses: list[Pulse]) -> str:
    """What the heartbeats say; a source that feeds several topics is summed up."""
    by_source: dict[str, list[Pulse]] = {}
    for pulse in pulses:
        by_source.setdefault(pulse.source, []).append(pulse)
    named: Named = [
        ((("topic", topic), ("source", source)), beats) for source, beats in by_source.items()
    ]
    return "".join(
        (
            samples("ioc_source_info", ((_identity(pulse), 1) for pulse in pulses)),
            samples(
                "ioc_source_last_heartbeat_timestamp_seconds",
                ((name, max(beat.at for beat in beats) / MICROSECONDS) for name, beats in named),
            ),
            samples("ioc_source_last_event_timestamp_seconds", _last_events(named)),
            samples("ioc_source_backlog", _backlogs(named)),
            samples("ioc_source_reminders", _sums(named, "reminders")),
            samples("ioc_source_lost_total", _sums(named, "lost")),
            samples("ioc_source_events_total", _outcomes(named)),
        )
    )


def _identity(pulse: Pulse) -> Labels:
    return (("source", pulse.source), ("kind", pulse.kind), ("topic", pulse.topic))


def _last_events(named: Named) -> Iterator[Sample]:
    for name, beats in named:
        known = [beat.last_event_at for beat in beats if beat.last_event_at is not None]
        if known:
            yield name, max(known) / MICROSECONDS


def _backlogs(named: Named) -> Iterator[Sample]:
    for name, beats in named:
        known = [beat.backlog for beat in beats if beat.backlog is not None]
        if known:
            yield name, sum(known)


def _sums(named: Named, count: str) -> Iterator[Sample]:
    return ((name, sum(getattr(beat, count) for beat in beats)) for name, beats in named)


def _outcomes(named: Named) -> Iterator[Sample]:
    for name, beats in named:
        for index, outcome in enumerate(OUTCOMES):
            yield (*name, ("outcome", outcome)), sum(beat.outcomes[index] for beat in beats)
