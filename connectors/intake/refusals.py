"""Why a record is refused: a field and a reason from a closed list, never a value of the record.

A reason goes into the log, into metrics and to the sender, so it may not quote what was sent.
"""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """English for operators is in `ENGLISH`, Vietnamese for the sender's people in `VIETNAMESE`."""

    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    NOT_A_TIME = "not_a_time"
    NO_SUCH_DATE = "no_such_date"
    NO_TIME = "no_time"
    NOT_A_STATUS = "not_a_status"
    NOT_A_CODE = "not_a_code"
    PERSONAL_NUMBER = "personal_number"
    TOO_MANY = "too_many"
    NOT_JSON = "not_json"
    UNREADABLE = "unreadable"
    NO_SUCH_COLUMN = "no_such_column"
    NO_BEGINNING = "no_beginning"
    NOT_AN_INSTANT = "not_an_instant"
    NOT_A_PERIOD = "not_a_period"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_REVISION = "not_a_revision"
    UNKNOWN_INDICATOR = "unknown_indicator"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_STATUS = "unknown_status"
    WRONG_MEASURE = "wrong_measure"
    IN_THE_FUTURE = "in_the_future"
    OUT_OF_BOUNDS = "out_of_bounds"


ENGLISH = {
    Reason.MISSING: "is required and empty",
    Reason.WRONG_TYPE: "has another JSON type than the protocol says",
    Reason.NOT_A_TIME: "is not 14 digits yyyyMMddHHmmss",
    Reason.NO_SUCH_DATE: "is a date or an hour that does not exist",
    Reason.NO_TIME: "none of NgayNopHoSo, NgayTiepNhan, NgayTuChoi is given",
    Reason.NOT_A_STATUS: "is not one of 1 to 10",
    Reason.NOT_A_CODE: "is not a code: at most 100 of letters, digits, . - _ /, one digit at least",
    Reason.PERSONAL_NUMBER: "looks like an identity or telephone number",
    Reason.TOO_MANY: "has more entries than one record may have",
    Reason.NOT_JSON: "is not JSON",
    Reason.UNREADABLE: "cannot be taken apart into values",
    Reason.NO_SUCH_COLUMN: "is no column of the record: was it renamed or moved?",
    Reason.NO_BEGINNING: "no time is given at which the case was submitted, received or refused",
    Reason.NOT_AN_INSTANT: "is no time in the form that time_format of the source says",
    Reason.NOT_A_PERIOD: "is no period of the indicator's kind, such as 2023 or 2023-05",
    Reason.NOT_A_NUMBER: "is no number as decimal of the source says that they are written",
    Reason.NOT_A_REVISION: "is neither a whole number from 0 nor a time",
    Reason.UNKNOWN_INDICATOR: "names no indicator of the subsystem",
    Reason.UNKNOWN_UNIT: "is the code of no unit, station or site",
    Reason.UNKNOWN_STATUS: "is none of the statuses that the source's configuration knows",
    Reason.WRONG_MEASURE: "names another unit of measure than the indicator has",
    Reason.IN_THE_FUTURE: "lies in the future",
    Reason.OUT_OF_BOUNDS: "is a value that the measure cannot have",
}
VIETNAMESE = {
    Reason.MISSING: "bắt buộc nhưng để trống",
    Reason.WRONG_TYPE: "sai kiểu dữ liệu JSON",
    Reason.NOT_A_TIME: "không phải 14 chữ số yyyyMMddHHmmss",
    Reason.NO_SUCH_DATE: "ngày giờ không tồn tại",
    Reason.NO_TIME: "không có NgayNopHoSo, NgayTiepNhan hay NgayTuChoi",
    Reason.NOT_A_STATUS: "không thuộc danh mục 1 đến 10",
    Reason.NOT_A_CODE: "không phải mã: tối đa 100 chữ cái không dấu, chữ số, . - _ /",
    Reason.PERSONAL_NUMBER: "giống số giấy tờ tùy thân hoặc số điện thoại",
    Reason.TOO_MANY: "có quá nhiều mục trong một hồ sơ",
    Reason.NOT_JSON: "không phải JSON",
    Reason.UNREADABLE: "không đọc được thành các trường dữ liệu",
    Reason.NO_SUCH_COLUMN: "không có cột này trong bản ghi: đã đổi tên hoặc chuyển cột?",
    Reason.NO_BEGINNING: "không có thời điểm nộp, tiếp nhận hay từ chối",
    Reason.NOT_AN_INSTANT: "không phải thời điểm theo định dạng time_format của nguồn",
    Reason.NOT_A_PERIOD: "không phải kỳ báo cáo của chỉ số, ví dụ 2023 hoặc 2023-05",
    Reason.NOT_A_NUMBER: "không phải số theo cách viết decimal của nguồn",
    Reason.NOT_A_REVISION: "không phải số nguyên từ 0 hay thời điểm",
    Reason.UNKNOWN_INDICATOR: "không phải chỉ số của phân hệ",
    Reason.UNKNOWN_UNIT: "không phải mã đơn vị hành chính, trạm hay trang",
    Reason.UNKNOWN_STATUS: "không thuộc các trạng thái đã khai báo của nguồn",
    Reason.WRONG_MEASURE: "khác đơn vị đo của chỉ số",
    Reason.IN_THE_FUTURE: "ở tương lai",
    Reason.OUT_OF_BOUNDS: "là giá trị mà đơn vị đo không thể có",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """`field`: the source's own name of what is wrong, such as TrangThaiHoSo."""

    field: str
    reason: Reason

    def __str__(self) -> str:
        return f"{self.field} {ENGLISH[self.reason]}"

    def vietnamese(self) -> str:
        return f"{self.field} {VIETNAMESE[self.reason]}"


class RefusedError(Exception):
    """Raised by a parser for a record that cannot be read."""

    def __init__(self, field: str, reason: Reason) -> None:
        super().__init__(field, reason)
        self.refusal = Refusal(field, reason)
