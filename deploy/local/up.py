"""`ioc up`: the whole monitor on this machine, until somebody stops it or it has been checked."""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from connectors.clock import Clock
from connectors.log.settings import KafkaSettings
from connectors.runner.settings import SourceSettings
from connectors.simulator.scenarios import Scenario
from deploy.local import agreement, feeding, loading, stack
from deploy.local.accounts import simulator_account
from deploy.local.layout import Layout, Running, write_record
from deploy.local.ports import Ports, refuse_taken
from deploy.local.screen import Screen
from deploy.local.stack import Plan
from deploy.local.supervisor import StopRequestedError, Supervisor, stopped_by_signals

AGREEMENT_SECONDS = 90.0
LOOK_SECONDS = 2.0


class AlreadyRunningError(Exception):
    """Another supervisor has this directory."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of `ioc up`. `keep` goes on with the data and the clock of the last run.

    `sources` are those of the configuration; a scenario has sources of its own instead.
    """

    directory: Path
    ports: Ports
    chosen: loading.Chosen | None = None
    check: bool = False
    keep: bool = False
    bootstrap: str | None = None
    prefix: str = ""
    configuration: Path | None = None
    cluster: KafkaSettings = field(default_factory=KafkaSettings)
    accounts: Path | None = None
    sources: Sequence[SourceSettings] = ()

    @property
    def layout(self) -> Layout:
        return Layout(self.directory.absolute(), self.chosen.name if self.chosen else "own")


def run(wish: Wish, screen: Screen) -> int:
    """0: stopped when asked, or all figures agree; 1: they do not, or the check was cut short.

    Raises AlreadyRunningError, PortTakenError, MissingProgramError, StartError, LoadError.
    """
    with _alone(wish.layout.root):
        refuse_taken(wish.ports, own_broker=wish.bootstrap is None)
        plan = _plan(wish)
        wish.layout.rotate_logs()
        run_of = _Run(wish, plan, screen)
        try:
            with stopped_by_signals(run_of.supervisor), run_of.supervisor:
                return run_of.through()
        except StopRequestedError:
            screen.say("stopped before the check was through" if wish.check else "stopped")
            return 1 if wish.check else 0
        finally:
            wish.layout.record.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Memory:
    """What a scenario goes on with when it is kept."""

    clock_offset_seconds: float
    prefix: str
    loaded: bool = False


class _Run:
    def __init__(self, wish: Wish, plan: Plan, screen: Screen) -> None:
        self._wish = wish
        self._plan = plan
        self._screen = screen
        self._started_at = datetime.now(UTC)
        self.supervisor = Supervisor(screen.say, self._record)

    def through(self) -> int:
        screen, plan, chosen = self._screen, self._plan, self._wish.chosen
        screen.say(f"starting the monitor (Ctrl-C stops it; logs are in {plan.layout.logs})")
        self.supervisor.start(stack.stages(plan))
        screen.say(f"the wall: {plan.wall_url}")
        memory = _memory(plan.layout)
        if chosen and memory and not memory.loaded:
            self._load(chosen)
            _remember(plan.layout, replace(memory, loaded=True))
        if chosen and self._wish.check:
            return 0 if self._check(chosen) else 1
        screen.say("running; Ctrl-C stops everything")
        self.supervisor.run_until(lambda: False)
        return 0

    def _load(self, chosen: loading.Chosen) -> None:
        """Life goes on only where nobody wants to compare figures that stand still."""
        plan, began = self._plan, time.monotonic()
        service = loading.simulator(
            chosen,
            plan.account,
            plan.receiver_url,
            truth=_truth(plan.layout),
            log=plan.layout.log("simulator"),
            clock_offset_seconds=plan.clock_offset_seconds,
            live=not self._wish.check,
        )
        managed = self.supervisor.add(service)
        loading.await_loaded(
            self.supervisor, managed, chosen, plan.prometheus_url, self._screen.progress
        )
        seconds = time.monotonic() - began
        dossiers = chosen.scenario.dossiers
        self._screen.say(f"loaded {chosen.name}: {dossiers:,} dossiers in {seconds:.0f} s")

    def _check(self, chosen: loading.Chosen) -> bool:
        """Scrapes, rules and the wall follow the log in seconds; they are given more."""
        plan, truth = self._plan, loading.true_figures(chosen, _truth(self._plan.layout))
        found: list[agreement.Agreement] = []

        def agree() -> bool:
            if found:
                time.sleep(LOOK_SECONDS)
            found[:] = [
                agreement.compare(
                    truth,
                    worker_url=plan.worker_urls[0],
                    prometheus_url=plan.prometheus_url,
                    wall_url=plan.wall_url,
                    year=chosen.scenario.year,
                    picture=self._wish.layout.picture,
                )
            ]
            return found[0].holds

        holds = self.supervisor.run_until(agree, AGREEMENT_SECONDS)
        self._screen.say("\n".join(found[0].table()))
        self._screen.say("all figures agree" if holds else "the figures marked with ! are wrong")
        return holds

    def _record(self) -> None:
        wish, plan = self._wish, self._plan
        services = [
            Running(one.service.name, one.process.pid, one.service.address, str(one.service.log))
            for one in self.supervisor.managed
        ]
        write_record(
            plan.layout.record,
            services,
            started_at=self._started_at,
            scenario=wish.chosen.name if wish.chosen else None,
            clock_offset_seconds=plan.clock_offset_seconds,
        )


def _plan(wish: Wish) -> Plan:
    """A scenario begins with fresh data, unless it is to be kept."""
    layout, chosen = wish.layout, wish.chosen
    if chosen and not wish.keep:
        layout.clear()
    layout.data.mkdir(parents=True, exist_ok=True)
    offset = float(chosen.scenario.now - round(Clock().now())) if chosen else 0.0
    memory = _memory(layout) or Memory(offset, wish.prefix)
    if chosen:
        _remember(layout, memory)
    plan = Plan(
        layout=layout,
        ports=wish.ports,
        account=simulator_account(layout.secrets),
        clock_offset_seconds=memory.clock_offset_seconds,
        bootstrap=wish.bootstrap,
        prefix=memory.prefix,
        period=chosen.scenario.year if chosen else None,
        configuration=wish.configuration,
        cluster=wish.cluster,
        accounts=wish.accounts,
        sources=wish.sources,
    )
    return _simulated(plan, chosen.scenario) if chosen else plan


def _simulated(plan: Plan, scenario: Scenario) -> Plan:
    """With the systems of a simulated province as its sources, and the scenario's outages."""
    file = plan.layout.data / "sources.toml"
    sources = feeding.write_sources(
        file, plan.feeds_data, plan.feeds_url, stack.FEEDS_PACE, plan.cluster
    )
    outages = feeding.write_outages(plan.layout.data / "outages.csv", scenario)
    return replace(plan, sources=sources, sources_file=file, feeds=True, outages=outages)


def _truth(layout: Layout) -> Path:
    return layout.data / "truth.json"


def _memory(layout: Layout) -> Memory | None:
    file = layout.data / "scenario.json"
    return Memory(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def _remember(layout: Layout, memory: Memory) -> None:
    content = json.dumps(asdict(memory))
    (layout.data / "scenario.json").write_text(content, encoding="utf-8")


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Raises AlreadyRunningError while another supervisor has the directory."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "up.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunningError(
                f"another `ioc up` (process {lock.read().strip()}) runs in {root}: stop it, or "
                "give this one a directory of its own with --data"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
