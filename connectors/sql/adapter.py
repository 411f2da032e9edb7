"""Reads a table or view on from a watermark, exact through ties, late rows and clock steps.

Rows come in the order of (watermark, key), so that a limit may fall between two rows of the same
watermark. A row may still appear behind that place: its transaction took long, or the database's
clock stepped back. So whenever the end is reached, the rows of the last `overlap` are looked at
again, and those not seen before are given.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from connectors.clock import Clock
from connectors.runner.adapter import Adapter, Batch, Position, Record, SourceError
from connectors.sql.databases import DATABASES, Database
from connectors.sql.memory import Memory, Seen, seen
from connectors.sql.place import NoPlaceError, Place, Reached, at, back, is_ahead, reached_of
from connectors.sql.query import Query, Row
from connectors.sql.settings import OVERLAP_NUMBERS, OVERLAP_SECONDS, SqlSettings

# A row whose time lies further ahead of our clock is given, but nothing is measured by it.
AHEAD_SECONDS = 300.0
LOOK_BACK_SECONDS, COUNT_SECONDS = 5.0, 10.0


def open_adapter(settings: SqlSettings, connector: str, clock: Clock) -> Adapter:
    """`connector`: postgresql, mariadb or sqlite. Connects at the first poll."""
    return SqlAdapter(settings, DATABASES[connector], clock)


class SqlAdapter:
    """A position is a place and the turn of the poll that reached it, so that a poll from the last
    position means that what was given is in the log, and from the one before that it is not.
    """

    def __init__(self, settings: SqlSettings, database: Database, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._errors: tuple[type[Exception], ...] = (*database.errors, NoPlaceError)
        self._connection: Any = None
        self._query = Query(settings, database)
        self._key_is_known = False
        self._memory = Memory()
        # The watermark from which on the memory is whole; None: it is not known to be.
        self._since: Any = None
        self._asked: Position | None = None
        self._answered: Position | None = None
        self._looked_back_at = self._counted_at = float("-inf")
        self._backlog: int | None = None

    def poll(self, position: Position | None, limit: int) -> Batch:
        try:
            reached = reached_of(position) if position else None
            if not self._knows_key():
                return Batch([], position)
            self._settle(position, reached, limit)
            return self._poll(reached, limit)
        except self._errors as error:
            self.close()
            raise SourceError(self._explained(error)) from error

    def _settle(self, position: Position | None, reached: Reached | None, limit: int) -> None:
        """What became of the rows given last, by where the runner goes on."""
        if position is not None and position == self._answered:
            self._memory.settle()
        elif position == self._asked:
            self._memory.take_back()
        else:
            self._memory.clear()
            self._since, self._looked_back_at = None, float("-inf")
            if reached is not None and reached.sums:
                self._remember(reached, limit)
        self._asked, self._answered = position, None

    def _remember(self, reached: Reached, limit: int) -> None:
        """Another process gave the rows up to here: those that add up to what it gave."""
        found: dict[Any, Seen] = {}
        for names, rows in self._pages(Place(reached.since, None), limit, reached.place):
            for row in rows:
                place = self._query.place(names, row)
                found[place.key] = seen(row, place.watermark)
        self._memory.trust(found, reached.sums)

    def _poll(self, asked: Reached | None, limit: int) -> Batch:
        place, turn = (asked.place, asked.turn) if asked else (None, 0)
        records, place, more = self._forward(place, limit)
        if not more and place is not None:
            late, more = self._late(place, limit)
            records += late
        if place is None:
            return Batch(records, None)
        reached = Reached(place, turn + bool(records))
        if self._since is not None and not more:
            sums = tuple(self._memory.sums(self._since))
            reached = replace(reached, since=self._since, sums=sums)
        self._answered = reached.text()
        return Batch(records, self._answered, more, self._waiting(place) if more else 0)

    def _knows_key(self) -> bool:
        """What keys are decides on their order; False as long as there is no row."""
        if not self._key_is_known:
            _, sample = self._read(self._query.sample, ())
            self._key_is_known = bool(sample)
            if sample and isinstance(sample[0][0], str):
                self._query.compare_in_bytes()
        return self._key_is_known

    def _forward(self, place: Place | None, limit: int) -> tuple[list[Record], Place | None, bool]:
        """New rows from the place on, the place that they reach, and whether there are more."""
        reached = place
        for names, rows in self._pages(place, limit):
            records = list(self._new(names, rows))
            reached = self._reached(reached, names, rows)
            if records:
                return records, reached, len(rows) == limit
        return [], reached, False

    def _late(self, reached: Place, limit: int) -> tuple[list[Record], bool]:
        """Rows of the overlap that were not there when it was passed."""
        now = time.monotonic()
        if now - self._looked_back_at < LOOK_BACK_SECONDS:
            return [], False
        overlap = self._overlap(reached.watermark)
        since = self._memory.reaches_back_to(back(reached.watermark, overlap))
        late: list[Record] = []
        for names, rows in self._pages(Place(since, None), limit):
            late += self._new(names, rows)
            if len(late) >= limit:
                return late, True
        self._looked_back_at, self._since = now, since
        self._memory.forget_before(since)
        return late, False

    def _pages(
        self, place: Place | None, limit: int, until: Place | None = None
    ) -> Iterator[tuple[list[str], list[Row]]]:
        while True:
            bound = self._bound(place, limit) if self._query.sorts else None
            names, rows = self._read(*self._query.after(place, limit, until, bound))
            yield names, rows
            if len(rows) < limit:
                return
            place = self._query.place(names, rows[-1])

    def _bound(self, place: Place | None, limit: int) -> Any:
        _, rows = self._read(*self._query.bound(place, limit))
        return rows[0][0] if rows else None

    def _new(self, names: Sequence[str], rows: Sequence[Row]) -> Iterator[Record]:
        for row in rows:
            place = self._query.place(names, row)
            if self._memory.is_new(place.key, seen(row, place.watermark)):
                values = dict(zip(names, row, strict=True))
                yield Record(values, f"{self._settings.key} {place.key}")

    def _reached(
        self, place: Place | None, names: Sequence[str], rows: Sequence[Row]
    ) -> Place | None:
        """The last row that is not of the future: beyond one that is, the others would be lost."""
        until = self._clock.now() + AHEAD_SECONDS
        for row in reversed(rows):
            found = self._query.place(names, row)
            if not is_ahead(found.watermark, until):
                return found
        return place

    def _overlap(self, watermark: Any) -> float:
        if self._settings.overlap is not None:
            return self._settings.overlap
        return OVERLAP_NUMBERS if at(0, watermark) is None else OVERLAP_SECONDS

    def _waiting(self, place: Place | None) -> int | None:
        if time.monotonic() - self._counted_at > COUNT_SECONDS:
            _, rows = self._read(*self._query.count(place))
            self._backlog = rows[0][0]
            self._counted_at = time.monotonic()
        return self._backlog

    def position_at(self, moment: int) -> Position | None:
        try:
            names, rows = self._read(*self._query.after(None, 1))
            like = self._query.place(names, rows[0]).watermark if rows else None
            watermark = at(moment, like)
        except self._errors as error:
            self.close()
            raise SourceError(self._explained(error)) from error
        return None if watermark is None else Reached(Place(watermark, None)).text()

    def _read(self, sql: str, values: Sequence[Any]) -> tuple[list[str], list[Row]]:
        if self._connection is None:
            self._connection = self._database.connect(self._settings)
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql, values)
            return [column[0] for column in cursor.description], list(cursor.fetchall())
        finally:
            cursor.close()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except self._database.errors:
                return  # it is gone, which is all that was wanted

    def _explained(self, error: Exception) -> str:
        """A database's words may quote values, so that only its kind of trouble is told."""
        settings = self._settings
        where = settings.file or f"{settings.host}:{settings.port or ''}/{settings.database}"
        if isinstance(error, NoPlaceError):
            return f"{where}: {error}"
        code = getattr(error, "sqlstate", None) or next(iter(error.args), None)
        told = isinstance(code, int) or (isinstance(code, str) and code.isalnum())
        return (
            f"{where} cannot be read now ({type(error).__name__}{f' {code}' if told else ''}): see "
            "that it runs, that user and password are right, and that table or query, watermark "
            "and key are there"
        )
