"""What each source has sent since the connector first ran; kept over restarts."""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from typing import get_args

from connectors.contract.codec import Heartbeat
from connectors.contract.vocabulary import SourceKind
from connectors.intake.codes import without_numbers_of_persons
from connectors.intake.database import Database
from seeds.periods import period_of

LARGEST_BACKLOG = 10**12
MICROSECONDS = 1_000_000
_LONGEST_POSITION = 500


@dataclass(slots=True)
class Source:
    """Counts of records: `accepted` are in the log, `refused` in the dead letters, `repeated` were
    refused before; `unknown` of the accepted have a code that no list knows, `lost` are gone for
    good. `topic` is the one that it feeds. Times in microseconds.

    `reminders` were given in `reminders_year`, a year of Vietnam, the last one for the silence that
    began at `reminded_of`. `position` and `promise_seconds` are of this run.
    """

    source: str
    kind: SourceKind
    topic: str
    accepted: int = 0
    refused: int = 0
    repeated: int = 0
    unknown: int = 0
    backlog: int | None = None
    last_event_at: int | None = None
    known_since: int | None = None
    reminders: int = 0
    reminders_year: str = ""
    reminded_of: int | None = None
    lost: int = 0
    position: str | None = None
    promise_seconds: int | None = None

    def heard(self, at: int) -> None:
        """It brought something; a silence that this ends may have been too long."""
        self.remind(at)
        self.last_event_at = max(self.last_event_at or 0, at)

    def remind(self, at: int) -> bool:
        """Whether its promise is broken, and so for the first time in this silence. Counts it."""
        if self.promise_seconds is None:
            return False
        year = period_of("year", at // MICROSECONDS)
        if year != self.reminders_year:
            self.reminders, self.reminders_year = 0, year
        since = self.last_event_at or self.known_since
        if since is None or self.reminded_of == since:
            return False
        if at - since <= self.promise_seconds * MICROSECONDS:
            return False
        self.reminders += 1
        self.reminded_of = since
        return True

    def heartbeat(self, at: int) -> Heartbeat:
        return Heartbeat(
            source=self.source,
            kind=self.kind,
            topic=self.topic,
            at=at,
            accepted=self.accepted,
            refused=self.refused,
            repeated=self.repeated,
            unknown=self.unknown,
            backlog=self.backlog,
            position=self.told_position(),
            last_event_at=self.last_event_at,
            promise_seconds=self.promise_seconds,
            reminders=self.reminders,
            lost=self.lost,
        )

    def told_position(self) -> str | None:
        """As it may leave the connector; None: none is known."""
        if self.position is None:
            return None
        return without_numbers_of_persons(self.position)[:_LONGEST_POSITION]

    def row(self) -> tuple[object, ...]:
        """What of it is kept over restarts."""
        return astuple(self)[: len(_KEPT)]


_KEPT = (
    "source",
    "kind",
    "topic",
    "accepted",
    "refused",
    "repeated",
    "unknown",
    "backlog",
    "last_event_at",
    "known_since",
    "reminders",
    "reminders_year",
    "reminded_of",
    "lost",
)
_COLUMNS = ", ".join(_KEPT)
_MARKS = ", ".join("?" for _ in _KEPT)


class SourceBook:
    """The sources that ever spoke to this connector. Not for several threads at once, but `save`
    may run in another thread.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.transaction() as rows:
            found = rows.execute(f"SELECT {_COLUMNS} FROM sources").fetchall()  # noqa: S608
        self._sources = {row[0]: Source(*row) for row in found}

    def spoke(self, source: str, kind: SourceKind, topic: str) -> Source:
        """The source, which from now on has heartbeats."""
        if kind not in get_args(SourceKind):
            raise ValueError(f"kind {kind!r}; allowed: {', '.join(get_args(SourceKind))}")
        known = self._sources.get(source)
        if known is None:
            known = self._sources[source] = Source(source, kind, topic)
        known.kind, known.topic = kind, topic
        return known

    def keep_to(self, names: Collection[str]) -> None:
        """Speak of no others from now on; what is kept of them stays."""
        self._sources = {name: one for name, one in self._sources.items() if name in names}

    def all(self) -> list[Source]:
        return list(self._sources.values())

    def save(self) -> None:
        """Make the counts durable, so that none that was told is ever taken back."""
        rows = [source.row() for source in self.all()]
        with self._database.transaction() as connection:
            write_rows(connection, rows)


def write_rows(connection: sqlite3.Connection, rows: Iterable[tuple[object, ...]]) -> None:
    """`rows`: as `Source.row` gives them."""
    connection.executemany(
        f"INSERT OR REPLACE INTO sources ({_COLUMNS}) VALUES ({_MARKS})",  # noqa: S608
        rows,
    )
