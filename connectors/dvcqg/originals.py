"""What the quarantine keeps of a refused record, and reading it once more."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from connectors.dvcqg import reading
from connectors.dvcqg.catalogue import Catalogue
from connectors.dvcqg.parser import Call
from connectors.dvcqg.reading import WHOLE, RefusedRecord
from connectors.dvcqg.wire import Scalar
from connectors.intake.intake import Refused
from connectors.intake.letters import DeadLetter, Kind, remainder
from connectors.intake.replay import Again, ReadAgain

CONNECTOR = "dvcqg"

# Of a refused record the log may know these members, when they have the form of their kind.
ALLOWED: Mapping[str, Kind] = {
    "MaHoSo": "code",
    "MaTTHC": "code",
    "KenhThucHien": "status",
    "TrangThaiHoSo": "status",
    "TrangThai": "status",
    "DuocThanhToanTrucTuyen": "status",
    "NgayNopHoSo": "time",
    "NgayTiepNhan": "time",
    "NgayHenTra": "time",
    "NgayKetThucXuLy": "time",
    "NgayTra": "time",
    "NgayTuChoi": "time",
    "ThoiDiemXuLy": "time",
    "NgayBatDau": "time",
    "NgayKetThucTheoQuyDinh": "time",
}


class Original(Struct):
    """The call and the record as sent; `whole`: the record is all the data of the call."""

    service: str
    agency: Scalar
    updating: bool | None
    whole: bool
    record: bytes


_pack = msgspec.msgpack.Encoder().encode
unpack = msgspec.msgpack.Decoder(Original).decode


def refused(records: Sequence[RefusedRecord], call: Call, observed_at: int) -> list[Refused]:
    """The refused records of a request whose first record was observed at that microsecond."""
    return [
        Refused(
            record=item.original,
            original=_pack(_original(item, call)),
            refusal=item.refusal,
            position=_position(item, call, observed_at),
            observed_at=observed_at + max(item.index, 0),
            remainder=remainder(item.original, ALLOWED),
        )
        for item in records
    ]


def _original(item: RefusedRecord, call: Call) -> Original:
    whole = item.index == WHOLE
    return Original(call.service, call.agency, call.updating, whole, item.original)


def _position(item: RefusedRecord, call: Call, observed_at: int) -> str:
    place = "" if item.index == WHOLE else f"[{item.index}]"
    return f"{call.service}@{observed_at}{place}"


def reader(catalogue: Catalogue) -> ReadAgain:
    """Reads originals with the parser of today."""

    def read_again(letter: DeadLetter, original: bytes) -> Again:
        kept = unpack(original)
        call = Call(letter.source, kept.service, kept.agency, kept.updating)
        data = kept.record if kept.whole else b"[%b]" % kept.record
        read = reading.steps if kept.updating is None else reading.dossiers
        found = read(data, call, catalogue, letter.observed_at)
        refusals = [record.refusal for record in found.refused]
        return Again(found.events, found.accepted, refusals)

    return read_again
