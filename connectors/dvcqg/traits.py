"""What index 766/QĐ-TTg asks of a dossier beside its times (indicators 3.6 and 4.1 to 4.5).

The lists are looked at leniently: a malformed one tells nothing, and is no reason to refuse.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Raw, Struct, field

from connectors.contract.vocabulary import Trait
from connectors.dvcqg.wire import DECODE_ERRORS, Dossier, Scalar

_NOTHING = {b"null", b'""', b"[]", b'"0"', b"0", b"false"}


class Paper(Struct, gc=False):
    """An element of TaiLieuNop."""

    digitised: Scalar = field(default=None, name="DuocSoHoa")
    reused: Scalar = field(default=None, name="DuocTaiSuDung")
    from_store: Scalar = field(default=None, name="DuocLayTuKhoDMQG")


class Fee(Struct, gc=False):
    """An element of DanhSachLePhi; the amount is in đồng."""

    amount: Scalar = field(default=None, name="Gia")


class Result(Struct, gc=False):
    """An element of DanhSachGiayToKetQua."""

    file: Scalar = field(default=None, name="DuongDanTepTinKetQua")


class Database(Struct, gc=False):
    """An element of DSKetNoiCSDL."""

    code: Scalar = field(default=None, name="MaCSDL")


_papers = msgspec.json.Decoder(list[Paper]).decode
_fees = msgspec.json.Decoder(list[Fee]).decode
_results = msgspec.json.Decoder(list[Result]).decode
_databases = msgspec.json.Decoder(list[Database]).decode


def traits(record: Dossier) -> tuple[Trait, ...]:
    """In alphabetical order, each once."""
    return tuple(sorted(set(_traits(record))))


def _traits(record: Dossier) -> Iterator[Trait]:
    if _yes(record.digitised):
        yield "components_digitised"
    if _yes(record.vneid):
        yield "identified_by_vneid"
    for paper in _read(_papers, record.papers):
        if paper.digitised in ("1", 1):
            yield "components_digitised"
        if paper.reused in ("1", "2", 1, 2):
            yield "components_reused"
        if paper.from_store in ("1", 1):
            yield "from_personal_store"
    if any(_amount(fee.amount) for fee in _read(_fees, record.fees)):
        yield "fee_bearing"
    if any(database.code for database in _read(_databases, record.databases)):
        yield "population_data"
    if any(result.file for result in _read(_results, record.results)):
        yield "result_digitised"
        yield "result_electronic"


def _yes(raw: Raw) -> bool:
    return bytes(raw) in (b'"1"', b"1", b"true")


def _read(decode: Any, raw: Raw) -> list[Any]:
    if bytes(raw) in _NOTHING:
        return []
    try:
        found: list[Any] = decode(raw)
    except DECODE_ERRORS:
        return []
    return found


def _amount(value: Scalar) -> bool:
    """Whether anything is to be paid."""
    try:
        return float(value or 0) > 0
    except ValueError:
        return False
