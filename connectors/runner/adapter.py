"""What a source that is asked for its data looks like to the runner.

An adapter knows one way of reading (a database, a folder of files, an HTTP interface) and nothing
of Kafka, schedules or checkpoints. It turns what it reads into records; the source's mapping turns
records into events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

# Where a source was read up to: a text that the adapter wrote and alone understands. It is printed
# and kept in plain form, so it holds nothing about persons.
Position = str


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the source has it: column or key -> text, number, time, truth value or None.

    `position` tells a person where it stands, for instance `2023-05.csv line 17`.
    """

    values: Mapping[str, Any]
    position: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that could not be taken apart into values; `raw` is what there was.

    `reason` says what is wrong and what is expected, without anything of `raw`.
    """

    raw: bytes
    reason: str
    position: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll brought, in the order of the source.

    `position` is the checkpoint once all of it is in the log or in the dead letters; equal to the
    one polled from when there was nothing. `more`: poll again at once. `backlog`: how many records
    are known to wait behind these; None: not known. `lost`: records that are gone for good, since
    the source keeps too little to catch up.
    """

    records: Sequence[Record | Unreadable]
    position: Position | None
    more: bool = False
    backlog: int | None = None
    lost: int = 0


class SourceError(Exception):
    """The source cannot be read now, and is to be tried again later: what is wrong, what to do.

    The message holds nothing of the source's records, and no secret.
    """


class Adapter(Protocol):
    """Blocking; the runner calls it in a thread of its own, one call at a time."""

    def poll(self, position: Position | None, limit: int) -> Batch:
        """At most about `limit` records from `position` on (None: from the beginning).

        The same position brings the same records again, as far as the source still has them.
        Raises SourceError; nothing else for whatever the source does.
        """
        ...

    def position_at(self, moment: int) -> Position | None:
        """Where to read from so that nothing observed since `moment` (Unix seconds) is left out;
        None: from the beginning. Raises SourceError when the source cannot be read again.
        """
        ...

    def close(self) -> None: ...
