"""Chất lượng dữ liệu: can what the sources send be trusted, and which of them not."""

from dashboards.boards.about_itself import NEWEST_EVENT, SOURCES, about_itself
from dashboards.boards.definition import SOURCE_STATES, Board, Panel, Place, Query
from dashboards.boards.province import TOPICS

# The four scores, each from 0 to 1, in the order in which people name them.
SCORES = ("correct", "complete", "clean", "live")

_SCORES = tuple(
    Query(ref, f"ioc:source_{score}:ratio", f"score_{score}")
    for ref, score in zip("CDEF", SCORES, strict=True)
)

_PANELS = (
    Panel(
        number=4,
        id="promises",
        view="promises",
        title="promises",
        about="promises_about",
        queries=(Query("A", "max by (source, score) (ioc_source_score_promise)", "promises"),),
        place=Place(0, 24, 24, 6),
        unit="percentunit",
        decimals=1,
        by="score",
    ),
    Panel(
        number=5,
        id="quality",
        view="quality",
        title="quality",
        about="quality_about",
        queries=(
            Query("A", "ioc:source_state", "state"),
            Query("B", NEWEST_EVENT, "last_event"),
            *_SCORES,
            Query("G", SOURCES, "kind"),
        ),
        place=Place(0, 4, 24, 20),
        decimals=1,
        other_units=(
            ("B", "dateTimeAsIso"),
            *((query.ref, "percentunit") for query in _SCORES),
        ),
        meanings=(("A", SOURCE_STATES),),
        by="source",
    ),
)

BOARD = Board(
    id="chat-luong-du-lieu",
    title="board_quality",
    topics=TOPICS,
    panels=about_itself(TOPICS) + _PANELS,
)
