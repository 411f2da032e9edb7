"""Who handles how much of what: the agencies of seeds with plausible shares of the work.

The shares are made up. They are no facts about any agency.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from seeds.procedures import Procedure, fields, procedures
from seeds.province import Agency, Level, agencies, district_of

# Share of the province's dossiers by level.
_LEVEL_SHARES: dict[Level, float] = {"province": 0.19, "district": 0.19, "commune": 0.62}

# A part of an agency's name, its weight among provincial agencies, and parts of the names of the
# fields it handles.
_PROVINCIAL: tuple[tuple[str, float, tuple[str, ...]], ...] = (
    ("Công an", 30, ("xuất nhập cảnh", "cư trú", "căn cước", "con dấu", "an ninh", "vũ khí")),
    ("Công Thương", 5, ("thương mại", "hàng hóa", "khí", "nổ", "công nghiệp", "tiêu dùng")),
    ("Giáo dục", 4, ("giáo dục", "tuyển sinh", "văn bằng")),
    ("Giao thông", 15, ("đường bộ", "đăng kiểm")),
    ("Kế hoạch", 7, ("doanh nghiệp", "đầu tư", "hợp tác xã")),
    ("Khoa học", 1, ("khoa học", "tiêu chuẩn")),
    ("Lao động", 9, ("việc làm", "lao động", "có công", "bảo trợ", "trẻ em", "nghề nghiệp")),
    ("Nội vụ", 2, ("cán bộ", "khen thưởng", "thanh niên")),
    ("Nông nghiệp", 6, ("thủy sản", "thú y", "lâm", "trồng trọt", "chăn nuôi", "nông")),
    ("Tài chính", 0.6, ("công sản", "tài chính")),
    ("Tài nguyên", 14, ("đất đai", "môi trường", "tài nguyên", "biển", "đo đạc", "tổng hợp")),
    ("Thông tin", 1, ("báo chí", "xuất bản", "phát thanh", "thông tin", "bản quyền")),
    ("Tư pháp", 14, ("lý lịch", "tư pháp", "luật", "hòa giải", "đấu giá", "pháp lý", "quốc tịch")),
    ("Văn hóa", 3, ("thể thao", "du lịch", "di sản", "mỹ thuật", "văn hóa", "quảng cáo")),
    ("Xây dựng", 4, ("xây dựng", "nhà ở", "hạ tầng", "kiến trúc")),
    ("Y tế", 6, ("dược", "mỹ phẩm", "khám bệnh", "phòng bệnh", "thực phẩm")),
    ("Thanh tra", 0.2, ("khiếu nại",)),
    ("Dân tộc", 0.2, ("giảm nghèo",)),
    ("khu công nghiệp", 1, ("việc làm", "đầu tư", "môi trường")),
    ("Điện lực", 0.5, ("an toàn đập", "khí")),
)
# What people come for, at any level.
_POPULAR = {
    "Chứng thực": 12.0,
    "Hộ tịch": 6.0,
    "Đăng ký, quản lý cư trú": 5.0,
    "Đất đai": 5.0,
    "Thành lập và hoạt động doanh nghiệp (hộ kinh doanh)": 3.0,
    "Lý lịch tư pháp": 4.0,
    "Bảo trợ xã hội": 2.0,
}
# Days promised where the law's limit is not known.
_CUSTOMARY_DAYS: dict[Level, int] = {"province": 5, "district": 4, "commune": 1}
_WORKING_SHARE = 5 / 7


@dataclass(frozen=True, slots=True)
class Task:
    """A procedure as offices handle it: `limit` in working seconds.

    `calendar_days` is set where the limit runs through days off; `limit` is then an estimate.
    """

    index: int
    code: str
    limit: int
    calendar_days: int | None
    fee: int


class Pool:
    """Tasks to choose from, by popularity and by limit."""

    def __init__(self, weighted: Iterable[tuple[Task, float]]) -> None:
        pairs = sorted(weighted, key=lambda pair: (pair[0].limit, pair[0].code))
        self._tasks = [task for task, _ in pairs]
        self._limits = [task.limit for task in self._tasks]
        self._sums = [0.0, *accumulate(weight for _, weight in pairs)]

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def pick(self, chance: float) -> Task:
        """`chance` in [0, 1)."""
        return self._tasks[bisect_right(self._sums, chance * self._sums[-1]) - 1]

    def pick_within(self, chance: float, low: float, high: float) -> Task | None:
        """As `pick`, among the tasks with a limit from low to high; None when there is none."""
        first, last = bisect_left(self._limits, low), bisect_right(self._limits, high)
        if first >= last:
            return None
        start, stop = self._sums[first], self._sums[last]
        found = bisect_right(self._sums, start + chance * (stop - start)) - 1
        return self._tasks[min(max(found, first), last - 1)]


@dataclass(frozen=True, slots=True)
class Pools:
    """`full`: full-process online services (another agency's where it has none itself); `other`:
    the rest; `paid`: those with a fee. `other` and the paid ones may be empty.
    """

    all: Pool
    full: Pool
    other: Pool
    paid: Pool
    full_paid: Pool
    digital: bool


@dataclass(frozen=True, slots=True)
class Office:
    """An agency at work. `slackness` is how often it misses appointments, 1 = as the province;
    `digital`: it has full-process services of its own.
    """

    code: str
    level: Level
    district: str | None
    weight: float
    slackness: float
    digital: bool
    pools: Pools


@dataclass(frozen=True, slots=True)
class Staffing:
    offices: list[Office]
    tasks: list[Task]


def staffing(day_seconds: int, random: Random) -> Staffing:
    """All agencies with their work; ValueError when no procedure is a full-process service."""
    catalogue = sorted(procedures().values(), key=lambda procedure: procedure.code)
    if not any(procedure.service_level == "full" for procedure in catalogue):
        raise ValueError(
            "the catalogue has no procedure of service level full, so no dossier can be handled "
            "through full-process online services; import a catalogue with service levels"
        )
    tasks = [_task(index, found, day_seconds) for index, found in enumerate(catalogue)]
    pools = _PoolMaker(catalogue, tasks, day_seconds)
    slackness = _slackness(random)
    listed = sorted(agencies().values(), key=lambda agency: agency.code)
    weights = _weights(listed, random)
    offices = [
        Office(
            code=agency.code,
            level=agency.level,
            district=district_of(agency.unit),
            weight=weight,
            slackness=slackness(agency),
            digital=pools.of(agency).digital,
            pools=pools.of(agency),
        )
        for agency, weight in zip(listed, weights, strict=True)
    ]
    return Staffing(offices, tasks)


def _task(index: int, procedure: Procedure, day_seconds: int) -> Task:
    days = procedure.limit_value
    calendar_days = None
    if days is None:
        limit = _CUSTOMARY_DAYS[procedure.level or "district"] * day_seconds
    elif procedure.limit_unit == "working_hour":
        limit = int(days * 3600)
    elif procedure.limit_unit == "working_day":
        limit = int(days * day_seconds)
    else:
        calendar_days = max(1, round(days * (30 if procedure.limit_unit == "month" else 1)))
        limit = int(calendar_days * _WORKING_SHARE * day_seconds)
    return Task(index, procedure.code, limit, calendar_days, procedure.fee_vnd or 0)


class _PoolMaker:
    def __init__(self, catalogue: list[Procedure], tasks: list[Task], day_seconds: int) -> None:
        self._catalogue = list(zip(catalogue, tasks, strict=True))
        self._names = {code: field.name for code, field in fields().items()}
        self._day = day_seconds
        self._made: dict[tuple[Level, tuple[str, ...]], Pools] = {}

    def of(self, agency: Agency) -> Pools:
        parts = _field_parts(agency)
        key = (agency.level, parts)
        if key not in self._made:
            self._made[key] = self._pools(agency.level, parts)
        return self._made[key]

    def _pools(self, level: Level, parts: tuple[str, ...]) -> Pools:
        at_level = [pair for pair in self._catalogue if level in (pair[0].levels or (level,))]
        own = [pair for pair in at_level if self._handles(parts, pair[0])] or at_level
        return Pools(
            all=self._pool(own, lambda _: True),
            full=self._pool(own, _is_full) or self._pool(at_level, _is_full),
            other=self._pool(own, lambda procedure: not _is_full(procedure)),
            paid=self._pool(own, _has_fee),
            full_paid=self._pool(own, lambda p: _is_full(p) and _has_fee(p)),
            digital=any(_is_full(p) for p, _ in own),
        )

    def _handles(self, parts: tuple[str, ...], procedure: Procedure) -> bool:
        name = self._names.get(procedure.field or "", "").lower()
        return not parts or any(part in name for part in parts)

    def _pool(
        self, pairs: list[tuple[Procedure, Task]], wanted: Callable[[Procedure], bool]
    ) -> Pool:
        return Pool((task, self._popularity(p, task)) for p, task in pairs if wanted(p))

    def _popularity(self, procedure: Procedure, task: Task) -> float:
        """Short ones are common: half of all dossiers have a limit of at most three days."""
        name = self._names.get(procedure.field or "", "")
        days: float = task.limit / self._day
        return float(_POPULAR.get(name, 1.0) / (1 + days) ** 1.6)


def _is_full(procedure: Procedure) -> bool:
    return procedure.service_level == "full"


def _has_fee(procedure: Procedure) -> bool:
    return bool(procedure.fee_vnd)


def _field_parts(agency: Agency) -> tuple[str, ...]:
    if agency.level != "province":
        return ()
    return next((parts for name, _, parts in _PROVINCIAL if name in agency.name), ())


def _weights(listed: list[Agency], random: Random) -> list[float]:
    raw = [_raw_weight(agency, random) for agency in listed]
    sums = {
        level: sum(
            weight for agency, weight in zip(listed, raw, strict=True) if agency.level == level
        )
        for level in _LEVEL_SHARES
    }
    return [
        _LEVEL_SHARES[agency.level] * weight / sums[agency.level]
        for agency, weight in zip(listed, raw, strict=True)
    ]


def _raw_weight(agency: Agency, random: Random) -> float:
    if agency.level == "province":
        return next((weight for name, weight, _ in _PROVINCIAL if name in agency.name), 1.0)
    return random.lognormvariate(0, 0.35)


def _slackness(random: Random) -> Callable[[Agency], float]:
    """A few districts are much worse than the rest, and a few agencies within each."""
    districts = sorted({district_of(agency.unit) or "" for agency in agencies().values()})
    random.shuffle(districts)
    of_district = {code: 4.0 * 0.72**rank + 0.12 for rank, code in enumerate(districts)}

    def of(agency: Agency) -> float:
        return of_district[district_of(agency.unit) or ""] * random.lognormvariate(0, 0.7)

    return of
