"""Which shape each indicator of the registry has; one that is not listed gets a plausible one.

The sizes are a coastal province's of about 1.2 million people, made up. They are no facts.
"""

from collections.abc import Mapping

from connectors.simulator.feeds import nature
from connectors.simulator.feeds.shapes import (
    Countdown,
    Flow,
    Hourly,
    Level,
    Monthly,
    Rate,
    Shape,
    Since,
    YearToDate,
)
from connectors.simulator.worktime import DAY_SECONDS
from seeds.subsystem import Indicator

# From Monday: people see the doctor after the weekend, and travel on it.
CLINIC_WEEK = (1.25, 1.1, 1.05, 1.0, 1.0, 0.7, 0.5)
LEISURE_WEEK = (0.7, 0.7, 0.75, 0.8, 1.1, 1.7, 1.6)
READER_WEEK = (1.15, 1.15, 1.1, 1.1, 1.05, 0.7, 0.65)
# From January: fevers with the rains, guests at New Year and in the summer holidays.
FEVER_YEAR = (0.7, 0.5, 0.5, 0.5, 0.7, 1.1, 1.5, 1.7, 1.6, 1.3, 1.0, 0.8)
LEISURE_YEAR = (1.3, 1.4, 1.0, 1.1, 0.9, 1.1, 1.2, 1.0, 0.8, 1.0, 1.3, 1.0)
DRY_YEAR = (1.3, 1.5, 1.7, 1.6, 1.0, 0.7, 0.6, 0.6, 0.6, 0.7, 0.9, 1.1)
WORK_ONLY = (1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0)

_CAMERAS = 640
_SLOW = 120.0 * DAY_SECONDS

MODELS: Mapping[tuple[str, str], Shape] = {
    ("public-administration", "portal_received"): YearToDate(606_000),
    ("public-administration", "portal_resolved_early"): YearToDate(360_000),
    ("public-administration", "portal_resolved_on_time"): YearToDate(236_000),
    ("public-administration", "portal_resolved_late"): YearToDate(1_200),
    ("public-administration", "portal_open_in_time"): Level(8_500, sway=0.05),
    ("public-administration", "portal_open_overdue"): Level(490, sway=0.1),
    ("health", "outpatient_visits"): Flow(7_200, CLINIC_WEEK, off=0.6, tet=0.5),
    ("health", "emergency_cases"): Flow(310, year=FEVER_YEAR, tet=1.4),
    ("health", "beds_occupied"): Level(2_900, sway=0.06, slowness=0.5 * DAY_SECONDS),
    ("health", "insurance_claim_rate"): Rate(93.0, spread=2.0, sway=1.0),
    ("health", "insurance_visits_by_citizen_id"): Flow(3_100, CLINIC_WEEK, off=0.6, tet=0.5),
    ("health", "disease_cases"): Flow(16, year=FEVER_YEAR),
    ("education", "schools"): Level(480, sway=0.0),
    ("education", "classes"): Level(7_900, sway=0.002),
    ("education", "pupils"): Level(268_000, sway=0.002),
    ("education", "teachers"): Level(14_200, sway=0.002),
    ("education", "graduation_rate"): Rate(99.0, sway=0.4),
    ("education", "grade_10_exam_mean"): Rate(5.6, sway=0.3, high=10.0),
    ("web-platforms", "availability"): nature.availability,
    ("web-platforms", "response_time"): nature.response_time,
    ("web-platforms", "certificate_days_left"): Countdown(365, before=20),
    ("web-platforms", "days_since_update"): Since(14),
    ("web-platforms", "visits"): Flow(46_000, READER_WEEK, off=0.8, tet=0.5),
    ("web-platforms", "articles_published"): Flow(60, READER_WEEK, off=0.4, tet=0.3),
    ("web-platforms", "attacks_detected"): Hourly(9, office=1.6),
    ("web-platforms", "malware_detected"): Hourly(4, office=3.0),
    ("documents", "documents_issued"): Flow(1_250, WORK_ONLY, off=0.0),
    ("documents", "axis_exchanged"): Flow(3_400, WORK_ONLY, off=0.0),
    ("documents", "digitally_signed_share"): Rate(96.0, spread=1.5, sway=0.6),
    ("citizen-feedback", "mean_handling_time"): Rate(6.2, spread=1.2, sway=0.5, high=15.0),
    ("citizen-feedback", "satisfaction"): Rate(88.0, spread=4.0, sway=1.5),
    ("security-traffic", "cameras_online"): nature.Online(_CAMERAS, 0.96),
    ("security-traffic", "cameras_total"): Level(_CAMERAS, sway=0.0),
    ("security-traffic", "violations_detected"): Flow(190, LEISURE_WEEK, tet=1.6),
    ("security-traffic", "traffic_accidents"): Flow(0.9, LEISURE_WEEK, tet=2.0),
    ("security-traffic", "fires"): Flow(0.25, year=DRY_YEAR, tet=1.5),
    ("tourism", "visitors"): Flow(6_900, LEISURE_WEEK, LEISURE_YEAR, off=1.2, tet=3.2),
    ("tourism", "overnight_guests"): Flow(1_500, LEISURE_WEEK, LEISURE_YEAR, off=1.2, tet=2.4),
    ("tourism", "lodging_occupancy"): Rate(52.0, spread=6.0, sway=9.0, slowness=4.0 * DAY_SECONDS),
    ("tourism", "revenue"): Monthly(108_000, LEISURE_YEAR),
    ("tourism", "events"): Monthly(24, LEISURE_YEAR),
    ("socio-economic", "grdp_growth"): Rate(6.8, sway=0.8, low=-10.0, slowness=_SLOW),
    ("socio-economic", "consumer_price_index"): Rate(103.4, sway=0.5, high=130.0),
    ("socio-economic", "industrial_production_index"): Rate(107.0, sway=3.0, high=150.0),
    ("socio-economic", "exports"): Monthly(130, LEISURE_YEAR),
    ("socio-economic", "budget_revenue"): YearToDate(5_100),
    ("socio-economic", "budget_expenditure"): YearToDate(14_800, late=1.15),
    ("socio-economic", "public_investment_disbursement"): YearToDate(95, late=1.4),
    ("environment-land", "salinity"): nature.salinity,
    ("environment-land", "water_level"): nature.water_level,
    ("environment-land", "temperature"): nature.water_temperature,
    ("environment-land", "ph"): nature.acidity,
    ("environment-land", "air_quality_index"): nature.air_quality,
    ("environment-land", "land_dossiers_open"): Level(5_300, sway=0.06),
    ("social-security", "social_insurance_coverage"): Rate(24.0, spread=3.0, growth=1.0),
    ("social-security", "health_insurance_coverage"): Rate(94.5, spread=1.5, growth=0.5),
    ("social-security", "poor_households"): Level(9_600, growth=-0.2, sway=0.03),
    ("social-security", "near_poor_households"): Level(19_800, growth=-0.1, sway=0.03),
    ("social-security", "beneficiaries"): Level(71_000, growth=0.02, sway=0.01),
    ("social-security", "payments"): Level(38_500, growth=0.04, sway=0.02),
    ("social-security", "job_seekers"): Monthly(2_300),
}

_SHARES = ("percent", "percentage_point")
_INDICES = ("index", "score", "times", "ph", "celsius", "metre", "gram_per_litre", "millisecond")


def model_of(indicator: Indicator) -> Shape:
    """The shape of an indicator, listed or as its measure and period suggest."""
    return MODELS.get((indicator.subsystem, indicator.id)) or _suggested(indicator)


def _suggested(indicator: Indicator) -> Shape:
    if indicator.measure.id in _SHARES:
        return Rate(80.0, spread=4.0, sway=2.0)
    if indicator.measure.id in _INDICES:
        return Rate(7.0, spread=1.0, sway=0.5, slowness=3600.0)
    match indicator.period:
        case "day":
            return Flow(400)
        case "month" | "quarter":
            return Monthly(12_000)
        case "hour":
            return Hourly(60)
        case "year" | "span":
            return YearToDate(150_000)
        case "instant" | "term":
            return Level(900, sway=0.05)
