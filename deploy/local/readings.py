"""Reading the headline figures where people and programs read them."""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from deploy.local.figures import Figures, of_totals

BOARD = "ho-so"
PATIENCE_SECONDS = 10.0
_DOSSIERS = 'kind="dossier"'


class UnreadableError(Exception):
    """Nothing can be read there now; says why."""


def _get(url: str, **parameters: str) -> Any:
    try:
        answer = httpx.get(url, params=parameters, timeout=PATIENCE_SECONDS, trust_env=False)
        return answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise UnreadableError(f"{url}: {error}") from error


def of_api(worker_url: str, year: int) -> Figures:
    """From a worker's API; raises UnreadableError while its answer is not complete."""
    state = _get(f"{worker_url}/api/state")
    if not state["complete"]:
        raise UnreadableError(f"{worker_url}: not complete")
    totals = state["totals"].get(str(year))
    if totals is None:
        raise UnreadableError(f"{worker_url}: no dossiers of {year}")
    return of_totals(totals, state["open"])


def of_prometheus(url: str, year: int) -> Figures:
    """From the recorded totals; raises UnreadableError while there are none."""
    period = f'{_DOSSIERS},period="{year}"'

    def total(name: str, matchers: str) -> int:
        return round(value(url, f"sum(ioc:{name}:last{{{matchers}}})") or 0)

    if value(url, "ioc:topic_complete") is None:
        raise UnreadableError(f"{url}: no complete topic")
    return Figures(
        received=total("cases_received", period),
        resolved=total("cases_resolved", period),
        in_time=total("cases_resolved", f'{period},timeliness=~"early|on_time"'),
        late=total("cases_resolved", f'{period},timeliness="late"'),
        open=total("cases_open", f'{_DOSSIERS},phase!="awaiting_intake"'),
        full_online=total("cases_full_online", period),
        paid_online=total("cases_paid_online", period),
    )


def value(url: str, query: str) -> float | None:
    """The value of an instant query; None without a series. Raises UnreadableError."""
    found = _get(f"{url}/api/v1/query", query=query)["data"]["result"]
    return float(found[0]["value"][1]) if found else None


def backlog(url: str, source: str) -> int | None:
    """What a source still has to send; None: it has not said it yet."""
    waiting = value(url, f'sum(ioc:source_backlog:last{{source="{source}"}})')
    return None if waiting is None else round(waiting)


def of_wall(url: str) -> dict[str, str]:
    """Panel -> text, as the wall's server gives them; a figure that is not whole says so."""
    board = _get(f"{url}/api/board/{BOARD}")
    return {
        panel["id"]: _shown(panel["text"], panel["state"])
        for panel in board["panels"]
        if panel["view"] == "figure"
    }


def page_reader(picture: Path | None) -> Callable[[str], dict[str, str]] | None:
    """Reads the page itself in Chromium, and leaves the picture that was read in a file; None
    where this machine has no means to.
    """
    chromium = shutil.which("chromium")
    if chromium is None or importlib.util.find_spec("playwright") is None:
        return None

    def read(url: str) -> dict[str, str]:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  # for tests only

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.goto(f"{url}/?board={BOARD}")
            page.wait_for_selector(".panel.figure .value:not(:empty)")
            figures = page.query_selector_all(".panel.figure")
            texts = {
                str(figure.get_attribute("id")).removeprefix("panel-"): _shown(
                    figure.eval_on_selector(".value", "element => element.innerText"),
                    str(figure.get_attribute("data-state")),
                )
                for figure in figures
            }
            if picture:
                page.evaluate("document.fonts.ready")
                page.screenshot(path=picture)
            browser.close()
        return texts

    return read


def _shown(text: str, state: str) -> str:
    plain = " ".join(text.split())
    return plain if state == "ok" else f"{plain} ({state})"
