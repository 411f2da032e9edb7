"""An array of records → encoded events and refusals; never raises, whatever it is given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import Raw

from connectors.contract.codec import ProgressRow, encode
from connectors.dvcqg import parser, wire
from connectors.dvcqg.catalogue import Catalogue
from connectors.dvcqg.parser import MAX_ROWS, Call
from connectors.intake.refusals import Refusal, RefusedError

# The index of a refusal that concerns the array as a whole.
WHOLE = -1


@dataclass(slots=True)
class RefusedRecord:
    """`original` is the record as it was sent: for the quarantine only."""

    index: int
    refusal: Refusal
    original: bytes


@dataclass(slots=True)
class Reading:
    """`events`: (dossier, encoded event). `accepted` and `unknown` count records, not events."""

    events: list[tuple[str, bytes]] = field(default_factory=list)
    refused: list[RefusedRecord] = field(default_factory=list)
    accepted: int = 0
    unknown: int = 0


def dossiers(data: bytes | Raw, call: Call, catalogue: Catalogue, observed_at: int) -> Reading:
    """One event per dossier object. Record n was observed n microseconds after `observed_at`, so
    that of two objects of one dossier in an array the later one wins.
    """
    reading = Reading()

    def take(record: Any, index: int) -> None:
        event, unknown = parser.dossier(record, call, catalogue, observed_at + index)
        reading.events.append((event.case, encode(event)))
        reading.unknown += unknown

    _read(data, wire.dossiers, wire.dossier, take, reading)
    return reading


def steps(data: bytes | Raw, call: Call, catalogue: Catalogue, observed_at: int) -> Reading:
    """The rows of one dossier in one event (of `MAX_ROWS` at most)."""
    reading = Reading()
    rows: dict[str, list[ProgressRow]] = {}

    def take(record: Any, _index: int) -> None:
        case, row, handler = parser.step(record, call, catalogue)
        rows.setdefault(case, []).append(row)
        reading.unknown += handler.unknown

    _read(data, wire.steps, wire.step, take, reading)
    for case, listed in rows.items():
        for start in range(0, len(listed), MAX_ROWS):
            part = listed[start : start + MAX_ROWS]
            event = parser.progress(case, part, call, observed_at + start)
            reading.events.append((case, encode(event)))
    return reading


def _read(
    data: bytes | Raw,
    decode_all: Callable[[Any], Sequence[Any]],
    decode_one: Callable[[Any], Any],
    take: Callable[[Any, int], None],
    reading: Reading,
) -> None:
    """Decode the array at once, or record by record when one of them does not decode."""
    refusals: dict[int, Refusal] = {}
    originals: Sequence[Any] | None = None
    try:
        records: Sequence[Any] = decode_all(data)
    except wire.DECODE_ERRORS:
        try:
            records = originals = wire.records(data)
        except wire.DECODE_ERRORS as error:
            reading.refused.append(RefusedRecord(WHOLE, wire.refusal(error), bytes(data)))
            return
    for index, record in enumerate(records):
        try:
            take(record if originals is None else decode_one(record), index)
        except RefusedError as error:
            refusals[index] = error.refusal
        except wire.DECODE_ERRORS as error:
            refusals[index] = wire.refusal(error)
        else:
            reading.accepted += 1
    if refusals:
        originals = wire.records(data) if originals is None else originals
        reading.refused = [
            RefusedRecord(index, refusal, bytes(originals[index]))
            for index, refusal in refusals.items()
        ]
