"""The catalogue says everything in both languages, and nothing that nobody shows."""

import ast
import string
from pathlib import Path

import pytest

from dashboards.boards.files import BOARDS
from dashboards.numbers import LANGUAGES
from dashboards.words import Words, catalogue

SOURCES = Path(__file__).parents[3] / "dashboards"
# Keys that are put together when they are needed.
FAMILIES = ("state_", "source_", "change_", "score_", "tile_")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", catalogue())
def test_both_languages_say_it_with_the_same_values(key: str) -> None:
    texts = catalogue()[key]
    assert set(texts) == set(LANGUAGES)
    assert places(texts["vi"]) == places(texts["en"])
    assert bool(texts["vi"]) == bool(texts["en"])


def test_no_text_is_kept_that_no_screen_shows() -> None:
    constants = {
        node.value
        for file in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    panels = [panel for board in BOARDS for panel in board.panels]
    made = {panel.about for panel in panels} | {f"{panel.title}_note" for panel in panels}
    unused = {
        key for key in catalogue() if key not in constants | made and not key.startswith(FAMILIES)
    }
    assert unused == set()


def test_every_title_of_a_board_is_there_in_both_languages() -> None:
    for board in BOARDS:
        for panel in board.panels:
            titles = [panel.title, *(query.title for query in panel.queries)]
            for text in [board.title, panel.about, *titles]:
                assert Words("vi").of(text)
                assert Words("en").of(text)


def test_values_are_put_in_their_places() -> None:
    assert Words("vi")("year", year=2023) == "Năm 2023"
    assert Words("en")("source_loading", backlog="7") == "loading: 7 dossiers to go"


def test_an_unknown_word_is_an_error() -> None:
    with pytest.raises(KeyError):
        Words("vi")("nothing of the kind")
