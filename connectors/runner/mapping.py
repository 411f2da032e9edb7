"""Records of a source → events for the log, or refusals: exactly one of both for every record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from connectors.intake.codes import without_numbers_of_persons
from connectors.intake.intake import Delivery, Refused
from connectors.intake.refusals import Reason, Refusal, RefusedError
from connectors.runner.adapter import Record, Unreadable
from connectors.runner.cells import AHEAD_SECONDS
from connectors.runner.settings import SourceSettings

WHOLE_RECORD = "record"
_LONGEST_POSITION = 500

_encode_values = msgspec.json.Encoder(enc_hook=repr, decimal_format="number").encode


@dataclass(slots=True)
class Mapped:
    """What one record gave: (subject, encoded event). `refusal`: it is refused, though other parts
    of it may be events. `unknown`: it has a code that no list of ours has.
    """

    events: list[tuple[str, bytes]] = field(default_factory=list)
    unknown: bool = False
    refusal: Refusal | None = None


class Mapper(Protocol):
    def read(self, values: Mapping[str, Any], observed_at: int, latest: int) -> Mapped:
        """The events of a record observed at that microsecond; `latest`: the last second that they
        may be of. Raises RefusedError.
        """
        ...


def mapper_of(source: SourceSettings) -> Mapper:
    """KeyError for a subsystem or indicator that the registry does not have: `checks` tells."""
    from connectors.runner.cases import CasesMapper  # noqa: PLC0415
    from connectors.runner.readings import ReadingsMapper  # noqa: PLC0415

    sparse = source.family == "http"
    if source.readings:
        return ReadingsMapper(source, source.readings, sparse=sparse)
    assert source.cases
    return CasesMapper(source, source.cases, sparse=sparse)


def translate(
    source: SourceSettings,
    mapper: Mapper,
    records: Sequence[Record | Unreadable],
    observed_at: int,
) -> Delivery:
    """The delivery of a batch whose first record is observed at that microsecond, each further one
    a microsecond later. Never raises for whatever the records are.
    """
    events: list[tuple[str, bytes]] = []
    refused: list[Refused] = []
    accepted = unknown = 0
    latest = observed_at // 1_000_000 + AHEAD_SECONDS
    for moment, record in enumerate(records, observed_at):
        mapped = _mapped(mapper, record, moment, latest)
        events += mapped.events
        if mapped.refusal:
            refused.append(_refused(record, mapped.refusal, moment))
        else:
            accepted += 1
            unknown += mapped.unknown
    return Delivery(
        source=source.name,
        kind=source.kind,
        observed_at=observed_at + max(len(records) - 1, 0),
        events=events,
        accepted=accepted,
        unknown=unknown,
        refused=refused,
    )


def _mapped(mapper: Mapper, record: Record | Unreadable, moment: int, latest: int) -> Mapped:
    if isinstance(record, Unreadable):
        return Mapped(refusal=Refusal(WHOLE_RECORD, Reason.UNREADABLE))
    try:
        return mapper.read(record.values, moment, latest)
    except RefusedError as error:
        return Mapped(refusal=error.refusal)
    except Exception:  # one record that we did not think of is no reason to lose the others
        return Mapped(refusal=Refusal(WHOLE_RECORD, Reason.UNREADABLE))


def _refused(record: Record | Unreadable, refusal: Refusal, moment: int) -> Refused:
    if isinstance(record, Unreadable):
        original, remainder = record.raw, {"why": record.reason[:_LONGEST_POSITION]}
    else:
        original, remainder = original_of(record.values), {}
    return Refused(
        record=original,
        original=original,
        refusal=refusal,
        position=without_numbers_of_persons(record.position)[:_LONGEST_POSITION],
        observed_at=moment,
        remainder=remainder,
    )


def original_of(values: Mapping[str, Any]) -> bytes:
    """A record's values as JSON, as the quarantine keeps them."""
    try:
        return _encode_values(dict(values))
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError):
        return repr(values).encode(errors="backslashreplace")
