"""The legal facts of a case, merged over its sources: what the rules read."""

from typing import Final, NamedTuple


class Supplement(NamedTuple):
    """One stop of the clock for missing papers; times in Unix seconds."""

    requested: int
    received: int | None
    due_before: int | None
    due_after: int | None


class Facts(NamedTuple):
    """Attributes of a case; None where there is none. Times in Unix seconds."""

    agency: str | None = None
    procedure: str | None = None
    field: str | None = None
    channel: str | None = None
    service_level: str | None = None
    payment: str | None = None
    status: int | None = None
    submitted: int | None = None
    received: int | None = None
    due: int | None = None
    finished: int | None = None
    returned: int | None = None
    refused: int | None = None
    supplements: tuple[Supplement, ...] = ()
    traits: tuple[str, ...] = ()


class Row(NamedTuple):
    """One step in the life of a case that no source took back."""

    time: int
    status: int
    agency: str | None
    department: str | None
    began: int | None
    due: int | None


# The (time, status) of every row, ascending: all that the rules ask of them.
Keys = list[tuple[int, int]]

ATTRIBUTES: Final = {name: index for index, name in enumerate(Facts._fields)}
