"""What the quarantine keeps of a refused record of a source that is asked: its values, as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from connectors.intake.letters import DeadLetter
from connectors.intake.refusals import Reason, RefusedError
from connectors.intake.replay import Again, ReadAgain, ReplayError
from connectors.runner.cells import AHEAD_SECONDS
from connectors.runner.mapping import WHOLE_RECORD, mapper_of
from connectors.runner.settings import SourceSettings


def reader(sources: Sequence[SourceSettings]) -> ReadAgain:
    """Reads originals with the mapping that the configuration has today."""
    declared = {source.name: source for source in sources}

    def read_again(letter: DeadLetter, original: bytes) -> Again:
        source = declared.get(letter.source)
        if source is None:
            raise ReplayError(f"source {letter.source} is not declared: name a --config that does")
        try:
            mapped = mapper_of(source).read(
                _values(original),
                letter.observed_at,
                letter.observed_at // 1_000_000 + AHEAD_SECONDS,
            )
        except RefusedError as error:
            return Again((), 0, [error.refusal])
        return Again(mapped.events, 1, [mapped.refusal] if mapped.refusal else [])

    return read_again


def _values(original: bytes) -> Mapping[str, Any]:
    """Raises RefusedError for what was no record of values in the first place."""
    try:
        found = msgspec.json.decode(original)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise RefusedError(WHOLE_RECORD, Reason.UNREADABLE)
    return found
