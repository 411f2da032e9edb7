"""Writes the generated list of public holidays: python -m seeds.holiday_file > FILE.

Run by hand when the `holidays` package learns of another year; the file is kept, so that no
service depends on the package, and an update of it changes no deadline unseen.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from typing import TextIO

from seeds.law_calendar import COLUMNS

YEARS = range(2021, 2029)
# The last year whose days off the Government has announced; what follows is computed.
LAST_DECIDED = 2026


def generated() -> Iterator[tuple[date, str, str]]:
    """(day, kind, Vietnamese name) as the package has them."""
    import holidays  # noqa: PLC0415  # needed only here, never at run time

    calendar = holidays.country_holidays("VN", years=YEARS, language="vi")
    found = [(day, "holiday", name) for day, name in calendar.items() if day.year in YEARS]
    worked = getattr(calendar, "weekend_workdays", ())
    found += [(day, "make_up", "Làm bù") for day in worked if day.year in YEARS]
    return iter(sorted(found))


def write(out: TextIO) -> None:
    source = f"holidays {version('holidays')}, VN, public"
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for day, kind, name in generated():
        standing = "decided" if day.year <= LAST_DECIDED else "forecast"
        table.writerow([day.isoformat(), kind, name, standing, source])


if __name__ == "__main__":
    write(sys.stdout)
