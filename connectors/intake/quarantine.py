"""Originals of refused records: encrypted, local, for 30 days; and which records are known bad.

A record's name is kept for ever, its original until it expires or is settled.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from connectors.contract.codec import encode
from connectors.intake.database import Database
from connectors.intake.letters import DeadLetter, Settled
from connectors.intake.vault import Vault

KEPT_SECONDS = 30 * 86_400
MAX_BYTES = 2 * 1024**3

_letter = msgspec.json.Decoder(DeadLetter)


class QuarantineFullError(Exception):
    """No room for more originals: the source must stop until somebody looks at what it sends."""


class UnknownLetterError(Exception):
    """No refused record has that hash here."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A refused record as this connector has it. `state`: pending (not yet in the log), written,
    replayed, discarded. `sealed` None: the original is gone.
    """

    letter: DeadLetter
    state: str
    sealed: bytes | None


class Quarantine:
    def __init__(self, database: Database, vault: Vault, max_bytes: int = MAX_BYTES) -> None:
        self.vault = vault
        self._database = database
        self._max_bytes = max_bytes
        self.bytes = self.records = 0
        with database.transaction() as rows:
            self._measure(rows)

    def keep(self, letters: Iterable[tuple[DeadLetter, bytes]], now: float) -> set[str]:
        """Keep each letter with its original; returns the hashes of those not yet in the log.

        Durable when it returns. Raises QuarantineFullError and then keeps none.
        """
        wanted = set()
        before = self.bytes, self.records
        try:
            with self._database.transaction() as rows:
                for letter, original in letters:
                    if self._add(rows, letter, original, round(now) + KEPT_SECONDS):
                        wanted.add(letter.hash)
        except BaseException:
            self.bytes, self.records = before
            raise
        return wanted

    def _add(
        self, rows: sqlite3.Connection, letter: DeadLetter, original: bytes, expires_at: int
    ) -> bool:
        known = rows.execute("SELECT state FROM refused WHERE hash = ?", (letter.hash,)).fetchone()
        if known:
            return bool(known[0] == "pending")
        sealed = self.vault.seal(letter.hash, original)
        if self.bytes + len(sealed) > self._max_bytes:
            self._measure(rows)  # somebody may have made room meanwhile
        if self.bytes + len(sealed) > self._max_bytes:
            raise QuarantineFullError(
                f"the quarantine holds {self.bytes} bytes, {self._max_bytes} may: look at "
                "`ioc dead-letters list`, then replay or discard"
            )
        rows.execute(
            "INSERT INTO refused VALUES (?, ?, ?, 'pending', ?, ?)",
            (letter.hash, letter.source, encode(letter), sealed, expires_at),
        )
        self.bytes += len(sealed)
        self.records += 1
        return True

    def written(self, hashes: Iterable[str]) -> None:
        """The log has acknowledged these letters."""
        with self._database.transaction() as rows:
            rows.executemany(
                "UPDATE refused SET state = 'written' WHERE hash = ? AND state = 'pending'",
                [(name,) for name in hashes],
            )

    def find(self, beginning: str) -> Kept:
        """The record whose hash begins so. Raises UnknownLetterError, also when several do."""
        pattern = beginning.lower() + "%" if beginning.isalnum() else ""
        with self._database.transaction() as rows:
            found = rows.execute(
                "SELECT letter, state, original FROM refused WHERE hash LIKE ? LIMIT 2", (pattern,)
            ).fetchall()
        if len(found) != 1:
            many = "more than one record has" if found else "no record has"
            raise UnknownLetterError(
                f"{many} a hash that begins with {beginning!r} here: see `ioc dead-letters list`"
            )
        return _kept(*found[0])

    def all(self) -> Iterator[Kept]:
        """Every record that was ever refused here, oldest first, without originals."""
        with self._database.transaction() as rows:
            found = rows.execute(
                "SELECT letter, state, original IS NOT NULL FROM refused ORDER BY rowid"
            ).fetchall()
        for letter, state, has_original in found:
            yield _kept(letter, state, b"" if has_original else None)

    def settle(self, name: str, outcome: Settled) -> None:
        """The record needs nothing more: its original goes, its hash stays."""
        self._forget("state = ?, original = NULL", "hash = ?", (outcome, name))

    def expire(self, now: float) -> None:
        """Remove the originals that were kept long enough."""
        self._forget("original = NULL", "original IS NOT NULL AND expires_at <= ?", (round(now),))

    def _forget(self, change: str, which: str, values: tuple[object, ...]) -> None:
        with self._database.transaction() as rows:
            rows.execute(f"UPDATE refused SET {change} WHERE {which}", values)  # noqa: S608
            self._measure(rows)

    def _measure(self, rows: sqlite3.Connection) -> None:
        self.bytes, self.records = rows.execute(
            "SELECT coalesce(sum(length(original)), 0), count(original) FROM refused"
        ).fetchone()


def _kept(letter: bytes, state: str, sealed: bytes | None) -> Kept:
    return Kept(_letter.decode(letter), state, sealed)
