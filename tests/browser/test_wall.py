"""The board of dossiers in a browser, in every state that it can be in."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from seeds.province import agencies, districts
from tests.browser.layout import faults
from tests.browser.screens import FIGURE, SCREEN, asked, opened, settle
from tests.unit.dashboards import fake_prometheus as tables
from tests.unit.dashboards.fake_prometheus import NOW, FakePrometheus, Table, places, served
from tests.unit.dashboards.wall_process import Wall
from tests.unit.dashboards.wall_process import wall as running_wall

# Of 1,080 lines: the smallest letters.
SMALLEST = 20


def crowded() -> Table:
    """Everything as long as it can get."""
    longest = sorted(agencies(), key=lambda code: -len(agencies()[code].name))[:5]
    names = [f"mot-cua-dien-tu-{number}" for number in range(6)]
    return tables.whole_year(
        received__A=1_605_859,
        resolved__A=1_596_864,
        early_or_on_time__A=1_595_634,
        late__A=123_456,
        open__A=1_108_995,
        open__B=38_995,
        on_time_rate__A=1.0,
        on_time_rate__B=1.0,
        full_online__A=1.0,
        paid_online__A=1.0,
    ) | {
        **places("districts", {unit.code: (1480, 1480) for unit in districts()}),
        **places("agencies", dict.fromkeys(longest, (1480, 1480))),
        ("sources", "A"): [({"source": name}, 605_859) for name in names],
        ("sources", "B"): [({"source": name}, (NOW - 4000) * 1000) for name in names],
        ("sources", "C"): [({"source": name}, (NOW - 4000) * 1000) for name in names],
        ("sources", "D"): [({"source": name, "kind": "one_stop"}, 1) for name in names],
    }


def quiet() -> Table:
    """Nothing is overdue anywhere."""
    return tables.whole_year(open__B=0) | {
        **places("districts", dict.fromkeys(tables.OVERDUE, (0, 700))),
        **places("agencies", dict.fromkeys(tables.AGENCIES, (0, 40))),
    }


STATES: dict[str, Callable[[], Table]] = {
    "normal": tables.whole_year,
    "loading": tables.loading,
    "stale": tables.stale,
    "without-data": tables.without_data,
    "crowded": crowded,
    "quiet": quiet,
    "nothing": dict,
}


@pytest.fixture
def state(request: pytest.FixtureRequest, fake: FakePrometheus) -> Iterator[str]:
    """Puts the fake Prometheus into a state for one test."""
    runs = fake.runs
    fake.table = STATES[request.param]()
    asked(fake, runs + 3)
    yield request.param
    fake.table = tables.whole_year()


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("state", STATES, indirect=True)
def test_nothing_is_cut_or_empty_and_nothing_overlaps(
    chromium: Browser, wall: Wall, state: str, lang: str, screenshots: Path
) -> None:
    with opened(chromium, wall, lang=lang) as page:
        settle(page, wall)
        page.screenshot(path=screenshots / f"wall-{state}-{lang}.png")
        assert faults(page, SMALLEST) == []


@pytest.mark.parametrize("screen", [(3840, 2160), (1366, 768), (1280, 1024)], ids=str)
def test_other_screens_show_the_same(
    chromium: Browser, wall: Wall, screen: tuple[int, int], screenshots: Path
) -> None:
    size: ViewportSize = {"width": screen[0], "height": screen[1]}
    with opened(chromium, wall, screen=size) as page:
        settle(page, wall)
        page.screenshot(path=screenshots / f"wall-{screen[0]}x{screen[1]}.png")
        wall_height = min(screen[1], screen[0] * 9 / 16)
        assert faults(page, SMALLEST * wall_height / 1080) == []


@pytest.mark.parametrize("state", ["normal", "crowded"], indirect=True)
def test_figures_can_be_read_from_five_metres(
    chromium: Browser,
    wall: Wall,
    state: str,
) -> None:
    with opened(chromium, wall) as page:
        settle(page, wall)
        for selector in (".value", ".second-value", ".row-value", ".answer-headline", "#time"):
            sizes = page.eval_on_selector_all(
                selector,
                "nodes => nodes.map((node) => parseFloat(getComputedStyle(node).fontSize))",
            )
            assert sizes
            assert min(sizes) >= FIGURE, selector


def test_simulated_data_cannot_be_overlooked(chromium: Browser, wall: Wall) -> None:
    with opened(chromium, wall) as page:
        settle(page, wall)
        expect(page.locator("#origin")).to_have_text("DỮ LIỆU MÔ PHỎNG")
        box = page.locator("#origin").bounding_box()
        assert box is not None
        assert box["width"] > SCREEN["width"] / 5
        assert box["height"] > SCREEN["height"] / 20


def test_real_data_carry_no_such_mark(chromium: Browser, wall: Wall, fake: FakePrometheus) -> None:
    fake.table = tables.whole_year() | {("origin", "A"): []}
    with opened(chromium, wall) as page:
        expect(page.locator("#origin")).to_be_empty()
        expect(page.locator("#origin")).to_be_hidden()
    fake.table = tables.whole_year()


def test_the_clock_is_that_of_the_figures(chromium: Browser, wall: Wall) -> None:
    with opened(chromium, wall) as page:
        settle(page, wall)
        expect(page.locator("#date")).to_have_text("Thứ Ba, 02/01/2024")
        assert page.inner_text("#time").startswith("08:00:")


@pytest.mark.parametrize(("state", "shown"), [("loading", "incomplete"), ("stale", "stale")],
                         indirect=["state"])  # fmt: skip
def test_figures_that_are_not_whole_are_grey(
    chromium: Browser,
    wall: Wall,
    state: str,
    shown: str,
) -> None:
    colour = "node => getComputedStyle(node).color"
    with opened(chromium, wall) as page:
        settle(page, wall)
        expect(page.locator("#panel-received")).to_have_attribute("data-state", shown)
        assert page.eval_on_selector("#panel-received .value", colour) == "rgb(127, 141, 163)"
        expect(page.locator("#panel-received .panel-state")).to_be_visible()


def test_a_figure_changes_without_a_new_page(
    chromium: Browser, wall: Wall, fake: FakePrometheus
) -> None:
    with opened(chromium, wall) as page:
        settle(page, wall)
        page.evaluate("window.untouched = true")
        fake.table = tables.whole_year(late__A=1231)
        expect(page.locator("#panel-late .value")).to_have_text("1.231")
        fake.table = tables.whole_year()
        expect(page.locator("#panel-late .value")).to_have_text("1.230")
        assert page.evaluate("window.untouched")


def test_the_document_does_not_grow(chromium: Browser, wall: Wall, fake: FakePrometheus) -> None:
    count = "document.querySelectorAll('*').length"
    with opened(chromium, wall) as page:
        settle(page, wall)
        before = page.evaluate(count)
        for make in (quiet, crowded, tables.without_data, tables.whole_year):
            runs = fake.runs
            fake.table = make()
            asked(fake, runs + 2)
        settle(page, wall)
        assert page.evaluate(count) == before


def test_prometheus_away_leaves_grey_figures_and_a_reason(
    chromium: Browser, wall: Wall, fake: FakePrometheus, screenshots: Path
) -> None:
    with opened(chromium, wall) as page:
        settle(page, wall)
        fake.down = True
        expect(page.locator("#headline")).to_contain_text("Mất kết nối với kho số liệu")
        expect(page.locator("#panel-received .value")).to_have_text("605.859")
        expect(page.locator("#panel-received")).to_have_attribute("data-state", "stale")
        page.screenshot(path=screenshots / "wall-prometheus-away-vi.png")
        assert faults(page, SMALLEST) == []
        fake.down = False
        expect(page.locator("#panel-received")).to_have_attribute("data-state", "ok")


def test_a_wall_that_restarts_gets_its_screens_back(
    chromium: Browser, tmp_path: Path, screenshots: Path
) -> None:
    fake = FakePrometheus(tables.whole_year())
    with served(fake) as prometheus, running_wall(prometheus, tmp_path / "wall.log") as wall:
        page = chromium.new_page(viewport=SCREEN)
        page.goto(f"{wall.url}/?board=ho-so")
        expect(page.locator("#panel-received .value")).to_have_text("605.859")
        assert wall.stop() == 0
        page.wait_for_selector("#wall[data-connection=lost]", timeout=20_000)
        expect(page.locator(".disconnected")).to_be_visible()
        expect(page.locator("#panel-received .value")).to_have_text("605.859")
        page.screenshot(path=screenshots / "wall-server-away-vi.png")
        wall.start()
        page.wait_for_selector("#wall[data-connection=open]", timeout=20_000)
        expect(page.locator(".disconnected")).to_be_hidden()
        page.close()


def test_a_page_of_another_version_loads_itself_anew(chromium: Browser, wall: Wall) -> None:
    page = chromium.new_page(viewport=SCREEN)
    loads = []

    def older(route, request) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        loads.append(request.url)
        answer = route.fetch()
        text = answer.text()
        if len(loads) == 1:
            text = text.replace('data-version="', 'data-version="old-')
        route.fulfill(response=answer, body=text)

    page.route(wall.url + "/", older)
    page.goto(wall.url + "/")
    page.wait_for_selector("#wall[data-connection=open]")
    deadline = time.monotonic() + 20
    while len(loads) < 2:
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)
    page.wait_for_selector("#wall[data-connection=open]")
    page.wait_for_timeout(600)
    assert len(loads) == 2
    page.close()
