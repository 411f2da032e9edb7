"""Objects of the protocol as real senders write them, of made-up people; ways to spoil them."""

from typing import Any

from hypothesis import strategies as st

from connectors.dvcqg.catalogue import Catalogue
from connectors.dvcqg.parser import Call

CASE = "000.00.04.H51-230221-0001"
CATALOGUE = Catalogue(
    agencies=frozenset({"000.00.04.H51", "000.18.29.H51"}),
    procedures={"1.004946": ("ho-tich", "full"), "2.002492": (None, None)},
    aliases={"SCT": "000.00.04.H51", "000.00.99.H51": "000.18.29.H51"},
)
INSERT = Call("one-stop", "DongBoHoSoMC", "000.00.04.H51", updating=False)
UPDATE = Call("one-stop", "DongBoHoSoMC", "000.00.04.H51", updating=True)
PROGRESS = Call("one-stop", "CapNhatTienDoHoSoMC", "000.00.04.H51")
OBSERVED = 1_704_160_800_000_000


def dossier(**changes: Any) -> dict[str, Any]:
    """Every field of the protocol; the newest schema."""
    return {
        "MaHoSo": CASE,
        "MaTTHC": "1.004946",
        "TenTTHC": "Đăng ký khai sinh",
        "MaLinhVuc": "G03-GD10",
        "TenLinhVuc": "Hộ tịch",
        "SoBienNhan": "17",
        "KenhThucHien": "2",
        "SoGiayToChuHoSo": "999000000001",
        "ChuHoSo": "Nguyễn Văn Mẫu",
        "LoaiDoiTuong": "1",
        "MaDoiTuong": "",
        "ThongTinKhac": "",
        "Email": "mau@mo-phong.invalid",
        "Fax": "",
        "SoDienThoai": "0000000001",
        "TrichYeuHoSo": "Hồ sơ của Nguyễn Văn Mẫu",
        "NgayTiepNhan": "20230221083000",
        "NgayHenTra": "20230228170000",
        "TrangThaiHoSo": "4",
        "NgayTra": "",
        "ThongTinTra": "",
        "HinhThuc": "0",
        "NgayKetThucXuLy": "",
        "DonViXuLy": "Sở Công Thương",
        "GhiChu": "",
        "TaiLieuNop": [
            {
                "TepDinhKemId": "1",
                "TenTepDinhKem": "to-khai.pdf",
                "IsDeleted": "False",
                "MaThanhPhanHoSo": "TP01",
                "DuongDanTaiTepTin": "",
                "DuocSoHoa": "1",
                "DuocTaiSuDung": "2",
                "DuocLayTuKhoDMQG": "1",
                "MaKetQuaThayThe": "",
            }
        ],
        "DanhSachLePhi": [
            {
                "TenPhiLePhi": "Lệ phí",
                "MaPhiLePhi": "1",
                "HinhThucThu": "1",
                "Gia": "50000",
                "LoaiPhiLePhi": "1",
            }
        ],
        "DanhSachTepDinhKemKhac": [{"TenGiayTo": "Khác", "SoLuong": 1, "LoaiGiayTo": 1}],
        "DanhSachHoSoBoSung": [supplement()],
        "DanhSachGiayToKetQua": [
            {
                "TenGiayTo": "Giấy khai sinh",
                "MaThanhPhanHoSo": "",
                "GiayToId": "",
                "DuongDanTepTinKetQua": "",
                "MaGiayToKetQua": "",
            }
        ],
        "NoiNopHoSo": "2",
        "HoSoCoThanhPhanSoHoa": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "0",
        "DuocThanhToanTrucTuyen": "1",
        "NgayTuChoi": "",
        "NgayNopHoSo": "20230221080000",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "999000000001"}],
        "DSKetNoiCSDL": [{"MaCSDL": "7"}],
    } | changes


def supplement(**changes: Any) -> dict[str, Any]:
    return {
        "HoSoBoSungId": "1",
        "NguoiYeuCauBoSung": "Trần Thị Mẫu",
        "NoiDungBoSung": "Thiếu giấy tờ",
        "NgayBoSung": "20230222090000",
        "NguoiTiepNhanBoSung": "Trần Thị Mẫu",
        "ThongTinTiepNhan": "",
        "NgayTiepNhanBoSung": "20230223090000",
        "TrangThaiBoSung": True,
        "DanhSachGiayToBoSung": [],
        "DanhSachLePhiBoSung": [],
        "NgayHenTraTruoc": "20230228170000",
        "NgayHenTraMoi": "20230301170000",
    } | changes


def step(**changes: Any) -> dict[str, Any]:
    return {
        "MaHoSo": CASE,
        "NguoiXuLy": "Lê Văn Mẫu",
        "ChucDanh": "Chuyên viên",
        "ThoiDiemXuLy": "20230221093000",
        "PhongBanXuLy": "Bộ phận Một cửa",
        "NoiDungXuLy": "Chuyển hồ sơ của Nguyễn Văn Mẫu",
        "TrangThai": "4",
        "NgayBatDau": "20230221093000",
        "NgayKetThucTheoQuyDinh": "20230224170000",
    } | changes


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["", " ", "1", "10", "11", "0", "20230229000000", "20231301000000", "True"])
    | st.from_regex(r"[0-9]{14}", fullmatch=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


@st.composite
def spoilt(draw: st.DrawFn, whole: dict[str, Any]) -> Any:
    """The object with some members replaced by anything, taken away, or added; or anything else."""
    if draw(st.integers(0, 19)) == 0:
        return draw(anything)
    found = dict(whole)
    for name in draw(st.lists(st.sampled_from(sorted(found)), max_size=4, unique=True)):
        if draw(st.booleans()):
            found[name] = draw(anything)
        else:
            del found[name]
    if draw(st.booleans()):
        found[draw(st.text(max_size=12))] = draw(anything)
    return found
