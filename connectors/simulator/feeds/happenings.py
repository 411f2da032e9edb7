"""What can be made to happen to the province or to the data of its systems, and what it shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from connectors.simulator.feeds.lives import Life, Step, offices
from connectors.simulator.feeds.places import places
from connectors.simulator.feeds.readings import Readings, Told
from connectors.simulator.feeds.rows import Cell, Row, measure_member, names_of, rows_of
from connectors.simulator.feeds.schedule import latest
from connectors.simulator.feeds.swings import Swing
from connectors.simulator.feeds.systems import System, systems
from connectors.simulator.worktime import DAY_SECONDS
from seeds.subsystem import Indicator

Name = Literal[
    "silent",
    "wrong-unit",
    "duplicate-storm",
    "lost",
    "late-correction",
    "salinity-intrusion",
    "portal-outage",
    "fire",
]
NAMES: tuple[Name, ...] = get_args(Name)
LOST = 50
WRONG_MEASURE, WRONG_UNIT = "mg/kg", "99999"
CORRECTION = 1.1
_ADMINISTRATIVE = ("district", "commune")


@dataclass(frozen=True, slots=True)
class Sort:
    """`shows`: what must be seen of it. `source`: where it happens unless said; the two that happen
    to the province itself have the source that tells of them, and no other.
    """

    shows: str
    source: str
    where: Literal["any", "measuring", "only"]
    seconds: int = 600


SORTS: Mapping[Name, Sort] = {
    "silent": Sort(
        "nothing new comes; the score live falls below its promise, and rises when all that was "
        "held back comes at once",
        "stations",
        "any",
    ),
    "wrong-unit": Sort(
        "values in a measure, or at a unit, that is not the indicator's are refused into the dead "
        "letters; the score correct falls, the values on screen stay right",
        "stations",
        "measuring",
        60,
    ),
    "duplicate-storm": Sort(
        "what was told is told again and again; the score clean falls, no figure changes",
        "cameras",
        "any",
        60,
    ),
    "lost": Sort(
        f"{LOST} promised values are never told; the score complete falls until they are more "
        "than 24 slots old",
        "cameras",
        "measuring",
    ),
    "late-correction": Sort(
        "the last value of each series is told again, a tenth higher (a share lower); the figures "
        "change, corrections are counted, no score falls",
        "tourism-database",
        "measuring",
    ),
    "salinity-intrusion": Sort(
        "every station measures more than 4 g/l, where the law speaks of saline intrusion",
        "stations",
        "only",
    ),
    "portal-outage": Sort(
        "the public service portal answers no probe: availability 0, 30 s of waiting; an incident "
        "is opened and resolved",
        "web-probe",
        "only",
    ),
    "fire": Sort(
        "a fire is reported, fought and put out: an incident more, in process and then resolved",
        "security-traffic-cases",
        "only",
    ),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """From `begins` on and before `ends`, Unix seconds."""

    name: Name
    source: str
    begins: int
    ends: int

    def holds(self, moment: float) -> bool:
        return self.begins <= moment < self.ends


class UnknownHappeningError(Exception):
    """No such happening, or not there: what is allowed."""


def happening(name: str, source: str | None, begins: int, seconds: int | None = None) -> Happening:
    """Raises UnknownHappeningError."""
    if name not in NAMES:
        allowed = ", ".join(NAMES)
        raise UnknownHappeningError(f"happening {name!r} is not allowed; allowed: {allowed}")
    sort = SORTS[name]
    source = source or sort.source
    if source not in (allowed_at := sources(name)):
        allowed = ", ".join(allowed_at)
        raise UnknownHappeningError(f"{name} cannot be at {source!r}; allowed: {allowed}")
    return Happening(name, source, begins, begins + (seconds or sort.seconds))


def sources(name: Name) -> list[str]:
    """Where it can happen."""
    sort = SORTS[name]
    return [
        source
        for source, system in systems().items()
        if sort.where == "any"
        or (sort.where == "measuring" and not system.keeps_cases)
        or source == sort.source
    ]


def swings_of(happened: Sequence[Happening]) -> Iterator[Swing]:
    for one in happened:
        if one.name in ("salinity-intrusion", "portal-outage"):
            yield Swing(one.name, one.begins, one.ends)


def lives_of(happened: Sequence[Happening]) -> Iterator[tuple[str, Life]]:
    """The cases that they bring, each with the source that keeps it."""
    for one in happened:
        half = (one.ends - one.begins) // 2
        if one.name == "fire":
            words = ("BAO_TIN", "TIEP_NHAN", "DANG_XL", "KET_THUC")
            case, agency = f"VV-CHAY-{one.begins}", offices(("commune",))[one.begins % 109]
            yield "security-traffic-cases", _incident(case, agency, "chay", words, one.begins, half)
        if one.name == "portal-outage":
            words = ("MO", "TIEP_NHAN", "DANG_KHAC_PHUC", "DA_KHAC_PHUC")
            case, agency = f"SC-CONG-{one.begins}", offices(("province",))[0]
            fault = _incident(case, agency, "mat-ket-noi", words, one.begins, half)
            yield "web-platforms-cases", fault


def _incident(
    case: str, agency: str, sort: str, words: Sequence[str], begins: int, half: int
) -> Life:
    reported, received, fought, over = words
    steps = (
        Step(begins, reported),
        Step(begins + min(10, half // 3), received, "received"),
        Step(begins + half // 2, fought),
        Step(begins + 2 * half, over, "finished"),
    )
    return Life(case, agency, None, sort, steps, None)


# -- what is wrong with data


def swallows(lost: Happening, system: System, told: Told) -> bool:
    """Whether this value is one of those lost: whole slots of the promise, series by series."""
    chosen = _most_often(system)
    if told.indicator not in chosen:
        return False
    slot = slot_seconds(system)
    series = [(one.id, place) for one in chosen for place in _codes(one)]
    place = series.index((told.indicator.id, told.place.code))
    since = told.time // slot - (lost.begins // slot + 1)
    return 0 <= since * len(series) + place < LOST


def slot_seconds(system: System) -> int:
    """The shortest promise of its indicators; a day for working time."""
    return min(one.refresh.seconds or DAY_SECONDS for one in system.indicators)


def slots_lost(system: System) -> int:
    """How many slots it takes to lose them all."""
    series = sum(len(_codes(one)) for one in _most_often(system))
    return -(-LOST // series)


def _most_often(system: System) -> list[Indicator]:
    slot = slot_seconds(system)
    return [one for one in system.indicators if (one.refresh.seconds or DAY_SECONDS) == slot]


def _codes(indicator: Indicator) -> list[str]:
    return [place.code for place in places(indicator.coverage)]


def corrected(correction: Happening, system: System, readings: Readings) -> Iterator[Told]:
    """The last values told before it, a tenth higher; a share lower, so that it stays one. One that
    would be the same when rounded is no correction.
    """
    for told in last_told(system, readings, correction.begins):
        value = round(told.value * CORRECTION, told.indicator.decimals)
        if told.indicator.measure.id == "percent":
            value = round(told.value * (2 - CORRECTION), told.indicator.decimals)
        if value != told.value:
            yield replace(told, value=value)


def last_told(system: System, readings: Readings, moment: int) -> Iterator[Told]:
    for indicator in system.indicators:
        time = latest(indicator, moment, readings.pace)
        if time is not None:
            yield from readings.at(indicator, time)


def wrong_rows(system: System, told: Sequence[Told]) -> Iterator[Row]:
    """The same values in another measure; every second one at a unit that is not there instead,
    where units are the administration's.
    """
    for number, one in enumerate(told):
        for row in rows_of(system, [one]):
            amiss = number % 2 == 1 and one.indicator.coverage in _ADMINISTRATIVE
            yield {**row, **_mistake(system, one, at_unit=amiss)}


def _mistake(system: System, told: Told, *, at_unit: bool) -> dict[str, Cell]:
    if system.wide:
        return {"id": WRONG_UNIT} if at_unit else {measure_member(told.indicator): WRONG_MEASURE}
    names = names_of(system)
    return {names.unit: WRONG_UNIT} if at_unit else {names.measure: WRONG_MEASURE}
