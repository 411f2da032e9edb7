"""The systems that feed the centre, as sources: what each tells, and by which road it is read.

They follow from the registry: one for each system of a subsystem that measures something, and one
for each that keeps cases. The road of a system that is not listed is the one that fits its pace.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from connectors.simulator.feeds.cases import case_systems
from connectors.simulator.feeds.readings import modelled
from connectors.simulator.feeds.schedule import is_paced
from seeds.subsystem import Indicator

Road = Literal["http-json", "csv", "xlsx", "sqlite"]
Encoding = Literal["utf-8", "utf-16", "cp1258"]


@dataclass(frozen=True, slots=True)
class Writing:
    """How a CSV file is written: encoding, delimiter, and the sign that parts the fraction."""

    encoding: Encoding = "utf-8"
    delimiter: str = ";"
    decimal: Literal[",", "."] = ","


@dataclass(frozen=True, slots=True)
class System:
    """`indicators` are empty where it keeps cases. `wide`: a row has a column per indicator, else a
    row per value.
    """

    name: str
    subsystem: str
    road: Road
    indicators: tuple[Indicator, ...]
    writing: Writing = Writing()

    @property
    def keeps_cases(self) -> bool:
        return not self.indicators

    @property
    def wide(self) -> bool:
        """What is measured together is told together."""
        paces = {(one.refresh.value, one.refresh.unit, one.coverage) for one in self.indicators}
        return self.road == "http-json" and len(paces) == 1 and is_paced(self.indicators[0])


_ROADS: Mapping[tuple[str, str], Road] = {
    ("public-administration", "portal-statistics"): "http-json",
    ("health", "hospitals"): "sqlite",
    ("health", "insurance-gateway"): "http-json",
    ("education", "education-database"): "xlsx",
    ("citizen-feedback", "feedback-portal"): "xlsx",
    ("tourism", "tourism-database"): "xlsx",
    ("socio-economic", "statistics"): "xlsx",
    ("social-security", "social-insurance"): "xlsx",
    ("social-security", "social-security-database"): "sqlite",
}
_WRITINGS: Mapping[tuple[str, str], Writing] = {
    ("documents", "document-management"): Writing("utf-16", "\t"),
    ("security-traffic", "police"): Writing("cp1258"),
    ("web-platforms", "content-management"): Writing("utf-8", ",", "."),
}


@cache
def systems() -> Mapping[str, System]:
    """Every system by the name of its source."""
    return {one.name: one for one in (*_measuring(), *_keeping())}


def _measuring() -> list[System]:
    grouped: defaultdict[tuple[str, str], list[Indicator]] = defaultdict(list)
    for indicator in modelled():
        grouped[indicator.subsystem, indicator.system].append(indicator)
    names = [system for _, system in grouped]
    return [
        System(
            name=system if names.count(system) == 1 else f"{subsystem}-{system}",
            subsystem=subsystem,
            road=_ROADS.get((subsystem, system)) or _fitting(found),
            indicators=tuple(found),
            writing=_WRITINGS.get((subsystem, system), Writing()),
        )
        for (subsystem, system), found in grouped.items()
    ]


def _fitting(indicators: list[Indicator]) -> Road:
    return "http-json" if any(map(is_paced, indicators)) else "csv"


def _keeping() -> list[System]:
    return [System(f"{name}-cases", name, "sqlite", ()) for name in case_systems()]
