"""Boards as code: what is committed is what the definitions say, and Grafana can read it."""

import json
import re
from dataclasses import replace
from pathlib import Path

import promql_parser
import pytest

from dashboards.boards.definition import PERIOD, Board, Panel
from dashboards.boards.dossiers import BOARD
from dashboards.boards.files import BOARDS, FOLDER, build, drifts, file_of
from dashboards.boards.grafana import round_trip, to_json
from dashboards.boards.promql import total
from dashboards.wall.panels import load

QUERIES = [
    pytest.param(query.expression, id=f"{board.id}-{panel.id}-{query.ref}")
    for board in BOARDS
    for panel in board.panels
    for query in panel.queries
]


def test_the_committed_files_are_what_the_boards_say() -> None:
    assert [str(drift) for drift in drifts()] == []
    assert {path.name for path in FOLDER.iterdir()} == {file_of(board).name for board in BOARDS}


def test_a_file_edited_by_hand_is_a_drift(tmp_path: Path) -> None:
    build(tmp_path)
    file = file_of(BOARD, tmp_path)
    file.write_text(file.read_text().replace("Tiếp nhận", "Tiep nhan"))
    (drift,) = drifts(tmp_path)
    assert "ioc boards build" in str(drift)
    assert "Tiep nhan" in str(drift)


def test_a_missing_file_is_a_drift(tmp_path: Path) -> None:
    assert [drift.file.name for drift in drifts(tmp_path)] == [
        file_of(board).name for board in BOARDS
    ]


def test_building_again_changes_nothing(tmp_path: Path) -> None:
    assert len(build(tmp_path)) == len(BOARDS)
    assert build(tmp_path) == []


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.id)
def test_a_board_survives_grafanas_own_model(board: Board) -> None:
    assert round_trip(to_json(board)) == to_json(board)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"refresh"', '"refersh"'),
        ('"gridPos"', '"gridpos"'),
        ('"colorMode"', '"colourMode"'),
        ('"refId"', '"refid"'),
    ],
)
def test_a_misspelt_key_does_not_survive(right: str, wrong: str) -> None:
    text = to_json(BOARD).replace(right, wrong)
    assert wrong in text
    assert round_trip(text) != text


@pytest.mark.parametrize("expression", QUERIES)
def test_every_query_is_promql(expression: str) -> None:
    promql_parser.parse(expression.replace(PERIOD, "2023"))


def test_broken_promql_is_seen() -> None:
    with pytest.raises(ValueError, match="unclosed"):
        promql_parser.parse("sum(ioc:x:last")


@pytest.mark.parametrize("expression", QUERIES)
def test_no_query_makes_data_up(expression: str) -> None:
    """No data is no data: only a part of a known whole may be none."""
    assert "vector(" not in expression
    for part in expression.split(" or ")[1:]:
        assert part.startswith(("0 * sum", "max(last_over_time", "ioc:reading:last{"))


@pytest.mark.parametrize("expression", QUERIES)
def test_every_figure_is_the_last_good_one(expression: str) -> None:
    judged = r"ioc:(topic_complete|subsystem_state[a-z_:]*|source_state|source_[a-z]+:ratio)\b"
    recorded = set(re.findall(r"ioc:[a-z_:]+", re.sub(judged, "", expression)))
    assert {name for name in recorded if not name.endswith(":last")} == set()
    assert "ioc_cases" not in expression


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.id)
def test_panels_have_a_place_of_their_own(board: Board) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in board.panels:
        place = panel.place
        cells = {
            (place.x + column, place.y + row)
            for column in range(place.width)
            for row in range(place.height)
        }
        assert not cells & taken
        assert place.x + place.width <= 24
        taken |= cells
    assert len({panel.number for panel in board.panels}) == len(board.panels)
    assert len({panel.id for panel in board.panels}) == len(board.panels)


def test_the_wall_runs_the_queries_that_grafana_gets() -> None:
    document = json.loads(file_of(BOARD).read_text(encoding="utf-8"))
    sent = {
        (panel["id"], target["refId"]): target["expr"]
        for panel in document["panels"]
        for target in panel["targets"]
    }
    run = {
        (panel.panel.number, ref): query
        for panel in load(BOARD)
        for ref, query in panel.queries.items()
    }
    assert run == sent


def test_the_wall_takes_units_from_grafanas_json() -> None:
    panels = {panel.panel.id: panel for panel in load(BOARD)}
    assert panels["on-time-rate"].units == {"A": "percentunit", "B": "percentunit"}
    assert panels["districts"].units == {"A": "percentunit", "B": "locale", "C": "locale"}
    assert panels["completeness"].units["B"] == "dateTimeAsIso"
    assert panels["received"].decimals == 0


def test_a_unit_changed_in_the_definition_reaches_the_wall(tmp_path: Path) -> None:
    changed: list[Panel] = [
        replace(panel, unit="percentunit", decimals=3) if panel.id == "late" else panel
        for panel in BOARD.panels
    ]
    board = replace(BOARD, panels=tuple(changed))
    file_of(board, tmp_path).write_text(to_json(board), encoding="utf-8")
    late = next(panel for panel in load(board, tmp_path) if panel.panel.id == "late")
    assert (late.units["A"], late.decimals) == ("percentunit", 3)


def test_the_year_is_put_in_for_the_wall_and_asked_for_in_grafana() -> None:
    received = next(panel for panel in load(BOARD) if panel.panel.id == "received")
    assert 'period="2023"' in received.expression("A", 2023)
    assert received.of_period
    names = {item["name"] for item in json.loads(to_json(BOARD))["templating"]["list"]}
    assert PERIOD.removeprefix("$") in names


def test_a_panel_that_the_board_has_not_is_an_error(tmp_path: Path) -> None:
    file_of(BOARD, tmp_path).write_text(to_json(BOARD).replace('"id": 14', '"id": 99'))
    with pytest.raises(KeyError):
        load(BOARD, tmp_path)


def test_matchers_say_is_any_and_is_not() -> None:
    assert total("x", by="agency", phase="overdue") == (
        'sum by (agency) (ioc:x:last{kind="dossier",phase="overdue"})'
    )
    assert 't=~"early|on_time"' in total("x", t="early|on_time")
    assert 'phase!="late"' in total("x", phase="!late")
    assert 'phase!~"a|b"' in total("x", phase="!a|b")
