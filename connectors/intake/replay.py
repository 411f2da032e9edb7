"""Giving refused records another try, after the parser, the mapping or the lists changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connectors.clock import Clock
from connectors.intake.intake import settle
from connectors.intake.letters import DeadLetter
from connectors.intake.quarantine import Kept, Quarantine
from connectors.intake.refusals import Refusal
from connectors.log.writer import LogWriter


class ReplayError(Exception):
    """The record is not replayed: why."""


@dataclass(frozen=True, slots=True)
class Again:
    """What reading an original once more gave: (subject, encoded event), records, refusals."""

    events: Sequence[tuple[str, bytes]]
    accepted: int
    refusals: Sequence[Refusal]


# Reads the original of a letter as if it were received when it was. May raise ReplayError.
ReadAgain = Callable[[DeadLetter, bytes], Again]


def replay(
    kept: Kept, quarantine: Quarantine, writer: LogWriter, read_again: ReadAgain, clock: Clock
) -> int:
    """Write the record's events as if it had been read when it was received: an observation that
    is older than what came since changes nothing that is newer. Returns the number of records.

    Blocks. Raises ReplayError, VaultError, LogError.
    """
    letter = kept.letter
    if not kept.sealed:
        raise ReplayError(f"the original is gone ({kept.state})")
    found = read_again(letter, quarantine.vault.unseal(letter.hash, kept.sealed))
    if found.refusals:
        raise ReplayError("; ".join(map(str, found.refusals)))
    writer.write(letter.topic, found.events).result()
    settle(quarantine, writer, letter, "replayed", clock)
    return found.accepted
