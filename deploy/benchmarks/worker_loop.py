"""The worker itself, Faust and all, until every partition is folded and shown.

Run as a program; prints what it measured as one line of JSON. The clock starts with the first
bundle, as it does for the peer.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from faust.contrib.asgi import faust_app_running

from connectors.clock import Clock
from connectors.log.settings import KafkaSettings
from deploy.benchmarks.stopwatch import Stopwatch, resident
from seeds.topics import source_topics
from streams.core.rules import rules_of_seeds
from streams.shell.service import end_process
from streams.shell.settings import WorkerSettings
from streams.shell.worker import Worker

LOOK_SECONDS = 0.005


async def measure(bootstrap: str, prefix: str, now: int, events: int, directory: Path) -> None:
    kafka = KafkaSettings(bootstrap=bootstrap, prefix=prefix)
    settings = WorkerSettings(name=f"bench-{os.getpid()}", session_timeout=6.0)
    worker = Worker(
        kafka, settings, Clock(now - time.time()), rules_of_seeds(), directory, end_process
    )
    empty = resident()
    async with faust_app_running(worker.application.app, stop_timeout=5.0):
        beside = asyncio.create_task(worker.run_beside())
        await _until(_folded, worker)
        watch = Stopwatch(empty)
        await _until(_shown, worker)
        sys.stdout.write(json.dumps(watch.stop(events).as_json()) + "\n")
        sys.stdout.flush()
        beside.cancel()
    os._exit(0)


async def _until(holds: Callable[[Worker], bool], worker: Worker) -> None:
    while not holds(worker):  # noqa: ASYNC110  # the worker rings no bell for strangers
        await asyncio.sleep(LOOK_SECONDS)


def _folded(worker: Worker) -> bool:
    return any(state.next for state in worker.holdings.states.values())


def _shown(worker: Worker) -> bool:
    states = worker.holdings.states
    whole = len(states) == sum(topic.partitions for topic in source_topics())
    return whole and all(state.open for state in states.values())


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--bootstrap", required=True)
    arguments.add_argument("--prefix", required=True)
    arguments.add_argument("--now", type=int, required=True)
    arguments.add_argument("--events", type=int, required=True)
    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as scratch:
        asyncio.run(measure(**vars(arguments.parse_args()), directory=Path(scratch)))
