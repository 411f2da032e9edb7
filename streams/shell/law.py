"""The law that a worker reads cases by, loaded once, when it starts."""

from datetime import UTC, datetime
from pathlib import Path

from seeds.law_calendar import calendar_days, require_years, years_needed
from seeds.law_files import LAWS, load_laws, unknown_fields
from seeds.procedures import fields
from streams.core.legal.book import rule_book
from streams.core.legal.terms import RuleBook


def law_for(now: int, folder: Path = LAWS) -> RuleBook:
    """The laws of the folder on the calendar of the seeds; `now` in Unix seconds.

    LawFileError or DataError, both ValueErrors, for the first fault, with file, line, key and what
    is allowed: a broken law file, a field that no catalogue has, a calendar that lacks a year.
    """
    loaded = load_laws(folder)
    if faults := unknown_fields(loaded, fields()):
        raise faults[0]
    require_years(calendar_days(), years_needed(datetime.fromtimestamp(now, UTC).date()))
    return rule_book(loaded)
