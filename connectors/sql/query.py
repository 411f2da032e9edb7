"""The texts that are sent to a database: rows in their order, read on from a place."""

from collections.abc import Sequence
from typing import Any

from connectors.sql.databases import Database
from connectors.sql.place import Place
from connectors.sql.settings import SqlSettings

# To count all of many would cost more than to read them.
BACKLOG_COUNTED = 100_000

Row = tuple[Any, ...]


class Query:
    """The texts that are sent: rows in their order, read on from a place."""

    def __init__(self, settings: SqlSettings, database: Database) -> None:
        name = database.name
        self.watermark, self.key = settings.watermark, settings.key
        source = name(settings.table) if settings.table else f"({settings.query})"
        self._from = f"FROM {database.escaped(source)} AS source"
        self._mark = database.mark
        self._watermark = name(settings.watermark)
        self._key, self._key_mark = name(settings.key), database.mark
        self._in_bytes = database.in_bytes
        self.sorts = False

    @property
    def sample(self) -> str:
        """Asks for one key; fails when there is no such column as key or watermark."""
        return f"SELECT {self._key}, {self._watermark} {self._from} LIMIT 1"

    def compare_in_bytes(self) -> None:
        """To be called when keys are texts. Not for numbers: no index would serve any more."""
        self.sorts = self._in_bytes != "{}"
        self._key = self._in_bytes.format(self._key)
        self._key_mark = self._in_bytes.format(self._key_mark)

    def place(self, names: Sequence[str], row: Row) -> Place:
        return Place(row[names.index(self.watermark)], row[names.index(self.key)])

    def bound(self, place: Place | None, limit: int) -> tuple[str, Sequence[Any]]:
        """Asks for a watermark, if there is one, up to which there are more rows than `limit`.

        No index has the order of keys in bytes: without it all rows that wait would be sorted.
        """
        where, values = self._where(place)
        order = f"ORDER BY {self._watermark} LIMIT 1 OFFSET {limit}"
        return f"SELECT {self._watermark} {self._from} {where} {order}", values

    def after(
        self, place: Place | None, limit: int, until: Place | None = None, bound: Any = None
    ) -> tuple[str, Sequence[Any]]:
        """Rows after a place, and not after another one; none of a watermark beyond `bound`."""
        where, values = self._where(place)
        if bound is not None:
            where, values = f"{where} AND {self._watermark} <= {self._mark}", (*values, bound)
        if until is not None:
            beyond, more = self._where(until)
            where = f"{where} AND NOT ({beyond.removeprefix('WHERE ')})"
            values = (*values, *more)
        order = f"ORDER BY {self._watermark}, {self._key} LIMIT {limit}"
        return f"SELECT * {self._from} {where} {order}", values

    def count(self, place: Place | None) -> tuple[str, Sequence[Any]]:
        where, values = self._where(place)
        inner = f"SELECT 1 {self._from} {where} LIMIT {BACKLOG_COUNTED}"
        return f"SELECT count(*) FROM ({inner}) AS waiting", values  # noqa: S608 - checked names

    def _where(self, place: Place | None) -> tuple[str, Sequence[Any]]:
        """Written so that an index of the watermark serves."""
        if place is None:
            return f"WHERE {self._watermark} IS NOT NULL", ()
        if place.key is None:
            return f"WHERE {self._watermark} >= {self._mark}", (place.watermark,)
        later = f"{self._watermark} > {self._mark} OR {self._key} > {self._key_mark}"
        where = f"WHERE {self._watermark} >= {self._mark} AND ({later})"
        return where, (place.watermark, place.watermark, place.key)
