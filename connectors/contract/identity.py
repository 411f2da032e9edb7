"""Who is who: the id of an event, and the order of two observations of one case."""

from collections.abc import Sequence
from hashlib import blake2b

from connectors.contract.codec import CaseEvent, CaseFacts, ProgressRow, Reading, encode
from connectors.contract.partitions import reading_subject

INSERT, UPDATE = 0, 1


def content_id(source: str, subject: str, content: bytes) -> str:
    """The id of an event: 16 hex digits over source, subject and canonical content.

    The same content of the same source has the same id, whenever it is sent.
    """
    digest = blake2b(f"{source}\0{subject}\0".encode(), digest_size=8)
    digest.update(content)
    return digest.hexdigest()


def case_event(
    *,
    source: str,
    kind: str,
    case: str,
    revision: int,
    observed_at: int,
    facts: CaseFacts | None = None,
    partial: tuple[str, ...] | None = None,
    progress: Sequence[ProgressRow] = (),
) -> CaseEvent:
    """A case event with its id; `observed_at` in Unix microseconds.

    Progress rows are put in the order of their key: they are a set, and the id must not depend on
    the order in which a source lists them.
    """
    rows = tuple(sorted(progress, key=lambda row: (row.time, row.status)))
    content = encode((facts, partial, rows))
    return CaseEvent(
        id=content_id(source, f"{kind}/{case}", content),
        source=source,
        kind=kind,  # type: ignore[arg-type]  # the caller's literal, checked on decode
        case=case,
        revision=revision,
        observed_at=observed_at,
        facts=facts,
        partial=partial,
        progress=rows,
    )


def reading_event(
    *,
    source: str,
    subsystem: str,
    indicator: str,
    unit: str,
    period: str,
    value: float | None,
    time: int,
    revision: int,
    observed_at: int,
) -> Reading:
    """A reading with its id; `time` in Unix seconds, `observed_at` in Unix microseconds.

    The revision is the source's own, 0 where it has none: then the one observed last wins.
    """
    content = encode((period, value, time))
    return Reading(
        id=content_id(source, f"{subsystem}/{reading_subject(indicator, unit)}", content),
        source=source,
        subsystem=subsystem,
        indicator=indicator,
        unit=unit,
        period=period,
        value=value,
        time=time,
        revision=revision,
        observed_at=observed_at,
    )


def version(event: CaseEvent | Reading) -> tuple[int, int, str]:
    """Observations of one subject by one source, oldest first: revision, reception, content."""
    return event.revision, event.observed_at, event.id
