"""A worker is killed and another takes over: totals grow older meanwhile, and never wrong."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.simulator.feed import Feed
from connectors.simulator.scenarios import scenario_of
from connectors.simulator.sender import Account, send
from deploy.local.accounts import simulator_account
from deploy.local.broker import Broker
from deploy.local.layout import Layout
from deploy.local.ports import automatic
from deploy.local.stack import Plan, verification_stages
from deploy.local.supervisor import Supervisor
from deploy.verification.comparison import Series, differences
from deploy.verification.prometheus import published_series, query

pytestmark = [pytest.mark.broker, pytest.mark.stack]

COMPLETE = 'ioc:topic_complete{topic="ioc.public-administration"}'


class Watch:
    """Looks at what Prometheus publishes, often; remembers whether it was ever incomplete."""

    def __init__(self, plan: Plan, truth: Callable[[], Series]) -> None:
        self._plan = plan
        self._truth = truth
        self.wrong: list[str] = []
        self.looks = 0
        self.incomplete = 0

    def complete(self) -> bool:
        return bool(query(self._plan.prometheus_url, COMPLETE))

    def until(self, holds: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, "did not come about in time"
            self.look()
            time.sleep(0.2)

    def look(self) -> None:
        found = published_series(self._plan.prometheus_url)
        self.looks += 1
        self.incomplete += not self.complete()
        self.wrong += map(str, differences(self._truth(), found))


def test_no_total_is_ever_wrong_while_partitions_move(broker: Broker, tmp_path: Path) -> None:
    scenario = scenario_of(400, seed=11)
    layout = Layout(tmp_path, "takeover")
    plan = Plan(
        layout=layout,
        ports=automatic(workers=2),
        account=simulator_account(layout.secrets),
        clock_offset_seconds=scenario.now - time.time(),
        bootstrap=broker.bootstrap,
        prefix=f"takeover-{os.getpid()}.",
    )
    with Supervisor(print) as supervisor:
        supervisor.start(verification_stages(plan, plan))
        feed = Feed(scenario)
        password = plan.account.password.read_text(encoding="utf-8").strip()
        account = Account(plan.receiver_url, plan.account.username, password)
        asyncio.run(send(feed.requests(), account))

        def truth() -> Series:
            return feed.truth.series(int(time.time() + plan.clock_offset_seconds))

        watch = Watch(plan, truth)
        _until_published(plan, truth)
        victim = next(one for one in supervisor.managed if one.service.name == "worker-1")
        os.kill(victim.process.pid, signal.SIGKILL)
        victim.process.wait()
        watch.until(lambda: watch.incomplete > 0, 30)
        watch.until(watch.complete, 60)
        assert watch.wrong == []
        watch.incomplete = 0
        supervisor.run_until(lambda: victim.process.poll() is None, 10)
        deadline = time.monotonic() + 20
        watch.until(lambda: time.monotonic() > deadline and watch.complete(), 60)
        assert watch.wrong == []
        assert watch.looks > 40


def _until_published(plan: Plan, truth: Callable[[], Series]) -> None:
    deadline = time.monotonic() + 60
    while differences(truth(), published_series(plan.prometheus_url)):
        assert time.monotonic() < deadline, "the figures never became right"
        time.sleep(0.2)
