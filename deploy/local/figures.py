"""The eight headline figures: what they must be, and how a Vietnamese reader sees them written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figures:
    """Dossiers of one year; `open` were received and are not closed. None: nobody said it."""

    received: int | None
    resolved: int | None
    in_time: int | None
    late: int | None
    open: int | None
    full_online: int | None
    paid_online: int | None

    def texts(self) -> dict[str, str]:
        """Panel of the wall -> its text."""
        return {
            "received": number(self.received),
            "resolved": number(self.resolved),
            "early-or-on-time": number(self.in_time),
            "late": number(self.late),
            "on-time-rate": percent(self.in_time, self.resolved),
            "open": number(self.open),
            "full-online": percent(self.full_online, self.resolved),
            "paid-online": percent(self.paid_online, self.received),
        }


# As the press gave them for 2023; 8,995 open is what was received and not resolved.
ARTICLE = Figures(
    received=605_859,
    resolved=596_864,
    in_time=595_634,
    late=1_230,
    open=8_995,
    full_online=329_350,
    paid_online=5_574,
)
PUBLISHED = {"year-2023": ARTICLE}
UNKNOWN = "no data"


def of_totals(totals: Mapping[str, Any], phases: Mapping[str, Any]) -> Figures:
    """From a year's totals and the open cases by phase, as the truth and the API tell them."""
    in_hand = [phases[phase] for phase in ("processing", "overdue", "paused")]
    return Figures(
        received=totals["received"],
        resolved=totals["resolved"],
        in_time=totals["early"] + totals["on_time"],
        late=totals["late"],
        open=sum(in_hand),
        full_online=totals["full_online"],
        paid_online=totals["paid_online"],
    )


def number(value: int | None) -> str:
    """605.859."""
    return UNKNOWN if value is None else f"{value:,}".replace(",", ".")


def percent(part: int | None, whole: int | None) -> str:
    """99,79 %."""
    if part is None or not whole:
        return UNKNOWN
    return f"{100 * (part / whole):.2f} %".replace(".", ",")
