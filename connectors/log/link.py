"""A writer's connection to Kafka: made with every promise that the log needs, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError

from connectors.log.admin import knock
from connectors.log.lanes import LogUnavailableError
from connectors.log.settings import KafkaSettings
from connectors.log.topics import TopicMismatchError
from seeds.topics import topics as all_topics

CONNECT_SECONDS = 3.0
METADATA_SECONDS = 1.0
BATCH_BYTES = 512 * 1024
REQUEST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no connection. `mismatch`: a topic, the partitions found and wanted."""

    message: str
    mismatch: tuple[str, int, int] | None = None

    def error(self) -> LogUnavailableError | TopicMismatchError:
        """A new exception each time: one that is raised twice keeps the frames of both."""
        if self.mismatch:
            return TopicMismatchError(*self.mismatch)
        return LogUnavailableError(self.message)


def connect(
    settings: KafkaSettings, topics: Iterable[str], *, client_id: str, ack_seconds: float
) -> tuple[Any, Trouble | None]:
    """A `KafkaProducer` that has seen each topic with the partition count of the seeds, or None
    and the trouble. Blocks for a few seconds at most.
    """
    producer = None
    try:
        knock(settings, METADATA_SECONDS)
        producer = KafkaProducer(**settings.client_options(), **_promises(client_id, ack_seconds))
        trouble = next(filter(None, (_wrong(producer, settings, name) for name in topics)), None)
    except (OSError, KafkaError) as error:
        trouble = Trouble(
            f"no log at {settings.bootstrap} ({error}): start Kafka there, or name another"
        )
    if trouble is None:
        return producer, None
    discard(producer)
    return None, trouble


def _promises(client_id: str, ack_seconds: float) -> dict[str, Any]:
    acknowledged_ms = round(ack_seconds * 1000)
    return {
        "client_id": client_id,
        "acks": "all",
        "enable_idempotence": True,
        "compression_type": "lz4",
        "allow_auto_create_topics": False,
        "linger_ms": 0,  # what may wait together has waited already
        "batch_size": BATCH_BYTES,
        "max_request_size": REQUEST_BYTES,
        "delivery_timeout_ms": acknowledged_ms,
        "request_timeout_ms": acknowledged_ms,
        "max_block_ms": round(METADATA_SECONDS * 1000),
        "bootstrap_timeout_ms": round(CONNECT_SECONDS * 1000),
        "reconnect_backoff_max_ms": 500,
        "metrics_enabled": False,
    }


def _wrong(producer: Any, settings: KafkaSettings, name: str) -> Trouble | None:
    physical, wanted = settings.topic(name), all_topics()[name].partitions
    try:
        found = len(producer.partitions_for(physical))
    except KafkaError as error:
        return Trouble(
            f"topic {physical} is not at {settings.bootstrap} ({error}): run `ioc topics create`"
        )
    if found == wanted:
        return None
    mismatch = physical, found, wanted
    return Trouble(str(TopicMismatchError(*mismatch)), mismatch)


def discard(producer: Any) -> None:
    """End a producer at once; every send of its that is not acknowledged fails."""
    if producer is None:
        return
    # close() alone would first wait for what cannot be sent, and then leave its thread running.
    sender = producer._sender  # noqa: SLF001
    sender.force_close()
    sender.join(METADATA_SECONDS)
    producer.close(timeout=0)
