import logging

import pytest


@pytest.fixture(autouse=True)
def kafka_keeps_silent(caplog: pytest.LogCaptureFixture) -> None:
    """Captured records of kafka-python hold the sockets of connections that were refused."""
    caplog.set_level(logging.CRITICAL + 1, logger="kafka")
