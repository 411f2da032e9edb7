"""The board's queries on a real Prometheus with our rules, scraping a small exporter."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from dashboards.boards.files import BOARDS
from dashboards.settings import WallSettings
from dashboards.wall.hub import Hub
from dashboards.wall.prometheus import Prometheus
from deploy.commands.boards import command
from deploy.local.processes import end, free_ports, spawn, wait_until
from deploy.local.prometheus import service
from deploy.prometheus.quality import DeclaredSource
from seeds.registry import subsystems
from tests.unit.dashboards.exporter import YEAR, Exporter, served, source_of

SETTINGS = WallSettings(period=int(YEAR))
# 140 agencies; every second one has as many overdue as its number.
AGENCIES, OVERDUE = 140, sum(range(1, 140, 2))


@pytest.fixture(scope="module")
def exporter() -> Exporter:
    return Exporter()


@pytest.fixture(scope="module")
def prometheus(exporter: Exporter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("prometheus")
    with served(exporter) as target:
        targets = {"worker": {"worker-1": target}}
        real = service(
            directory,
            free_ports(1)[0],
            targets,
            log=directory / "prometheus.log",
            sources=[
                DeclaredSource(source_of(one), one.topic, "simulator", promise_seconds=3600)
                for one in subsystems().values()
            ],
        )
        process = spawn(real.command, real.log)
        try:
            wait_until(real.ready, process, name="prometheus", log=real.log)
            # Each group of rules has its own beat.
            eventually(lambda: ready(shown(real.address)))
            eventually(lambda: check("--prometheus", real.address, "--period", YEAR)[0] == 0)
            yield real.address
        finally:
            end([process])


def ready(found: dict[str, Any]) -> bool:
    states = {found[name]["state"] for name in ("received", "districts", "sources")}
    return states == {"ok"} and found["page"]["simulated"] is True


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def shown(url: str, board: str = "ho-so") -> dict[str, Any]:
    """A page by panels, after one run of the wall's own queries."""
    return asyncio.run(_shown(url, board))


async def _shown(url: str, board: str) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        hub = Hub(BOARDS, Prometheus(client), SETTINGS)
        await hub.refresh()
        page = hub.page(board, "vi")
    return {panel["id"]: panel for panel in page["panels"]} | {"page": page}


def check(*arguments: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(command, ["check", "--json", *arguments])
    return result.exit_code, json.loads(result.stdout)["findings"]


def test_every_query_finds_series(prometheus: str) -> None:
    assert check("--prometheus", prometheus, "--period", YEAR) == (0, [])


def test_a_query_without_series_is_a_finding(prometheus: str) -> None:
    code, found = check("--prometheus", prometheus, "--period", "2010")
    assert code == 1
    assert any(finding.startswith("ho-so, panel received, query A: no series") for finding in found)


def test_figures_are_those_of_the_exporter(prometheus: str) -> None:
    found = shown(prometheus)
    received = sum(100 + number for number in range(AGENCIES))
    texts = {name: found[name]["text"] for name in ("resolved", "late", "early-or-on-time")}
    assert texts == {"resolved": "8.400", "late": "140", "early-or-on-time": "8.260"}
    assert found["received"]["value"] == received
    assert found["open"]["value"] == AGENCIES * 40 + OVERDUE
    assert found["on-time-rate"]["value"] == pytest.approx(59 / 60)
    second = found["on-time-rate"]["second"]["value"]
    assert second == pytest.approx(8260 / (8400 + OVERDUE))
    assert found["full-online"]["text"] == "50,00 %"
    assert found["paid-online"]["value"] == pytest.approx(280 / received)
    assert found["page"]["simulated"] is True


def test_districts_hold_their_communes_and_nothing_of_the_province(prometheus: str) -> None:
    found = shown(prometheus)
    counts = [cell["detail"].replace(".", "").split(" / ") for cell in found["districts"]["cells"]]
    assert len(counts) == 11
    of_province = sum(range(1, 20, 2))
    assert sum(int(overdue) for overdue, _ in counts) == OVERDUE - of_province
    assert sum(int(whole) for _, whole in counts) == 120 * 40 + OVERDUE - of_province


def test_the_ranking_is_of_the_highest_shares(prometheus: str) -> None:
    rows = shown(prometheus)["agencies"]["rows"]
    assert [row["detail"] for row in rows] == [
        f"{number} / {number + 40}" for number in (139, 137, 135, 133, 131)
    ]


def test_the_clock_is_that_of_the_figures(prometheus: str, exporter: Exporter) -> None:
    assert abs(shown(prometheus)["page"]["now"] - exporter.now()) < 30


def test_sources_are_alive(prometheus: str) -> None:
    (row,) = shown(prometheus)["sources"]["rows"]
    assert (row["name"], row["state"]) == ("Trình mô phỏng", "live")


def test_the_province_has_the_figures_of_its_units(prometheus: str) -> None:
    """Each unit has 1, 2 or 3; the province of its own 3."""
    figures = {"sum": 6.0, "mean": 2.0, "max": 3.0, "min": 1.0, "last": 3.0}
    found = shown(prometheus, "toan-tinh")
    for name, subsystem in subsystems().items():
        expected = figures[subsystem.headline.aggregation]
        if subsystem.headline.origin == "cases":
            expected = OVERDUE if name == "public-administration" else 4.0
        assert found[name]["value"] == expected, name
    assert found["environment-land"]["period"] == "lúc 08:15, 31/12/2023"
    assert found["health"]["period"] == "31/12/2023"


def test_a_tile_is_well_while_its_source_lives_and_stale_when_it_died(
    prometheus: str, exporter: Exporter
) -> None:
    def states() -> dict[str, str]:
        found = shown(prometheus, "toan-tinh")
        return {name: found[name]["state"] for name in subsystems()}

    overdue = {"public-administration", "documents", "citizen-feedback"}
    alive = {name: "warning" if name in overdue else "well" for name in subsystems()}
    eventually(lambda: states() == alive)
    exporter.silent = {"tourism-source": 100, "documents-source": 100}
    dead = {"tourism": "stale", "documents": "stale"}
    try:
        eventually(lambda: states() == alive | dead)
    finally:
        exporter.silent = {}
    eventually(lambda: states() == alive)


def test_a_threshold_that_is_reached_is_critical(prometheus: str, exporter: Exporter) -> None:
    readings = (key for key in exporter.series if key[0] == "ioc_reading")
    (key,) = (key for key in readings if ("unit", "tram-03") in key[1])
    exporter.series[key] = 4
    try:
        eventually(
            lambda: shown(prometheus, "toan-tinh")["environment-land"]["state"] == "critical"
        )
    finally:
        exporter.series[key] = 3


def test_the_scores_of_every_source_are_shown(prometheus: str) -> None:
    rows = shown(prometheus, "chat-luong-du-lieu")["quality"]["rows"]
    assert {row["name"] for row in rows} == {source_of(one) for one in subsystems().values()}
    for row in rows:
        texts = [score["text"] for score in row["scores"]]
        assert texts[:3] == ["100 %", "75 %", "80 %"] or texts[:3] == ["100 %", "75,0 %", "80,0 %"]
        assert [score["failed"] for score in row["scores"]][:3] == [False, True, True]


def test_a_part_that_counts_nothing_is_none_of_a_known_whole(
    prometheus: str, exporter: Exporter
) -> None:
    kept = dict(exporter.series)
    for key in kept:
        if key[0] == "ioc_cases_paid_online" or ("phase", "overdue") in key[1]:
            del exporter.series[key]
    try:
        eventually(lambda: shown(prometheus)["paid-online"]["text"] == "0,00 %")
        found = shown(prometheus)
        assert found["open"]["note"] == "quá hạn 0"
        assert {cell["text"] for cell in found["districts"]["cells"]} == {"0 %"}
        assert found["page"]["answer"]["tone"] == "calm"
    finally:
        exporter.series = kept


def test_a_partition_without_owner_leaves_the_last_good_figures(
    prometheus: str, exporter: Exporter
) -> None:
    eventually(lambda: shown(prometheus)["late"]["text"] == "140")
    exporter.open_partitions.discard(3)
    kept = dict(exporter.series)
    try:
        eventually(lambda: shown(prometheus)["late"]["state"] == "stale")
        for key in kept:
            if ("timeliness", "late") in key[1]:
                exporter.series[key] = 7
        time.sleep(5)
        assert shown(prometheus)["late"]["text"] == "140"
    finally:
        exporter.series = kept
        exporter.open_partitions.add(3)
    eventually(lambda: shown(prometheus)["late"]["state"] == "ok")


def test_a_prometheus_that_is_away_is_named() -> None:
    result = CliRunner().invoke(command, ["check", "--prometheus", "http://127.0.0.1:1"])
    assert result.exit_code == 1
    assert "http://127.0.0.1:1 does not answer as Prometheus" in result.output
