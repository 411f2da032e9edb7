"""The receiver as a process: everything it is made of, from start to clean stop."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from connectors.clock import Clock
from connectors.dvcqg import lookup
from connectors.dvcqg.accounts import Accounts, load_accounts
from connectors.dvcqg.app import App
from connectors.dvcqg.catalogue import Catalogue, catalogue
from connectors.dvcqg.metrics import Metrics
from connectors.dvcqg.originals import CONNECTOR
from connectors.dvcqg.receiver import Receiver
from connectors.dvcqg.sessions import Sessions
from connectors.dvcqg.settings import ReceiverSettings
from connectors.intake.database import only_connector
from connectors.intake.heartbeats import EVERY_SECONDS, Heartbeats
from connectors.intake.intake import Intake, Store
from connectors.intake.serving import STOP_SECONDS, http_server, listening, serve
from connectors.log.lanes import Limits
from connectors.log.settings import KafkaSettings
from connectors.log.writer import LogWriter
from seeds.topics import DEAD_LETTERS, HEARTBEATS, PUBLIC_ADMINISTRATION

logger = logging.getLogger(__name__)

TOPIC = PUBLIC_ADMINISTRATION
TOPICS = (TOPIC, DEAD_LETTERS, HEARTBEATS)


class ReceiverSettingsError(Exception):
    """A setting that is needed is not there."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is read from files once, so that a mistake in them is told before anything starts."""

    settings: ReceiverSettings
    accounts: Accounts
    catalogue: Catalogue


def prepare(settings: ReceiverSettings) -> Prepared:
    """Raises ReceiverSettingsError, AccountFileError, AliasFileError."""
    if settings.accounts is None:
        raise ReceiverSettingsError(
            "[receiver] accounts is not set: name the TOML file of accounts, or use --accounts FILE"
        )
    return Prepared(settings, load_accounts(settings.accounts), catalogue(settings.agency_aliases))


@asynccontextmanager
async def serving(
    prepared: Prepared,
    kafka: KafkaSettings,
    clock: Clock,
    heartbeat_seconds: float = EVERY_SECONDS,
) -> AsyncIterator[App]:
    """The application with its way to the log; at the end a last heartbeat is sent, and all that
    waits. Raises DataFolderError, VaultError.
    """
    settings = prepared.settings
    with contextlib.ExitStack() as held:
        held.enter_context(only_connector(settings.data))
        store = Store(
            settings.data,
            key_file=settings.quarantine_key,
            max_bytes=settings.max_quarantine_bytes,
        )
        held.callback(store.close)
        writer = LogWriter(
            kafka, TOPICS, client_id="ioc-dvcqg", limits=Limits(ack_seconds=settings.ack_seconds)
        )
        held.callback(writer.close, STOP_SECONDS)
        hearts = Heartbeats(
            store.book, store.quarantine, writer, clock, every_seconds=heartbeat_seconds
        )
        sessions = Sessions(settings.session_seconds)
        metrics = Metrics(writer, store.quarantine, sessions)
        async with lookup.client() as http:
            found = lookup.Lookup(settings.worker_api, http)
            intake = Intake(CONNECTOR, TOPIC, writer, store, clock)
            served = Receiver(intake, prepared.catalogue, found, hearts, metrics, clock)
            beating = asyncio.create_task(hearts.run())
            try:
                yield App(settings, prepared.accounts, sessions, served, writer, metrics)
            finally:
                beating.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await beating
                await hearts.beat(store.book.all())


async def run(prepared: Prepared, kafka: KafkaSettings, clock: Clock) -> None:
    """Until SIGTERM or SIGINT. Raises as `serving` and `listening` do."""
    settings = prepared.settings
    with listening(settings.host, settings.port) as served:
        async with serving(prepared, kafka, clock) as app:
            logger.info("receiving on http://%s:%d", settings.host, settings.port)
            await serve(http_server(app.application), served)
