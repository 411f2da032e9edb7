"""Where a reading of rows stands: watermark and key of the last row, with their types."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

VIETNAM = timedelta(hours=7)
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - of times that have no zone


class NoPlaceError(ValueError):
    """A position or a watermark that cannot be one; says what is allowed."""


@dataclass(frozen=True, slots=True)
class Place:
    """After the row of that watermark and key; `key` None: before all rows of the watermark."""

    watermark: Any
    key: Any


@dataclass(frozen=True, slots=True)
class Reached:
    """A position: a place, the turn of the poll that reached it, and the sums of the rows that were
    given from the watermark `since` up to the place; none while the end was not reached.
    """

    place: Place
    turn: int = 0
    since: Any = None
    sums: tuple[int, ...] = ()

    def text(self) -> str:
        place = [_told(self.place.watermark), _told(self.place.key), self.turn]
        sums = ",".join(format(one, "x") for one in self.sums)
        return json.dumps([*place, _told(self.since), sums] if self.sums else place)


def reached_of(text: str) -> Reached:
    """NoPlaceError when the text is no position."""
    try:
        watermark, key, turn, *overlap = json.loads(text)
        place = Place(_read(*watermark), _read(*key))
        since, sums = overlap or (("plain", None), "")
        told = tuple(int(one, 16) for one in sums.split(",")) if sums else ()
        return Reached(place, int(turn), _read(*since), told)
    except (TypeError, ValueError, KeyError, ArithmeticError) as error:
        example = Reached(Place(datetime(2023, 5, 17, 8, 30), 1)).text()  # noqa: DTZ001
        raise NoPlaceError(f"no such position; allowed: one such as {example}") from error


def _told(value: Any) -> list[Any]:
    if isinstance(value, date):  # datetime is one too
        kind = "time" if isinstance(value, datetime) else "date"
        return [kind, value.isoformat()]
    if isinstance(value, Decimal):
        return ["decimal", str(value)]
    if isinstance(value, bytes):
        return ["bytes", value.hex()]
    if value is None or isinstance(value, str | int | float):
        return ["plain", value]
    return ["plain", str(value)]


_READERS: dict[str, Callable[[Any], Any]] = {
    "time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "bytes": bytes.fromhex,
    "plain": lambda value: value,
}


def _read(kind: str, value: Any) -> Any:
    return _READERS[kind](value)


def back(watermark: Any, overlap: float) -> Any:
    """The watermark that lies `overlap` seconds, or numbers, before."""
    if isinstance(watermark, datetime):
        return watermark - timedelta(seconds=overlap)
    if isinstance(watermark, date):
        return watermark - timedelta(days=1 + int(overlap // 86_400))
    if isinstance(watermark, str):
        earlier = _time(watermark) - timedelta(seconds=overlap)
        return earlier.isoformat(_separator(watermark))
    return watermark - type(watermark)(overlap)


def is_ahead(watermark: Any, now: float) -> bool:
    """The watermark is a time later than `now` (Unix seconds); without a zone it is Vietnam's."""
    moment = _moment(watermark)
    return moment is not None and moment > now


def _moment(watermark: Any) -> float | None:
    if isinstance(watermark, str):
        watermark = _time(watermark)
    if not isinstance(watermark, datetime):
        return None
    if watermark.tzinfo is not None:
        return watermark.timestamp()
    return (watermark - VIETNAM - EPOCH).total_seconds()


def at(moment: float, like: Any) -> Any:
    """The instant as a watermark of the type of `like`; None when that is no time."""
    local = EPOCH + timedelta(seconds=moment) + VIETNAM
    if isinstance(like, str):
        return local.isoformat(_separator(like), timespec="seconds")
    if isinstance(like, datetime):
        return local if like.tzinfo is None else datetime.fromtimestamp(moment, like.tzinfo)
    return local.date() if isinstance(like, date) else None


def _time(text: str) -> datetime:
    """SQLite has no times but texts, in either of the two ISO forms."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise NoPlaceError(
            "the watermark is a text, and no time; allowed: times such as 2023-05-17 08:30:00, or "
            "whole numbers"
        ) from None


def _separator(text: str) -> str:
    return text[10:11] if len(text) > 10 else "T"
