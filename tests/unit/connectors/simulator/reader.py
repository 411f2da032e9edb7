"""Reads a feed as a monitor would, by the letter of the rules, and counts. Slow and plain.

Neither the truth nor the fold is used: what is counted comes from the payloads alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from connectors.simulator.requests import Request
from seeds.procedures import fields, procedures
from seeds.province import agencies

Payload = dict[str, Any]
Series = dict[tuple[str, frozenset[tuple[str, str]]], int]
VIETNAM = timezone(timedelta(hours=7))
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
                time = read_time(record["ThoiDiemXuLy"])
                assert time
                case.rows.add((time, int(record["TrangThai"])))
            elif int(request.updating) >= case.revision:
                case.revision, case.dossier = int(request.updating), record
    return cases


def count(cases: dict[str, Case], now: datetime) -> Series:
    counted: Counter[tuple[str, frozenset[tuple[str, str]]]] = Counter()
    for code, case in cases.items():
        if case.dossier is None:
            continue
        for name, labels in contributions(code, case, now):
            base = {"topic": "ioc.public-administration", "kind": "dossier"}
            counted[(name, frozenset({**base, **labels}.items()))] += 1
    return dict(counted)


def contributions(code: str, case: Case, now: datetime) -> Iterable[tuple[str, dict[str, str]]]:
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
    if phase == "resolved":
        assert finish
        yield from resolved(case, finish, base, field_code, years, now)
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
    due, returned = due_of(case), case.time("NgayTra")
    timeliness = "on_time"
    if due and finish > due:
        timeliness = "late"
    elif due and finish.date() < due.date():
        timeliness = "early"
    period = str(finish.year)
    if period in years:
        yield "ioc_cases_resolved", {**base, "period": period, "timeliness": timeliness}
        if timeliness == "late":
            assert due
            cause = "in_system" if returned and returned <= due else "other"
            labels = {"agency": base["agency"], "period": period, "cause": cause}
            yield "ioc_cases_late", labels
    if finish.year == now.year:
        yield "ioc_cases_by_field", {"field": field_code, "state": "resolved"}
        if timeliness == "late":
            yield "ioc_cases_by_field", {"field": field_code, "state": "late"}


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
