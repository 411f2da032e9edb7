"""A case: what its sources say of it, merged into one set of facts and rows."""

from collections.abc import Mapping
from hashlib import blake2b

from streams.core.facts import Facts, Keys, Row
from streams.core.ledger import Place
from streams.core.packing import (
    Names,
    canonical,
    unpack_facts,
    unpack_keys,
    unpack_rows,
)
from streams.core.registers import Voice, merge_facts, union_of_rows

DEFAULT_RANK = 100


class Case:
    """`first` is the voice of the best-ranked source, `others` the rest in the order of rank.

    Most cases have one source, so that one needs no list. `place` is where the ledger counts the
    case (None: nowhere), `wake` is when its standing changes by time alone,
    `digest` its part of the state's hash (None: to be computed), `offset` that of the last bundle
    that told something new of it: one object, which all cases of that bundle share.
    """

    __slots__ = ("digest", "first", "id", "kind", "offset", "others", "place", "wake")

    def __init__(self, kind: str, case_id: str, voice: Voice) -> None:
        self.kind = kind
        self.id = case_id
        self.first = voice
        self.others: tuple[Voice, ...] = ()
        self.place: Place | None = None
        self.wake: int | None = None
        self.digest: int | None = None
        self.offset = 0

    def voices(self) -> tuple[Voice, ...]:
        return (self.first, *self.others)

    def voice_of(self, source: str) -> Voice | None:
        if self.first.source == source:
            return self.first
        return next((voice for voice in self.others if voice.source == source), None)

    def add(self, voice: Voice, ranks: Mapping[str, int]) -> None:
        """Lower rank is better; sources of one rank are ordered by name, so that none is chance."""
        self.first, *others = sorted(
            (*self.voices(), voice),
            key=lambda voice: (ranks.get(voice.source, DEFAULT_RANK), voice.source),
        )
        self.others = tuple(others)

    def packed_facts(self) -> bytes | None:
        """None as long as no source has told any facts."""
        if not self.others:
            return self.first.facts
        told = [voice for voice in self.voices() if voice.facts is not None]
        return merge_facts(told) if told else None

    def packed_rows(self) -> bytes:
        """Rows that a source took back are among them, marked."""
        if not self.others:
            return self.first.rows
        return union_of_rows([voice.rows for voice in self.voices()])

    def facts(self, names: Names) -> Facts | None:
        packed = self.packed_facts()
        return None if packed is None else unpack_facts(packed, names)

    def row_keys(self) -> Keys:
        return unpack_keys(self.packed_rows())

    def rows(self, names: Names) -> list[Row]:
        return list(unpack_rows(self.packed_rows(), names))

    def compute_digest(self, names: Names) -> int:
        """128 bits over kind, id, facts and rows: not over who said them, when, or how often."""
        texts, numbers = canonical(self.packed_facts(), self.packed_rows(), names)
        content = repr([self.kind, self.id, *texts]).encode() + numbers
        return int.from_bytes(blake2b(content, digest_size=16).digest())
