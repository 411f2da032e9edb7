"""Where the tiles of the subsystems stand: grouped by field of oversight, each group in one row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Fewer columns make tiles too wide, more rows too low to be read from 5 m.
LEAST_COLUMNS, ROWS = 4, 3


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over `members`, from `column` on in `row`, both from 0."""

    id: str
    row: int
    column: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Free:
    """The columns of the last row that nothing stands in."""

    row: int
    column: int
    width: int


@dataclass(frozen=True, slots=True)
class Arrangement:
    columns: int
    groups: tuple[Group, ...]

    @property
    def free(self) -> Free | None:
        """None: the last row is full."""
        last = self.groups[-1]
        column = last.column + len(last.members)
        return Free(last.row, column, self.columns - column) if column < self.columns else None


def arrange(groups: Mapping[str, Iterable[str]]) -> Arrangement:
    """In their order, as wide as needed for no group to be parted and no row to be too many."""
    members = {group: tuple(found) for group, found in groups.items()}
    columns = LEAST_COLUMNS
    while (found := _fit(members, columns)) is None:
        columns += 1
    return Arrangement(columns, found)


def _fit(groups: Mapping[str, tuple[str, ...]], columns: int) -> tuple[Group, ...] | None:
    """None when so few columns are not enough."""
    row = column = 0
    found = []
    for group, members in groups.items():
        if not members:
            continue
        if column and column + len(members) > columns:
            row, column = row + 1, 0
        if len(members) > columns or row == ROWS:
            return None
        found.append(Group(group, row, column, members))
        column += len(members)
    return tuple(found)
