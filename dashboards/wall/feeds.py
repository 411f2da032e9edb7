"""The sources as the rules judge them, each with the topics that it feeds."""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboards.wall.frame import Frame
from dashboards.wall.standing import SOURCE_STATES, SourceState

_WORST_FIRST = tuple(reversed(SOURCE_STATES))


@dataclass(frozen=True, slots=True)
class Feed:
    """One source of one topic; `age` of its newest datum in seconds, None: not known."""

    source: str
    topic: str
    state: SourceState
    age: float | None


def feeds(frame: Frame, panel: str) -> list[Feed]:
    """The worst first; from the queries A (state) and B (newest datum) of a panel.

    A source that is known by its kind only has no state: nobody vouches for it.
    """
    newest = frame.snapshot.rows(panel, "B", "source")
    return sorted(
        (
            Feed(
                source=(name := sample.labels["source"]),
                topic=sample.labels.get("topic", ""),
                state=_state(sample.value),
                age=_age(newest[name].value, frame) if name in newest else None,
            )
            for sample in frame.snapshot.samples.get((panel, "A"), ())
            if "source" in sample.labels
        ),
        key=lambda feed: (_WORST_FIRST.index(feed.state), feed.source),
    )


def told_first(found: Iterable[Feed]) -> Feed | None:
    """Of the sources of a subsystem the one to speak of: in trouble, or with the newest datum."""
    found = list(found)
    troubled = [feed for feed in found if feed.state != "fresh"]
    if troubled:
        return troubled[0]
    dated = [feed for feed in found if feed.age is not None]
    return min(dated, key=lambda feed: feed.age or 0.0) if dated else next(iter(found), None)


def _state(value: float) -> SourceState:
    """A number that is not known here is the worst: better red than wrong."""
    known = value.is_integer() and 0 <= value < len(SOURCE_STATES)
    return SOURCE_STATES[int(value)] if known else SOURCE_STATES[-1]


def _age(milliseconds: float, frame: Frame) -> float | None:
    now = frame.condition.now
    return None if now is None else max(0.0, now - milliseconds / 1000)
