"""The four on-time rates that are in use. They have different denominators: always name which."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Tally:
    """`on_time`: resolved early or on time; `open_in_time` counts those not overdue, paused too."""

    received: int
    on_time: int
    late: int
    open_in_time: int
    open_overdue: int

    @property
    def resolved(self) -> int:
        return self.on_time + self.late


def article_rate(tally: Tally) -> Fraction | None:
    """Of the resolved: the rate of the press and of most reports. None: nothing to divide by."""
    return _rate(tally.on_time, tally.resolved)


def portal_rate(tally: Tally) -> Fraction | None:
    """Of the received, the open ones in time counted as on time: the province's own portal."""
    return _rate(tally.on_time + tally.open_in_time, tally.received)


def index_rate(tally: Tally) -> Fraction | None:
    """Indicator 2.1 of Quyết định 766/QĐ-TTg: of all received and in process."""
    whole = tally.resolved + tally.open_in_time + tally.open_overdue
    return _rate(tally.on_time + tally.open_in_time, whole)


def honest_rate(tally: Tally) -> Fraction | None:
    """Of the resolved and the open overdue: no dossier leaves it by staying open."""
    return _rate(tally.on_time, tally.resolved + tally.open_overdue)


def _rate(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
