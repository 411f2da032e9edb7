"""The one sentence of the dossiers' board: is it well, where not, since when, who acts."""

from typing import Any, Literal

from dashboards.wall.frame import Frame
from dashboards.wall.places import highest_first, overdue, share_text, short_name

# Somebody has to act, at once for `alarm`; `trouble`: the figures cannot be trusted.
Tone = Literal["calm", "attention", "alarm", "trouble"]

# Places that a sentence can name.
NAMED = 3


def answer(frame: Frame) -> dict[str, Any]:
    """What the board says before anything else."""
    words = frame.words
    if trouble := _trouble(frame):
        return sentence("trouble", trouble, who=words("answer_who", who=words("operator")))
    if frame.condition.figures == "incomplete":
        backlog = words.number(frame.condition.backlog or 0)
        return sentence("trouble", words("answer_loading", backlog=backlog))
    if not frame.snapshot.value("open", "B"):
        return sentence("calm", _headline(frame))
    places = ", ".join(_places(frame))
    if not places:
        return sentence("attention", _headline(frame))
    holder = words("answer_who", who=words("district_heads"))
    return sentence("attention", _headline(frame), words("answer_where", places=places), holder)


def _places(frame: Frame) -> list[str]:
    """The districts with the highest shares, highest first."""
    worst = highest_first(overdue(frame.panel("map"), frame))[:NAMED]
    return [f"{short_name(one.code)} {share_text(one.share, frame.words)}" for one in worst]


def _trouble(frame: Frame) -> str:
    """Why the figures are not those of now, if they are not."""
    words, snapshot, condition = frame.words, frame.snapshot, frame.condition
    if condition.away is not None:
        return away(frame)
    if snapshot.value("open") is None and snapshot.value("received") is None:
        return words("answer_nothing", year=snapshot.period)
    if condition.figures != "stale":
        return ""
    if condition.age is None:
        return words("answer_old_unknown")
    return words("answer_old", duration=words.duration(condition.age))


def away(frame: Frame) -> str:
    """Empty while Prometheus answers."""
    if frame.condition.away is None:
        return ""
    return frame.words("answer_away", duration=frame.words.duration(frame.condition.away))


def _headline(frame: Frame) -> str:
    words, snapshot = frame.words, frame.snapshot
    rate, waiting = snapshot.value("on-time-rate"), snapshot.value("open", "B")
    values = {"year": snapshot.period, "overdue": words.number(waiting or 0)}
    if rate is None:
        whole = words.number(snapshot.value("open") or 0)
        return words("answer_overdue_only", open=whole, **values)
    key = "answer_overdue" if waiting else "answer_well"
    return words(key, rate=words.percent(rate), **values)


def sentence(tone: Tone, headline: str, where: str = "", who: str = "") -> dict[str, Any]:
    """As the page gets it."""
    return {"tone": tone, "headline": headline, "where": where, "who": who}
