"""How a source's word on a case lies in memory: two byte strings instead of some sixty objects.

A version, an event's place in the order of observations, packs so that comparing bytes compares
versions. Names become numbers of a table that the process shares.
"""

from collections.abc import Iterator, Sequence
from struct import Struct
from typing import Final, get_args

from connectors.contract.vocabulary import Channel, Payment, ServiceLevel, Trait
from streams.core.events import CaseEventLike, FactsLike, ReadingLike, RowLike
from streams.core.facts import Facts, Keys, Row, Supplement

# No time of the contract is so late (LATEST_SECOND), so it can stand for "none".
NULL: Final = 0xFFFF_FFFF

VERSION: Final = Struct(">QQQ")
NEVER: Final = bytes(VERSION.size)

CHANNELS: Final = (None, *get_args(Channel))
SERVICE_LEVELS: Final = (None, *get_args(ServiceLevel))
PAYMENTS: Final = (None, *get_args(Payment))
TRAITS: Final = get_args(Trait)
_CHANNEL: Final = {name: number for number, name in enumerate(CHANNELS)}
_SERVICE_LEVEL: Final = {name: number for number, name in enumerate(SERVICE_LEVELS)}
_PAYMENT: Final = {name: number for number, name in enumerate(PAYMENTS)}
_TRAIT: Final = {name: 1 << bit for bit, name in enumerate(TRAITS)}

# Version; agency, procedure, field; channel, service level, payment, status; submitted, received,
# due, finished, returned, refused; traits. Supplements follow, if any. What comes after the names
# is the same in every process.
_FACTS: Final = Struct(f">{VERSION.size}sIIIBBBBIIIIIIH")
_FACT_NAMES: Final = Struct(f">{VERSION.size}xIII")
_SUPPLEMENT: Final = Struct(">IIII")
_SUPPLEMENTS_AT: Final = _FACTS.size
# The values of a packed object in the order of its attributes, supplements as their bytes.
Values = list[int | bytes]

# Time, status: the key. Void; version; agency, department, began, due.
_ROW: Final = Struct(f">IBB{VERSION.size}sIIII")
_ROW_NAMES: Final = Struct(f">6x{VERSION.size}xII")
_KEY: Final = Struct(f">IBB{VERSION.size + 16}x")
ROW_SIZE: Final = _ROW.size
KEY_SIZE: Final = 5
_ROW_VERSION: Final = slice(6, 6 + VERSION.size)


class Names:
    """Every name once, by number; number 0 is no name."""

    def __init__(self) -> None:
        self._numbers: dict[str | None, int] = {None: 0}
        self._names: list[str | None] = [None]

    def number(self, name: str | None) -> int:
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self._names)
            self._names.append(name)
        return number

    def __getitem__(self, number: int) -> str | None:
        return self._names[number]

    def shared(self, name: str) -> str:
        """The one object of that text which all share."""
        return self[self.number(name)] or name


def pack_version(event: CaseEventLike | ReadingLike) -> bytes:
    """Raises ValueError or struct.error when a part is out of its range. Never equals `NEVER`."""
    return VERSION.pack(event.revision + 1, event.observed_at, int(event.id, 16))


def pack_facts(version: bytes, facts: FactsLike, names: Names) -> bytes:
    number = names.number
    packed = _FACTS.pack(
        version,
        number(facts.agency),
        number(facts.procedure),
        number(facts.field),
        _CHANNEL[facts.channel],
        _SERVICE_LEVEL[facts.service_level],
        _PAYMENT[facts.payment],
        facts.status or 0,
        NULL if facts.submitted is None else facts.submitted,
        NULL if facts.received is None else facts.received,
        NULL if facts.due is None else facts.due,
        NULL if facts.finished is None else facts.finished,
        NULL if facts.returned is None else facts.returned,
        NULL if facts.refused is None else facts.refused,
        sum({_TRAIT[trait] for trait in facts.traits}) if facts.traits else 0,
    )
    if facts.supplements:
        return packed + b"".join(
            _SUPPLEMENT.pack(
                item.requested, _wire(item.received), _wire(item.due_before), _wire(item.due_after)
            )
            for item in facts.supplements
        )
    return packed


def _wire(second: int | None) -> int:
    return NULL if second is None else second


def _second(packed: int) -> int | None:
    return None if packed == NULL else packed


def version_of(packed: bytes) -> bytes:
    return packed[: VERSION.size]


def revision_of(version: bytes) -> int:
    """-1 of `NEVER`."""
    revision, _, _ = VERSION.unpack(version)
    return int(revision) - 1


def split(packed: bytes) -> Values:
    """The packed values of all attributes, in their order."""
    values: Values = list(_FACTS.unpack_from(packed)[1:])
    values.insert(len(values) - 1, packed[_SUPPLEMENTS_AT:])
    return values


def join(version: bytes, values: Values) -> bytes:
    *front, supplements, traits = values
    assert isinstance(supplements, bytes)
    return _FACTS.pack(version, *front, traits) + supplements


def unpack_facts(packed: bytes, names: Names) -> Facts:
    (
        _, agency, procedure, field, channel, service_level, payment, status,
        submitted, received, due, finished, returned, refused, traits,
    ) = _FACTS.unpack_from(packed)  # fmt: skip
    return Facts(
        names[agency],
        names[procedure],
        names[field],
        CHANNELS[channel],
        SERVICE_LEVELS[service_level],
        PAYMENTS[payment],
        status or None,
        None if submitted == NULL else submitted,
        None if received == NULL else received,
        None if due == NULL else due,
        None if finished == NULL else finished,
        None if returned == NULL else returned,
        None if refused == NULL else refused,
        _supplements(packed) if len(packed) > _SUPPLEMENTS_AT else (),
        tuple(name for name in TRAITS if traits & _TRAIT[name]) if traits else (),
    )


def _supplements(packed: bytes) -> tuple[Supplement, ...]:
    items = _SUPPLEMENT.iter_unpack(packed[_SUPPLEMENTS_AT:])
    return tuple(
        Supplement(requested, _second(received), _second(before), _second(after))
        for requested, received, before, after in items
    )


def pack_row(version: bytes, row: RowLike, names: Names) -> bytes:
    return _ROW.pack(
        row.time,
        row.status,
        row.void,
        version,
        names.number(row.agency),
        names.number(row.department),
        NULL if row.began is None else row.began,
        NULL if row.due is None else row.due,
    )


def merge_rows(held: bytes, version: bytes, rows: Sequence[RowLike], names: Names) -> bytes:
    """The newest word on each key, in the order of the keys."""
    newest = {}
    for row in rows:
        record = pack_row(version, row, names)
        newest[record[:KEY_SIZE]] = record
    for at in range(0, len(held), ROW_SIZE):
        record = held[at : at + ROW_SIZE]
        rival = newest.get(record[:KEY_SIZE])
        if rival is None or rival[_ROW_VERSION] <= record[_ROW_VERSION]:
            newest[record[:KEY_SIZE]] = record
    return b"".join(sorted(newest.values()))


def same_rows(rows: bytes, others: bytes) -> bool:
    """Whether both tell the same, versions aside."""
    if rows == others:
        return True
    before, after = _ROW_VERSION.start, _ROW_VERSION.stop
    return len(rows) == len(others) and all(
        rows[at : at + before] == others[at : at + before]
        and rows[at + after : at + ROW_SIZE] == others[at + after : at + ROW_SIZE]
        for at in range(0, len(rows), ROW_SIZE)
    )


def living_records(rows: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Key and record of every row that was not taken back."""
    for at in range(0, len(rows), ROW_SIZE):
        if not rows[at + KEY_SIZE]:
            yield rows[at : at + KEY_SIZE], rows[at : at + ROW_SIZE]


def unpack_keys(rows: bytes) -> Keys:
    return [(time, status) for time, status, void in _KEY.iter_unpack(rows) if not void]


def unpack_rows(rows: bytes, names: Names) -> Iterator[Row]:
    for time, status, void, _, agency, department, began, due in _ROW.iter_unpack(rows):
        if not void:
            yield Row(time, status, names[agency], names[department], _second(began), _second(due))


def canonical(facts: bytes | None, rows: bytes, names: Names) -> tuple[list[str | None], bytes]:
    """Facts and living rows as texts and numbers: the same in every process, without versions."""
    texts: list[str | None] = []
    numbers = []
    if facts is not None:
        texts += map(names.__getitem__, _FACT_NAMES.unpack_from(facts))
        numbers.append(facts[_FACT_NAMES.size :])
    for key, record in living_records(rows):
        texts += map(names.__getitem__, _ROW_NAMES.unpack_from(record))
        numbers += (key, record[_ROW_NAMES.size :])
    return texts, b"".join(numbers)
