"""Single values of the protocol: times, statuses, codes. RefusedError names what is unreadable."""

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from connectors.contract.vocabulary import EARLIEST_SECOND, LATEST_SECOND, Channel, Payment
from connectors.dvcqg.wire import Scalar
from connectors.intake.codes import code, personal_number
from connectors.intake.refusals import Reason, RefusedError

# Asia/Ho_Chi_Minh has been UTC+7 since 1975.
VIETNAM: Final = timezone(timedelta(hours=7))

_STATUSES: dict[Scalar, int] = {str(status): status for status in range(1, 11)}
_CHANNELS: dict[str, Channel] = {"1": "counter", "2": "online", "3": "post"}
_PAYMENTS: dict[str, Payment] = {"0": "none", "1": "portal", "2": "gateway", "3": "unpaid"}


def seconds(value: Scalar, field: str) -> int | None:
    """YyyyMMddHHmmss in Asia/Ho_Chi_Minh as Unix seconds; None for an empty value."""
    if value is None or value == "":
        return None
    text = value if type(value) is str else text_of(value)
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        if not text.strip():
            return None
        raise RefusedError(field, Reason.NOT_A_TIME)
    hours, rest = divmod(int(text[8:]), 10_000)
    minutes, second = divmod(rest, 100)
    midnight = _midnight(text[:8])
    if midnight is None or hours > 23 or minutes > 59 or second > 59:
        raise RefusedError(field, Reason.NO_SUCH_DATE)
    return midnight + hours * 3600 + minutes * 60 + second


@lru_cache(maxsize=8192)
def _midnight(day: str) -> int | None:
    """Unix seconds of 00:00 in Viet Nam of yyyyMMdd; None when the log has no such day."""
    try:
        instant = datetime(int(day[:4]), int(day[4:6]), int(day[6:]), tzinfo=VIETNAM)
    except ValueError:
        return None
    start = int(instant.timestamp())
    return start if start >= EARLIEST_SECOND and start + 86_399 <= LATEST_SECOND else None


def status(value: Scalar, field: str) -> int:
    """TrangThaiHoSo or TrangThai: 1 to 10."""
    known = _STATUSES.get(value) or _STATUSES.get(text_of(value).strip())
    if known is None:
        raise RefusedError(field, Reason.MISSING if blank(value) else Reason.NOT_A_STATUS)
    return known


def case_id(value: Scalar, field: str = "MaHoSo") -> str:
    """A dossier's code, of whatever form; but never a name or a number of a person."""
    text = value.strip() if type(value) is str else text_of(value)
    if not text:
        raise RefusedError(field, Reason.MISSING)
    if not code(text):
        raise RefusedError(field, Reason.NOT_A_CODE)
    if personal_number(text):
        raise RefusedError(field, Reason.PERSONAL_NUMBER)
    return text


def channel(value: Scalar) -> tuple[Channel | None, bool]:
    """The channel, and whether its code is unknown. Empty is the counter, as index 766 counts."""
    if blank(value):
        return "counter", False
    known = _CHANNELS.get(text_of(value).strip())
    return known, known is None


def payment(value: Scalar) -> tuple[Payment | None, bool]:
    """DuocThanhToanTrucTuyen, and whether its code is unknown."""
    if blank(value):
        return None, False
    known = _PAYMENTS.get(text_of(value).strip())
    return known, known is None


def blank(value: Scalar) -> bool:
    return value is None or (type(value) is str and not value.strip())


def text_of(value: Scalar) -> str:
    """The text of a scalar; true and fractions have none that means anything here."""
    if type(value) is str:
        return value
    return str(value) if type(value) is int else "" if value is None else "?"
