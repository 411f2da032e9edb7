"""Keeps processes running: starts them in order, restarts what dies, ends them all in time.

One thread, the main one: it is the parent with whose end the kernel ends every process, and it
learns of a request to stop between two looks at them.
"""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Self

from deploy.local.processes import StartError, end, spawn, tail
from deploy.local.services import Service, Stage

LOOK_SECONDS = 0.1
FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 30.0
HEALTHY_AFTER_SECONDS = 60.0
STOP_BUDGET_SECONDS = 20.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Say = Callable[[str], None]


class StopRequestedError(Exception):
    """Somebody asked us to stop: SIGINT (Ctrl-C), SIGTERM, SIGHUP."""


@dataclass(slots=True)
class Managed:
    """A service with its process; `restart_at` (monotonic seconds) while it is down."""

    service: Service
    process: subprocess.Popen[bytes]
    started_at: float
    deaths: int = 0
    restart_at: float | None = None


class Supervisor:
    """A context: leaving it ends every process, with all of them sharing one time budget.

    `changed` is called whenever a process id changes.
    """

    def __init__(self, say: Say, changed: Callable[[], None] = lambda: None) -> None:
        self._say = say
        self._changed = changed
        self._stages: list[list[Managed]] = []
        self._stop = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def managed(self) -> list[Managed]:
        return [managed for stage in self._stages for managed in stage]

    def request_stop(self) -> None:
        self._stop = True

    def start(self, stages: Sequence[Stage], timeout_seconds: float = 90.0) -> None:
        """Raises StartError when a service ends, or is not ready in time, at its first start."""
        for stage in stages:
            self._note(stage.prepare())
            began = time.monotonic()
            started: list[Managed] = []
            self._stages.append(started)
            for service in stage.services:
                self._spawn_into(started, service)
            self._changed()
            for managed in started:
                self._await(managed, began + timeout_seconds)
                seconds = time.monotonic() - began
                service = managed.service
                self._say(f"  {service.name:<14}{service.address:<28}ready in {seconds:.1f} s")
            self._note(stage.then())

    def add(self, service: Service) -> Managed:
        """Start one more service, in a stage of its own, without waiting for it."""
        self._stages.append([])
        managed = self._spawn_into(self._stages[-1], service)
        self._changed()
        return managed

    def remove(self, managed: Managed) -> None:
        """End one, and stop looking after it."""
        end([managed.process])
        for stage in self._stages:
            if managed in stage:
                stage.remove(managed)
        self._changed()

    def run_until(self, holds: Callable[[], bool], timeout_seconds: float | None = None) -> bool:
        """Look after the processes until it holds; False when time is up before.

        Raises StopRequestedError.
        """
        deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        while not holds():
            if deadline is not None and time.monotonic() > deadline:
                return False
            self.look()
            time.sleep(LOOK_SECONDS)
        return True

    def look(self) -> None:
        """Restart what has died and has waited long enough. Raises StopRequestedError."""
        if self._stop:
            raise StopRequestedError
        for managed in self.managed:
            if managed.restart_at is not None:
                self._restart_when_due(managed)
            elif (code := managed.process.poll()) is not None and (
                code or not managed.service.once
            ):
                self._plan_restart(managed, code)

    def stop(self, budget_seconds: float = STOP_BUDGET_SECONDS) -> None:
        """End the stages from last to first; each may use its share of what time is left."""
        deadline = time.monotonic() + budget_seconds
        while self._stages:
            share = (deadline - time.monotonic()) / len(self._stages)
            end([managed.process for managed in self._stages.pop()], share)

    def _spawn_into(self, stage: list[Managed], service: Service) -> Managed:
        process = spawn(service.command, service.log, service.environment)
        stage.append(Managed(service, process, time.monotonic()))
        return stage[-1]

    def _await(self, managed: Managed, deadline: float) -> None:
        service = managed.service
        while not service.ready():
            if (code := managed.process.poll()) is not None:
                raise StartError(
                    f"{service.name} ended with code {code} at its start: see {service.log}"
                    + tail(service.log)
                )
            if time.monotonic() > deadline:
                raise StartError(f"{service.name} is not ready: see {service.log}")
            if self._stop:
                raise StopRequestedError
            time.sleep(LOOK_SECONDS / 2)

    def _plan_restart(self, managed: Managed, code: int) -> None:
        now = time.monotonic()
        if now - managed.started_at > HEALTHY_AFTER_SECONDS:
            managed.deaths = 0
        backoff = min(FIRST_BACKOFF_SECONDS * 2**managed.deaths, LONGEST_BACKOFF_SECONDS)
        backoff = max(backoff, managed.service.rest_seconds)
        managed.deaths += 1
        managed.restart_at = now + backoff
        name, log = managed.service.name, managed.service.log
        self._say(f"{name} ended with code {code}; restarting in {backoff:g} s (see {log})")

    def _restart_when_due(self, managed: Managed) -> None:
        if managed.restart_at is not None and time.monotonic() >= managed.restart_at:
            managed.process = spawn(
                managed.service.command, managed.service.log, managed.service.environment
            )
            managed.started_at = time.monotonic()
            managed.restart_at = None
            self._changed()

    def _note(self, line: str) -> None:
        if line:
            self._say(f"  {line}")


@contextmanager
def stopped_by_signals(supervisor: Supervisor) -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP ask the supervisor to stop, once or many times."""

    def ask(_signal: int, _frame: FrameType | None) -> None:
        supervisor.request_stop()

    former = {number: signal.signal(number, ask) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
