"""Water, air, and machines that answer: what instruments measure from one moment to the next."""

from dataclasses import dataclass
from math import cos, exp, pi, sin

from connectors.simulator.feeds.chance import Chance
from connectors.simulator.feeds.days import dryness, is_open, seconds_of_day
from connectors.simulator.feeds.places import STATION_KILOMETRES, Place
from connectors.simulator.worktime import DAY_SECONDS, local_day

HOUR = 3600
# Semi-diurnal tide, and its springs and neaps.
LUNAR_HALF_DAY = 12.42 * HOUR
SPRING_TO_SPRING = 14.77 * DAY_SECONDS


def inland(place: Place) -> float:
    """0 at the sea, 1 where its salt is never tasted; 0.5 where there is no station of ours."""
    return min(STATION_KILOMETRES.get(place.code, 40) / 80, 1.0)


def tide(moment: float, place: Place) -> float:
    """From -1 at the lowest to 1 at the highest water; it comes later up the river."""
    later = 3 * HOUR * inland(place)
    half_day = cos(2 * pi * (moment - later) / LUNAR_HALF_DAY)
    return half_day * (0.7 + 0.3 * cos(2 * pi * moment / SPRING_TO_SPRING))


def salinity(place: Place, moment: int, chance: Chance) -> float:
    """Grams per litre: highest at the sea, at high water, in the dry season."""
    at_mouth = 1.5 + 11 * dryness(moment)
    reach = exp(-5 * inland(place) / (0.5 + dryness(moment)))
    swing = 1 + 0.3 * tide(moment, place) + 0.08 * chance.wave(moment, 6 * HOUR, place.code)
    return max(0.05, at_mouth * reach * swing)


def water_level(place: Place, moment: int, chance: Chance) -> float:
    """Metres: the tide, flatter up the river, over what the rains bring."""
    of_rains = 0.5 * (1 - dryness(moment)) * (0.4 + inland(place))
    swing = 1.3 * (1 - 0.6 * inland(place)) * tide(moment, place)
    return 0.3 + of_rains + swing + 0.04 * chance.wave(moment, 3 * HOUR, place.code)


def water_temperature(place: Place, moment: int, chance: Chance) -> float:
    """Degrees Celsius: warmest in the afternoon, and in April."""
    day_of_year = local_day(moment).timetuple().tm_yday
    season = 1.6 * cos(2 * pi * (day_of_year - 110) / 365)
    daily = 0.9 * sin(2 * pi * (seconds_of_day(moment) - 9 * HOUR) / DAY_SECONDS)
    return 28.4 + season + daily + 0.3 * chance.wave(moment, 8 * HOUR, place.code)


def acidity(place: Place, moment: int, chance: Chance) -> float:
    """pH: sea water is a little less sour than the river's."""
    return 7.9 - 0.7 * inland(place) + 0.12 * chance.wave(moment, 12 * HOUR, place.code)


def air_quality(place: Place, moment: int, chance: Chance) -> float:
    """VN_AQI of the hour: worst on dry mornings."""
    morning = 12 * max(0.0, sin(2 * pi * (seconds_of_day(moment) - 2 * HOUR) / DAY_SECONDS))
    hour = moment // HOUR * HOUR
    return 38 + 20 * dryness(moment) + morning + 7 * chance.wave(hour, 9 * HOUR, place.code)


def response_time(place: Place, moment: int, chance: Chance) -> float:
    """Milliseconds: slower while everybody works, and now and then for no reason."""
    usual = 140 + 220 * chance.share("usual", place.code)
    busy = 1.5 if is_open(moment) else 1.0
    hiccup = 4.0 if chance.share("hiccup", place.code, moment // 300) < 0.004 else 1.0
    return usual * busy * hiccup * exp(0.18 * chance.bell(place.code, moment))


def availability(place: Place, moment: int, chance: Chance) -> float:
    """Per cent of the probes of the hour that were answered: nearly always all."""
    hour = moment // HOUR
    if chance.share("trouble", place.code, hour) > 0.01:
        return 100.0
    return 100 - 15 * chance.share("how long", place.code, hour)


@dataclass(frozen=True, slots=True)
class Online:
    """How many of so many machines of the province answer."""

    of: float
    share: float

    def __call__(self, place: Place, moment: int, chance: Chance) -> float:
        there = round(self.of * place.weight)
        away = (1 - self.share) * (1 + 0.8 * chance.wave(moment, 2 * HOUR, place.code))
        return there - round(there * max(away, 0.0))
