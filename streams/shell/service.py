"""The worker as a process: it starts, serves, stops when asked, and ends when it must."""

import asyncio
import logging
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from faust.contrib.asgi import faust_app_running
from kafka.errors import KafkaError

from connectors.clock import Clock
from connectors.log import topics as log_topics
from connectors.log.settings import KafkaSettings
from seeds.topics import WATCH
from streams.core.rules import Rules
from streams.shell.api import serving
from streams.shell.holdings import read_topics
from streams.shell.law import rules_for
from streams.shell.settings import WorkerSettings
from streams.shell.worker import Worker

log = logging.getLogger(__name__)

STOPPED, BROKEN = 0, 70
STOP_SECONDS = 5.0


class CannotBeginError(Exception):
    """Says what is in the way, and what to do."""


def end_process(reason: str, code: int = BROKEN) -> None:
    """Ends at once: the supervisor starts the process again, and the log is still there."""
    log.log(logging.CRITICAL if code else logging.INFO, "ending: %s", reason)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def require_topics(kafka: KafkaSettings) -> None:
    """Raises CannotBeginError when a topic is missing or has another partition count, or when
    nobody answers as Kafka.
    """
    try:
        found = {state.topic: state for state in log_topics.describe(kafka)}
    except (KafkaError, OSError) as error:
        raise CannotBeginError(
            f"cannot reach Kafka at {kafka.bootstrap}: {error}; start it, or name another in "
            "[kafka] bootstrap"
        ) from error
    for name in (*read_topics(), WATCH):
        state = found[name]
        if not state.partitions:
            raise CannotBeginError(f"topic {state.name} is missing: run `ioc topics create`")
        if not state.right:
            mismatch = log_topics.TopicMismatchError(state.name, state.partitions, state.wanted)
            raise CannotBeginError(str(mismatch))


def require_rules(clock: Clock, settings: WorkerSettings) -> Rules:
    """Raises CannotBeginError for a fault in the law files, the calendar or the outages."""
    try:
        return rules_for(int(clock.now()), settings.outages)
    except OSError as error:
        raise CannotBeginError(
            f"[worker] outages: cannot read {settings.outages}: {error.strerror}; name a file that "
            "can be read, or none"
        ) from error
    except ValueError as error:
        raise CannotBeginError(
            f"cannot read the law: {error}; mend it: `ioc law check` lists every fault"
        ) from error


def run(kafka: KafkaSettings, settings: WorkerSettings, clock: Clock) -> int:
    """Serves until SIGTERM or SIGINT; the exit code. Raises CannotBeginError."""
    rules = require_rules(clock, settings)
    require_topics(kafka)
    with tempfile.TemporaryDirectory(prefix="ioc-worker-") as directory:
        return asyncio.run(_serve(kafka, settings, clock, Path(directory), rules))


async def _serve(
    kafka: KafkaSettings, settings: WorkerSettings, clock: Clock, directory: Path, rules: Rules
) -> int:
    asked_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    worker = Worker(kafka, settings, clock, rules, directory, end_process)
    app = worker.application.app
    async with _served(worker), faust_app_running(app):
        beside = asyncio.create_task(worker.run_beside())
        await app.wait(asked_to_stop.wait())
        beside.cancel()
        with suppress(asyncio.CancelledError):
            await beside
        if app.crash_reason is not None:
            end_process(f"Faust crashed: {app.crash_reason!r}")
        if doubt := worker.doubt():
            end_process(f"asked to stop; no good-bye to the group: {doubt}", STOPPED)
        # There is nothing to lose, and a client that cannot say good-bye tries for long.
        loop.call_later(STOP_SECONDS, end_process, "asked to stop; Faust did not in time", STOPPED)
    log.info("worker %s stopped", settings.name)
    return STOPPED


@asynccontextmanager
async def _served(worker: Worker) -> AsyncIterator[None]:
    settings = worker.settings
    address = f"{settings.host}:{settings.port}"
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(serving(worker))
        except OSError as error:
            raise CannotBeginError(
                f"cannot serve {address}: {os.strerror(error.errno or 0)}; end what uses the port, "
                "or choose another in [worker] port"
            ) from error
        log.info("worker %s serves %s", settings.name, address)
        yield
