"""Frames of the wall from the tables of the fake Prometheus, without any Prometheus."""

from dashboards.boards.definition import Board
from dashboards.boards.dossiers import BOARD
from dashboards.numbers import Language
from dashboards.settings import WallSettings
from dashboards.wall.condition import condition
from dashboards.wall.frame import Frame
from dashboards.wall.page import page
from dashboards.wall.panels import load
from dashboards.wall.prometheus import Sample
from dashboards.wall.snapshot import Snapshot
from dashboards.words import Words
from tests.unit.dashboards.fake_prometheus import NOW, PERIOD, TIME, Table

SETTINGS = WallSettings()


def snapshot(table: Table, *, now: float | None = NOW, period: int | None = PERIOD) -> Snapshot:
    samples = {
        key: tuple(Sample(labels, float(value)) for labels, value in rows)
        for key, rows in table.items()
    }
    return Snapshot(taken_at=0.0, time=TIME, now=now, period=period, samples=samples)


def frame(
    found: Snapshot,
    *,
    board: Board = BOARD,
    language: Language = "vi",
    elapsed: float = 0.0,
    away: bool = False,
) -> Frame:
    return Frame(
        board=board,
        panels=load(board),
        snapshot=found,
        condition=condition(found, SETTINGS, elapsed, away=away, topics=board.topics),
        settings=SETTINGS,
        words=Words(language),
        elapsed=elapsed,
    )


def shown(
    table: Table,
    *,
    board: Board = BOARD,
    language: Language = "vi",
    elapsed: float = 0.0,
    away: bool = False,
) -> dict[str, dict]:  # type: ignore[type-arg]
    """The panels of the page by their id, and the page itself under `page`."""
    found = snapshot(table)
    whole = page(frame(found, board=board, language=language, elapsed=elapsed, away=away))
    return {panel["id"]: panel for panel in whole["panels"]} | {"page": whole}
