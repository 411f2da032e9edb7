"""What the process that asks sources tells Prometheus. Labels are names of the configuration."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from connectors.intake.intake import Outcome

if TYPE_CHECKING:
    from connectors.runner.source import SourceRunner


class Counters:
    """The process's own registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._polls = Counter(
            "ioc_connect_polls",
            "Times that a source was asked: answered, failed",
            ["source", "outcome"],
            registry=self.registry,
        )
        self._records = Counter(
            "ioc_connect_records",
            "Records since the start: accepted, refused, repeated; unknown are among accepted",
            ["source", "outcome"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "ioc_connect_poll_seconds",
            "From asking a source until its answer is mapped",
            buckets=(0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0),
            registry=self.registry,
        )

    def polled(self, source: str, outcome: str, seconds: float | None = None) -> None:
        self._polls.labels(source, outcome).inc()
        if seconds is not None:
            self._seconds.observe(seconds)

    def recorded(self, source: str, outcome: Outcome, unknown: int) -> None:
        for name, number in (
            ("accepted", outcome.accepted),
            ("refused", outcome.refused),
            ("repeated", outcome.repeated),
            ("unknown", unknown),
        ):
            if number:
                self._records.labels(source, name).inc(number)

    def exposition(self) -> bytes:
        return generate_latest(self.registry)


class SourceStates(Collector):
    """`ioc_connect_source_state`: of every source a series for every state, 1 for its own."""

    def __init__(
        self, sources: Callable[[], Sequence["SourceRunner"]], states: Sequence[str]
    ) -> None:
        self._sources = sources
        self._states = states

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "ioc_connect_source_state",
            f"1 for the state of a source: {', '.join(self._states)}",
            labels=["source", "state"],
        )
        for one in self._sources():
            for state in self._states:
                family.add_metric([one.settings.name, state], float(one.state == state))
        yield family
