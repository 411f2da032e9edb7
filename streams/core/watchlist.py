"""The rows that a partition wants in ioc.watch, and which of them changed."""

from collections.abc import Iterator

from streams.core.cases import Case
from streams.core.facts import Facts
from streams.core.packing import Names
from streams.core.standing import Standing
from streams.core.watch import WatchRow, key_of


class Watchlist:
    """Only the cases on a rung are in it, so that most of a partition costs nothing, and their
    rows are made when somebody asks: most cases pass over a rung while history is read.
    """

    def __init__(self) -> None:
        self._standings: dict[Case, tuple[str | None, Standing]] = {}
        self._changed: set[Case] = set()

    def __len__(self) -> int:
        return len(self._standings)

    def see(self, case: Case, facts: Facts, standing: Standing) -> None:
        """A case was derived anew."""
        if standing.since is not None:
            self._standings[case] = facts.agency, standing
            self._changed.add(case)
        elif case in self._standings:
            del self._standings[case]
            self._changed.add(case)

    def agrees(self, case: Case, facts: Facts, standing: Standing) -> bool:
        """Whether the case is listed just as it would be if it were derived anew."""
        wanted = None if standing.since is None else (facts.agency, standing)
        return self._standings.get(case) == wanted

    def listed(self) -> Iterator[bytes]:
        """The keys in ioc.watch of the cases on a rung."""
        return (key_of(case.kind, case.id) for case in self._standings)

    @property
    def changed(self) -> int:
        """How many rows may have changed since they were taken last."""
        return len(self._changed)

    def take_changed(self) -> set[bytes]:
        """Their keys."""
        changed, self._changed = self._changed, set()
        return {key_of(case.kind, case.id) for case in changed}

    def row(self, case: Case, names: Names) -> WatchRow:
        """Of level none for a case that stands on no rung."""
        found = self._standings.get(case)
        if found is None:
            facts = case.facts(names)
            agency = facts and facts.agency
            return WatchRow(case.kind, case.id, agency, "none", None, None, case.offset, 0)
        agency, standing = found
        since = standing.since or 0
        level, due = standing.level, standing.due
        return WatchRow(case.kind, case.id, agency, level, since, due, case.offset, since)
