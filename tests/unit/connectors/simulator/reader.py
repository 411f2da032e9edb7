"""Reads a feed as a monitor would, by the letter of the rules, and counts. Slow and plain.

Neither the truth nor the fold is used: what is counted comes from the payloads alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

from connectors.simulator.requests import Request
from seeds.calendar import is_working_day
from seeds.procedures import fields, procedures
from seeds.province import agencies

Payload = dict[str, Any]
Series = dict[tuple[str, frozenset[tuple[str, str]]], int]
Outages = Iterable[tuple[int, int]]
VIETNAM = timezone(timedelta(hours=7))
# Office seconds in which an office has to accept or refuse.
ACCEPT = 8 * 3600
CHANNELS = {"": "counter", "1": "counter", "2": "online", "3": "post"}


def read_time(text: str) -> datetime | None:
    """ValueError for a date that does not exist."""
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM) if text else None


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(VIETNAM)


@dataclass
class Case:
    madonvi: str = ""
    revision: int = -1
    dossier: Payload | None = None
    rows: set[tuple[datetime, int]] = field(default_factory=set)
    steps: dict[tuple[datetime, int], datetime | None] = field(default_factory=dict)

    def time(self, name: str) -> datetime | None:
        assert self.dossier
        return read_time(self.dossier[name])

    @property
    def supplements(self) -> list[dict[str, datetime | None]]:
        assert self.dossier
        names = ("NgayBoSung", "NgayTiepNhanBoSung", "NgayHenTraMoi")
        return [
            {name: read_time(found[name]) for name in names}
            for found in self.dossier["DanhSachHoSoBoSung"]
        ]


def read(requests: Iterable[Request]) -> dict[str, Case]:
    """Every dossier as the last word on it: an insert never takes back an update."""
    cases: defaultdict[str, Case] = defaultdict(Case)
    for request in requests:
        for record in request.data:
            case = cases[record["MaHoSo"]]
            case.madonvi = request.madonvi
            if request.updating is None:
                at = read_time(record["ThoiDiemXuLy"])
                assert at
                row = at, int(record["TrangThai"])
                case.rows.add(row)
                case.steps[row] = read_time(record["NgayKetThucTheoQuyDinh"])
            elif int(request.updating) >= case.revision:
                case.revision, case.dossier = int(request.updating), record
    return cases


def count(cases: dict[str, Case], now: datetime, outages: Outages = ()) -> Series:
    counted: Counter[tuple[str, frozenset[tuple[str, str]]]] = Counter()
    for code, case in cases.items():
        if case.dossier is None:
            continue
        for name, labels in contributions(code, case, now, outages):
            base = {"topic": "ioc.public-administration", "kind": "dossier"}
            counted[(name, frozenset({**base, **labels}.items()))] += 1
    return dict(counted)


def contributions(
    code: str, case: Case, now: datetime, outages: Outages
) -> Iterable[tuple[str, dict[str, str]]]:
    dossier = case.dossier
    assert dossier
    years = {str(now.year), str(now.year - 1)}
    found = code[:13] if code[:4] == "000." and code[13:14] == "-" else case.madonvi
    agency = found if found in agencies() else "unknown"
    channel = CHANNELS[dossier["KenhThucHien"]]
    procedure = procedures().get(dossier["MaTTHC"])
    field_code = procedure.field if procedure and procedure.field in fields() else "unknown"
    submitted, received = case.time("NgayNopHoSo"), case.time("NgayTiepNhan")
    phase, finish = phase_of(case, now)
    base = {"agency": agency, "channel": channel}

    registered = submitted or received or case.time("NgayTuChoi")
    if registered and str(registered.year) in years:
        yield "ioc_cases_registered", {**base, "period": str(registered.year)}
    took_in = phase not in ("refused", "awaiting_intake")
    if took_in and received and str(received.year) in years:
        yield "ioc_cases_received", {**base, "period": str(received.year)}
        if dossier["DuocThanhToanTrucTuyen"] in ("1", "2"):
            yield "ioc_cases_paid_online", {"agency": agency, "period": str(received.year)}
    if contradicts_itself(case, phase, finish):
        yield "ioc_cases_contradicted", {"agency": agency}
    if phase == "resolved":
        assert finish
        for name, labels in resolved(case, finish, base, field_code, years, now):
            if name == "ioc_cases_late":
                labels["cause"] = cause_of(case, finish, outages)
            yield name, labels
        full = procedure is not None and procedure.service_level == "full"
        if full and channel == "online" and str(finish.year) in years:
            yield "ioc_cases_full_online", {"agency": agency, "period": str(finish.year)}
    elif phase in ("refused", "withdrawn", "stopped"):
        assert finish
        if str(finish.year) in years:
            labels = {"agency": agency, "period": str(finish.year), "reason": phase}
            yield "ioc_cases_closed_otherwise", labels
    else:
        yield "ioc_cases_open", {**base, "phase": phase}
        yield "ioc_cases_by_field", {"field": field_code, "state": "open"}
        if phase == "overdue":
            yield "ioc_cases_by_field", {"field": field_code, "state": "overdue"}
        if phase == "awaiting_intake" and submitted and office_seconds(submitted, now) > ACCEPT:
            yield "ioc_cases_intake_overdue", {"agency": agency}
        last = max(case.rows)[1] if case.rows else 0
        if took_in and (last in (9, 10) or dossier["TrangThaiHoSo"] in ("9", "10")):
            yield "ioc_cases_reported_done", {"agency": agency}


def resolved(
    case: Case,
    finish: datetime,
    base: dict[str, str],
    field_code: str,
    years: set[str],
    now: datetime,
) -> Iterable[tuple[str, dict[str, str]]]:
    due = due_of(case)
    timeliness = "on_time"
    if due and finish > due:
        timeliness = "late"
    elif due and finish.date() < due.date():
        timeliness = "early"
    period = str(finish.year)
    if period in years:
        yield "ioc_cases_resolved", {**base, "period": period, "timeliness": timeliness}
        if timeliness == "late":
            yield "ioc_cases_late", {"agency": base["agency"], "period": period}
    if finish.year == now.year:
        yield "ioc_cases_by_field", {"field": field_code, "state": "resolved"}
        if timeliness == "late":
            yield "ioc_cases_by_field", {"field": field_code, "state": "late"}


def cause_of(case: Case, finish: datetime, outages: Outages) -> str:
    due, returned = due_of(case), case.time("NgayTra")
    submitted, received = case.time("NgayNopHoSo"), case.time("NgayTiepNhan")
    assert due
    assert received
    if returned and returned <= due:
        down = any(begins <= due.timestamp() < ends for begins, ends in outages)
        return "in_system_technical" if down else "in_system_clerk"
    if len({found["NgayBoSung"] for found in case.supplements}) > 1:
        return "repeated_supplement"
    if submitted and office_seconds(submitted, received) > ACCEPT:
        return "intake_overdue"
    for row, step_due in case.steps.items():
        following = [other[0] for other in case.steps if other > row] or [finish]
        if step_due and min(following) > step_due:
            return "long_verification"
    return "unknown"


def office_seconds(begins: datetime, ends: datetime) -> float:
    """Of half days from 7 to 11:30 and from 13:30 to 17; counted until there are enough."""
    seconds, day = 0.0, begins.date()
    while day <= ends.date() and seconds <= ACCEPT:
        for opens, closes in ((time(7), time(11, 30)), (time(13, 30), time(17))):
            if is_working_day(day):
                start = max(begins, datetime.combine(day, opens, VIETNAM))
                end = min(ends, datetime.combine(day, closes, VIETNAM))
                seconds += max((end - start).total_seconds(), 0)
        day += timedelta(days=1)
    return seconds


def contradicts_itself(case: Case, phase: str, end: datetime | None) -> bool:
    """`end` of a dossier that was accepted, if it has one."""
    submitted, received = case.time("NgayNopHoSo"), case.time("NgayTiepNhan")
    finish = case.time("NgayKetThucXuLy") or case.time("NgayTra")
    if phase in ("refused", "awaiting_intake"):
        return bool(received or finish)
    assert case.dossier
    assert received
    status = int(case.dossier["TrangThaiHoSo"])
    orders = [(submitted, received), (received, end), (received, case.time("NgayTra"))]
    orders.append((received, due_of(case)))
    for found in case.supplements:
        asked = found["NgayBoSung"]
        orders += [(received, asked), (asked, found["NgayTiepNhanBoSung"]), (asked, end)]
    return (
        any(first and then and then < first for first, then in orders)
        or (status in (9, 10) and not end)
        or (status in (5, 6) and end is not None)
    )


def due_of(case: Case) -> datetime | None:
    moved = [(s["NgayBoSung"], s["NgayHenTraMoi"]) for s in case.supplements if s["NgayHenTraMoi"]]
    return max(moved)[1] if moved else case.time("NgayHenTra")


def phase_of(case: Case, now: datetime) -> tuple[str, datetime | None]:
    """The phase, and for a closed case the time from which its period is taken."""
    dossier = case.dossier
    assert dossier
    status = int(dossier["TrangThaiHoSo"])
    submitted, received = case.time("NgayNopHoSo"), case.time("NgayTiepNhan")
    finished, returned = case.time("NgayKetThucXuLy"), case.time("NgayTra")
    refused = case.time("NgayTuChoi")
    if refused or status == 3:
        return "refused", refused or submitted or received
    if not received or status == 1:
        return "awaiting_intake", None
    if status in (7, 8):
        rows = [time for time, row in case.rows if row == status]
        last = max(rows) if rows else None
        phase = "withdrawn" if status == 7 else "stopped"
        return phase, last or finished or returned or received
    if finished or returned:
        return "resolved", finished or returned
    if waits(case, status):
        return "paused", None
    due = due_of(case)
    return ("overdue" if due and now > due else "processing"), None


def waits(case: Case, status: int) -> bool:
    if status in (5, 6) or any(not s["NgayTiepNhanBoSung"] for s in case.supplements):
        return True
    clock = [row for row in case.rows if row[1] in (2, 4, 5, 6, 9, 10)]
    if status in (9, 10) or not clock:
        return False
    time, last = max(clock)
    brought = [s["NgayTiepNhanBoSung"] for s in case.supplements]
    return last in (5, 6) and not any(at and at >= time for at in brought)
