"""Stretches in which the one-stop system was down, as a probe would have seen them. Made up."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from connectors.simulator.worktime import VIETNAM_SECONDS, vietnam

# [begins, ends) in Unix seconds.
Outage = tuple[int, int]
SYSTEM, SEEN_BY = "one-stop", "simulator"
_VIETNAM = timezone(timedelta(seconds=VIETNAM_SECONDS))

OUTAGES_2023: tuple[Outage, ...] = (
    (vietnam(2023, 2, 14, 8, 10), vietnam(2023, 2, 14, 16, 40)),
    (vietnam(2023, 4, 6, 13), vietnam(2023, 4, 7, 17, 15)),
    (vietnam(2023, 6, 19, 7), vietnam(2023, 6, 20, 11)),
    (vietnam(2023, 8, 22, 22), vietnam(2023, 8, 24, 15, 30)),
    (vietnam(2023, 10, 16, 9), vietnam(2023, 10, 17, 10)),
    (vietnam(2023, 11, 27, 6), vietnam(2023, 11, 28, 18)),
)


def table(outages: Iterable[Outage]) -> str:
    """CSV as the worker reads it: begins, ends (exclusive), system, seen_by."""
    rows = [f"{_time(begins)},{_time(ends)},{SYSTEM},{SEEN_BY}" for begins, ends in outages]
    return "\n".join(["begins,ends,system,seen_by", *rows, ""])


def _time(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).astimezone(_VIETNAM).isoformat()
