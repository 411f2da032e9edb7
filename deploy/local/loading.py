"""A scenario in the stack: the simulator sends its year to the receiver, and we watch it arrive."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.simulator.scenarios import Scenario, scenario, scenario_of
from deploy.local import readings
from deploy.local.accounts import SIMULATOR, Account
from deploy.local.figures import PUBLISHED, Figures, of_totals
from deploy.local.processes import ioc
from deploy.local.services import Service
from deploy.local.supervisor import Managed, Supervisor

MOST_DEATHS = 3
LOOK_SECONDS = 1.0


class LoadError(Exception):
    """The scenario did not get into the log; says where to look."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A scenario with the words by which `ioc simulate` knows it."""

    scenario: Scenario
    arguments: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.scenario.name


def named(name: str) -> Chosen:
    """Raises KeyError naming the scenarios there are."""
    return Chosen(scenario(name), (name,))


def sized(dossiers: int, seed: int) -> Chosen:
    arguments = ("--dossiers", str(dossiers), "--seed", str(seed))
    return Chosen(scenario_of(dossiers, seed), arguments)


def simulator(
    chosen: Chosen,
    account: Account,
    receiver_url: str,
    *,
    truth: Path,
    log: Path,
    clock_offset_seconds: float,
    live: bool,
) -> Service:
    """Sends the scenario. `truth` is written when all is sent; then, if `live`, life goes on."""
    truth.unlink(missing_ok=True)
    command = ioc(
        "simulate",
        *chosen.arguments,
        *("--to", receiver_url),
        *("--username", account.username),
        *("--password-file", str(account.password)),
        *("--truth", str(truth)),
        *("--clock-offset", str(clock_offset_seconds)),
        *(["--live"] if live else []),
    )
    return Service("simulator", command, receiver_url, truth.exists, log, once=True)


def await_loaded(
    supervisor: Supervisor,
    managed: Managed,
    chosen: Chosen,
    prometheus_url: str,
    progress: Callable[[str], None],
) -> None:
    """Return when all is sent and counted. Raises LoadError, StopRequestedError."""
    watch = _Watch(chosen.scenario.dossiers, prometheus_url, progress)

    def arrived() -> bool:
        if managed.deaths >= MOST_DEATHS:
            service = managed.service
            raise LoadError(f"the simulator failed {managed.deaths} times: see {service.log}")
        return watch.nothing_waits() and managed.service.ready()

    supervisor.run_until(arrived)


class _Watch:
    """Asks Prometheus once a second how much is still to come."""

    def __init__(self, dossiers: int, url: str, progress: Callable[[str], None]) -> None:
        self._dossiers = dossiers
        self._url = url
        self._progress = progress
        self._began = self._asked = time.monotonic()
        self._waiting: int | None = None

    def nothing_waits(self) -> bool:
        if time.monotonic() - self._asked >= LOOK_SECONDS:
            self._asked = time.monotonic()
            self._ask()
        return self._waiting == 0

    def _ask(self) -> None:
        try:
            self._waiting = readings.backlog(self._url, SIMULATOR)
        except readings.UnreadableError:
            return  # the supervisor restarts what is away
        seconds = self._asked - self._began
        if self._waiting is None:
            self._progress(f"loading: nothing sent yet, {seconds:.0f} s")
            return
        there = self._dossiers - self._waiting
        left = f", {self._waiting / there * seconds:.0f} s to go" if there else ""
        share = there / self._dossiers
        self._progress(f"loading: {there:,} of {self._dossiers:,} dossiers ({share:.0%}){left}")


def true_figures(chosen: Chosen, truth: Path) -> Figures:
    """What was published, for a scenario that is made of published figures, else the truth file."""
    if chosen.name in PUBLISHED:
        return PUBLISHED[chosen.name]
    told: dict[str, Any] = json.loads(truth.read_text(encoding="utf-8"))
    return of_totals(told["totals"][str(chosen.scenario.year)], told["open"])
