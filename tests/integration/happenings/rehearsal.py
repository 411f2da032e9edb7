"""A whole stack in a hurry, as a process with one argument, its folder; SIGTERM ends it.

Everything is real; but the scores' window, the promises of the rehearsing sources and the pauses of
the simulated province are short, so that nobody waits a quarter of an hour.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from connectors.simulator.feeds.declarations import declared, written
from connectors.simulator.worktime import vietnam
from deploy.configuration import load
from deploy.local.accounts import simulator_account
from deploy.local.layout import Layout, Running, write_record
from deploy.local.ports import automatic
from deploy.local.services import Stage
from deploy.local.stack import Plan, stages
from deploy.local.supervisor import StopRequestedError, Supervisor, stopped_by_signals

# A working day in the rainy season, when no water is salt by itself.
NOW = vietnam(2024, 9, 11, 10)
PACE, WINDOW, PROMISE_SECONDS, LOOK_SECONDS = 300, "20s", 15, 2.0
UNHEARD = "never-speaks"
_LEFT_OUT = ("receiver", "alertmanager", "wall")


def plan_of(directory: Path) -> Plan:
    layout = Layout(directory, "rehearsal")
    layout.data.mkdir(parents=True)
    layout.rotate_logs()
    plan = Plan(
        layout=layout,
        ports=automatic(1),
        account=simulator_account(layout.secrets),
        clock_offset_seconds=float(NOW - round(time.time())),
        feeds=True,
        feeds_pace=PACE,
        window=WINDOW,
    )
    tables = declared(plan.feeds_data, plan.feeds_url, PACE)
    for table in tables:
        table["every_seconds"] = LOOK_SECONDS
        if table["subsystem"] == "rehearsal":
            table["promise_seconds"] = PROMISE_SECONDS
    file = layout.data / "sources.toml"
    file.write_text(written(tables), encoding="utf-8")
    sources = load(file).source
    # Declared, but nobody asks it.
    unheard = sources[0].model_copy(update={"name": UNHEARD})
    return replace(plan, sources=(*sources, unheard), sources_file=file)


def hurried(plan: Plan) -> Iterator[Stage]:
    for stage in stages(plan):
        services = [one for one in stage.services if one.name not in _LEFT_OUT]
        yield replace(stage, services=services)


def main(directory: Path) -> None:
    plan, began = plan_of(directory), datetime.now(UTC)

    def record() -> None:
        services = [
            Running(one.service.name, one.process.pid, one.service.address, str(one.service.log))
            for one in supervisor.managed
        ]
        write_record(
            plan.layout.record,
            services,
            started_at=began,
            scenario=None,
            clock_offset_seconds=plan.clock_offset_seconds,
        )

    supervisor = Supervisor(print, record)
    try:
        with stopped_by_signals(supervisor), supervisor:
            supervisor.start(list(hurried(plan)))
            print("running", flush=True)
            supervisor.run_until(lambda: False)
    except StopRequestedError:
        print("stopped", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
