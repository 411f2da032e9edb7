"""Stretches in which a system was down, as a probe saw it: a table that a province keeps.

A result that was handed over in time and recorded late during an outage is no clerk's delay.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from seeds.table import Row, rows

COLUMNS: Final = ("begins", "ends", "system", "seen_by")
ALLOWED: Final = "a whole second with its zone, as 2023-05-11T08:30:00+07:00"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outage:
    """[begins, ends) in Unix seconds. `system`: what was down; `seen_by`: the probe that saw it."""

    begins: int
    ends: int
    system: str
    seen_by: str


def load_outages(file: Path) -> list[Outage]:
    """The outages of a CSV file, in its order; they may overlap.

    DataError, with file, line, column and what is allowed, for a fault; OSError for a file that
    cannot be read.
    """
    return list(_outages(file))


def _outages(file: Path) -> Iterator[Outage]:
    for row in rows(file, COLUMNS):
        begins, ends = _second(row, "begins"), _second(row, "ends")
        if ends <= begins:
            problem = f"{row.text('ends')} is not allowed; allowed: after {row.text('begins')}"
            raise row.fault("ends", problem)
        yield Outage(begins, ends, row.text("system"), row.text("seen_by"))


def _second(row: Row, column: str) -> int:
    text = row.text(column)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise row.fault(column, f"{text!r} is no time; allowed: {ALLOWED}") from None
    if moment.tzinfo is None or moment.microsecond:
        raise row.fault(column, f"{text!r} is not allowed; allowed: {ALLOWED}")
    return int((moment - _EPOCH).total_seconds())
