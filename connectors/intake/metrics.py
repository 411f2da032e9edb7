"""What every connector tells Prometheus about its way to the log."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from connectors.intake.quarantine import Quarantine
from connectors.log.writer import LogWriter


class IntakeState(Collector):
    """What is measured when it is asked for."""

    def __init__(self, writer: LogWriter, quarantine: Quarantine) -> None:
        self._writer = writer
        self._quarantine = quarantine

    def collect(self) -> Iterator[Metric]:
        written = self._writer.written
        for name, help_text, value in (
            ("ioc_log_reachable", "1 when the log is to be had", not self._writer.trouble),
            ("ioc_log_waiting_bytes", "Events not yet acknowledged", self._writer.held_bytes),
            ("ioc_log_written_events", "Events acknowledged since the start", written.events),
            ("ioc_log_written_bundles", "Messages acknowledged since the start", written.bundles),
            ("ioc_log_failed_events", "Events that may not be in the log", written.failed),
            ("ioc_quarantine_records", "Refused records with originals", self._quarantine.records),
            ("ioc_quarantine_bytes", "Size of encrypted originals", self._quarantine.bytes),
        ):
            yield GaugeMetricFamily(name, help_text, value=float(value))
