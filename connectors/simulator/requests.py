"""Requests of the synchronisation protocol: what is sent at once, and in what order.

Requests of one lane are sent one after the other, so that the records of a dossier keep their
order; lanes have no dossier in common.
"""

import json
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

Service = Literal["DongBoHoSoMC", "CapNhatTienDoHoSoMC"]
DOSSIERS: Service = "DongBoHoSoMC"
PROGRESS: Service = "CapNhatTienDoHoSoMC"
MAX_OBJECTS = 500


class Request(Struct, frozen=True, gc=False):
    """One array of records.

    `at`: scenario time of sending, Unix seconds. `updating`: None for progress. `cases[i]` is the
    dossier of `objects[i]`, an encoded JSON object. `remaining`: dossiers that still have records
    to come, 0 only in the last request. `deciding`: indexes of dossier objects without which some
    figure is different. `again`: the same was sent before.
    """

    at: int
    lane: int
    service: Service
    madonvi: str
    updating: bool | None
    cases: list[str]
    objects: list[bytes]
    remaining: int = 1
    deciding: tuple[int, ...] = ()
    again: bool = False

    @property
    def data(self) -> list[dict[str, Any]]:
        """The records, decoded."""
        found: list[dict[str, Any]] = json.loads(_array(self.objects))
        return found

    def with_remaining(self, remaining: int) -> "Request":
        return replace(self, remaining=remaining)


def body(request: Request) -> bytes:
    """The JSON body of the call, without `session`."""
    return b"{%b}" % _members(request)


def line(request: Request) -> bytes:
    """A line of a feed file."""
    return b'{"at":%d,"remaining":%d,"lane":%d,%b}\n' % (
        request.at,
        request.remaining,
        request.lane,
        _members(request),
    )


def _members(request: Request) -> bytes:
    updating = b""
    if request.updating is not None:
        updating = b'"isUpdating":"True",' if request.updating else b'"isUpdating":"False",'
    return b'"service":"%b","madonvi":"%b",%b"data":%b' % (
        request.service.encode(),
        request.madonvi.encode(),
        updating,
        _array(request.objects),
    )


def _array(objects: list[bytes]) -> bytes:
    return b"[%b]" % b",".join(objects)


def ending(requests: Iterable[Request]) -> Iterator[Request]:
    """The same requests; the last one says that nothing remains, and only that one."""
    held: Request | None = None
    for request in requests:
        if held is not None:
            yield held if held.remaining else held.with_remaining(1)
        held = request
    if held is not None:
        yield held.with_remaining(0)


def dropped(requests: Iterable[Request], count: int, seed: int, dossiers: int) -> Iterator[Request]:
    """The same feed with `count` deciding dossier objects lost, wherever they are told.

    ValueError at the end when the feed has fewer of them.
    """
    among = range(max(count, dossiers * 3 // 4))
    chosen = set(Random(seed).sample(among, count))
    lost: set[str] = set()
    seen = 0

    def kept() -> Iterator[Request]:
        nonlocal seen
        for request in requests:
            losing = set()
            for index in request.deciding:
                case = request.cases[index]
                if case in lost or (seen in chosen and not request.again):
                    losing.add(index)
                    lost.add(case)
                seen += not request.again
            if len(losing) < len(request.objects):
                yield _without(request, losing) if losing else request

    yield from ending(kept())
    if len(lost) < count:
        raise ValueError(f"{count} records to drop, and the feed has {len(lost)} that decide")


def _without(request: Request, losing: set[int]) -> Request:
    kept = [index for index in range(len(request.objects)) if index not in losing]
    return replace(
        request,
        cases=[request.cases[index] for index in kept],
        objects=[request.objects[index] for index in kept],
        deciding=tuple(new for new, old in enumerate(kept) if old in request.deciding),
    )


def shuffled(requests: Iterable[Request], seed: int, span: int = 48) -> Iterator[Request]:
    """The same requests in another order: any two that share a dossier keep theirs.

    Looks `span` requests ahead.
    """
    random = Random(seed)

    def mixed() -> Iterator[Request]:
        held: list[tuple[frozenset[str], Request]] = []
        for request in requests:
            held.append((frozenset(request.cases), request))
            if len(held) >= span:
                yield held.pop(random.choice(_free(held)))[1]
        while held:
            yield held.pop(random.choice(_free(held)))[1]

    return ending(mixed())


def _free(held: list[tuple[frozenset[str], Request]]) -> list[int]:
    """Those that share no dossier with one before them; the first always is."""
    return [
        index
        for index, (cases, _) in enumerate(held)
        if all(cases.isdisjoint(earlier) for earlier, _ in held[:index])
    ]
