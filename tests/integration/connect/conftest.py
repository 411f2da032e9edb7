"""Sources that are asked, with a real Kafka behind them."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def kafka_keeps_silent() -> Iterator[None]:
    """Captured records of kafka-python hold the sockets of connections that were refused."""
    log = logging.getLogger("kafka")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    yield
    log.setLevel(before)
