from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.vocabulary import EARLIEST_SECOND, LATEST_SECOND
from streams.core.times import local_day, local_year
from tests.unit.streams.strategies import patient

HO_CHI_MINH = timezone(timedelta(hours=7))


@patient
@given(st.integers(EARLIEST_SECOND, LATEST_SECOND))
def test_days_and_years_are_those_of_the_calendar(second: int) -> None:
    local = datetime.fromtimestamp(second, UTC).astimezone(HO_CHI_MINH)
    assert local_year(second) == local.year
    assert local_day(second) == (local.date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days


def test_the_year_turns_at_local_midnight() -> None:
    midnight = int(datetime(2024, 1, 1, tzinfo=HO_CHI_MINH).timestamp())
    assert (local_year(midnight - 1), local_year(midnight)) == (2023, 2024)
    assert local_year(LATEST_SECOND) == 2100
