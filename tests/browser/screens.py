"""A board of the wall on a screen."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, ViewportSize

from tests.unit.dashboards.fake_prometheus import FakePrometheus
from tests.unit.dashboards.wall_process import Wall

SCREEN: ViewportSize = {"width": 1920, "height": 1080}
# Of 1,080 lines: what a figure has at least to be read from 5 m.
FIGURE = 43
# View -> the class of what shows its text.
VALUES = {"figure": "value", "tile": "tile-value"}


@contextmanager
def opened(
    chromium: Browser,
    wall: Wall,
    *,
    board: str = "ho-so",
    lang: str = "vi",
    screen: ViewportSize = SCREEN,
) -> Iterator[Page]:
    """A board with its fonts, all in turns for an empty name; nothing may go wrong meanwhile."""
    page = chromium.new_page(viewport=screen)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("request", lambda request: wrong.extend(_foreign(wall, request.url)))
    pinned = f"&board={board}" if board else ""
    page.goto(f"{wall.url}/?lang={lang}{pinned}")
    page.wait_for_selector("#wall[data-connection=open]")
    page.evaluate("document.fonts.ready")
    try:
        yield page
        assert wrong == []
    finally:
        page.close()


def _foreign(wall: Wall, url: str) -> list[str]:
    """Browsers ask the wall only, and send it no query."""
    own = url.startswith(wall.url) and "query" not in url and "ioc:" not in url
    return [] if own else [f"request: {url}"]


def settle(page: Page, wall: Wall) -> None:
    """Until the page shows what the server says of its board."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        lang, board = page.evaluate(
            "[document.documentElement.lang, document.getElementById('wall').dataset.board]"
        )
        found = wall.get(f"/api/board/{board}", lang=lang).json()
        wanted = {
            f"#panel-{panel['id']} .{VALUES[panel['view']]}": panel["text"]
            for panel in found["panels"]
            if panel["view"] in VALUES
        }
        shown = {selector: page.inner_text(selector) for selector in wanted}
        if shown == wanted and page.inner_text("#headline") == found["answer"]["headline"]:
            return
        time.sleep(0.05)
    raise AssertionError(f"the page shows {shown}, the server says {wanted}")


def asked(fake: FakePrometheus, runs: int) -> None:
    """Until the wall has asked so often."""
    deadline = time.monotonic() + 20
    while fake.runs < runs:
        assert time.monotonic() < deadline
        time.sleep(0.02)
