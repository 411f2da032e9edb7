"""What one source says of a case: the last writer wins, by version, per attribute and per row.

The merge is commutative, associative and idempotent: neither the order of events nor their
repetition can be seen in what is held.
"""

from collections.abc import Sequence
from typing import Final

from streams.core.events import CaseEventLike, FactsLike, RefusedError
from streams.core.facts import ATTRIBUTES, Facts
from streams.core.packing import (
    NEVER,
    VERSION,
    Names,
    Values,
    join,
    living_records,
    merge_rows,
    pack_facts,
    pack_version,
    revision_of,
    same_rows,
    split,
    version_of,
)

_VALUES: Final = slice(VERSION.size, None)
# Revisions up to it tell a first word from a later one; those beyond are numbers of a source's own.
UPDATE: Final = 1


class Voice:
    """The word of one source on one case.

    `facts` carries the version of the newest event that spoke of every attribute (`NEVER`: there
    was none); `stamps` holds the versions of attributes of which a newer, partial event spoke.
    None and b"": of facts and rows nothing was said.
    """

    __slots__ = ("facts", "rows", "source", "stamps")

    def __init__(self, source: str) -> None:
        self.source = source
        self.facts: bytes | None = None
        self.stamps: dict[int, bytes] | None = None
        self.rows = b""

    def hear(self, event: CaseEventLike, names: Names) -> bool:
        """Merges an event of this source; True when it told something, not merely once more.

        Raises RefusedError, KeyError, ValueError or struct.error and changes nothing when a value
        is out of its range or `partial` names an attribute that there is not.
        """
        version = pack_version(event)
        facts, stamps, rows = self.facts, self.stamps, self.rows
        if event.facts is not None:
            if event.partial is None:
                if facts is None or version > version_of(facts):
                    fresh = pack_facts(version, event.facts, names)
                    facts, stamps = _replaced(facts, stamps, fresh) if stamps else (fresh, None)
            elif event.partial:
                facts, stamps = self._amended(event.facts, event.partial, version, names)
        if event.progress:
            rows = merge_rows(rows, version, event.progress, names)
        changed = (
            (facts is not self.facts and _tell_otherwise(self.facts, facts))
            or (rows is not self.rows and not same_rows(rows, self.rows))
            or (stamps is not self.stamps and (stamps or {}).keys() != (self.stamps or {}).keys())
            or (event.facts is not None and self._is_outnumbered(event.revision))
        )
        self.facts, self.stamps, self.rows = facts, stamps, rows
        return changed

    def _amended(
        self, spoken: FactsLike, partial: Sequence[str], version: bytes, names: Names
    ) -> tuple[bytes, dict[int, bytes] | None]:
        fresh = split(pack_facts(version, spoken, names))
        base = version_of(self.facts) if self.facts else NEVER
        values = split(self.facts or pack_facts(NEVER, Facts(), names))
        stamps = dict(self.stamps or {})
        for attribute in _numbers(partial):
            if version > stamps.get(attribute, base):
                stamps[attribute] = version
                values[attribute] = fresh[attribute]
        return join(base, values), stamps or None

    def _is_outnumbered(self, revision: int) -> bool:
        """Whether a source that numbers its changes tells of a further one. What changed may be
        nothing that is held here: another step within the same status, say.
        """
        if revision <= UPDATE or self.facts is None:
            return False
        newest = max([version_of(self.facts), *(self.stamps or {}).values()])
        return revision > revision_of(newest)

    def speaks_of(self, attribute: int) -> bool:
        """True when the source gave the attribute a value, or said that there is none."""
        if self.facts is None:
            return False
        return version_of(self.facts) != NEVER or attribute in (self.stamps or {})


def merge_facts(voices: Sequence[Voice]) -> bytes:
    """The facts that hold between sources, best rank first: per attribute, the first that speaks.

    Every voice must have told facts. The version of the result means nothing.
    """
    told = [(voice, split(voice.facts)) for voice in voices if voice.facts is not None]
    chosen: Values = []
    for attribute, last in enumerate(told[-1][1]):
        speaking = (values[attribute] for voice, values in told if voice.speaks_of(attribute))
        chosen.append(next(speaking, last))
    return join(NEVER, chosen)


def union_of_rows(voices: Sequence[bytes]) -> bytes:
    """The rows of all sources, best rank first; of one key, that of the best source that has it."""
    merged: dict[bytes, bytes] = {}
    for rows in reversed(voices):
        merged.update(living_records(rows))
    return b"".join(merged[key] for key in sorted(merged))


def _numbers(partial: Sequence[str]) -> set[int]:
    try:
        return {ATTRIBUTES[name] for name in partial}
    except KeyError:
        raise RefusedError("partial: names an attribute that facts do not have") from None


def _tell_otherwise(held: bytes | None, facts: bytes | None) -> bool:
    """Whether the values differ, or were told only in part so far."""
    if held is None or facts is None:
        return held is not facts
    return held[_VALUES] != facts[_VALUES] or version_of(held) == NEVER != version_of(facts)


def _replaced(
    held: bytes | None, stamps: dict[int, bytes], fresh: bytes
) -> tuple[bytes, dict[int, bytes] | None]:
    """A new full object under newer words on single attributes, which stay."""
    version = version_of(fresh)
    newer = {attribute: stamp for attribute, stamp in stamps.items() if stamp > version}
    if held is None or not newer:
        return fresh, None
    values, old = split(fresh), split(held)
    for attribute in newer:
        values[attribute] = old[attribute]
    return join(version, values), newer
