"""The law that a worker reads cases by, loaded once, when it starts."""

from datetime import UTC, datetime
from pathlib import Path

from seeds.law_calendar import calendar_days, require_years, years_needed
from seeds.law_files import LAWS, load_laws, unknown_fields
from seeds.outages import load_outages
from seeds.procedures import fields
from streams.core.legal.book import rule_book
from streams.core.legal.causes import Outages
from streams.core.legal.terms import RuleBook
from streams.core.rules import Rules


def rules_for(now: int, outages: Path | None = None, folder: Path = LAWS) -> Rules:
    """The rule book of a worker, with the outages of that file; `now` in Unix seconds.

    Raises as `law_for` does, DataError for a fault in the outages, OSError when their file cannot
    be read.
    """
    seen = [] if outages is None else load_outages(outages)
    return Rules(law_for(now, folder), Outages((one.begins, one.ends) for one in seen))


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
