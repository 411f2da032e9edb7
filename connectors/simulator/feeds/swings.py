"""What happens to the province for a while, and what its instruments then measure."""

from dataclasses import dataclass
from typing import Literal

from connectors.simulator.feeds.nature import inland
from connectors.simulator.feeds.places import Place
from seeds.subsystem import Indicator

SwingName = Literal["salinity-intrusion", "portal-outage"]

# Grams per litre at the sea; 4 is where the law begins to speak of saline intrusion.
_SALT_AT_SEA, _SALT_INLAND = 14.0, 4.5
_UNANSWERED_MILLISECONDS = 30_000.0
_SITE_DOWN = "site-dich-vu-cong"


@dataclass(frozen=True, slots=True)
class Swing:
    """From `begins` on and before `ends`, Unix seconds."""

    name: SwingName
    begins: int
    ends: int

    def moved(self, indicator: Indicator, place: Place, time: int, value: float) -> float:
        """The value that is measured instead."""
        if not self.begins <= time < self.ends:
            return value
        match self.name, indicator.subsystem, indicator.id:
            case "salinity-intrusion", "environment-land", "salinity":
                salt = _SALT_AT_SEA + (_SALT_INLAND - _SALT_AT_SEA) * inland(place)
                return max(value, salt)
            case "portal-outage", "web-platforms", "availability" if place.code == _SITE_DOWN:
                return 0.0
            case "portal-outage", "web-platforms", "response_time" if place.code == _SITE_DOWN:
                return _UNANSWERED_MILLISECONDS
            case _:
                return value
