"""One verification: simulate → receiver → log → fold → Prometheus, against the truth."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import httpx

from connectors.simulator.feed import Feed, Request, dropped
from connectors.simulator.scenarios import Scenario, scenario_of
from connectors.simulator.sender import Account, Progress, send
from connectors.simulator.truth import Truth
from deploy.local.stack import verification_stages
from deploy.local.supervisor import Supervisor, stopped_by_signals
from deploy.verification.comparison import broken_laws, differences, meanwhile
from deploy.verification.installation import (
    Installation,
    folded_to,
    installation,
    log_ends,
    remove,
)
from deploy.verification.log_copy import copy_shuffled
from deploy.verification.prometheus import published_series, query

Say = Callable[[str], None]

SETTLE_SECONDS = 300.0
# Scrapes and rules run every 2 s; after three rounds what is published is what was folded.
PUBLISHED_AFTER_SECONDS = 6
SAMPLED_CASES = 50
LOOKS = 3
# Nothing is due of a dossier that was not taken in, or will not be resolved.
WITHOUT_DUE = frozenset({"awaiting_intake", "refused", "withdrawn", "stopped"})


@dataclass(frozen=True, slots=True)
class Verification:
    """What to verify. `drop` records are lost on purpose, so that a difference must be found."""

    dossiers: int
    seed: int
    bootstrap: str | None = None
    repeat: int = 1
    shuffle: bool = False
    kill_worker: bool = False
    drop: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`findings` is empty when every figure is right; `offsets` is the log's end per partition."""

    compared: int
    findings: list[str]
    hash: str
    offsets: dict[str, int] = field(default_factory=dict)

    @property
    def right(self) -> bool:
        return self.compared > 0 and not self.findings


class NotSettledError(Exception):
    """The fold or Prometheus did not get to the end of the log in time."""


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
        )
        with Supervisor(say) as supervisor, stopped_by_signals(supervisor):
            try:
                supervisor.start(verification_stages(place.feeding, place.folding))
                truth = _feed(wanted, scenario, place, supervisor, say)
                return _compare(place, truth, supervisor, say)
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
    if wanted.shuffle:
        copied = copy_shuffled(place.feeding.kafka, place.folding.kafka, wanted.seed)
        say(f"copied {copied} events into another log in another order")
    return feeds[0].truth


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


def _compare(place: Installation, truth: Truth, supervisor: Supervisor, say: Say) -> Outcome:
    """What is published between two scrapes of one evaluation may not fit together, so that a
    finding counts only when it is still there at another look.
    """
    state = _settled(place, supervisor)
    say(f"folded {state['cases']} dossiers; waiting for Prometheus")
    for _ in range(LOOKS):
        outcome = _look(place, truth, supervisor, state)
        if outcome.right:
            break
    return outcome


def _look(
    place: Installation, truth: Truth, supervisor: Supervisor, state: dict[str, Any]
) -> Outcome:
    since = int(place.folding.clock_offset_seconds + time.time())
    published = partial(_published_since, place, since + PUBLISHED_AFTER_SECONDS)
    if not supervisor.run_until(published, SETTLE_SECONDS):
        raise NotSettledError("Prometheus publishes nothing new; see its log")
    found = published_series(place.folding.prometheus_url)
    now = int(place.folding.clock_offset_seconds + time.time()) + 1
    expected = meanwhile(truth.series(since), truth.series(now), found)
    findings = [
        *map(str, differences(expected, found)),
        *broken_laws(found),
        *state["laws"],
        *_wrong_cases(place.worker, truth, now),
    ]
    findings += [f"the fold refused an event: {refusal}" for refusal in state["refusals"]]
    if state["imbalance"]:
        findings.append(f"the ledger is out of balance by {state['imbalance']}")
    offsets = log_ends(place.folding.kafka)
    compared = len(expected.keys() | found.keys())
    return Outcome(compared, findings, state["hash"], {str(k): v for k, v in offsets.items()})


def _settled(place: Installation, supervisor: Supervisor) -> dict[str, Any]:
    """The state of the worker when it has folded the whole log."""
    ends = log_ends(place.folding.kafka)
    states: list[dict[str, Any]] = []

    def folded() -> bool:
        state = folded_to(place.worker, ends)
        states.extend([state] if state else [])
        return bool(states)

    if not supervisor.run_until(folded, SETTLE_SECONDS):
        raise NotSettledError(f"the worker did not fold the log to {ends} in {SETTLE_SECONDS:g} s")
    return states[-1]


def _published_since(place: Installation, second: int) -> bool:
    rows = query(place.folding.prometheus_url, "min(ioc_now_seconds)")
    return bool(rows) and float(rows[0]["value"][1]) >= second


def _wrong_cases(worker: str, truth: Truth, now: int) -> Iterator[str]:
    """Of a sample of dossiers, those of which the API says something else than the truth."""
    cases = truth.sample()
    for case in cases[:: max(1, len(cases) // SAMPLED_CASES)]:
        wanted = truth.expectation(case, now)
        if wanted.phase in WITHOUT_DUE:
            wanted = replace(wanted, due=None)
        answer = httpx.get(f"{worker}/api/cases/{case}", timeout=30).json()
        found = replace(
            wanted, **{name: answer.get(name) for name in ("phase", "timeliness", "due")}
        )
        if found != wanted:
            yield f"dossier {case}: expected {wanted}, found {found}"
