"""The sources with their four scores: đúng, đủ, sạch, sống; those in trouble first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.boards.quality import SCORES
from dashboards.wall.answer import away, sentence
from dashboards.wall.feeds import Feed, feeds
from dashboards.wall.frame import Frame
from dashboards.wall.panels import WallPanel
from dashboards.wall.standing import SOURCE_STATES, SourceState
from seeds.registry import subsystems

# Rows that a wall has room for.
ROWS = 11
_PANEL = "quality"


@dataclass(frozen=True, slots=True)
class Graded:
    """A source with its scores, 0 to 1, None: not known; `failed` are those below the promise."""

    feed: Feed
    scores: Mapping[str, float | None]
    failed: frozenset[str]

    @property
    def is_well(self) -> bool:
        return self.feed.state == "fresh" and not self.failed


def graded(frame: Frame) -> list[Graded]:
    """By state, then by how many scores fail, then by the lowest one."""
    promises = _promises(frame)
    columns = {
        score: frame.snapshot.rows(_PANEL, ref, "source")
        for score, ref in zip(SCORES, "CDEF", strict=True)
    }
    found = []
    for feed in feeds(frame, _PANEL):
        scores = {
            score: rows[feed.source].value if feed.source in rows else None
            for score, rows in columns.items()
        }
        found.append(Graded(feed, scores, _failed(feed.source, scores, promises)))
    return sorted(found, key=_badness)


def _badness(source: Graded) -> tuple[int, int, float, str]:
    known = [value for value in source.scores.values() if value is not None]
    worst = SOURCE_STATES.index(source.feed.state)
    return -worst, -len(source.failed), min(known, default=0.0), source.feed.source


def _promises(frame: Frame) -> dict[tuple[str, str], float]:
    """By source and score; source empty: of every source that has none of its own."""
    return {
        (sample.labels.get("source", ""), sample.labels["score"]): sample.value
        for sample in frame.snapshot.samples.get(("promises", "A"), ())
        if "score" in sample.labels
    }


def _failed(
    source: str, scores: Mapping[str, float | None], promises: Mapping[tuple[str, str], float]
) -> frozenset[str]:
    """Without a promise nothing fails: a threshold has a source or is none."""
    return frozenset(
        score
        for score, value in scores.items()
        if value is not None
        and (promise := promises.get((source, score), promises.get(("", score)))) is not None
        and value < promise
    )


def quality(panel: WallPanel, frame: Frame) -> dict[str, Any]:
    words, found = frame.words, graded(frame)
    rows = [_row(source, panel, frame) for source in found[:ROWS]]
    more = len(found) - len(rows)
    return {
        "id": panel.panel.id,
        "view": "quality",
        "title": words.of(panel.panel.title),
        "text": "; ".join(f"{row['name']}: {row['text']}" for row in rows) or words("no_data"),
        "value": None,
        "change": None,
        "head": [words("source"), words("state"), *(words(f"score_{one}") for one in SCORES)],
        "rows": rows,
        "more": words("source_more", count=more) if more > 0 else "",
        **frame.standing(panel, frame.condition.of(len(found) or None)),
    }


def _row(source: Graded, panel: WallPanel, frame: Frame) -> dict[str, Any]:
    words, feed = frame.words, source.feed
    age = "" if feed.age is None else words("age_of_source", age=words.duration(feed.age))
    return {
        "id": f"{feed.source}/{feed.topic}",
        "name": feed.source,
        "subsystem": _subsystem(feed.topic, frame),
        "state": feed.state,
        "text": words(f"source_{feed.state}"),
        "age": age,
        "scores": [_score(source, score, panel, frame) for score in SCORES],
    }


def _subsystem(topic: str, frame: Frame) -> str:
    """Also for a topic that no subsystem of ours has."""
    found = next((one for one in subsystems().values() if one.topic == topic), None)
    return topic if found is None else frame.words.of(found)


def _score(source: Graded, score: str, panel: WallPanel, frame: Frame) -> dict[str, Any]:
    value = source.scores[score]
    text = frame.words("score_unknown")
    if value is not None:
        text = frame.words.percent(value, panel.decimals if value not in {0.0, 1.0} else 0)
    return {"text": text, "value": value, "failed": score in source.failed}


def quality_answer(frame: Frame) -> dict[str, Any]:
    """How many sources do what they promise, and which not."""
    words, found = frame.words, graded(frame)
    operator = words("answer_who", who=words("operator"))
    if trouble := away(frame):
        return sentence("trouble", trouble, who=operator)
    if not found:
        return sentence("trouble", words("quality_nothing"), who=operator)
    failing = [source for source in found if not source.is_well]
    if not failing:
        return sentence("calm", words("quality_well", all=len(found)))
    headline = words("quality_some", failing=len(failing), all=len(found))
    return sentence("attention", headline, _faults(failing, frame), operator)


_STATES_TOLD: tuple[SourceState, ...] = ("never", "dead", "late")


def _faults(failing: list[Graded], frame: Frame) -> str:
    """`2 mất kết nối, 1 trễ hẹn, 3 dưới mức cam kết`."""
    words, states = frame.words, Counter(source.feed.state for source in failing)
    told = [
        words("overview_count", count=states[state], state=words(f"source_{state}"))
        for state in _STATES_TOLD
        if states[state]
    ]
    if count := sum(bool(source.failed) for source in failing):
        told.append(words("quality_below", count=count))
    return ", ".join(told)
