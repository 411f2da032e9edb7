"""Days and years as the law counts them: Asia/Ho_Chi_Minh, which is UTC+7 all year."""

from array import array
from datetime import date, timedelta
from typing import Final

SECONDS_PER_DAY: Final = 86_400
LOCAL_OFFSET: Final = 7 * 3_600
_EPOCH: Final = date(1970, 1, 1)
# The contract's times end with the year 2099 UTC, which reaches into the first local day of 2100.
_DAYS: Final = (date(2100, 1, 2) - _EPOCH).days
_YEARS: Final = array("H", ((_EPOCH + timedelta(days=day)).year for day in range(_DAYS)))


def local_day(second: int) -> int:
    """The local calendar day of a Unix second, as days since 1970-01-01."""
    return (second + LOCAL_OFFSET) // SECONDS_PER_DAY


def local_year(second: int) -> int:
    """The local calendar year of a Unix second."""
    return _YEARS[(second + LOCAL_OFFSET) // SECONDS_PER_DAY]
