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
