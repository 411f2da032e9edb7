"""An HTTP interface that answers with JSON, as an adapter.

Most tell only what there is now: then what the answer before did not have is new. Some can be
asked for what came since a time, or page by page.
"""

import base64
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

from connectors.clock import Clock
from connectors.http_json.fetch import Fetcher
from connectors.http_json.settings import HttpJsonSettings
from connectors.runner.adapter import Adapter, Batch, Position, Record, Unreadable
from connectors.runner.times import VIETNAM

_HASH_BYTES = 6


class Place(msgspec.Struct, omit_defaults=True):
    """What a position says. `asked_at`: Unix seconds of the last answer; `seen`: hashes of the
    records that need not be told again; `etag`, `modified`: the marks of the last answer.
    """

    asked_at: int = 0
    since: str | float | int | None = None
    cursor: str | int | None = None
    etag: str | None = None
    modified: str | None = None
    seen: str = ""


_places = msgspec.json.Decoder(Place)


def open_adapter(settings: HttpJsonSettings, connector: str, clock: Clock) -> Adapter:  # noqa: ARG001
    """Connects at the first poll."""
    return HttpJsonAdapter(settings, clock)


class HttpJsonAdapter:
    def __init__(self, settings: HttpJsonSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._fetcher = Fetcher(settings)

    def poll(self, position: Position | None, limit: int) -> Batch:  # noqa: ARG002
        """The whole answer: how much it holds is for the interface to say, within `max_bytes`."""
        place = self._place(position)
        answer = self._fetcher.fetch(self._question(place), place.etag, place.modified)
        asked_at = int(self._clock.now())
        if answer is None:
            return Batch([], _written(msgspec.structs.replace(place, asked_at=asked_at)))
        listed = self._listed(answer.content)
        hashes = [_hash(one) for one in listed]
        seen = _unpacked(place.seen)
        fresh = [_record(one, n) for n, one in enumerate(listed) if hashes[n] not in seen]
        reached = self._reached(place, answer.content, listed, hashes)
        reached.asked_at, reached.etag, reached.modified = asked_at, answer.etag, answer.modified
        moved = (reached.since, reached.cursor) != (place.since, place.cursor)
        lost = self._slots_missed(place.asked_at, asked_at) * len(fresh)
        return Batch(fresh, _written(reached), more=moved and bool(listed), lost=lost)

    def position_at(self, moment: int) -> Position | None:
        if self._settings.since is None:
            raise self._fetcher.wrong("tells only what there is now: it cannot be read again")
        return _written(Place(since=datetime.fromtimestamp(moment, VIETNAM).isoformat()))

    def close(self) -> None:
        self._fetcher.close()

    def _place(self, position: Position | None) -> Place:
        try:
            place = _places.decode(position) if position else Place()
            _unpacked(place.seen)
        except (msgspec.DecodeError, ValueError):
            words = 'is at no position of its own; allowed: such as {"since":"2026-01-01"}'
            raise self._fetcher.wrong(words) from None
        return place

    def _question(self, place: Place) -> dict[str, str]:
        settings = self._settings
        asked = {settings.since: place.since, settings.cursor: place.cursor}
        return {name: str(value) for name, value in asked.items() if name and value is not None}

    def _listed(self, content: object) -> list[Any]:
        listed = _at(content, self._settings.records)
        if not isinstance(listed, list):
            where = f"records = {self._settings.records!r}"
            raise self._fetcher.wrong(f"has no list of records at {where}: did it change?")
        return listed

    def _reached(
        self, place: Place, content: object, listed: list[Any], hashes: list[bytes]
    ) -> Place:
        """Where to ask on from, and what of this answer will then come again."""
        settings = self._settings
        if settings.cursor:
            following = _at(content, settings.next)
            if isinstance(following, str | int) and following != place.cursor:
                return Place(cursor=following)
            return Place(cursor=place.cursor, seen=_packed(hashes))
        if settings.since and settings.since_member:
            times = [_at(one, settings.since_member) for one in listed]
            newest = _newest([time for time in times if time is not None], place.since)
            last = [name for name, time in zip(hashes, times, strict=True) if time == newest]
            kept = list(_unpacked(place.seen)) if newest == place.since else []
            return Place(since=newest, seen=_packed([*kept, *last]))
        return Place(seen=_packed(hashes))

    def _slots_missed(self, before: int, now: int) -> int:
        """Slots that began and ended between two answers: what was in them is overwritten."""
        slot = self._settings.slot_seconds
        return max(now // slot - before // slot - 1, 0) if slot and before else 0


def _at(content: object, path: str) -> Any:
    for name in path.split(".") if path else ():
        content = content.get(name) if isinstance(content, dict) else None
    return content


def _newest(times: list[Any], before: Any) -> Any:
    """The highest of them all; those of another type than the first order nothing."""
    comparable = [before, *times] if before is not None else times
    kinds = str if any(isinstance(time, str) for time in comparable[:1]) else int | float
    return max((time for time in comparable if isinstance(time, kinds)), default=None)


def _record(one: Any, number: int) -> Record | Unreadable:
    if isinstance(one, dict):
        return Record(_flat(one), f"record {number}")
    return Unreadable(msgspec.json.encode(one), "is no JSON object", f"record {number}")


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    """Members of members as `outer.inner`."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": found for inner, found in _flat(value).items()}
        else:
            flat[name] = value
    return flat


def _hash(one: Any) -> bytes:
    encoded = msgspec.json.encode(one, order="sorted")
    return blake2b(encoded, digest_size=_HASH_BYTES).digest()


def _packed(hashes: list[bytes]) -> str:
    return base64.b64encode(b"".join(sorted(set(hashes)))).decode()


def _unpacked(packed: str) -> set[bytes]:
    whole = base64.b64decode(packed, validate=True)
    return {whole[n : n + _HASH_BYTES] for n in range(0, len(whole), _HASH_BYTES)}


def _written(place: Place) -> Position:
    return msgspec.json.encode(place).decode()
