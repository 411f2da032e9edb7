"""An administrator's connection to Kafka that fails soon and plainly."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka.admin import KafkaAdminClient

from connectors.log.settings import KafkaSettings


@contextmanager
def connected(settings: KafkaSettings, timeout_seconds: float = 10.0) -> Iterator[Any]:
    """A `KafkaAdminClient`, closed afterwards.

    Raises OSError when nobody listens, kafka.errors.KafkaError when nobody answers as Kafka.
    """
    # The client itself would try for the whole timeout, and leave every refused socket open.
    knock(settings, timeout_seconds)
    timeout_ms = round(timeout_seconds * 1000)
    admin = KafkaAdminClient(**settings.client_options(), bootstrap_timeout_ms=timeout_ms)
    try:
        yield admin
    finally:
        admin.close()


def knock(settings: KafkaSettings, timeout_seconds: float) -> None:
    """Raises OSError when nobody listens at any address of the cluster."""
    failure: OSError | None = None
    for address in settings.bootstrap.split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=timeout_seconds).close()
        except OSError as error:
            failure = error
        else:
            return
    raise failure or ConnectionError("no address to connect to")
