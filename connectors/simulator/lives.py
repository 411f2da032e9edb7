"""The script of one dossier's life, as it stands when the load is over.

Everything else follows from it: what its one-stop system tells (`moments`), and what the figures
must be (`truth`). Times are Unix seconds; None is "there is none".
"""

from msgspec import Struct

# TrangThaiHoSo of the national synchronisation protocol.
SUBMITTED, ACCEPTED, REFUSED_AT_INTAKE, IN_PROCESS, SUPPLEMENT, PAYMENT = 1, 2, 3, 4, 5, 6
WITHDRAWN, STOPPED, DONE, RETURNED = 7, 8, 9, 10

# KenhThucHien; the empty one is left out by some systems and means the counter.
UNNAMED, COUNTER, ONLINE, POST = 0, 1, 2, 3

# DuocThanhToanTrucTuyen: nothing, on the national portal, on a gateway, due and unpaid.
NOTHING_PAID, PAID_ON_PORTAL, PAID_ON_GATEWAY, UNPAID = 0, 1, 2, 3


class Supplement(Struct, frozen=True, gc=False):
    """Papers asked for and brought; `due_after` is the new appointment, if one was given."""

    requested: int
    received: int | None
    due_before: int | None
    due_after: int | None


class Row(Struct, frozen=True, gc=False):
    """A step as told by a progress record; `due` is the deadline of the step."""

    at: int
    status: int
    due: int | None = None


class Told(Struct, frozen=True, gc=False):
    """An earlier version of the dossier, told at `at` and corrected by what came after.

    The fields are those of the dossier object that are not as they are in the end.
    """

    at: int
    status: int
    received: int | None
    due: int | None
    supplements: tuple[Supplement, ...] = ()
    finished: int | None = None
    returned: int | None = None


class Life(Struct, frozen=True, gc=False):
    """`fate` is one of `plan`'s; `agency` and `procedure` may be codes that nobody knows.

    `earlier` are the versions told before the last one, in order, each with an instant of its
    own; `told` is the instant of the last. `due` is the dossier's own appointment (NgayHenTra);
    a supplement may carry a later one. `closed` is when it was withdrawn or stopped, as far as it
    says so. `waits`: for the citizen.
    """

    case: str
    serial: int
    fate: int
    agency: str
    madonvi: str
    procedure: str
    task: int
    channel: int
    payment: int
    submitted: int | None
    received: int | None
    due: int | None
    status: int
    told: int
    earlier: tuple[Told, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    finished: int | None = None
    returned: int | None = None
    refused: int | None = None
    closed: int | None = None
    waits: bool = False
    rows: tuple[Row, ...] = ()


def appointment(life: Life) -> int | None:
    """The appointment that counts: the newest that a supplement gave, else the dossier's own."""
    given = [s for s in life.supplements if s.due_after is not None]
    if not given:
        return life.due
    return max((s.requested, s.due_after or 0) for s in given)[1]


def finish_of(life: Life) -> int | None:
    """Of a dossier with a result: finished, or for want of that handed over."""
    return life.returned if life.finished is None else life.finished
