"""From the bytes of a Kafka message to events, the broken ones among them marked."""

import re
from collections.abc import Sequence

from connectors.contract.codec import (
    DecodeError,
    Event,
    decode_bundle,
    decode_event,
    split_bundle,
)
from streams.core.events import Unreadable

# msgspec quotes what it found; what it found may be anything, a person's name for instance.
_QUOTED = re.compile(r"'.*'|\".*\"", re.DOTALL)


class NoBundleError(ValueError):
    """The message is no JSON array."""


def read_bundle(value: bytes | None) -> Sequence[Event | Unreadable]:
    """Raises NoBundleError when there are no events to be told apart."""
    if value is None:
        raise NoBundleError("an empty message")
    try:
        return decode_bundle(value)
    except (DecodeError, UnicodeDecodeError):
        return _one_by_one(value)


def _one_by_one(value: bytes) -> list[Event | Unreadable]:
    try:
        parts = split_bundle(value)
    except (DecodeError, UnicodeDecodeError) as error:
        raise NoBundleError(f"no JSON array: {_safe(error)}") from error
    return [_event(part) for part in parts]


def _event(part: bytes) -> Event | Unreadable:
    try:
        return decode_event(part)
    except (DecodeError, UnicodeDecodeError) as error:
        return Unreadable(_safe(error))


def _safe(error: Exception) -> str:
    return "not UTF-8" if isinstance(error, UnicodeDecodeError) else _QUOTED.sub("…", str(error))
