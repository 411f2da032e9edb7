"""A receiver over real HTTP, with a real Kafka behind it.

Kafka's client may only be imported when pytest is configured, so it is imported by fixtures.
"""

import logging
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from deploy.local.broker import Broker
    from tests.integration.receiver.receiving import Running, Start


@pytest.fixture(autouse=True)
def kafka_keeps_silent(caplog: pytest.LogCaptureFixture) -> None:
    """Captured records of kafka-python hold the sockets of connections that were refused."""
    caplog.set_level(logging.CRITICAL + 1, logger="kafka")


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """An accounts file with two senders, one of them with a token."""
    folder = tmp_path / "accounts"
    folder.mkdir()
    for name in ("opencps.password", "td.password", "td.token"):
        (folder / name).write_text(f"secret-of-{name}\n")
        (folder / name).chmod(0o600)
    (folder / "accounts.toml").write_text(
        '[[account]]\nusername = "opencps"\npassword_file = "opencps.password"\n'
        'source = "one-stop"\nkind = "one_stop"\n'
        '[[account]]\nusername = "td"\npassword_file = "td.password"\n'
        'token_file = "td.token"\nsource = "district"\nkind = "one_stop"\n'
    )
    return folder / "accounts.toml"


@pytest.fixture
def start(secrets: Path, tmp_path: Path) -> "Start":
    """Starts a receiver: start(kafka settings, settings of the receiver that differ)."""
    from tests.integration.receiver.receiving import started

    return partial(started, secrets, tmp_path / "data")


@pytest.fixture
async def running(start: "Start", broker: "Broker", topic_prefix: str) -> AsyncIterator["Running"]:
    from connectors.log.settings import KafkaSettings

    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    async with start(kafka, ack_seconds=20) as receiver:
        yield receiver
