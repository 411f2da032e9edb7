"""What happens to a source drives exactly its score below the promise, and back: on the real thing.

The sources are those of a twelfth subsystem, which is one more file: so its topic, its connectors,
its figures and its scores are there too.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.layout import Layout
from deploy.local.services import answers

pytestmark = pytest.mark.stack

PATIENCE = 150.0
# The scores' window is a quarter of an hour; nobody waits for that here.
WINDOW = "30s"
PROMISE = 0.99
SCORES = ("correct", "complete", "clean", "live")
HAPPENINGS = {
    "silent": ("live", 80),
    "wrong-unit": ("correct", 20),
    "duplicate-storm": ("clean", 20),
    "lost": ("complete", 20),
}
REHEARSAL = """
order = 12
partitions = 3
vi = "Diễn tập"
en = "Rehearsal"
oversight_field = "public-bodies"
case_kinds = []
[basis]
kind = "inferred"
quotation = "a test"
source = "test"
[sources]
test = "A test"
[systems]
silent = { vi = "A", en = "A" }
wrong-unit = { vi = "B", en = "B" }
duplicate-storm = { vi = "C", en = "C" }
lost = { vi = "D", en = "D" }
[templates.fast]
measure = "person"
aggregation = "sum"
direction = "neutral"
period = "instant"
refresh = "2 seconds"
coverage = "district"
standing = "proposed"
[indicators]
a = { like = "fast", vi = "A", en = "A", system = "silent" }
b = { like = "fast", vi = "B", en = "B", system = "wrong-unit" }
c = { like = "fast", vi = "C", en = "C", system = "duplicate-storm" }
d = { like = "fast", vi = "D", en = "D", system = "lost" }
"""


class Stack:
    """A running `ioc up` with a twelfth subsystem."""

    def __init__(self, directory: Path) -> None:
        self.layout = Layout(directory / "ioc", "20-dossiers-seed-3")
        (directory / "subsystems").mkdir()
        (directory / "subsystems" / "rehearsal.toml").write_text(REHEARSAL)
        self.said = directory / "said"
        arguments = ["--data", str(self.layout.root), "--ports", "auto"]
        scenario = ["--dossiers", "20", "--seed", "3"]
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy", "up", *arguments, *scenario],
                stdout=said,
                stderr=said,
                env={**os.environ, "IOC_SUBSYSTEMS": str(directory / "subsystems")},
            )

    def until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, f"{what}: {self.scores()}"
            time.sleep(0.5)

    def service(self, name: str) -> dict[str, Any]:
        record = json.loads(self.layout.record.read_text())
        found: dict[str, Any] = next(one for one in record["services"] if one["name"] == name)
        return found

    def asked(self, query: str) -> dict[str, float]:
        """Source or unit -> value."""
        url = f"{self.service('prometheus')['address']}/api/v1/query"
        found = httpx.get(url, params={"query": query}, trust_env=False).json()["data"]["result"]
        return {
            one["metric"].get("source") or one["metric"]["unit"]: float(one["value"][1])
            for one in found
        }

    def scores(self) -> dict[tuple[str, str], float]:
        """(source, score) of the twelfth subsystem."""
        return {
            (source, score): value
            for score in SCORES
            for source, value in self.asked(f"ioc:source_{score}:ratio").items()
            if source in HAPPENINGS
        }

    def below(self) -> set[tuple[str, str]]:
        return {key for key, value in self.scores().items() if value < PROMISE}

    def shorten_the_window(self) -> None:
        for file in (self.layout.data / "prometheus" / "rules").glob("*.yml"):
            file.write_text(file.read_text().replace("[15m]", f"[{WINDOW}]"))
        os.kill(self.service("prometheus")["pid"], signal.SIGHUP)

    def happen(self, name: str, seconds: int) -> None:
        url = f"{self.service('feeds')['address']}/happenings"
        asked = {"name": name, "source": name, "seconds": seconds}
        assert httpx.post(url, json=asked, trust_env=False).status_code == 201


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    running = Stack(tmp_path)
    yield running
    running.process.send_signal(signal.SIGTERM)
    running.process.wait(60)


@pytest.mark.timeout(600)
def test_each_happening_drives_exactly_its_score_below_the_promise_and_back(stack: Stack) -> None:
    stack.until(lambda: "running; Ctrl-C stops" in stack.said.read_text(), "start")
    assert answers(f"{stack.service('feeds')['address']}/health")
    stack.shorten_the_window()
    whole = {(name, score) for name in HAPPENINGS for score in SCORES}
    stack.until(lambda: stack.scores().keys() == whole and not stack.below(), "well")
    assert len(stack.asked('ioc:reading:last{subsystem="rehearsal",indicator="a"}')) == 11

    for name, (_, seconds) in HAPPENINGS.items():
        stack.happen(name, seconds)
    wanted = {(name, score) for name, (score, _) in HAPPENINGS.items()}
    seen: set[tuple[str, str]] = set()

    def all_seen() -> bool:
        seen.update(stack.below())
        return wanted <= seen

    stack.until(all_seen, "below the promise")
    stack.until(lambda: all_seen() and not stack.below(), "back")
    assert seen == wanted
