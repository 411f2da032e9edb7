"""One verification: simulate → receiver → log → fold → Prometheus, against the truth."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from connectors.simulator.feed import Feed, Request, dropped
from connectors.simulator.feeds.province import MEMORY
from connectors.simulator.outages import table
from connectors.simulator.scenarios import Scenario, scenario_of
from connectors.simulator.sender import Account, Progress, send
from connectors.simulator.truth import Truth
from deploy.local.stack import verification_stages
from deploy.local.supervisor import Supervisor, stopped_by_signals
from deploy.verification.installation import (
    Ends,
    Installation,
    installation,
    log_ends,
    remove,
    restart_worker,
)
from deploy.verification.log_copy import copy_shuffled
from deploy.verification.observer import Look, Observer
from deploy.verification.province import ProvinceTruth, Reading

Say = Callable[[str], None]

# Days after the end of the feed: deadlines pass, rungs of the ladder are reached, and all is late.
INSTANTS = (0, 1, 8, 40, 300)
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Verification:
    """What to verify. `drop` records are lost on purpose, so that a difference must be found.
    `feeds`: also the other systems of a province, their readings and their cases.

    `instants` are whole days after the end of the feed, ascending.
    """

    dossiers: int
    seed: int
    bootstrap: str | None = None
    repeat: int = 1
    shuffle: bool = False
    kill_worker: bool = False
    drop: int = 0
    feeds: bool = True
    instants: tuple[int, ...] = INSTANTS


@dataclass(frozen=True, slots=True)
class Outcome:
    """`hash` is that of the folded log, `offsets` its end per topic and partition."""

    looks: list[Look]
    hash: str
    offsets: Ends

    @property
    def compared(self) -> int:
        return sum(look.compared for look in self.looks)

    @property
    def findings(self) -> list[str]:
        return [f"{look.when}: {finding}" for look in self.looks for finding in look.findings]

    @property
    def right(self) -> bool:
        return all(look.compared and not look.findings for look in self.looks)


def verify(wanted: Verification, say: Say) -> Outcome:
    """Starts what is needed, sends, compares, and leaves nothing behind.

    Raises StartError, MissingProgramError, NotSettledError, StopRequestedError.
    """
    scenario = scenario_of(wanted.dossiers, wanted.seed)
    with TemporaryDirectory(prefix="ioc-verify-") as directory:
        place = installation(
            Path(directory),
            bootstrap=wanted.bootstrap,
            clock_offset_seconds=scenario.now - time.time(),
            copied=wanted.shuffle,
            outages=table(scenario.outages),
            feeds=wanted.feeds,
        )
        with Supervisor(say) as supervisor, stopped_by_signals(supervisor):
            try:
                supervisor.start(verification_stages(place.feeding, place.folding))
                truth = _feed(wanted, scenario, place, supervisor, say)
                province = _province(wanted, place, supervisor, say)
                if wanted.shuffle:
                    copied = copy_shuffled(place.feeding.kafka, place.folding.kafka, wanted.seed)
                    say(f"copied {copied} events into another log in another order")
                compare = partial(_compare, wanted, scenario, place)
                return compare(truth, province, supervisor, say)
            finally:
                if wanted.bootstrap:
                    supervisor.stop()
                    for settings in place.prefixes():
                        remove(settings, ["worker-1"])


def _feed(
    wanted: Verification, scenario: Scenario, place: Installation, supervisor: Supervisor, say: Say
) -> Truth:
    """Sends the whole feed while looking after the processes; returns its truth."""
    feeds = [Feed(scenario) for _ in range(wanted.repeat)]
    requests: Iterator[Request] = chain.from_iterable(feed.requests() for feed in feeds)
    if wanted.drop:
        requests = dropped(requests, wanted.drop, wanted.seed, wanted.dossiers)
    sending = _Sending(requests, place, scenario.dossiers)
    sending.start()
    if wanted.kill_worker:
        supervisor.run_until(lambda: sending.half_done or not sending.is_alive())
        _kill_worker(supervisor, say)
    supervisor.run_until(lambda: not sending.is_alive())
    if sending.failure:
        raise sending.failure
    say(f"sent {sending.progress.objects} records in {sending.progress.requests} requests")
    return feeds[0].truth


def _province(
    wanted: Verification, place: Installation, supervisor: Supervisor, say: Say
) -> ProvinceTruth | None:
    """Reads the other systems to their end, as often as the feed was sent; returns their truth."""
    if not wanted.feeds:
        return None
    reading = Reading(place.feeding, supervisor)
    try:
        reading.to_the_end()
        for _ in range(wanted.repeat - 1):
            reading.again()
        say(str(reading))
        return ProvinceTruth(place.feeding.feeds_data / MEMORY)
    finally:
        reading.close()


class _Sending(Thread):
    """The sender beside the supervisor, which must stay in the main thread."""

    def __init__(self, requests: Iterator[Request], place: Installation, dossiers: int) -> None:
        super().__init__(name="sender", daemon=True)
        self.progress = Progress()
        self.failure: Exception | None = None
        self._requests = requests
        self._dossiers = dossiers
        account = place.feeding.account
        password = account.password.read_text(encoding="utf-8").strip()
        self._account = Account(place.feeding.receiver_url, account.username, password)

    @property
    def half_done(self) -> bool:
        return self.progress.objects > self._dossiers

    def run(self) -> None:
        try:
            asyncio.run(send(self._requests, self._account, progress=self.progress))
        except Exception as error:
            self.failure = error


def _kill_worker(supervisor: Supervisor, say: Say) -> None:
    worker = next(one for one in supervisor.managed if one.service.name == "worker-1")
    os.kill(worker.process.pid, signal.SIGKILL)
    say("killed the worker with SIGKILL in mid-feed")


def _compare(
    wanted: Verification,
    scenario: Scenario,
    place: Installation,
    truth: Truth,
    province: ProvinceTruth | None,
    supervisor: Supervisor,
    say: Say,
) -> Outcome:
    """The same log at each instant: state depends on nothing else, figures on the clock too."""
    looks: list[Look] = []
    hashes: set[str] = set()
    for days in wanted.instants:
        if days:
            offset = scenario.now - time.time() + days * DAY_SECONDS
            place = place.at(offset)
            restart_worker(supervisor, place.folding)
        observer = Observer(place, truth, province, supervisor)
        look = observer.look(f"+{days} d" if days else "end of feed")
        say(str(look))
        looks.append(look)
        hashes.add(observer.hash)
    if len(hashes) > 1:
        looks[-1].findings.append(f"the same log has {len(hashes)} hashes: {sorted(hashes)}")
    return Outcome(looks, observer.hash, log_ends(place.folding.kafka))
