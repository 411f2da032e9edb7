"""The rows that a partition wants in ioc.watch, and which of them changed."""

from collections.abc import Collection, Iterator

from streams.core.cases import Case
from streams.core.facts import Facts
from streams.core.packing import Names
from streams.core.standing import Standing
from streams.core.watch import WatchRow, key_of


def row_of(case: Case, facts: Facts | None, standing: Standing | None) -> WatchRow:
    """Of a case that stands on no rung, or of which nothing is known, the row has level none."""
    agency = facts and facts.agency
    if standing is None or standing.since is None:
        return WatchRow(case.kind, case.id, agency, "none", None, None, case.offset, 0)
    level, since, due = standing.level, standing.since, standing.due
    return WatchRow(case.kind, case.id, agency, level, since, due, case.offset, since)


class Watchlist:
    """Only the cases on a rung are in it, so that most of a partition costs nothing."""

    def __init__(self) -> None:
        self._rows: dict[Case, WatchRow] = {}
        self._changed: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._rows)

    def listed(self) -> Iterator[bytes]:
        """Their keys in ioc.watch."""
        return (row.key for row in self._rows.values())

    def row(self, case: Case, names: Names) -> WatchRow:
        found = self._rows.get(case)
        return row_of(case, case.facts(names), None) if found is None else found

    @property
    def changed(self) -> Collection[bytes]:
        """The keys of the rows that changed since they were taken last."""
        return self._changed

    def take_changed(self) -> set[bytes]:
        changed, self._changed = self._changed, set()
        return changed

    def see(self, case: Case, facts: Facts, standing: Standing) -> None:
        """A case was derived anew."""
        if standing.level == "none":
            if case in self._rows:
                del self._rows[case]
                self._changed.add(key_of(case.kind, case.id))
            return
        row = row_of(case, facts, standing)
        if self._rows.get(case) != row:
            self._rows[case] = row
            self._changed.add(row.key)
