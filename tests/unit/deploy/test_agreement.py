"""The check of `ioc up --check`: it must see every single figure that differs, anywhere."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.simulator.session import truth_alone, truth_document
from deploy.local import readings
from deploy.local.agreement import Agreement, compare
from deploy.local.figures import ARTICLE, Figures, number, of_totals, percent
from deploy.local.loading import Chosen, named, sized, true_figures

ARTICLE_TEXTS = {
    "received": "605.859",
    "resolved": "596.864",
    "early-or-on-time": "595.634",
    "late": "1.230",
    "on-time-rate": "99,79 %",
    "open": "8.995",
    "full-online": "55,18 %",
    "paid-online": "0,92 %",
}


class Stack:
    """Answers as API, Prometheus and wall do."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {
            "complete": True,
            "totals": {
                "2023": {
                    "registered": 605_859,
                    "received": 605_859,
                    "resolved": 596_864,
                    "early": 400_000,
                    "on_time": 195_634,
                    "late": 1_230,
                    "full_online": 329_350,
                    "paid_online": 5_574,
                }
            },
            "open": {"awaiting_intake": 3, "processing": 7_902, "overdue": 488, "paused": 605},
        }
        dossiers, period = 'kind="dossier"', 'period="2023"'
        self.values: dict[str, float] = {
            "ioc:topic_complete": 12,
            f"sum(ioc:cases_received:last{{{dossiers},{period}}})": 605_859,
            f"sum(ioc:cases_resolved:last{{{dossiers},{period}}})": 596_864,
            f'sum(ioc:cases_resolved:last{{{dossiers},{period},timeliness=~"early|on_time"}})': (
                595_634
            ),
            f'sum(ioc:cases_resolved:last{{{dossiers},{period},timeliness="late"}})': 1_230,
            f'sum(ioc:cases_open:last{{{dossiers},phase!="awaiting_intake"}})': 8_995,
            f"sum(ioc:cases_full_online:last{{{dossiers},{period}}})": 329_350,
            f"sum(ioc:cases_paid_online:last{{{dossiers},{period}}})": 5_574,
        }
        self.panels = [
            {"id": panel, "view": "figure", "text": text.replace(" ", "\u00a0"), "state": "ok"}
            for panel, text in ARTICLE_TEXTS.items()
        ]

    def answer(self, path: str, query: str) -> Any:
        if path == "/api/state":
            return self.state
        if path == "/api/v1/query":
            found = self.values.get(query)
            result = [] if found is None else [{"metric": {}, "value": [0, str(found)]}]
            return {"status": "success", "data": {"result": result}}
        return {"panels": [*self.panels, {"id": "districts", "view": "map", "state": "ok"}]}


@pytest.fixture
def stack() -> Iterator[tuple[Stack, str]]:
    answers = Stack()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = parse_qs(url.query).get("query", [""])[0]
            body = json.dumps(answers.answer(url.path, query)).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield answers, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack of these tests serves no page."""
    monkeypatch.setattr(readings, "page_reader", lambda _: None)


def compared(url: str, truth: Figures = ARTICLE) -> Agreement:
    return compare(truth, worker_url=url, prometheus_url=url, wall_url=url, year=2023)


def test_the_article_in_the_words_of_the_article() -> None:
    assert ARTICLE.texts() == ARTICLE_TEXTS


def test_all_agree(stack: tuple[Stack, str]) -> None:
    agreement = compared(stack[1])
    assert agreement.holds
    assert set(agreement.columns) == {"API", "Prometheus", "wall"}
    assert agreement.table()[1].split() == ["received", *["605.859"] * 4]


@pytest.mark.parametrize("name", Figures.__dataclass_fields__)
def test_another_truth_is_no_agreement(stack: tuple[Stack, str], name: str) -> None:
    truth = replace(ARTICLE, **{name: getattr(ARTICLE, name) + 100})
    agreement = compared(stack[1], truth)
    assert not agreement.holds
    assert any("! " in line for line in agreement.table())


@pytest.mark.parametrize("query", range(1, 8))
def test_a_wrong_total_in_prometheus_is_seen(stack: tuple[Stack, str], query: int) -> None:
    answers, url = stack
    name = list(answers.values)[query]
    answers.values[name] += 99
    agreement = compared(url)
    assert not agreement.holds
    assert any("! " in line for line in agreement.table())


@pytest.mark.parametrize("panel", range(8))
def test_a_wrong_text_on_the_wall_is_seen(stack: tuple[Stack, str], panel: int) -> None:
    answers, url = stack
    answers.panels[panel]["text"] = "1"
    agreement = compared(url)
    assert not agreement.holds
    assert [line for line in agreement.table() if line.rstrip().endswith("! 1")]


def test_a_figure_that_is_not_whole_is_no_agreement(stack: tuple[Stack, str]) -> None:
    answers, url = stack
    answers.panels[0]["state"] = "incomplete"
    agreement = compared(url)
    assert not agreement.holds
    assert "! 605.859 (incomplete)" in agreement.table()[1]


def test_a_panel_that_is_missing_is_no_agreement(stack: tuple[Stack, str]) -> None:
    answers, url = stack
    del answers.panels[0]
    assert "! missing" in compared(url).table()[1]


@pytest.mark.parametrize("total", ["early", "late", "full_online", "paid_online", "received"])
def test_a_wrong_total_in_the_api_is_seen(stack: tuple[Stack, str], total: str) -> None:
    answers, url = stack
    answers.state["totals"]["2023"][total] += 99
    assert not compared(url).holds


def test_what_cannot_be_read_is_no_agreement(stack: tuple[Stack, str]) -> None:
    answers, url = stack
    answers.state["complete"] = False
    del answers.values["ioc:topic_complete"]
    agreement = compared(url)
    assert not agreement.holds
    assert agreement.table()[-2:] == [
        f"API: cannot be read: {url}: not complete",
        f"Prometheus: cannot be read: {url}: no complete topic",
    ]


def test_nobody_there_is_no_agreement() -> None:
    agreement = compared("http://127.0.0.1:9")
    assert set(agreement.unreadable) == {"API", "Prometheus", "wall"}


def test_numbers_as_they_are_written() -> None:
    assert number(1_234_567) == "1.234.567"
    assert number(None) == percent(None, 3) == percent(1, 0) == "no data"
    assert percent(1, 3) == "33,33 %"


def test_the_truth_of_a_small_scenario_is_its_own(tmp_path: Any) -> None:
    chosen = sized(500, 3)
    document = truth_document(chosen.scenario, truth_alone(chosen.scenario))
    file = tmp_path / "truth.json"
    file.write_text(json.dumps(document))
    figures = true_figures(chosen, file)
    assert figures == of_totals(document["totals"]["2023"], document["open"])
    assert figures.received
    assert figures.received < 500


def test_the_truth_of_the_year_is_what_was_published(tmp_path: Any) -> None:
    year: Chosen = named("year-2023")
    assert true_figures(year, tmp_path / "not-asked") is ARTICLE
    assert year.scenario.dossiers == ARTICLE.received
