"""Giving refused records another try, after the parser, the aliases or the catalogue changed."""

from connectors.clock import Clock
from connectors.dvcqg.catalogue import Catalogue
from connectors.dvcqg.originals import read_again
from connectors.intake.intake import settle
from connectors.intake.quarantine import Kept, Quarantine
from connectors.intake.refusals import Refusal
from connectors.log.writer import LogWriter


class NoOriginalError(Exception):
    """The original is gone: it was settled, or kept for its 30 days."""


class StillRefusedError(Exception):
    """The parser of today refuses the record too."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__("; ".join(map(str, refusals)))
        self.refusals = refusals


def replay(
    kept: Kept, quarantine: Quarantine, writer: LogWriter, catalogue: Catalogue, clock: Clock
) -> int:
    """Write the record's events as if it had been read when it was received: an observation that
    is older than what came since changes nothing that is newer. Returns the number of records.

    Blocks. Raises NoOriginalError, StillRefusedError, VaultError, LogError.
    """
    letter = kept.letter
    if not kept.sealed:
        raise NoOriginalError(f"the original is gone ({kept.state})")
    original = quarantine.vault.unseal(letter.hash, kept.sealed)
    found = read_again(letter, original, catalogue)
    if found.refused:
        raise StillRefusedError([record.refusal for record in found.refused])
    writer.write(letter.topic, found.events).result()
    settle(quarantine, writer, letter, "replayed", clock)
    return found.accepted
