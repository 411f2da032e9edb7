"""The other systems of a province in a verification: read to their end, and what must be shown."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from connectors.clock import Clock
from connectors.runner.settings import ConnectSettings
from connectors.simulator.feeds.case_truth import CaseTruth
from connectors.simulator.feeds.cases import case_systems
from connectors.simulator.feeds.declarations import declared, written
from connectors.simulator.feeds.figures import latest_figures
from connectors.simulator.feeds.happenings import Happening
from connectors.simulator.feeds.readings import Latest, Series
from connectors.simulator.feeds.schedule import Pace
from connectors.simulator.feeds.truth import FeedTruth
from connectors.simulator.truth import Labels
from deploy.configuration import load
from deploy.connecting import BEGINNING, rewind
from deploy.local.processes import StartError
from deploy.local.stack import Plan
from deploy.local.supervisor import Supervisor
from seeds.registry import subsystems

# Fast enough that everything changes while it lives, and its files and tables are read in mid-life.
PACE, LIVES_SECONDS = 300, 15
EVERY_SECONDS = 0.5
# So often a source is asked after all is told: a file that is being written waits for its turn.
ASKED = 4
PATIENCE_SECONDS = 120.0


def with_province(plan: Plan) -> Plan:
    """The same with a province that lives for a while and then stands still, and its sources."""
    tables = declared(plan.feeds_data, plan.feeds_url, PACE)
    file = plan.layout.root / "sources.toml"
    file.write_text(
        written([{**table, "every_seconds": EVERY_SECONDS} for table in tables]), encoding="utf-8"
    )
    return replace(
        plan,
        sources=load(file).source,
        sources_file=file,
        feeds=True,
        feeds_pace=PACE,
        feeds_seconds=LIVES_SECONDS,
    )


class ProvinceTruth:
    """Of a province that has stood still: readings do not change any more, cases become late.

    `memory`: the file in which the province keeps what it was begun with and what happened to it.
    """

    def __init__(self, memory: Path) -> None:
        known = json.loads(memory.read_bytes())
        seed, pace, told = known["seed"], Pace(known["since"], known["pace"]), known["told"]
        happened = [Happening(**one) for one in known["happened"]]
        readings = latest_figures() | FeedTruth(seed, pace, happened).readings(told)
        self._readings = reading_series(readings)
        self._cases = [CaseTruth(name, seed, pace, told, happened) for name in case_systems()]

    def series(self, now: int) -> dict[tuple[str, Labels], float]:
        """Every expected series of readings and cases, as (metric, labels)."""
        expected = dict(self._readings)
        for truth in self._cases:
            expected.update(truth.series(now))
        return expected


def reading_series(readings: dict[Series, Latest]) -> dict[tuple[str, Labels], float]:
    """Value and time of each."""
    expected: dict[tuple[str, Labels], float] = {}
    for (subsystem, indicator, unit), latest in readings.items():
        place = (
            ("topic", subsystems()[subsystem].topic),
            ("subsystem", subsystem),
            ("indicator", indicator),
            ("unit", unit),
        )
        expected["ioc_reading", frozenset((*place, ("period", latest.period)))] = latest.value
        expected["ioc_reading_timestamp_seconds", frozenset(place)] = latest.time
    return expected


class Reading:
    """What the connectors do with the sources of a plan, which run. As text: how much they read.

    Raises StartError when they do not come to an end.
    """

    def __init__(self, plan: Plan, supervisor: Supervisor) -> None:
        self._plan = plan
        self._supervisor = supervisor

    def __str__(self) -> str:
        found = self._sources()
        accepted, refused = (sum(one[name] for one in found) for name in ("accepted", "refused"))
        return f"read {accepted} records of {len(found)} sources, {refused} refused"

    def to_the_end(self) -> None:
        """Until the province stands still and nothing more is to be read."""
        self._await(self._stands_still, "the simulated province does not come to its end")
        asked = self._asked()

        def all_read() -> bool:
            now = self._asked()
            return all(
                one["state"] == "live"
                and not one["backlog"]
                and now[one["name"]] >= asked[one["name"]] + ASKED
                for one in self._sources()
            )

        self._await(all_read, "the sources are not read to their end")

    def again(self) -> None:
        """From the beginning."""
        before = {one["name"]: one["accepted"] for one in self._sources()}
        settings = ConnectSettings(data=self._plan.connect_data)
        for source in self._plan.sources:
            rewind(source, settings, Clock(self._plan.clock_offset_seconds), BEGINNING)

        def all_begun() -> bool:
            return all(one["accepted"] > before[one["name"]] for one in self._sources())

        self._await(all_begun, "not all sources are read again")
        self.to_the_end()

    def close(self) -> None:
        """Ends the connectors and the province."""
        for managed in self._supervisor.managed:
            if managed.service.name in ("connect", "feeds"):
                self._supervisor.remove(managed)

    def _await(self, holds: Callable[[], bool], problem: str) -> None:
        if not self._supervisor.run_until(holds, PATIENCE_SECONDS):
            states = {one["name"]: (one["state"], one["error"]) for one in self._sources()}
            raise StartError(f"{problem} in {PATIENCE_SECONDS:g} s: {states}")

    def _stands_still(self) -> bool:
        life = self._get(f"{self._plan.feeds_url}/health").json()
        return bool(life["told"] >= life["since"] + LIVES_SECONDS)

    def _sources(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get(f"{self._plan.connect_url}/sources").json()[
            "sources"
        ]
        return found

    def _asked(self) -> Counter[str]:
        """Source -> how often it has answered."""
        return Counter(
            {
                sample.labels["source"]: int(sample.value)
                for family in text_string_to_metric_families(
                    self._get(f"{self._plan.connect_url}/metrics").text
                )
                for sample in family.samples
                if sample.name == "ioc_connect_polls_total"
                and sample.labels["outcome"] == "answered"
            }
        )

    def _get(self, url: str) -> httpx.Response:
        return httpx.get(url, timeout=30, trust_env=False)
