"""A twelfth subsystem is one file and one source: then everything else is there, on real things."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from kafka.errors import UnknownTopicOrPartitionError

from connectors.log import topics
from connectors.log.admin import connected
from connectors.log.settings import KafkaSettings
from deploy.local.broker import Broker
from deploy.local.layout import Layout
from seeds.registry import SUBSYSTEMS, subsystems
from seeds.topics import WATCH
from seeds.topics import topics as seeds_topics

pytestmark = pytest.mark.stack

NAME, TOPIC, SOURCE = "the-twelfth", "ioc.the-twelfth", "landing-stage"
PATIENCE_SECONDS = 90.0
INDICATOR = (
    'boats = { like = "daily", vi = "Thuyền cập bến", en = "Boats that landed", period = "instant",'
    ' refresh = "1 hour" }\n'
)
CONFIG = """
[kafka]
bootstrap = "{bootstrap}"
prefix = "{prefix}"
[[source]]
name = "landing-stage"
connector = "sqlite"
subsystem = "the-twelfth"
every_seconds = 1
[source.sql]
file = "{folder}/landings.db"
table = "landings"
watermark = "id"
key = "id"
[source.readings]
unit = "district"
time = "at"
values = {{ boats = "boats" }}
"""


def twelfth() -> str:
    """A copy of a file of the registry, with a name, a place and an indicator of its own."""
    text = (SUBSYSTEMS / "tourism.toml").read_text(encoding="utf-8")
    for pattern, wanted in (
        (r"^order = .*$", "order = 12"),
        (r"^partitions = .*$", "partitions = 2"),
        (r"^vi = .*$", 'vi = "Bến thuyền"'),
        (r"^headline = .*$", 'headline = "boats"'),
    ):
        text, changed = re.subn(pattern, wanted, text, count=1, flags=re.MULTILINE)
        assert changed
    return text + INDICATOR


@pytest.fixture
def kafka(broker: Broker, topic_prefix: str) -> Iterator[KafkaSettings]:
    """A cluster that has the eleven."""
    settings = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    yield settings
    with connected(settings) as admin, suppress(UnknownTopicOrPartitionError):
        admin.delete_topics([settings.prefix + TOPIC])


@pytest.fixture
def config(kafka: KafkaSettings, tmp_path: Path) -> Path:
    (tmp_path / "subsystems").mkdir()
    (tmp_path / "subsystems" / f"{NAME}.toml").write_text(twelfth(), encoding="utf-8")
    now = datetime.now(UTC).replace(microsecond=0)
    rows = [
        (number, district, (now - timedelta(seconds=ago)).isoformat(), boats)
        for number, (district, ago, boats) in enumerate(
            [("941", 60, 3), ("941", 0, 17), ("942", 0, 5)], start=1
        )
    ]
    with closing(sqlite3.connect(tmp_path / "landings.db")) as table:
        table.execute("CREATE TABLE landings (id INTEGER PRIMARY KEY, district, at, boats)")
        table.executemany("INSERT INTO landings VALUES (?, ?, ?, ?)", rows)
        table.commit()
    file = tmp_path / "ioc.toml"
    file.write_text(CONFIG.format(bootstrap=kafka.bootstrap, prefix=kafka.prefix, folder=tmp_path))
    return file


def with_twelfth(config: Path) -> dict[str, str]:
    return {**os.environ, "IOC_SUBSYSTEMS": str(config.parent / "subsystems")}


def ioc(config: Path, *words: str) -> tuple[int, str]:
    """The command, in a process that knows the twelfth: exit code and what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy", *words],
        env=with_twelfth(config),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def cluster(kafka: KafkaSettings) -> list[str]:
    return ["--bootstrap", kafka.bootstrap, "--topic-prefix", kafka.prefix]


class Stack:
    """`ioc up` on the cluster that is there."""

    def __init__(self, config: Path) -> None:
        self.layout = Layout(config.parent / "data", "own")
        self._said = config.parent / "said"
        words = ["up", "--config", str(config), "--data", str(self.layout.root), "--ports", "auto"]
        with self._said.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy", *words],
                stdout=said,
                stderr=said,
                env=with_twelfth(config),
            )

    def until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert self.process.poll() is None, self._said.read_text()
            assert time.monotonic() < deadline, what
            time.sleep(0.2)

    def running(self) -> bool:
        return "running; Ctrl-C stops" in self._said.read_text()

    def address(self, service: str) -> str:
        told = json.loads(self.layout.record.read_text())["services"]
        return next(str(one["address"]) for one in told if one["name"] == service)

    def get(self, service: str, path: str, **query: str) -> httpx.Response:
        url = f"{self.address(service)}{path}"
        return httpx.get(url, params=query, trust_env=False, timeout=20).raise_for_status()

    def figures(self, expression: str) -> list[tuple[dict[str, str], float]]:
        found = self.get("prometheus", "/api/v1/query", query=expression).json()["data"]["result"]
        return [(one["metric"], float(one["value"][1])) for one in found]

    def board(self) -> Any:
        return self.get("wall", "/api/board/toan-tinh").json()


@pytest.fixture
def stack(config: Path, kafka: KafkaSettings) -> Iterator[Stack]:
    assert ioc(config, "topics", "create", *cluster(kafka))[0] == 0
    started = Stack(config)
    yield started
    started.process.send_signal(signal.SIGTERM)
    started.process.wait(60)


def test_its_topic_is_made_beside_the_eleven(config: Path, kafka: KafkaSettings) -> None:
    before = {state.topic: state for state in topics.describe(kafka)}
    assert TOPIC not in before
    code, said = ioc(config, "topics", "create", *cluster(kafka))
    assert code == 0, said
    code, said = ioc(config, "topics", "describe", *cluster(kafka), "--json")
    partitions = {row["topic"]: row["partitions"] for row in json.loads(said)}
    assert partitions.pop(TOPIC) == 2
    assert partitions.pop(WATCH) == seeds_topics()[WATCH].partitions + 2
    assert partitions == {
        name: topic.partitions for name, topic in seeds_topics().items() if name != WATCH
    }


def test_its_file_and_its_source_are_checked(config: Path) -> None:
    assert ioc(config, "check", "--config", str(config)) == (0, f"{config}: right\n")
    file = config.parent / "subsystems" / f"{NAME}.toml"
    faulty = twelfth().replace('refresh = "1 hour"', 'refresh = "now and then"')
    file.write_text(faulty, encoding="utf-8")
    code, said = ioc(config, "check", "--config", str(config))
    line = next(n for n, text in enumerate(faulty.splitlines(), 1) if "now and then" in text)
    assert code == 1
    assert f"{file}, line {line}" in said
    assert "indicators.boats.refresh" in said


@pytest.mark.timeout(180)
def test_it_is_read_folded_scored_and_shown(config: Path, stack: Stack) -> None:
    stack.until(stack.running, "start")
    of_it = f'{{subsystem="{NAME}",indicator="boats"}}'
    stack.until(lambda: len(stack.figures(f"ioc:reading:last{of_it}")) == 2, "its readings")
    figures = stack.figures(f"ioc:reading:last{of_it}")
    assert {labels["unit"]: value for labels, value in figures} == {"941": 17.0, "942": 5.0}
    exported = stack.get("worker-1", "/metrics").text
    assert re.search(rf'^ioc_reading{{.*subsystem="{NAME}".*}} 17\.0$', exported, re.MULTILINE)
    stack.until(
        lambda: [v for _, v in stack.figures(f'ioc:subsystem_state{{subsystem="{NAME}"}}')] == [0],
        "its state",
    )
    scores = [f'ioc:source_{score}:ratio{{source="{SOURCE}"}}' for score in ("live", "complete")]
    stack.until(lambda: all(stack.figures(score) for score in scores), "its scores")

    _, said = ioc(
        config,
        *("sources", "--json"),
        *("--prometheus", stack.address("prometheus"), "--worker", stack.address("worker-1")),
    )
    [source] = json.loads(said[said.index("[") :])
    assert (source["source"], source["topic"], source["state"]) == (SOURCE, TOPIC, "live")
    assert source["scores"]["complete"] == 1.0

    # The wall shows the boards as they were built: all of the eleven, whatever else is measured.
    tiles = [panel["id"] for panel in stack.board()["panels"] if panel["view"] == "tile"]
    assert sorted(tiles) == sorted(subsystems())


BUILT = """
import sys
from pathlib import Path
from dashboards.boards.files import build
from dashboards.boards.province import BOARD
from dashboards.wall.panels import load
build(Path(sys.argv[1]))
print(*(one.panel.id for one in load(BOARD, Path(sys.argv[1])) if one.panel.view == "tile"))
"""


def test_boards_that_are_built_with_it_have_its_tile(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "boards"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", BUILT, str(folder)],
        env=with_twelfth(config),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert set(done.stdout.split()) == {*subsystems(), NAME}
