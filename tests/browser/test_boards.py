"""The boards of the whole province and of the sources, and how boards take turns."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from seeds.registry import subsystems
from tests.browser.layout import faults
from tests.browser.screens import FIGURE, SCREEN, asked, opened, settle
from tests.unit.dashboards import fake_prometheus as tables
from tests.unit.dashboards import fake_province as province
from tests.unit.dashboards.fake_prometheus import NOW, FakePrometheus, Table, served
from tests.unit.dashboards.wall_process import Wall
from tests.unit.dashboards.wall_process import wall as running_wall

# Of 1,080 lines: the smallest letters, 2.2 %.
SMALLEST = 23.7
BOARDS = ("toan-tinh", "chat-luong-du-lieu")
BOARDS_IN_TURN = ("toan-tinh", "ho-so", "chat-luong-du-lieu")
SCORES = (0.9999, 0.98765, 0.00001, 1.0)


def crowded() -> Table:
    """Everything as long as it can get, every tile in the longest state."""
    table = tables.whole_year()
    figures = {"health": 12_345, "tourism": 123_456, "education": 1_251_316.0}
    sources: dict[str, province.Source] = {
        f"figures-2022-derived-so-{number:02}-cua-tinh": (
            name,
            number % 4,
            400_000.0 * number + 5,
            SCORES,
        )
        for number, name in enumerate([*subsystems(), *subsystems()])
    }
    for name in subsystems():
        value = figures.get(name, 99_999)
        table[name, "A"] = [({}, value)]
        table[name, "B"] = [({}, value - 12_345)]
        table[name, "C"] = [({"subsystem": name}, province.CRITICAL)]
    states: province.Rows = [({"subsystem": name}, province.CRITICAL) for name in subsystems()]
    since: province.Rows = [
        ({"subsystem": name}, (tables.TIME - 2_000_000) * 1000) for name in subsystems()
    ]
    table |= {("since", "A"): states, ("since", "B"): since}
    return table | province.sources(NOW, sources)


def quiet() -> Table:
    """All subsystems are well, and all of them are trusted."""
    table = tables.whole_year()
    sources: dict[str, province.Source] = {
        name: (row[0], province.FRESH, max(row[2], 5), (1.0, 1.0, 1.0, 1.0))
        for name, row in province.SOURCES.items()
    }
    for name in subsystems():
        table[name, "C"] = [({"subsystem": name}, province.WELL)]
        table[name, "A"] = table[name, "A"] or [({}, 91.2)]
    return table | province.sources(NOW, sources)


STATES: dict[str, Callable[[], Table]] = {
    "normal": tables.whole_year,
    "crowded": crowded,
    "quiet": quiet,
    "nothing": dict,
}


@pytest.fixture
def state(request: pytest.FixtureRequest, fake: FakePrometheus) -> Iterator[str]:
    """Puts the fake Prometheus into a state for one test."""
    fake.table = STATES[request.param]()
    asked(fake, fake.runs + 3)
    yield request.param
    fake.table = tables.whole_year()


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("state", STATES, indirect=True)
def test_nothing_is_cut_or_empty_and_nothing_overlaps(
    chromium: Browser, wall: Wall, state: str, lang: str, board: str, screenshots: Path
) -> None:
    with opened(chromium, wall, board=board, lang=lang) as page:
        settle(page, wall)
        page.screenshot(path=screenshots / f"{board}-{state}-{lang}.png")
        assert faults(page, SMALLEST) == []


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("screen", [(3840, 2160), (1366, 768)], ids=str)
def test_other_screens_show_the_same(
    chromium: Browser, wall: Wall, screen: tuple[int, int], board: str, screenshots: Path
) -> None:
    size: ViewportSize = {"width": screen[0], "height": screen[1]}
    with opened(chromium, wall, board=board, screen=size) as page:
        settle(page, wall)
        page.screenshot(path=screenshots / f"{board}-{screen[0]}x{screen[1]}.png")
        assert faults(page, SMALLEST * screen[1] / 1080 - 0.2) == []


def sizes(page: Page, selector: str) -> list[float]:
    found: list[float] = page.eval_on_selector_all(
        selector, "nodes => nodes.map((node) => parseFloat(getComputedStyle(node).fontSize))"
    )
    return found


@pytest.mark.parametrize("state", ["normal", "crowded"], indirect=True)
def test_figures_can_be_read_from_five_metres(chromium: Browser, wall: Wall, state: str) -> None:
    for board, figures in zip(
        BOARDS, (".tile-value[data-known=true]", ".score[data-known=true]"), strict=True
    ):
        with opened(chromium, wall, board=board) as page:
            settle(page, wall)
            for selector in (figures, ".answer-headline", "#time"):
                assert min(sizes(page, selector)) >= FIGURE, selector


def test_there_is_a_tile_for_every_subsystem(chromium: Browser, wall: Wall) -> None:
    with opened(chromium, wall, board="toan-tinh") as page:
        settle(page, wall)
        titles = page.locator(".tile-title").all_inner_texts()
        assert sorted(titles) == sorted(one.name_vi for one in subsystems().values())
        assert page.locator(".group-title").count() == 4


def test_each_state_has_a_shape_and_a_word_of_its_own(chromium: Browser, wall: Wall) -> None:
    with opened(chromium, wall, board="toan-tinh") as page:
        settle(page, wall)
        shapes = page.eval_on_selector_all(".tally .mark", "nodes => nodes.map(n => n.innerHTML)")
        words = page.locator(".tally-text").all_inner_texts()
        assert len(set(shapes)) == len(set(words)) == len(shapes) == 5
        for name, state in (("health", "well"), ("tourism", "stale")):
            own = page.locator(f"#panel-{name} .mark").inner_html()
            assert own == page.locator(f".tally-row[data-state={state}] .mark").inner_html()


def test_old_figures_are_grey_and_only_what_is_well_is_green(chromium: Browser, wall: Wall) -> None:
    colour = "node => getComputedStyle(node).color"
    with opened(chromium, wall, board="toan-tinh") as page:
        settle(page, wall)
        grey = page.eval_on_selector("#panel-tourism .tile-value", colour)
        assert grey == "rgb(127, 141, 163)"
        green = page.eval_on_selector("#panel-health .tile-word", colour)
        for name in subsystems():
            state = page.get_attribute(f"#panel-{name}", "data-state")
            word = page.eval_on_selector(f"#panel-{name} .tile-word", colour)
            assert (word == green) == (state == "well"), name


def test_a_source_that_falls_silent_takes_the_green_away(
    chromium: Browser, wall: Wall, fake: FakePrometheus
) -> None:
    with opened(chromium, wall, board="toan-tinh") as page:
        expect(page.locator("#panel-health")).to_have_attribute("data-state", "well")
        silent = province.SOURCES | {"hospitals": ("health", province.DEAD, 900.0, SCORES)}
        fake.table = tables.whole_year() | province.sources(NOW, silent)
        expect(page.locator("#panel-health")).to_have_attribute("data-state", "stale")
        expect(page.locator("#panel-health .tile-foot")).to_contain_text("mất kết nối")
        fake.table = tables.whole_year()
        expect(page.locator("#panel-health")).to_have_attribute("data-state", "well")


def board_is(page: Page, board: str) -> None:
    expect(page.locator("#wall")).to_have_attribute("data-board", board, timeout=10_000)


def test_boards_take_turns_and_nothing_of_one_stays(
    chromium: Browser, fake: FakePrometheus, tmp_path: Path
) -> None:
    with (
        served(fake) as prometheus,
        running_wall(prometheus, tmp_path / "wall.log", rotation=1) as wall,
        opened(chromium, wall, board="") as page,
    ):
        page.evaluate("window.untouched = true")
        for board in ("ho-so", "chat-luong-du-lieu", "toan-tinh", "ho-so"):
            board_is(page, board)
            assert page.locator(".tile").count() == (11 if board == "toan-tinh" else 0)
            assert page.locator(".figure").count() == (8 if board == "ho-so" else 0)
        assert page.evaluate("window.untouched")


def test_a_key_or_a_click_shows_another_board_and_a_space_stops_them(
    chromium: Browser, fake: FakePrometheus, tmp_path: Path
) -> None:
    with (
        served(fake) as prometheus,
        running_wall(prometheus, tmp_path / "wall.log", rotation=2) as wall,
        opened(chromium, wall, board="") as page,
    ):
        page.keyboard.press(" ")
        expect(page.locator("body")).to_have_attribute("data-paused", "true")
        page.keyboard.press("3")
        board_is(page, "chat-luong-du-lieu")
        page.keyboard.press("ArrowRight")
        board_is(page, "toan-tinh")
        page.keyboard.press("ArrowLeft")
        board_is(page, "chat-luong-du-lieu")
        page.click(".tab[data-board=ho-so]")
        board_is(page, "ho-so")
        expect(page.locator(".tab[aria-pressed=true]")).to_have_attribute("data-board", "ho-so")
        page.wait_for_timeout(2500)
        board_is(page, "ho-so")
        page.keyboard.press(" ")
        board_is(page, "chat-luong-du-lieu")


def test_a_pinned_board_stays_and_has_no_tabs(
    chromium: Browser, fake: FakePrometheus, tmp_path: Path
) -> None:
    with (
        served(fake) as prometheus,
        running_wall(prometheus, tmp_path / "wall.log", rotation=0.2) as wall,
        opened(chromium, wall, board="toan-tinh") as page,
    ):
        settle(page, wall)
        page.wait_for_timeout(600)
        board_is(page, "toan-tinh")
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
        board_is(page, "toan-tinh")
        assert page.locator(".tab").count() == 0


def test_the_head_of_boards_in_turns_fits(chromium: Browser, wall: Wall, screenshots: Path) -> None:
    with opened(chromium, wall, board="", screen=SCREEN) as page:
        for number, board in zip("123", BOARDS_IN_TURN, strict=True):
            page.keyboard.press(number)
            board_is(page, board)
            settle(page, wall)
            page.screenshot(path=screenshots / f"turn-{number}.png")
            assert faults(page, 20) == []
