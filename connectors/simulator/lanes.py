"""Collects the records of a synchroniser's lane into arrays."""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from connectors.simulator.lives import Life, Told
from connectors.simulator.openings import PROVINCE
from connectors.simulator.plan import RESOLVED
from connectors.simulator.requests import (
    DOSSIERS,
    MAX_OBJECTS,
    PROGRESS,
    Request,
    Service,
)
from connectors.simulator.wire import Writer


class Batch:
    """The array of one request, growing; `closing` counts the last records of dossiers."""

    __slots__ = ("cases", "closing", "deciding", "objects")

    def __init__(self) -> None:
        self.cases: list[str] = []
        self.objects: list[bytes] = []
        self.deciding: list[int] = []
        self.closing = 0

    def request(self, at: int, lane: int, service: Service, updating: bool | None) -> Request:
        deciding = tuple(self.deciding)
        return Request(
            at, lane, service, PROVINCE, updating, self.cases, self.objects, deciding=deciding
        )


class _Window:
    """Three arrays that are sent together; `new` and `changed` hold the dossiers told in it."""

    __slots__ = ("changed", "inserts", "new", "rows", "updates")

    def __init__(self) -> None:
        self.inserts, self.updates, self.rows = Batch(), Batch(), Batch()
        self.new: set[int] = set()
        self.changed: set[int] = set()

    def full(self) -> bool:
        batches = (self.inserts, self.updates, self.rows)
        return any(len(batch.objects) >= MAX_OBJECTS for batch in batches)


class Lane:
    """New dossiers are sent first, then changed ones, then progress.

    A dossier is told at most once as changed in a window, since two versions in one array would
    be observed at one instant; the next version waits for the next window.

    `repeated` of all requests are sent twice: updates at once, as after an answer that was lost;
    inserts later, when they may be stale.
    """

    def __init__(self, number: int, encode: Writer, random: Random, repeated: float) -> None:
        self.number = number
        self._encode = encode
        self._chance = random.random
        self._repeated = repeated
        self._windows = [_Window()]
        self._stale: list[Request] = []
        self.full = False

    def tell(self, life: Life, number: int) -> None:
        """A version of the dossier, by its number."""
        window = self._window(life.serial)
        if number:
            batch = window.updates
            window.changed.add(life.serial)
        else:
            batch = window.inserts
            window.new.add(life.serial)
        if number == len(life.earlier):
            batch.closing += 1
            if decides(life):
                batch.deciding.append(len(batch.objects))
        self._add(batch, life, self._encode.dossier(life, version(life, number)))

    def step(self, life: Life, number: int) -> None:
        self._add(self._windows[0].rows, life, self._encode.progress(life, life.rows[number]))

    def _add(self, batch: Batch, life: Life, encoded: bytes) -> None:
        batch.cases.append(life.case)
        batch.objects.append(encoded)
        if len(batch.objects) >= MAX_OBJECTS:
            self.full = True

    def _window(self, serial: int) -> _Window:
        for index in range(len(self._windows) - 1, -1, -1):
            window = self._windows[index]
            if serial in window.changed:
                if index + 1 == len(self._windows):
                    self._windows.append(_Window())
                return self._windows[index + 1]
            if serial in window.new:
                return window
        return self._windows[0]

    def ready(self, at: int) -> Iterator[tuple[Request, int]]:
        """What is to be sent because an array is full, with the number of dossiers it closes."""
        while any(window.full() for window in self._windows):
            yield from self._sent(at)
        self.full = False

    def rest(self, at: int) -> Iterator[tuple[Request, int]]:
        for _ in range(len(self._windows)):
            yield from self._sent(at)
        stale, self._stale = self._stale, []
        yield from ((replace(request, at=at), 0) for request in stale)

    def _sent(self, at: int) -> Iterator[tuple[Request, int]]:
        window = self._windows.pop(0)
        if not self._windows:
            self._windows.append(_Window())
        stale, self._stale = self._stale, []
        for batch, service, updating in (
            (window.inserts, DOSSIERS, False),
            (window.updates, DOSSIERS, True),
            (window.rows, PROGRESS, None),
        ):
            if not batch.objects:
                continue
            request = batch.request(at, self.number, service, updating)
            yield request, batch.closing
            if self._chance() < self._repeated:
                if updating is False:
                    self._stale.append(replace(request, again=True))
                else:
                    yield replace(request, again=True), 0
        yield from ((replace(request, at=at), 0) for request in stale)


def alone(encode: Writer, at: int, lane: int, life: Life, what: int) -> Request:
    """One record by itself: a version of the dossier (0 and up) or a progress row (-1 and down)."""
    cases, agency = [life.case], life.madonvi
    if what < 0:
        encoded = encode.progress(life, life.rows[-1 - what])
        return Request(at, lane, PROGRESS, agency, None, cases, [encoded])
    encoded = encode.dossier(life, version(life, what))
    deciding = (0,) if what == len(life.earlier) and decides(life) else ()
    return Request(at, lane, DOSSIERS, agency, what > 0, cases, [encoded], deciding=deciding)


def decides(life: Life) -> bool:
    """Whether some figure is different without the last version of the dossier."""
    if not life.earlier:
        return True
    before = life.earlier[-1]
    return life.fate in RESOLVED and before.finished is None and before.returned is None


def version(life: Life, number: int) -> Told | Life:
    """0 is the first version told, the number of `earlier` the last: the life itself."""
    return life.earlier[number] if number < len(life.earlier) else life
