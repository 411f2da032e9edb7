"""What the receiver tells Prometheus about itself. Labels are names of ours, never of senders."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from connectors.dvcqg.sessions import Sessions
from connectors.intake.metrics import IntakeState
from connectors.intake.quarantine import Quarantine
from connectors.log.writer import LogWriter

OTHER_SERVICE = "other"


class Metrics:
    """The receiver's own registry."""

    def __init__(self, writer: LogWriter, quarantine: Quarantine, sessions: Sessions) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "ioc_receiver_requests",
            "Requests by service and outcome: accepted, partial, refused, wrong, session, "
            "unavailable",
            ["service", "outcome"],
            registry=self._registry,
        )
        self.records = Counter(
            "ioc_receiver_records",
            "Records since the start: accepted, refused, repeated; unknown are among accepted",
            ["source", "outcome"],
            registry=self._registry,
        )
        self.seconds = Histogram(
            "ioc_receiver_request_seconds",
            "From the request's first byte to its answer",
            ["service"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
            registry=self._registry,
        )
        self._registry.register(IntakeState(writer, quarantine))
        self._registry.register(State(sessions))

    def exposition(self) -> bytes:
        return generate_latest(self._registry)


class State(Collector):
    """What is measured when it is asked for."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def collect(self) -> Iterator[Metric]:
        number = float(len(self._sessions))
        yield GaugeMetricFamily("ioc_receiver_sessions", "Sessions not over", value=number)
