"""Lives as the national portal's synchronisation protocol words them, as encoded JSON objects.

All scalar values are strings, a missing one is the empty string; times are yyyyMMddHHmmss of the
Vietnamese clock. Objects are put together from encoded fragments: a year holds two million.
"""

import json
from random import Random
from typing import Any

from connectors.simulator import people
from connectors.simulator.lives import ONLINE, POST, Life, Row, Supplement, Told
from connectors.simulator.worktime import DAY_SECONDS, VIETNAM_SECONDS, local_day
from seeds.procedures import fields, procedures
from seeds.province import agencies

_PEOPLE = 4096
_OFFICERS = 512
_CLOCK = [
    b"%02d%02d%02d" % (second // 3600, second // 60 % 60, second % 60)
    for second in range(DAY_SECONDS)
]
_NUMBERS = [b"%d" % number for number in range(11)]
_CHANNELS = (b"", b"1", b"2", b"3")

_DOSSIER = (
    b'{"MaHoSo":"%b",%b"SoBienNhan":"%d","KenhThucHien":"%b",%b"NgayTiepNhan":"%b",'
    b'"NgayHenTra":"%b","TrangThaiHoSo":"%b","NgayTra":"%b","ThongTinTra":"","HinhThuc":"%b",'
    b'"NgayKetThucXuLy":"%b",%b"DanhSachHoSoBoSung":[%b],"NoiNopHoSo":"2",%b'
    b'"DuocThanhToanTrucTuyen":"%b","NgayTuChoi":"%b","NgayNopHoSo":"%b"}'
)
_SUPPLEMENT = (
    b'{"HoSoBoSungId":"%d","NguoiYeuCauBoSung":"%b","NoiDungBoSung":"%b","NgayBoSung":"%b",'
    b'"NguoiTiepNhanBoSung":"%b","ThongTinTiepNhan":"","NgayTiepNhanBoSung":"%b",'
    b'"TrangThaiBoSung":"%b","DanhSachGiayToBoSung":[],"DanhSachLePhiBoSung":[],'
    b'"NgayHenTraTruoc":"%b","NgayHenTraMoi":"%b"}'
)
_PROGRESS = (
    b'{"MaHoSo":"%b",%b"ThoiDiemXuLy":"%b","PhongBanXuLy":"%b","NoiDungXuLy":"%b",'
    b'"TrangThai":"%b","NgayBatDau":"%b","NgayKetThucTheoQuyDinh":"%b"}'
)
_ONLINE_PAPERS = (
    b'"TaiLieuNop":[{"TepDinhKemId":"1","TenTepDinhKem":"to-khai.pdf","IsDeleted":"False",'
    b'"MaThanhPhanHoSo":"TP01","DuongDanTaiTepTin":"","DuocSoHoa":"1","DuocTaiSuDung":"0",'
    b'"DuocLayTuKhoDMQG":"0"}],'
)
_ONLINE_MARKS = (
    b'"HoSoCoThanhPhanSoHoa":"1","TaiKhoanDuocXacThucVoiVNeID":"1","DSKetNoiCSDL":[{"MaCSDL":"7"}],'
)
_OTHER_MARKS = b'"HoSoCoThanhPhanSoHoa":"0","TaiKhoanDuocXacThucVoiVNeID":"0",'
_DEPARTMENTS = ("Bộ phận Một cửa", "Bộ phận chuyên môn", "Lãnh đạo", "Văn thư")


class Writer:
    """Encodes lives; the same life gives the same bytes."""

    def __init__(self) -> None:
        random = Random("people")
        self._people = [_person(random) for _ in range(_PEOPLE)]
        self._officers = [_officer(random) for _ in range(_OFFICERS)]
        self._officer_names = [_text(people.name(random)) for _ in range(_OFFICERS)]
        self._departments = [_text(name) for name in _DEPARTMENTS]
        self._note = _text(f"Chuyển bước xử lý hồ sơ của {people.name(random)}")
        self._request = _text(f"Đề nghị {people.name(random)} bổ sung giấy tờ")
        self._days: dict[int, bytes] = {}
        self._units = {code: _members({"DonViXuLy": a.name}) for code, a in agencies().items()}
        self._unknown_unit = _members({"DonViXuLy": "Cơ quan chưa có trong danh mục"})
        self._procedures: dict[str, bytes] = {}

    def dossier(self, life: Life, version: Told | Life) -> bytes:
        """The dossier object of a version: an earlier one, or the life itself for the last."""
        serial, time = life.serial, self._time
        online = life.channel == ONLINE
        return _DOSSIER % (
            life.case.encode(),
            self._procedures.get(life.procedure) or self._procedure(life.procedure),
            serial + 1,
            _CHANNELS[life.channel],
            self._people[serial * 2_654_435_761 % _PEOPLE],
            time(version.received),
            time(version.due),
            _NUMBERS[version.status],
            time(version.returned),
            b"1" if life.channel == POST else b"0",
            time(version.finished),
            self._units.get(life.agency, self._unknown_unit)
            + (_ONLINE_PAPERS if online else b'"TaiLieuNop":[],'),
            self._supplements(life, version.supplements) if version.supplements else b"",
            _ONLINE_MARKS if online else _OTHER_MARKS,
            _NUMBERS[life.payment],
            time(life.refused if version is life else None),
            time(life.submitted),
        )

    def progress(self, life: Life, row: Row) -> bytes:
        """The progress object of a step."""
        number = life.serial + row.status
        return _PROGRESS % (
            life.case.encode(),
            self._officers[number % _OFFICERS],
            self._time(row.at),
            self._departments[number % len(self._departments)],
            self._note,
            _NUMBERS[row.status],
            self._time(row.at if row.due else None),
            self._time(row.due),
        )

    def _time(self, instant: int | None) -> bytes:
        if instant is None:
            return b""
        number, second = divmod(instant + VIETNAM_SECONDS, DAY_SECONDS)
        day = self._days.get(number)
        if day is None:
            day = self._days[number] = f"{local_day(instant):%Y%m%d}".encode()
        return day + _CLOCK[second]

    def _procedure(self, code: str) -> bytes:
        known = procedures().get(code)
        field = fields().get(known.field or "") if known else None
        encoded = self._procedures[code] = _members(
            {
                "MaTTHC": code,
                "TenTTHC": known.name if known else "Thủ tục chưa có trong danh mục",
                "MaLinhVuc": field.code if field else "",
                "TenLinhVuc": field.name if field else "",
                "DanhSachLePhi": _fees(known.fee_vnd if known else None),
            }
        )
        return encoded

    def _supplements(self, life: Life, supplements: tuple[Supplement, ...]) -> bytes:
        officer = self._officer_names[life.serial % _OFFICERS]
        return b",".join(
            _SUPPLEMENT
            % (
                number,
                officer,
                self._request,
                self._time(supplement.requested),
                officer if supplement.received else b"",
                self._time(supplement.received),
                b"True" if supplement.received else b"False",
                self._time(supplement.due_before),
                self._time(supplement.due_after),
            )
            for number, supplement in enumerate(supplements, 1)
        )


def _fees(amount: int | None) -> list[dict[str, str]]:
    if not amount:
        return []
    fee = {"TenPhiLePhi": "Lệ phí", "MaPhiLePhi": "1", "HinhThucThu": "1", "Gia": str(amount)}
    return [{**fee, "LoaiPhiLePhi": "1"}]


def _person(random: Random) -> bytes:
    name, number = people.name(random), people.identity_number(random)
    return _members(
        {
            "SoGiayToChuHoSo": number,
            "ChuHoSo": name,
            "LoaiDoiTuong": random.choice("1112"),
            "MaDoiTuong": "",
            "ThongTinKhac": "",
            "Email": people.mail(random),
            "Fax": "",
            "SoDienThoai": people.telephone(random),
            "TrichYeuHoSo": f"Hồ sơ của {name}",
            "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": number}],
        }
    )


def _officer(random: Random) -> bytes:
    return _members({"NguoiXuLy": people.name(random), "ChucDanh": "Chuyên viên"})


def _members(values: dict[str, Any]) -> bytes:
    """The members of a JSON object, each with a comma after it."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))[1:-1].encode() + b","


def _text(value: str) -> bytes:
    """What stands between the quotes of a JSON string."""
    return json.dumps(value, ensure_ascii=False)[1:-1].encode()
