"""Every source with its state and its four scores, as Prometheus' rules have them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from deploy.prometheus.quality import DEAD, FRESH, LATE, SCORES, UNHEARD
from deploy.verification.prometheus import query

STATES: Mapping[int, str] = {
    FRESH: "live",
    LATE: "late",
    DEAD: "dead",
    UNHEARD: "never heard of",
}
_VALUES = {
    "last_event_at": "ioc:source_last_event_timestamp_seconds:last",
    "last_heartbeat_at": "ioc:source_last_heartbeat_timestamp_seconds:last",
    "backlog": "ioc:source_backlog:last",
    "reminders": "ioc:source_reminders:last",
    "lost": "ioc:source_lost_total:last",
}


@dataclass(slots=True)
class SourceState:
    """Times in Unix seconds of the monitor's clock; None: not known. `scores` and `promises` by
    score, 0 to 1; a score that nothing was counted for is absent. `reminders`: of this year.
    """

    source: str
    topic: str
    kind: str | None
    state: str
    last_event_at: float | None = None
    last_heartbeat_at: float | None = None
    backlog: float | None = None
    reminders: float | None = None
    lost: float | None = None
    position: str | None = None
    scores: dict[str, float] = field(default_factory=dict)
    promises: dict[str, float] = field(default_factory=dict)

    @property
    def below(self) -> list[str]:
        """The scores that are below their promise."""
        return [
            name
            for name, score in self.scores.items()
            if score < self.promises.get(name, 0.0) - 1e-9
        ]

    @property
    def is_well(self) -> bool:
        return self.state == STATES[FRESH] and not self.below


def source_states(
    prometheus: str, positions: Iterable[Mapping[str, Any]] = ()
) -> list[SourceState]:
    """Every source that is declared or was ever heard of, by name; `positions` as a worker's
    /api/sources lists them. Raises PrometheusAway.
    """
    kinds = {
        (labels["source"], labels["topic"]): labels["kind"]
        for labels, _ in _samples(prometheus, "ioc:source_info:last or ioc_source_declared")
    }
    found = {
        (labels["source"], labels["topic"]): SourceState(
            labels["source"],
            labels["topic"],
            kinds.get((labels["source"], labels["topic"])),
            STATES[round(value)],
        )
        for labels, value in _samples(prometheus, "ioc:source_state")
    }
    by_name: dict[str, list[SourceState]] = {}
    for one in found.values():
        by_name.setdefault(one.source, []).append(one)
    for name, metric in _VALUES.items():
        for labels, value in _samples(prometheus, metric):
            for one in by_name.get(labels["source"], ()):
                setattr(one, name, value)
    for score in SCORES:
        for labels, value in _samples(prometheus, f"ioc:source_{score}:ratio"):
            for one in by_name.get(labels["source"], ()):
                one.scores[score] = value
    for labels, value in _samples(prometheus, "ioc_source_score_promise"):
        for one in by_name.get(labels["source"], ()):
            one.promises[labels["score"]] = value
    for told in positions:
        if known := found.get((told["source"], told["topic"])):
            known.position = told.get("position")
    return [found[key] for key in sorted(found)]


def now_of(prometheus: str) -> float | None:
    """The monitor's clock; None without a worker."""
    return next((value for _, value in _samples(prometheus, "max(ioc_now_seconds)")), None)


def as_json(states: Iterable[SourceState]) -> list[dict[str, Any]]:
    return [asdict(one) | {"below": one.below, "well": one.is_well} for one in states]


def lines(states: Iterable[SourceState], now: float | None) -> Iterator[str]:
    """A table for people; those that are not well come first. Of positions the beginning."""
    ordered = sorted(states, key=lambda one: (one.is_well, one.source, one.topic))
    width = max((len(one.source) for one in ordered), default=0)
    yield _LINE.format(
        "source".ljust(width), "state", "last event", "backlog", *SCORES, "reminders", "position"
    ).rstrip()
    for one in ordered:
        scores = (_score(one, name) for name in SCORES)
        age = None if now is None or one.last_event_at is None else now - one.last_event_at
        yield _LINE.format(
            one.source.ljust(width),
            one.state,
            _age(age),
            _count(one.backlog),
            *scores,
            _count(one.reminders),
            _shortened(one.position or "-"),
        ).rstrip()


_POSITION_LENGTH = 60
_LINE = "{} {:14} {:>12} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}  {}"


def _score(one: SourceState, name: str) -> str:
    """A score below its promise carries a mark, so that it is found without colours."""
    score = one.scores.get(name)
    mark = "!" if name in one.below else ""
    return "-" if score is None else f"{mark}{score * 100:.1f} %"


def _shortened(position: str) -> str:
    """What follows are fingerprints of rows already read."""
    if len(position) <= _POSITION_LENGTH:
        return position
    return position[: _POSITION_LENGTH - 1] + "…"


def _count(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _age(seconds: float | None) -> str:
    if seconds is None:
        return "never"
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit} ago"
    return f"{max(seconds, 0):.0f} s ago"


def _samples(prometheus: str, expression: str) -> Iterator[tuple[dict[str, str], float]]:
    for row in query(prometheus, expression):
        yield row["metric"], float(row["value"][1])
