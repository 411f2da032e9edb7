"""What `ioc up` decides before and after its processes run."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

from connectors.clock import Clock
from connectors.log.settings import KafkaSettings
from deploy.commands import up as command
from deploy.configuration import Configuration, load
from deploy.local import agreement, loading, up
from deploy.local.agreement import Agreement
from deploy.local.figures import ARTICLE
from deploy.local.ports import automatic, configured
from deploy.local.processes import ioc
from deploy.local.screen import Screen
from deploy.local.stack import Plan, stages
from deploy.local.up import Memory, Wish
from deploy.options import used, with_flags
from seeds.outages import load_outages
from seeds.registry import subsystems
from streams.shell.settings import WorkerSettings

YEAR = loading.named("year-2023")
# Tuesday 2 January 2024, 08:00 in Vietnam.
SCENARIO_NOW = 1_704_157_200


def wish(directory: Path, **others: Any) -> Wish:
    return Wish(directory=directory, ports=automatic(1), chosen=YEAR, **others)


def test_the_clock_of_a_scenario_starts_at_its_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "now", lambda _: 1_764_000_000.4)
    plan = up._plan(wish(tmp_path))
    assert plan.clock_offset_seconds == SCENARIO_NOW - 1_764_000_000
    assert plan.period == 2023


def test_without_a_scenario_the_clock_is_the_wall_clock(tmp_path: Path) -> None:
    plan = up._plan(replace(wish(tmp_path), chosen=None))
    assert plan.clock_offset_seconds == 0
    assert plan.period is None
    assert plan.layout.data == tmp_path / "data" / "own"


def test_a_scenario_begins_afresh(tmp_path: Path) -> None:
    first = up._plan(wish(tmp_path))
    (first.layout.data / "broker").mkdir()
    up._plan(wish(tmp_path))
    assert not (first.layout.data / "broker").exists()


def test_a_kept_scenario_goes_on_with_its_data_clock_and_topics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = up._plan(wish(tmp_path, prefix="demo."))
    (first.layout.data / "broker").mkdir()
    monkeypatch.setattr(Clock, "now", lambda _: 2e9)
    kept = up._plan(wish(tmp_path, keep=True))
    assert kept.clock_offset_seconds == first.clock_offset_seconds
    assert kept.prefix == "demo."
    assert (first.layout.data / "broker").exists()


def test_what_is_loaded_is_remembered(tmp_path: Path) -> None:
    plan = up._plan(wish(tmp_path))
    memory = up._memory(plan.layout)
    assert memory == Memory(plan.clock_offset_seconds, "", loaded=False)
    up._remember(plan.layout, replace(memory, loaded=True))
    assert up._memory(plan.layout) == Memory(plan.clock_offset_seconds, "", loaded=True)


@pytest.mark.parametrize("right", [True, False])
def test_the_check_says_whether_all_figures_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, right: bool
) -> None:
    said = io.StringIO()
    asked = wish(tmp_path, check=True)
    texts = ARTICLE.texts() if right else {**ARTICLE.texts(), "late": "1.231"}
    found = Agreement(ARTICLE.texts(), {"wall": texts}, {})
    monkeypatch.setattr(agreement, "compare", lambda *_, **__: found)
    monkeypatch.setattr(up, "AGREEMENT_SECONDS", 0.0)
    run = up._Run(asked, up._plan(asked), Screen(said))
    assert run._check(YEAR) is right
    verdict = "all figures agree" if right else "the figures marked with ! are wrong"
    assert said.getvalue().splitlines()[-1] == verdict
    assert ("! 1.231" in said.getvalue()) is not right


def test_flags_come_before_the_file_and_the_file_before_defaults() -> None:
    read = WorkerSettings(port=9000, watchdog=30)
    settings = with_flags(read, {"port": 9001, "name": None})
    assert (settings.port, settings.watchdog, settings.name) == (9001, 30, "worker-1")


def test_a_wrong_flag_is_named_with_what_is_allowed() -> None:
    with pytest.raises(click.UsageError) as caught:
        with_flags(WorkerSettings(), {"session_timeout": 1.0})
    assert caught.value.message == (
        "--session-timeout: 1.0 is not allowed; allowed: a number from 6.0 to 300.0"
    )
    with pytest.raises(click.UsageError, match="--topic-prefix: 'A B' is not allowed"):
        with_flags(KafkaSettings(), {"prefix": "A B"})


def test_the_file_that_services_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert used(None) is None
    (tmp_path / "ioc.toml").touch()
    assert used(None) == tmp_path / "ioc.toml"
    assert used(Path("other.toml")) == tmp_path / "other.toml"


NOTHING: dict[str, Any] = dict.fromkeys(
    ("broker", "workers", "data", "topic_prefix", "check", "keep")
)


@pytest.fixture
def configured_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "ioc.toml"
    file.write_text(
        '[kafka]\nbootstrap = "kafka:9092"\nprefix = "st."\n[stack]\nworkers = 2\n[wall]\nport = 80'
    )
    return file


def test_a_cluster_that_is_configured_is_used(configured_file: Path) -> None:
    made = command._wish(None, None, {**NOTHING, "ports": "fixed"})
    assert (made.bootstrap, made.prefix) == ("kafka:9092", "st.")
    assert made.ports.workers == range(8810, 8812)
    assert made.ports.wall == 80
    assert made.configuration == configured_file
    plan = up._plan(made)
    names = [one.name for stage in stages(plan) for one in stage.services]
    assert names == ["receiver", "worker-1", "worker-2", "alertmanager", "prometheus", "wall"]


def test_a_scenario_on_a_cluster_has_topics_of_its_own(configured_file: Path) -> None:
    made = command._wish(None, YEAR, {**NOTHING, "ports": "fixed"})
    again = command._wish(None, YEAR, {**NOTHING, "ports": "fixed"})
    assert made.prefix.startswith("year-2023-")
    assert made.prefix != again.prefix
    named = command._wish(None, YEAR, {**NOTHING, "ports": "fixed", "topic_prefix": "mine."})
    assert named.prefix == "mine."


def test_what_the_services_are_told(tmp_path: Path) -> None:
    ports = automatic(2)
    asked = replace(wish(tmp_path), ports=ports, configuration=tmp_path / "c.toml")
    plan: Plan = up._plan(asked)
    services = {one.name: list(one.command) for stage in stages(plan) for one in stage.services}
    worker = services["worker-2"]
    assert worker[:4] == ioc("worker")
    assert worker[4:] == [
        "--config", str(tmp_path / "c.toml"),
        "--name", "worker-2",
        "--port", str(ports.workers[1]),
        "--workers", f"http://127.0.0.1:{ports.workers[0]}",
        "--outages", str(tmp_path / "data" / "year-2023" / "outages.csv"),
        "--bootstrap", f"127.0.0.1:{ports.broker}",
        "--topic-prefix", "",
        "--clock-offset", str(plan.clock_offset_seconds),
    ]  # fmt: skip
    assert services["wall"][-2:] == ["--period", "2023"]
    assert services["connect"][3:] == [
        "connect",
        "--config", str(plan.sources_file),
        "--port", str(ports.connect),
        "--data", str(tmp_path / "data" / "year-2023" / "connect"),
        "--bootstrap", f"127.0.0.1:{ports.broker}",
        "--topic-prefix", "",
        "--clock-offset", str(plan.clock_offset_seconds),
    ]  # fmt: skip
    assert services["feeds"][3:] == [
        "feeds",
        "--data", str(tmp_path / "data" / "year-2023" / "feeds"),
        "--port", str(ports.feeds),
        "--pace", "30",
        "--clock-offset", str(plan.clock_offset_seconds),
    ]  # fmt: skip


def test_a_scenario_declares_a_simulated_province(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.touch()
    cluster = KafkaSettings(security="SASL_SSL", username="ioc", password_file=secret)
    plan = up._plan(wish(tmp_path, cluster=cluster))
    assert plan.sources_file
    written = load(plan.sources_file)
    assert written.source == plan.sources
    assert written.kafka == cluster
    assert {source.subsystem for source in plan.sources} == set(subsystems())
    [stations] = [source for source in plan.sources if source.name == "stations"]
    assert stations.http
    assert stations.http.url == f"http://127.0.0.1:{plan.ports.feeds}/stations"
    assert plan.outages
    assert len(load_outages(plan.outages)) == len(YEAR.scenario.outages)
    names = [[one.name for one in stage.services] for stage in stages(plan)]
    assert names[-2][-1] == "feeds"
    assert names[-1] == ["connect", "wall"]
    rules = plan.layout.data / "prometheus" / "rules"
    declared = " ".join(file.read_text() for file in rules.glob("*.yml"))
    assert all(f'source: "{source.name}"' in declared for source in plan.sources)


def test_sources_of_a_province_of_its_own_are_those_of_its_configuration(tmp_path: Path) -> None:
    file = tmp_path / "ioc.toml"
    file.write_text(
        '[[source]]\nname = "a"\nconnector = "csv"\nsubsystem = "health"\n[source.files]\n'
        'folder = "."\n[source.readings]\nunit = "u"\ntime = "t"\nindicator = "i"\nvalue = "v"\n'
    )
    made = command._wish(file, None, {**NOTHING, "ports": "auto"})
    plan = up._plan(replace(made, directory=tmp_path / "ioc"))
    services = {one.name: list(one.command) for stage in stages(plan) for one in stage.services}
    assert "feeds" not in services
    assert services["connect"][4:6] == ["--config", str(file)]
    assert plan.outages is None


def test_ports_as_configured() -> None:
    ports = configured(Configuration(), 2)
    assert dict(ports.named()) == {
        "broker": 19092,
        "receiver": 8801,
        "connect": 8802,
        "feeds": 8803,
        "worker-1": 8810,
        "worker-2": 8811,
        "prometheus": 19090,
        "alertmanager": 19093,
        "wall": 8800,
    }


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_overwritten_where_somebody_watches() -> None:
    stream = Terminal()
    screen = Screen(stream)
    screen.progress("10 %")
    screen.progress("20 %")
    screen.say("done")
    assert stream.getvalue() == "\r\033[K10 %\r\033[K20 %\r\033[Kdone\n"


def test_progress_in_a_file_is_a_line_now_and_then() -> None:
    stream = io.StringIO()
    screen = Screen(stream)
    screen.progress("10 %")
    screen.progress("11 %")
    screen.say("done")
    assert stream.getvalue() == "10 %\ndone\n"
