"""Expected series against found ones, and the laws that any set of figures obeys."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Labels = frozenset[tuple[str, str]]
Series = Mapping[tuple[str, Labels], float]


@dataclass(frozen=True, slots=True)
class Difference:
    """A series that is not what it must be; None where a side has no such series."""

    name: str
    labels: Labels
    expected: float | None
    found: float | None

    def __str__(self) -> str:
        labels = ",".join(f'{key}="{value}"' for key, value in sorted(self.labels))
        return (
            f"{self.name}{{{labels}}}: expected {_text(self.expected)}, found {_text(self.found)}"
        )


def _text(value: float | None) -> str:
    return "no series" if value is None else f"{value:g}"


# What a deadline decides, and all the rest.
FAMILIES = {
    "ioc_cases_resolved": "timeliness",
    "ioc_cases_late": "causes",
    "ioc_cases_watch": "ladder",
    "ioc_cases_due_mismatch": "mismatch",
    "ioc_cases_contradicted": "contradicted",
    "ioc_cases_intake_overdue": "intake overdue",
}
OTHER = "counts"
# Of the systems beside the dossiers', whatever the figure.
KINDS = {"document": "documents", "feedback": "feedback", "incident": "incidents"}
READINGS = "readings"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many series of a family were compared, and how many of them differ."""

    compared: int
    differ: int


def family_of(name: str, labels: Labels) -> str:
    """Under which a series is told."""
    if name.startswith("ioc_reading"):
        return READINGS
    return KINDS.get(dict(labels).get("kind", ""), FAMILIES.get(name, OTHER))


def tallies(
    keys: Iterable[tuple[str, Labels]], differing: Iterable[Difference]
) -> dict[str, Tally]:
    """By family, each with at least zero; `keys` are those of all series compared."""
    compared = Counter(family_of(*key) for key in keys)
    differ = Counter(family_of(one.name, one.labels) for one in differing)
    families = (*FAMILIES.values(), OTHER, *KINDS.values(), READINGS)
    return {family: Tally(compared[family], differ[family]) for family in families}


def differences(expected: Series, found: Series) -> list[Difference]:
    """Every series in which the two differ, by name and labels."""
    keys = expected.keys() | found.keys()
    return sorted(
        (
            Difference(name, labels, expected.get((name, labels)), found.get((name, labels)))
            for name, labels in keys
            if expected.get((name, labels)) != found.get((name, labels))
        ),
        key=lambda difference: (difference.name, sorted(difference.labels)),
    )


def meanwhile(before: Series, after: Series, found: Series) -> dict[tuple[str, Labels], float]:
    """What is expected of figures that were read between two instants, given the truth at both.

    A deadline that passes in between moves cases from one series to another: such a series may
    have any value from the one truth to the other.
    """
    expected = dict(after)
    for key in before.keys() | after.keys():
        ends = sorted((before.get(key, 0), after.get(key, 0)))
        if ends[0] != ends[1] and ends[0] <= found.get(key, 0) <= ends[1]:
            expected.pop(key, None)
            if key in found:
                expected[key] = found[key]
    return expected


def total(series: Series, name: str, **labels: str | Iterable[str]) -> float:
    """Sum of the series of that name whose labels have one of the values given."""
    wanted = {
        key: {value} if isinstance(value, str) else set(value) for key, value in labels.items()
    }
    return sum(
        value
        for (found, have), value in series.items()
        if found == name and all(dict(have).get(key) in values for key, values in wanted.items())
    )


@dataclass(frozen=True, slots=True)
class Law:
    """Two sums that are equal at every instant, whatever happened."""

    name: str
    left: Callable[[Series], float]
    right: Callable[[Series], float]


OVERDUE_LEVELS = ("overdue", "escalated_1", "escalated_2", "escalated_3")

LAWS = (
    Law(
        "registered = awaiting + refused at intake + received",
        lambda s: total(s, "ioc_cases_registered"),
        lambda s: (
            total(s, "ioc_cases_open", phase="awaiting_intake")
            + total(s, "ioc_cases_closed_otherwise", reason="refused")
            + total(s, "ioc_cases_received")
        ),
    ),
    Law(
        "received = resolved + withdrawn + stopped + processing + overdue + paused",
        lambda s: total(s, "ioc_cases_received"),
        lambda s: (
            total(s, "ioc_cases_resolved")
            + total(s, "ioc_cases_closed_otherwise", reason=("withdrawn", "stopped"))
            + total(s, "ioc_cases_open", phase=("processing", "overdue", "paused"))
        ),
    ),
    Law(
        "late by cause = resolved late",
        lambda s: total(s, "ioc_cases_late"),
        lambda s: total(s, "ioc_cases_resolved", timeliness="late"),
    ),
    Law(
        "open by field, overdue = open, overdue",
        lambda s: total(s, "ioc_cases_by_field", state="overdue"),
        lambda s: total(s, "ioc_cases_open", phase="overdue"),
    ),
    Law(
        "on one rung of the ladder, or on none = open",
        lambda s: total(s, "ioc_cases_watch"),
        lambda s: total(s, "ioc_cases_open"),
    ),
    Law(
        "overdue and escalated on the ladder = open, overdue",
        lambda s: total(s, "ioc_cases_watch", level=OVERDUE_LEVELS),
        lambda s: total(s, "ioc_cases_open", phase="overdue"),
    ),
)


def broken_laws(series: Series) -> list[str]:
    """The laws that do not hold, each with its two sums."""
    return [
        f"law broken: {law.name}: {law.left(series):g} is not {law.right(series):g}"
        for law in LAWS
        if law.left(series) != law.right(series)
    ]
