"""Answers to the queries of the boards on the whole province; every figure is invented."""

from collections.abc import Mapping

from dashboards.boards.quality import SCORES
from seeds.registry import subsystems

Labels = dict[str, str]
Rows = list[tuple[Labels, float]]
Table = dict[tuple[str, str], Rows]

WELL, WARNING, CRITICAL, STALE, NO_DATA = range(5)
FRESH, LATE, DEAD, NEVER = range(4)
HOUR = 3600

# Subsystem -> figure, the one of a period before, state, seconds since then, period of the reading.
SITUATION: dict[str, tuple[float | None, float | None, int, float, str]] = {
    "public-administration": (493, 471, WARNING, 26 * HOUR, ""),
    "health": (14, 17, WELL, 9 * HOUR, "2024-01-01"),
    "education": (251_316, None, WELL, 400 * HOUR, "2023-T1"),
    "web-platforms": (99.97, 99.97, WELL, 3 * HOUR, "2024-01-02T07"),
    "documents": (0, 4, WELL, 15 * HOUR, ""),
    "citizen-feedback": (12, 9, WARNING, 30 * HOUR, ""),
    "security-traffic": (2, 3, WELL, 50 * HOUR, "2024-01-01"),
    "tourism": (18_420, 21_305, STALE, 2 * HOUR, "2023-12-31"),
    "socio-economic": (5217.4, 5190.2, WELL, 20 * HOUR, "2023-12-29"),
    "environment-land": (5.25, 4.9, CRITICAL, 2.2 * HOUR, "2024-01-02T00:45:00Z"),
    "social-security": (None, None, NO_DATA, 90 * HOUR, ""),
}

Source = tuple[str, int, float, tuple[float | None, ...]]

# Source -> subsystem, state, seconds since its newest datum, the four scores.
SOURCES: dict[str, Source] = {
    "simulator": ("public-administration", FRESH, 4, (0.9991, 1.0, 0.998, 1.0)),
    "hospitals": ("health", FRESH, 3 * HOUR, (1.0, 1.0, 1.0, 1.0)),
    "schools": ("education", FRESH, 9 * HOUR, (1.0, 0.995, 1.0, 1.0)),
    "web-probe": ("web-platforms", FRESH, 42, (1.0, 0.9862, 1.0, 1.0)),
    "documents": ("documents", FRESH, 130, (1.0, 1.0, 0.9412, 1.0)),
    "hotline-1022": ("citizen-feedback", FRESH, 61, (1.0, 1.0, 1.0, 1.0)),
    "police": ("security-traffic", FRESH, 5 * HOUR, (1.0, 1.0, 1.0, 1.0)),
    "tourism-database": ("tourism", LATE, 33 * HOUR, (1.0, 1.0, 1.0, 0.1333)),
    "statistics": ("socio-economic", FRESH, 8 * HOUR, (1.0, 1.0, 1.0, 1.0)),
    "stations": ("environment-land", FRESH, 780, (0.9731, 0.995, 1.0, 1.0)),
    "social-insurance": ("social-security", NEVER, -1, (None, None, None, 0.0)),
}


def mixed(now: float, time: float) -> Table:
    """Most subsystems are well, one of each other state; `now` of the figures, `time` of
    Prometheus.
    """
    topics = [one.topic for one in subsystems().values()]
    table: Table = {
        ("completeness", "A"): [
            ({"topic": one.topic}, one.partitions) for one in subsystems().values()
        ],
        ("completeness", "B"): [({"topic": topic}, (time - 2) * 1000) for topic in topics],
        ("completeness", "C"): [({"topic": topic}, 0) for topic in topics],
        ("since", "A"): [],
        ("since", "B"): [],
        ("periods", "A"): [],
    }
    for name, situation in SITUATION.items():
        _add_tile(table, name, situation, time)
    return table | sources(now, SOURCES)


def _add_tile(
    table: Table,
    name: str,
    situation: tuple[float | None, float | None, int, float, str],
    time: float,
) -> None:
    figure, before, state, ago, period = situation
    table[name, "A"] = [] if figure is None else [({}, figure)]
    table[name, "B"] = [] if before is None else [({}, before)]
    table[name, "C"] = [({"subsystem": name}, state)]
    table["since", "A"].append(({"subsystem": name}, state))
    table["since", "B"].append(({"subsystem": name}, (time - ago) * 1000))
    if period:
        table["periods", "A"].append(({"subsystem": name, "period": period}, 3))


def sources(now: float, found: Mapping[str, Source]) -> Table:
    """What is said of each source, as two boards ask it."""
    topic = {name: subsystems()[row[0]].topic for name, row in found.items()}
    state: Rows = [({"source": name, "topic": topic[name]}, row[1]) for name, row in found.items()]
    newest: Rows = [
        ({"source": name}, (now - row[2]) * 1000) for name, row in found.items() if row[2] >= 0
    ]
    kind: Rows = [
        ({"source": name, "topic": topic[name], "kind": "simulator"}, 1) for name in found
    ]
    table: Table = {
        ("feeds", "A"): state, ("feeds", "B"): newest, ("feeds", "C"): kind,
        ("quality", "A"): state, ("quality", "B"): newest, ("quality", "G"): kind,
        ("promises", "A"): [
            ({"source": name, "score": score}, 0.99) for name in found for score in SCORES
        ],
    }  # fmt: skip
    for at, ref in enumerate("CDEF"):
        table["quality", ref] = [
            ({"source": name}, score)
            for name, row in found.items()
            if (score := row[3][at]) is not None
        ]
    return table
