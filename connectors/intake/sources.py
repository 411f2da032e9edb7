"""What each source has sent since the connector first ran; kept over restarts."""

from dataclasses import astuple, dataclass, fields
from typing import get_args

from connectors.contract.codec import Heartbeat
from connectors.contract.vocabulary import SourceKind
from connectors.intake.database import Database

LARGEST_BACKLOG = 10**12


@dataclass(slots=True)
class Source:
    """Counts of records: `accepted` are in the log, `refused` in the dead letters, `repeated` were
    refused before; `unknown` of the accepted have a code that no list knows. Microseconds.
    """

    source: str
    kind: SourceKind
    accepted: int = 0
    refused: int = 0
    repeated: int = 0
    unknown: int = 0
    backlog: int | None = None
    last_event_at: int | None = None

    def heartbeat(self, topic: str, at: int) -> Heartbeat:
        return Heartbeat(
            source=self.source,
            kind=self.kind,
            topic=topic,
            at=at,
            accepted=self.accepted,
            refused=self.refused,
            repeated=self.repeated,
            unknown=self.unknown,
            backlog=self.backlog,
            last_event_at=self.last_event_at,
        )


_COLUMNS = ", ".join(field.name for field in fields(Source))
_MARKS = ", ".join("?" for _ in fields(Source))


class SourceBook:
    """The sources that ever spoke to this connector. Not for several threads at once, but `save`
    may run in another thread.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.transaction() as rows:
            found = rows.execute(f"SELECT {_COLUMNS} FROM sources").fetchall()  # noqa: S608
        self._sources = {row[0]: Source(*row) for row in found}

    def spoke(self, source: str, kind: SourceKind) -> Source:
        """The source, which from now on has heartbeats."""
        if kind not in get_args(SourceKind):
            raise ValueError(f"kind {kind!r}; allowed: {', '.join(get_args(SourceKind))}")
        known = self._sources.get(source)
        if known is None:
            known = self._sources[source] = Source(source, kind)
        known.kind = kind
        return known

    def all(self) -> list[Source]:
        return list(self._sources.values())

    def save(self) -> None:
        """Make the counts durable, so that none that was told is ever taken back."""
        rows = [astuple(source) for source in self.all()]
        with self._database.transaction() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO sources ({_COLUMNS}) VALUES ({_MARKS})",  # noqa: S608
                rows,
            )
