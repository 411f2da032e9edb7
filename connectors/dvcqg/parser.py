"""One record of the protocol → one event of the contract, or RefusedError."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from connectors.contract.codec import CaseEvent, CaseFacts, ProgressRow, Supplement
from connectors.contract.identity import INSERT, UPDATE, case_event
from connectors.dvcqg import values, wire
from connectors.dvcqg.catalogue import Catalogue, Handler
from connectors.dvcqg.traits import traits
from connectors.intake.codes import safe_name
from connectors.intake.refusals import Reason, RefusedError

MAX_SUPPLEMENTS = 200
MAX_ROWS = 500


@dataclass(frozen=True, slots=True)
class Call:
    """What the records of one request share. `agency`: madonvi; `updating`: None for progress."""

    source: str
    service: str
    agency: wire.Scalar
    updating: bool | None = None

    @property
    def revision(self) -> int:
        """An insert that arrives after an update changes nothing, as at the national portal."""
        return UPDATE if self.updating else INSERT


class Parsed(NamedTuple):
    """`unknown`: an agency, procedure, channel or payment that no list of ours has."""

    event: CaseEvent
    unknown: bool


def dossier(record: wire.Dossier, call: Call, catalogue: Catalogue, observed_at: int) -> Parsed:
    """The event of a dossier object; it speaks of every attribute. `observed_at`: microseconds."""
    case = values.case_id(record.case)
    status = values.status(record.status, "TrangThaiHoSo")
    channel, odd_channel = values.channel(record.channel)
    payment, odd_payment = values.payment(record.payment)
    procedure = catalogue.procedure(record.procedure)
    handler = catalogue.handler(case, call.agency)
    seconds = values.seconds
    facts = CaseFacts(
        agency=handler.code,
        procedure=procedure.code,
        field=procedure.field,
        channel=channel,
        service_level=procedure.level,
        payment=payment,
        status=status,
        submitted=seconds(record.submitted, "NgayNopHoSo"),
        received=seconds(record.received, "NgayTiepNhan"),
        due=seconds(record.due, "NgayHenTra"),
        finished=seconds(record.finished, "NgayKetThucXuLy"),
        returned=seconds(record.returned, "NgayTra"),
        refused=seconds(record.refused, "NgayTuChoi"),
        supplements=_supplements(record.supplements) if record.supplements else (),
        traits=traits(record),
    )
    if facts.submitted is None and facts.received is None and facts.refused is None:
        raise RefusedError("NgayTiepNhan", Reason.NO_TIME)
    event = case_event(
        source=call.source,
        kind="dossier",
        case=case,
        revision=call.revision,
        observed_at=observed_at,
        facts=facts,
    )
    unknown = handler.unknown or procedure.unknown or odd_channel or odd_payment
    return Parsed(event, unknown)


def _supplements(listed: list[wire.Supplement] | str) -> tuple[Supplement, ...]:
    """In order of time, whatever order the sender lists them in."""
    if isinstance(listed, str):
        if listed.strip():
            raise RefusedError("DanhSachHoSoBoSung", Reason.WRONG_TYPE)
        return ()
    if len(listed) > MAX_SUPPLEMENTS:
        raise RefusedError("DanhSachHoSoBoSung", Reason.TOO_MANY)
    found = [_supplement(item, number) for number, item in enumerate(listed)]
    return tuple(
        sorted(
            (item for item in found if item),
            key=lambda item: (item.requested, item.due_after or 0, item.received or 0),
        )
    )


def _supplement(item: wire.Supplement, number: int) -> Supplement | None:
    """None for an entry that tells no time at all."""
    prefix = f"DanhSachHoSoBoSung[{number}]."
    requested = values.seconds(item.requested, prefix + "NgayBoSung")
    received = values.seconds(item.received, prefix + "NgayTiepNhanBoSung")
    due_before = values.seconds(item.due_before, prefix + "NgayHenTraTruoc")
    due_after = values.seconds(item.due_after, prefix + "NgayHenTraMoi")
    if requested is None:
        if (received, due_before, due_after) == (None, None, None):
            return None
        raise RefusedError(prefix + "NgayBoSung", Reason.MISSING)
    return Supplement(requested, received, due_before, due_after)


class Step(NamedTuple):
    """A progress row and the dossier that it belongs to."""

    case: str
    row: ProgressRow
    handler: Handler


def step(record: wire.Step, call: Call, catalogue: Catalogue) -> Step:
    """The row of a progress object. The person who handled it is not read."""
    case = values.case_id(record.case)
    time = values.seconds(record.time, "ThoiDiemXuLy")
    if time is None:
        raise RefusedError("ThoiDiemXuLy", Reason.MISSING)
    handler = catalogue.handler(case, call.agency)
    department = record.department
    row = ProgressRow(
        time=time,
        status=values.status(record.status, "TrangThai"),
        agency=handler.code,
        department=safe_name(department) if isinstance(department, str) else None,
        began=values.seconds(record.began, "NgayBatDau"),
        due=values.seconds(record.due, "NgayKetThucTheoQuyDinh"),
    )
    return Step(case, row, handler)


def progress(case: str, rows: Sequence[ProgressRow], call: Call, observed_at: int) -> CaseEvent:
    """The event of a dossier's rows; of two with the same time and status the last one stands."""
    distinct = {(row.time, row.status): row for row in rows}
    return case_event(
        source=call.source,
        kind="dossier",
        case=case,
        revision=INSERT,
        observed_at=observed_at,
        progress=list(distinct.values()),
    )
