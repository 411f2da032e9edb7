"""Readings of a few series, drawn so that periods and versions collide often."""

from hypothesis import strategies as st

from connectors.contract.codec import Reading
from connectors.contract.identity import reading_event
from seeds.registry import subsystems
from streams.core.digests import StateHash
from streams.core.packing import Names
from streams.core.quality import Quality
from streams.core.readings import Readings

SUBSYSTEM = "environment-land"
TOPIC = "ioc.environment-land"
HOUR = 3600
BEGIN = 1_704_042_000  # 2024-01-01 00:00 in Asia/Ho_Chi_Minh

PERIODS = (
    "2023-12-31T17:00:00Z", "2023-12-31T18:00:00Z", "2024-01-20T18:00:00Z", "2024-01-01T08",
    "2023", "2022/2023", "2022-01/2023-12", "../2023",
)  # fmt: skip


def reading(
    period: str = "2023-12-31T17:00:00Z",
    value: float | None = 1.0,
    time: int = BEGIN,
    *,
    revision: int = 0,
    observed_at: int = 1,
    indicator: str = "salinity",
    unit: str = "tram-01",
    source: str = "stations",
    subsystem: str = SUBSYSTEM,
) -> Reading:
    return reading_event(
        source=source, subsystem=subsystem, indicator=indicator, unit=unit, period=period,
        value=value, time=time, revision=revision, observed_at=observed_at,
    )  # fmt: skip


readings = st.builds(
    reading,
    period=st.sampled_from(PERIODS),
    value=st.sampled_from([None, 0.0, 1.0, 4.25]),
    time=st.sampled_from([BEGIN, BEGIN + HOUR, BEGIN + 30 * HOUR]),
    revision=st.integers(0, 1),
    observed_at=st.integers(1, 4),
    indicator=st.sampled_from(["salinity", "water_level", "nobody_knows_it"]),
    unit=st.sampled_from(["tram-01", "tram-02", "31498"]),
    source=st.sampled_from(["stations", "archive"]),
)


class Held:
    """Readings with what stands around them in a partition."""

    def __init__(self, count: int = 1, partition: int = 0) -> None:
        self.names = Names()
        self.quality = Quality()
        self.hash = StateHash(self.names)
        self.readings = Readings(
            subsystems()[SUBSYSTEM], partition, count, self.names, self.hash, self.quality
        )

    def hear(self, *events: Reading) -> "Held":
        for event in events:
            self.readings.hear(event)
        return self

    def state_hash(self) -> int:
        for _ in self.hash.hashing(2):
            pass
        return self.hash.value

    def table(self) -> dict[tuple[str, str, str], tuple[float | None, int, str, int]]:
        """Value, time, source and observation by indicator, unit, period."""
        return {
            (series.indicator, series.unit, told.period): (
                told.value,
                told.time,
                told.source,
                told.observed_at,
            )
            for series in self.readings
            for told in reversed(list(series.backwards(self.names)))
        }

    def latest(self) -> dict[tuple[str, str], tuple[str, float | None]]:
        return {
            (series.indicator, series.unit): (told.period, told.value)
            for series in self.readings
            if (told := series.latest(self.names))
        }
