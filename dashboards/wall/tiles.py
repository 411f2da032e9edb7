"""A subsystem as the board of the whole province shows it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dashboards.boards.headline import earlier
from dashboards.boards.province import arrangement
from dashboards.periods import period_text, since_text
from dashboards.wall.comparison import Tone
from dashboards.wall.condition import completeness
from dashboards.wall.feeds import Feed, feeds, told_first
from dashboards.wall.frame import Frame
from dashboards.wall.panels import WallPanel
from dashboards.wall.standing import STATES, Evidence, TileState, tile_state
from seeds.periods import Period, parse_period
from seeds.registry import oversight_fields, subsystems
from seeds.subsystem import Direction, Indicator, Subsystem

_GOOD: dict[Direction, int] = {"higher_is_better": 1, "lower_is_better": -1, "neutral": 0}
_LENGTHS = {"h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class Tile:
    """`since` in Unix seconds by the clock of the figures; None: not known."""

    subsystem: Subsystem
    panel: WallPanel
    state: TileState
    trusted: bool
    value: float | None
    since: float | None
    feed: Feed | None


def tiles(frame: Frame) -> list[Tile]:
    """One for each panel of that view, in the order of the board."""
    found = feeds(frame, "feeds")
    return [_tile(panel, frame, found) for panel in frame.panels if panel.panel.view == "tile"]


def _tile(panel: WallPanel, frame: Frame, found: list[Feed]) -> Tile:
    subsystem = subsystems()[panel.panel.subsystem or ""]
    own = [feed for feed in found if feed.topic == subsystem.topic]
    value = frame.snapshot.value(panel.panel.id)
    topic = completeness(frame.snapshot, subsystem.topic, frame.elapsed)
    evidence = Evidence(
        said=_said(frame.snapshot.value(panel.panel.id, "C")),
        has_value=value is not None,
        sources=[feed.state for feed in own],
        whole=topic.state(frame.settings) == "ok",
        away=frame.condition.away is not None,
    )
    state = tile_state(evidence)
    return Tile(
        subsystem,
        panel,
        state,
        trusted=evidence.trusted,
        value=value,
        since=_since(subsystem, state, frame),
        feed=told_first(own),
    )


def _said(value: float | None) -> TileState | None:
    """None also for a number that is not known here."""
    known = value is not None and value.is_integer() and 0 <= value < len(STATES)
    return STATES[int(value)] if known and value is not None else None


def _since(subsystem: Subsystem, state: TileState, frame: Frame) -> float | None:
    """None while the state is younger than what the rules call settled."""
    settled, since = (frame.snapshot.rows("since", ref, "subsystem") for ref in "AB")
    if subsystem.name not in settled or subsystem.name not in since or frame.snapshot.now is None:
        return None
    if _said(settled[subsystem.name].value) != state:
        return None
    ahead = frame.snapshot.now - frame.snapshot.time
    return since[subsystem.name].value / 1000 + ahead


def shown(found: Tile, frame: Frame) -> dict[str, Any]:
    """One panel of the API; `text` is what the wall shows, to the letter."""
    words, panel = frame.words, found.panel
    indicator = found.subsystem.headline
    age = found.feed.age if found.feed else None
    return {
        "id": panel.panel.id,
        "view": "tile",
        "title": words.of(panel.panel.title),
        "inferred": words("name_inferred") if found.subsystem.name_is_inferred else "",
        "state": found.state,
        "state_text": words(f"tile_{found.state}"),
        "since": since_of(found, frame),
        "old": not found.trusted,
        "text": frame.text(panel, "A", found.value),
        "unit": "" if found.value is None else words.of(indicator.measure),
        "value": found.value,
        "indicator": words.of(indicator),
        "period": _period(indicator, frame),
        "change": _change(found, frame),
        "source": _source(found, frame),
        "trouble": _trouble(found.feed, frame),
        "age_seconds": None if age is None else round(age, 1),
        "age": "" if age is None else words.duration(age),
    }


def since_of(found: Tile, frame: Frame) -> str:
    if found.since is None or frame.condition.now is None:
        return ""
    return since_text(found.since, frame.condition.now, frame.words)


def _period(indicator: Indicator, frame: Frame) -> str:
    """The latest one that any unit's reading is of."""
    if indicator.origin == "cases":
        of_year = indicator.period == "year"
        return frame.words("year", year=frame.snapshot.period) if of_year else frame.words("today")
    samples = frame.snapshot.samples.get(("periods", "A"), ())
    texts = [one.labels["period"] for one in samples if _is_of(indicator, one.labels)]
    found = [period for text in texts if (period := _parsed(text))]
    if not found:
        return ""
    latest = max(found, key=lambda period: period.order)
    return period_text(latest, frame.condition.now or latest.ends, frame.words)


def _is_of(indicator: Indicator, labels: Mapping[str, str]) -> bool:
    return labels.get("subsystem") == indicator.subsystem and "period" in labels


def _parsed(text: str) -> Period | None:
    try:
        return parse_period(text)
    except ValueError:
        return None


def _change(found: Tile, frame: Frame) -> dict[str, Any] | None:
    """Against what was shown a period ago, where that is known and both are to be trusted."""
    indicator, words = found.subsystem.headline, frame.words
    before = frame.snapshot.value(found.panel.panel.id, "B")
    ago = earlier(indicator)
    if found.value is None or before is None or ago is None or not found.trusted:
        return None
    decimals = found.panel.decimals
    step = round(found.value - before, decimals)
    unit = words("points") if indicator.measure.id == "percent" else ""
    within = words.duration(int(ago[:-1]) * _LENGTHS[ago[-1]])
    if step == 0:
        return {"text": words("unchanged", within=within), "tone": "neutral", "rising": None}
    text = f"{words.signed(step, decimals)} {unit}".rstrip()
    tone = _tone(step * _GOOD[indicator.direction])
    return {"text": words("changed", change=text, within=within), "tone": tone, "rising": step > 0}


def _tone(good: float) -> Tone:
    if good == 0:
        return "neutral"
    return "better" if good > 0 else "worse"


def _source(found: Tile, frame: Frame) -> str:
    """The system that the figure is of; in trouble, which source."""
    if found.feed is None:
        return frame.words("source_none")
    if found.feed.state != "fresh":
        return found.feed.source
    return _short(frame.words.of(found.subsystem.systems[found.subsystem.headline.system]))


def _trouble(feed: Feed | None, frame: Frame) -> str:
    if feed is None or feed.state == "fresh":
        return ""
    return frame.words(f"source_{feed.state}")


def _short(system: str) -> str:
    """As it fits a tile: `CSDL ngành giáo dục`, `Tổng đài 1022`."""
    for end in (", ", " and "):
        system = system.partition(end)[0]
    for long, short in (("Hệ thống ", ""), ("Phần mềm ", ""), ("Cơ sở dữ liệu ", "CSDL ")):
        if system.startswith(long):
            rest = short + system.removeprefix(long)
            return rest[0].upper() + rest[1:]
    return system


def groups(frame: Frame) -> dict[str, Any]:
    """How the tiles stand: headings by row and column from 0, and what each holds."""
    found = arrangement()
    shown = {panel.panel.id for panel in frame.panels}
    return {
        "columns": found.columns,
        "free": found.free and asdict(found.free),
        "groups": [
            {
                "id": group.id,
                "title": frame.words.of(oversight_fields()[group.id]),
                "row": group.row,
                "column": group.column,
                "tiles": [name for name in group.members if name in shown],
            }
            for group in found.groups
        ],
    }
