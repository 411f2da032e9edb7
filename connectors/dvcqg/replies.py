"""What a sender is answered, in the words that both kinds of real senders look for.

OpenCPS reads `error_code` as a number; the other system compares it with "0" and looks for
"thành công" in `message`, in progress replies for nothing else: so only a success says that, and
no answer escapes its letters. A record that is refused is named in `result`, with field and reason;
an answer without `result` that is no success is worth another try.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from connectors.dvcqg.reading import WHOLE, RefusedRecord
from connectors.dvcqg.wire import DECODE_ERRORS
from connectors.intake.codes import safe_code
from connectors.intake.intake import Outcome

OK, ERROR = "0", "-1"
MOST_IN_MESSAGE = 20

encode = msgspec.json.Encoder().encode


class Finding(Struct, omit_defaults=True):
    """A refused record; `index` is its place in the array, none for what concerns all of it."""

    MaHoSo: str
    field: str
    reason: str
    index: int = WHOLE


class Reply(Struct, omit_defaults=True):
    error_code: str
    message: str
    session: str | None = None
    result: list[Any] | None = None

    @property
    def good(self) -> bool:
        return self.error_code == OK


def logged_in(session: str) -> Reply:
    return Reply(OK, "Đăng nhập thành công", session=session)


def login_refused() -> Reply:
    return Reply(ERROR, "Sai tên đăng nhập hoặc mật khẩu", session="")


def no_session() -> Reply:
    return Reply(ERROR, "session: không hợp lệ hoặc đã hết hạn, hãy đăng nhập lại")


def try_again() -> Reply:
    return Reply(ERROR, "Hệ thống tạm thời không ghi nhận được dữ liệu, hãy gửi lại sau")


def wrong(field: str, reason: str) -> Reply:
    """The call itself cannot be understood; sending it again does not help."""
    return Reply(ERROR, f"{field}: {reason}", result=[Finding("", field, reason)])


def taken(outcome: Outcome, refused: Sequence[RefusedRecord]) -> Reply:
    """All or some records are in the log, or none of them could be read."""
    total = outcome.accepted + len(refused)
    if not refused:
        return Reply(OK, f"Đồng bộ thành công {total} bản ghi", result=[])
    findings = [_finding(record) for record in refused]
    if outcome.accepted:
        words = f"Đồng bộ thành công {outcome.accepted}/{total} bản ghi. Không nhận"
        return Reply(OK, f"{words}: {_listed(findings)}", result=findings)
    return Reply(ERROR, f"Không nhận bản ghi nào: {_listed(findings)}", result=findings)


def found(dossiers: list[dict[str, str]]) -> Reply:
    """A look-up: not empty when the dossier exists."""
    return Reply(OK, "Tra cứu thành công", result=dossiers)


def _listed(findings: list[Finding]) -> str:
    words = [
        f"{finding.MaHoSo or _place(finding)} ({finding.field} {finding.reason})"
        for finding in findings[:MOST_IN_MESSAGE]
    ]
    more = len(findings) - MOST_IN_MESSAGE
    return "; ".join(words) + (f"; và {more} bản ghi khác" if more > 0 else "")


def _place(finding: Finding) -> str:
    return "data" if finding.index == WHOLE else f"data[{finding.index}]"


def _finding(record: RefusedRecord) -> Finding:
    words = record.refusal.vietnamese().removeprefix(record.refusal.field).strip()
    return Finding(_case(record.original), record.refusal.field, words, record.index)


def _case(original: bytes) -> str:
    """The refused record's code, when it has one that may be repeated."""
    try:
        found = msgspec.json.decode(original)
    except DECODE_ERRORS:
        return ""
    return (safe_code(found.get("MaHoSo"), 100) or "") if isinstance(found, dict) else ""
