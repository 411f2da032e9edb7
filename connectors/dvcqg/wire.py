"""The protocol's JSON objects, as far as we read them. Whatever names a person is not decoded.

Scalars are strings in the protocol; senders exist that write numbers or booleans, so these are
taken too. Lists that only tell traits stay undecoded until they are looked at.
"""

import re

import msgspec
from msgspec import Raw, Struct, field

from connectors.intake.refusals import Reason, Refusal

Scalar = str | int | float | bool | None
NOTHING = Raw(b"null")


class Supplement(Struct, gc=False):
    """An element of DanhSachHoSoBoSung."""

    requested: Scalar = field(default=None, name="NgayBoSung")
    received: Scalar = field(default=None, name="NgayTiepNhanBoSung")
    due_before: Scalar = field(default=None, name="NgayHenTraTruoc")
    due_after: Scalar = field(default=None, name="NgayHenTraMoi")


class Dossier(Struct, gc=False):
    """An element of `data` in DongBoHoSoMC."""

    case: Scalar = field(default=None, name="MaHoSo")
    procedure: Scalar = field(default=None, name="MaTTHC")
    channel: Scalar = field(default=None, name="KenhThucHien")
    status: Scalar = field(default=None, name="TrangThaiHoSo")
    payment: Scalar = field(default=None, name="DuocThanhToanTrucTuyen")
    submitted: Scalar = field(default=None, name="NgayNopHoSo")
    received: Scalar = field(default=None, name="NgayTiepNhan")
    due: Scalar = field(default=None, name="NgayHenTra")
    finished: Scalar = field(default=None, name="NgayKetThucXuLy")
    returned: Scalar = field(default=None, name="NgayTra")
    refused: Scalar = field(default=None, name="NgayTuChoi")
    supplements: list[Supplement] | str | None = field(default=None, name="DanhSachHoSoBoSung")
    digitised: Raw = field(default=NOTHING, name="HoSoCoThanhPhanSoHoa")
    vneid: Raw = field(default=NOTHING, name="TaiKhoanDuocXacThucVoiVNeID")
    papers: Raw = field(default=NOTHING, name="TaiLieuNop")
    fees: Raw = field(default=NOTHING, name="DanhSachLePhi")
    results: Raw = field(default=NOTHING, name="DanhSachGiayToKetQua")
    databases: Raw = field(default=NOTHING, name="DSKetNoiCSDL")


class Step(Struct, gc=False):
    """An element of `data` in CapNhatTienDoHoSoMC."""

    case: Scalar = field(default=None, name="MaHoSo")
    time: Scalar = field(default=None, name="ThoiDiemXuLy")
    status: Scalar = field(default=None, name="TrangThai")
    department: Scalar = field(default=None, name="PhongBanXuLy")
    began: Scalar = field(default=None, name="NgayBatDau")
    due: Scalar = field(default=None, name="NgayKetThucTheoQuyDinh")


class Envelope(Struct):
    """The one JSON object of a call."""

    session: Scalar = None
    agency: Scalar = field(default=None, name="madonvi")
    service: Scalar = None
    updating: Scalar = field(default=None, name="isUpdating")
    case: Scalar = field(default=None, name="mahoso")
    data: Raw = NOTHING


class Login(Struct):
    username: str = ""
    password: str = ""


# Everything that decoding a stranger's bytes can raise.
DECODE_ERRORS = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)

envelope = msgspec.json.Decoder(Envelope).decode
login = msgspec.json.Decoder(Login).decode
dossier = msgspec.json.Decoder(Dossier).decode
dossiers = msgspec.json.Decoder(list[Dossier]).decode
step = msgspec.json.Decoder(Step).decode
steps = msgspec.json.Decoder(list[Step]).decode
records = msgspec.json.Decoder(list[Raw]).decode

_PATH = re.compile(r"`\$((?:\.[A-Za-z]+|\[[0-9.]+\])+)`$")


def refusal(error: Exception) -> Refusal:
    """What a decoding error of a single record says, without the value that it speaks of."""
    if isinstance(error, msgspec.ValidationError):
        path = _PATH.search(str(error))
        return Refusal(path[1].lstrip(".") if path else "data", Reason.WRONG_TYPE)
    return Refusal("data", Reason.NOT_JSON)
