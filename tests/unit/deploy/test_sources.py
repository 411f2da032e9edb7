"""`ioc sources`: what Prometheus' rules say of each source, as a table and for programs."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from deploy import source_list
from deploy.commands import sources
from deploy.source_list import lines, source_states
from deploy.verification.prometheus import PrometheusAway

HEALTH = "ioc.health"

Row = tuple[dict[str, str], float]


def told(*states: int) -> dict[str, list[Row]]:
    """What Prometheus answers for sources a, b, c… with these states."""
    names = "abcdef"[: len(states)]
    return {
        "ioc:source_state": [
            ({"source": name, "topic": HEALTH}, state)
            for name, state in zip(names, states, strict=True)
        ],
        "ioc:source_info:last or ioc_source_declared": [
            ({"source": name, "topic": HEALTH, "kind": "file"}, 1) for name in names
        ],
        "ioc_source_score_promise": [({"source": name, "score": "clean"}, 0.99) for name in names],
        "ioc:source_clean:ratio": [({"source": name}, 0.995) for name in names],
        "max(ioc_now_seconds)": [({}, 10_000)],
    }


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Row]]:
    """Expression -> answer, to be filled."""
    found: dict[str, list[Row]] = {}

    def query(_: str, expression: str) -> list[dict[str, Any]]:
        rows = found.get(expression, [])
        return [{"metric": labels, "value": [0, str(value)]} for labels, value in rows]

    monkeypatch.setattr(source_list, "query", query)
    monkeypatch.setattr(sources, "_positions", lambda _: [])
    return found


def test_each_source_is_told_with_its_state(answers: dict[str, list[Row]]) -> None:
    answers.update(told(0, 1, 2, 3))
    answers["ioc:source_backlog:last"] = [({"source": "b"}, 7)]
    found = source_states("http://p", [{"source": "b", "topic": HEALTH, "position": "x line 3"}])
    assert [one.state for one in found] == ["live", "late", "dead", "never heard of"]
    assert [one.is_well for one in found] == [True, False, False, False]
    assert (found[1].backlog, found[1].position, found[0].backlog) == (7, "x line 3", None)


def test_a_score_below_its_promise_is_not_well_and_marked(answers: dict[str, list[Row]]) -> None:
    answers.update(told(0, 0))
    answers["ioc:source_clean:ratio"][1] = ({"source": "b"}, 0.5)
    found = source_states("http://p")
    assert [one.is_well for one in found] == [True, False]
    head, first, second = lines(found, 10_000.0)
    assert first.split()[0] == "b"
    assert "!50.0 %" in first
    assert "99.5 %" in second
    assert "!" not in second
    assert head.split()[:2] == ["source", "state"]


def test_columns_stay_below_each_other_whatever_names_and_positions_there_are(
    answers: dict[str, list[Row]],
) -> None:
    answers.update(told(0, 0))
    long = "a" * 45
    for rows in answers.values():
        for labels, _ in rows:
            if labels.get("source") == "a":
                labels["source"] = long
    positions = [{"source": long, "topic": HEALTH, "position": '{"file": "x.csv", ' + "9" * 400}]
    table = list(lines(source_states("http://p", positions), 10_000.0))
    assert len({line.index("live", 45) for line in table[1:]} | {table[0].index("state")}) == 1
    assert len({line.index("99.5 %") for line in table[1:]}) == 1
    assert '{"file": "x.csv", 9' in table[1]
    assert max(map(len, table)) < 230


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "never"), (0, "0 s ago"), (119, "119 s ago"), (120, "2 min ago"), (7_200, "2 h ago")],
)
def test_ages_are_short(answers: dict[str, list[Row]], seconds: float | None, text: str) -> None:
    answers.update(told(0))
    if seconds is not None:
        last = "ioc:source_last_event_timestamp_seconds:last"
        answers[last] = [({"source": "a"}, 10_000 - seconds)]
    assert text in list(lines(source_states("http://p"), 10_000.0))[1]


@pytest.mark.parametrize(("states", "code"), [((0, 0), 0), ((0, 1), 1), ((3,), 1)])
def test_the_exit_code_says_whether_all_are_well(
    answers: dict[str, list[Row]], states: tuple[int, ...], code: int
) -> None:
    answers.update(told(*states))
    done = CliRunner().invoke(sources.command, ["--json"])
    assert done.exit_code == code
    assert [one["well"] for one in json.loads(done.stdout)] == [state == 0 for state in states]


def test_without_prometheus_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: str) -> None:
        raise PrometheusAway("Prometheus at http://p does not answer: refused")

    monkeypatch.setattr(source_list, "query", away)
    monkeypatch.setattr(sources, "_positions", lambda _: [])
    done = CliRunner().invoke(sources.command, [])
    assert done.exit_code == 2
    assert "--prometheus URL" in done.output
