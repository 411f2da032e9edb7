"""Where the province's systems measure: its units, and stations and sites that we made up."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from connectors.simulator.feeds.chance import Chance
from seeds.province import district_of, districts, units
from seeds.subsystem import Coverage

PROVINCE = "94"
# Kilometres from the sea along the river; the stations bear no real one's name.
STATION_KILOMETRES: Mapping[str, int] = MappingProxyType(
    {
        "tram-01": 2,
        "tram-02": 9,
        "tram-03": 18,
        "tram-04": 27,
        "tram-05": 36,
        "tram-06": 48,
        "tram-07": 60,
        "tram-08": 75,
    }
)
_PROVINCIAL_SITES = ("site-tinh", "site-dich-vu-cong")


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of some coverage: `called` as its source's own data calls it; `weight` is its share of
    the province's people and their doings, made up, 1 in sum over a coverage.
    """

    code: str
    called: str
    weight: float


@cache
def places(coverage: Coverage) -> tuple[Place, ...]:
    """Every place of a coverage, in the order of their codes."""
    if coverage == "station":
        even = 1 / len(STATION_KILOMETRES)
        return tuple(Place(code, _station(code), even) for code in STATION_KILOMETRES)
    if coverage == "site":
        return _sites()
    return tuple(
        Place(unit.code, unit.name if unit.level != "commune" else unit.code, _weights()[unit.code])
        for unit in sorted(units().values(), key=lambda unit: unit.code)
        if unit.level == coverage
    )


def _station(code: str) -> str:
    return f"ST {code.removeprefix('tram-')}"


def _sites() -> tuple[Place, ...]:
    codes = [*_PROVINCIAL_SITES, *(f"site-{district.code}" for district in districts())]
    # Half of all visits go to the two of the province.
    shares = [0.25, 0.25, *([0.5 / len(districts())] * len(districts()))]
    return tuple(Place(code, code, share) for code, share in zip(codes, shares, strict=True))


@cache
def _weights() -> Mapping[str, float]:
    """A district weighs what its communes weigh together."""
    chance = Chance("weights")
    communes = {
        unit.code: 0.5 + chance.share(unit.code)
        for unit in units().values()
        if unit.level == "commune"
    }
    whole = sum(communes.values())
    weights: defaultdict[str, float] = defaultdict(float)
    for code, weight in communes.items():
        weights[code] = weight / whole
        weights[district_of(code) or ""] += weight / whole
    weights[PROVINCE] = 1.0
    return dict(weights)
