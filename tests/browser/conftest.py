"""Headless Chromium, and a wall on a fake Prometheus."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.unit.dashboards.fake_prometheus import FakePrometheus, served, whole_year
from tests.unit.dashboards.wall_process import Wall
from tests.unit.dashboards.wall_process import wall as running_wall

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module: while it runs no other event loop can."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def fake() -> FakePrometheus:
    """Its table may be changed; the next run of the wall shows it."""
    return FakePrometheus(whole_year())


@pytest.fixture(scope="module")
def wall(fake: FakePrometheus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    log = tmp_path_factory.mktemp("wall") / "wall.log"
    with served(fake) as prometheus, running_wall(prometheus, log) as running:
        yield running


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where the pictures of this session are; not in the repository."""
    directory = Path(__file__).parents[2] / ".ioc" / "screenshots"
    directory.mkdir(parents=True, exist_ok=True)
    return directory
