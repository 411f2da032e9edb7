"""The hash of a state: a sum of digests, brought up to date only where something changed."""

from collections.abc import Iterator
from typing import Final, Protocol

from streams.core.packing import Names

HASH_MODULUS: Final = 2**128


class Digestible(Protocol):
    """`digest` is what the hash holds of it now; None: nothing."""

    digest: int | None

    def compute_digest(self, names: Names) -> int: ...


class StateHash:
    """Sum mod 2^128 over its parts; the same facts give the same hash, however they came."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._sum = 0
        self._stale: list[Digestible] = []

    def add(self, part: Digestible) -> None:
        """A new part, whose digest is None."""
        self._stale.append(part)

    def forget(self, part: Digestible) -> None:
        """The part changed, or is about to."""
        if part.digest is not None:
            self._sum -= part.digest
            part.digest = None
            self._stale.append(part)

    def hashing(self, size: int) -> Iterator[None]:
        """Brings the hash up to what was folded, yielding after each slice."""
        while self._stale:
            for part in self._stale[-size:]:
                part.digest = part.compute_digest(self._names)
                self._sum += part.digest
            del self._stale[-size:]
            yield

    @property
    def value(self) -> int:
        """Of what was hashed so far."""
        self._sum %= HASH_MODULUS
        return self._sum
