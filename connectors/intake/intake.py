"""Records in, events and dead letters out: the way that every connector takes to the log."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from connectors.clock import Clock
from connectors.contract.codec import encode
from connectors.contract.vocabulary import SourceKind
from connectors.intake.checkpoints import Checkpoints
from connectors.intake.database import KEY_FILE, Database
from connectors.intake.letters import DeadLetter, Settled, Settlement
from connectors.intake.quarantine import MAX_BYTES, Quarantine
from connectors.intake.refusals import Refusal
from connectors.intake.sources import SourceBook
from connectors.intake.vault import open_vault
from connectors.log.lanes import LogUnavailableError
from connectors.log.writer import LogWriter
from seeds.topics import DEAD_LETTERS


@dataclass(slots=True)
class Refused:
    """A record that a parser refused. `original` is what a replay needs, the record included."""

    record: bytes
    original: bytes
    refusal: Refusal
    position: str
    observed_at: int
    remainder: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Delivery:
    """What one request or one poll of a source brought.

    `events`: (subject, encoded event). `accepted` and `unknown` count records; an event may hold
    several. `observed_at`: microseconds.
    """

    source: str
    kind: SourceKind
    observed_at: int
    events: Sequence[tuple[str, bytes]] = ()
    accepted: int = 0
    unknown: int = 0
    refused: Sequence[Refused] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every record of the delivery is exactly one of these."""

    accepted: int
    refused: int
    repeated: int


class Store:
    """What a connector keeps in its data folder."""

    def __init__(
        self, folder: Path, *, key_file: Path | None = None, max_bytes: int = MAX_BYTES
    ) -> None:
        """Raises DataFolderError, VaultError."""
        self._database = Database(folder)
        try:
            vault = open_vault(key_file or folder / KEY_FILE)
            self.quarantine = Quarantine(self._database, vault, max_bytes)
            self.book = SourceBook(self._database)
            self.checkpoints = Checkpoints(self._database)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        self._database.close()


class Intake:
    """One connector's way to one topic."""

    def __init__(
        self, connector: str, topic: str, writer: LogWriter, store: Store, clock: Clock
    ) -> None:
        self.topic = topic
        self.book = store.book
        self._connector = connector
        self._writer = writer
        self._quarantine = store.quarantine
        self._clock = clock
        # Letters on their way to the log, so that the same record, sent twice at once, is one;
        # the lock keeps them in step with what the quarantine knows.
        self._writing: dict[str, asyncio.Future[None]] = {}
        self._registry = asyncio.Lock()

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Return when everything is in the log: refusals in dead letters, events in their topic.

        Raises LogUnavailableError or QuarantineFullError: the source is to send the same again.
        Also TopicMismatchError and EventTooLargeError, which sending again does not help.
        """
        source = self.book.spoke(delivery.source, delivery.kind, self.topic)
        refused = await self._refuse(delivery)
        repeated = len(delivery.refused) - refused
        source.refused += refused
        source.repeated += repeated
        await self._writer.write_async(self.topic, delivery.events)
        source.accepted += delivery.accepted
        source.unknown += delivery.unknown
        if delivery.accepted:
            source.heard(delivery.observed_at)
        return Outcome(delivery.accepted, refused, repeated)

    async def _refuse(self, delivery: Delivery) -> int:
        """Keep the originals, then tell the log; returns how many were never refused before."""
        if not delivery.refused:
            return 0
        letters: dict[str, tuple[DeadLetter, bytes]] = {}
        for refused in delivery.refused:
            letter = self._letter(delivery.source, refused)
            letters.setdefault(letter.hash, (letter, refused.original))
        mine, others = await self._register(letters)
        if mine:
            await self._write(mine)
        for other in others:
            await asyncio.shield(other)
        return len(mine)

    async def _register(
        self, letters: dict[str, tuple[DeadLetter, bytes]]
    ) -> tuple[list[DeadLetter], list["asyncio.Future[None]"]]:
        """The letters to write, and the writes of others that include letters of ours."""
        async with self._registry:
            wanted = await asyncio.to_thread(
                self._quarantine.keep, letters.values(), self._clock.now()
            )
            others = [self._writing[name] for name in wanted if name in self._writing]
            mine = [letters[name][0] for name in sorted(wanted - self._writing.keys())]
            done = asyncio.get_running_loop().create_future()
            self._writing |= {letter.hash: done for letter in mine}
        return mine, others

    async def _write(self, letters: list[DeadLetter]) -> None:
        names = [letter.hash for letter in letters]
        done = self._writing[names[0]]
        try:
            await self._writer.write_async(
                DEAD_LETTERS, [(letter.hash, encode(letter)) for letter in letters]
            )
            async with self._registry:
                await asyncio.to_thread(self._quarantine.written, names)
                self._unregister(names)
            done.set_result(None)
        except BaseException:
            self._unregister(names)
            done.set_exception(LogUnavailableError("the dead letter did not reach the log"))
            done.exception()  # nobody need be waiting for it
            raise

    def _unregister(self, names: list[str]) -> None:
        for name in names:
            self._writing.pop(name, None)

    def _letter(self, source: str, refused: Refused) -> DeadLetter:
        return DeadLetter(
            hash=self._quarantine.vault.name(source, refused.record),
            source=source,
            connector=self._connector,
            topic=self.topic,
            position=refused.position,
            observed_at=refused.observed_at,
            field=refused.refusal.field,
            reason=refused.refusal.reason.value,
            size=len(refused.record),
            remainder=refused.remainder,
        )


def settle(
    quarantine: Quarantine, writer: LogWriter, letter: DeadLetter, outcome: Settled, clock: Clock
) -> None:
    """Say in the log what became of a dead letter, then let its original go. Blocks; raises
    LogUnavailableError.
    """
    event = Settlement(letter.hash, letter.source, outcome, clock.now_microseconds())
    writer.write(DEAD_LETTERS, [(letter.hash, encode(event))]).result()
    quarantine.settle(letter.hash, outcome)
