"""How documents, citizens' feedback and incidents live, in the words of the systems that keep them.

Nobody is invented: a case has an agency and times, no person and no text.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from connectors.simulator.feeds.chance import Chance
from connectors.simulator.feeds.days import after_work, is_open, seconds_of_day
from connectors.simulator.worktime import DAY_SECONDS, local_day, vietnam
from seeds.province import Level, agencies
from seeds.subsystem import CaseKind

HOUR = 3600
WORKING_DAY = 8 * HOUR

Fact = Literal["received", "finished", "returned", "refused"]


class Step(NamedTuple):
    """From `at` on the case has `status`, a code of its own system; `fact` happened then."""

    at: int
    status: str
    fact: Fact | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """A case from `submitted` on, all of it: `steps` in order of time, the first at `submitted`.

    `due`, if its system sets one, is known from the reception on.
    """

    case: str
    agency: str
    channel: str | None
    sort: str
    steps: tuple[Step, ...]
    due: int | None

    @property
    def submitted(self) -> int:
        return self.steps[0].at

    def at(self, now: int) -> "Seen | None":
        """As its system shows it; None before it was submitted."""
        there = bisect_right(self.steps, now, key=lambda step: step.at)
        if not there:
            return None
        past = self.steps[:there]
        facts = {step.fact: step.at for step in past if step.fact}
        due = self.due if "received" in facts else None
        return Seen(self, past[-1].status, past[-1].at, there, due, facts)


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as of some moment: `revision` counts its changes, `changed` is when the last was."""

    life: Life
    status: str
    changed: int
    revision: int
    due: int | None
    facts: Mapping[Fact, int]


Writer = Callable[[str, str, int, Chance], Life]


@dataclass(frozen=True, slots=True)
class Kind:
    """`statuses`, `channels`: the system's codes -> those of the log. `a_day` come on a plain day;
    `busy` says how many times as many at a moment.
    """

    kind: CaseKind
    prefix: str
    statuses: Mapping[str, int]
    channels: Mapping[str, str]
    a_day: float
    busy: Callable[[int], float]
    history_days: int
    levels: tuple[Level, ...]
    write: Writer


def _document(case: str, agency: str, at: int, chance: Chance) -> Life:
    received = after_work(at, int(60 + 1_800 * chance.share("received")))
    if chance.share("refused") < 0.03:
        refused = after_work(received, int(WORKING_DAY * chance.share("refuses")))
        return Life(
            case, agency, None, "den", (Step(at, "01"), Step(refused, "02", "refused")), None
        )
    days = 1 + int(9 * chance.share("days"))
    due = _closing(after_work(received, days * WORKING_DAY)) if chance.share("due") < 0.7 else None
    takes = int(days * WORKING_DAY * _pace(chance, late=0.03))
    steps = (
        Step(at, "01"),
        Step(received, "03", "received"),
        Step(after_work(received, takes // 10), "04"),
        Step(after_work(received, takes // 4), "05"),
        Step(after_work(received, takes), "06", "finished"),
    )
    return Life(case, agency, None, "den", steps, due)


def _feedback(case: str, agency: str, at: int, chance: Chance) -> Life:
    channels = ("TONG_DAI", "ZALO", "WEB", "UNG_DUNG", "TRUC_TIEP", "THU")
    channel = channels[int(len(channels) * chance.share("channel") ** 1.5)]
    looked_at = after_work(at, int(1.6 * WORKING_DAY * chance.share("received")))
    if chance.share("refused") < 0.06:
        steps: tuple[Step, ...] = (Step(at, "MOI"), Step(looked_at, "TU_CHOI", "refused"))
        return Life(case, agency, channel, "phan-anh", steps, None)
    takes = int(15 * WORKING_DAY * _pace(chance, late=0.04))
    finished = after_work(looked_at, takes)
    published = after_work(finished, int(2 * WORKING_DAY * chance.share("published")))
    # The hotline appoints a day for some; for the others only the law does.
    appointed = after_work(looked_at, 15 * WORKING_DAY) if chance.share("due") < 0.5 else None
    steps = (
        Step(at, "MOI"),
        Step(looked_at, "TIEP_NHAN", "received"),
        Step(after_work(looked_at, takes // 5), "DANG_XL"),
        Step(finished, "XONG", "finished"),
        Step(published, "CONG_KHAI", "returned"),
    )
    return Life(case, agency, channel, "phan-anh", steps, appointed)


def _emergency(case: str, agency: str, at: int, chance: Chance) -> Life:
    answered = at + int(30 + 300 * chance.share("answered"))
    if chance.share("mistaken") < 0.05:
        steps: tuple[Step, ...] = (
            Step(at, "BAO_TIN"),
            Step(answered, "TIEP_NHAN", "received"),
            Step(answered + 1_200, "BAO_NHAM"),
        )
        return Life(case, agency, "TONG_DAI", "khac", steps, None)
    there = answered + int(300 + 1_500 * chance.share("there"))
    over = there + int(1_200 + 5 * HOUR * chance.share("over") ** 2)
    steps = (
        Step(at, "BAO_TIN"),
        Step(answered, "TIEP_NHAN", "received"),
        Step(there, "DANG_XL"),
        Step(over, "KET_THUC", "finished"),
    )
    return Life(case, agency, "TONG_DAI", _pick(EMERGENCIES, chance), steps, None)


def _fault(case: str, agency: str, at: int, chance: Chance) -> Life:
    seen = at + int(30 + 600 * chance.share("seen"))
    grave = chance.share("grave") < 0.4
    over = seen + int(600 + 6 * HOUR * chance.share("over") ** 3)
    steps = (
        Step(at, "MO"),
        Step(seen, "TIEP_NHAN", "received"),
        Step(seen + (over - seen) // 8, "DANG_KHAC_PHUC"),
        Step(over, "DA_KHAC_PHUC", "finished"),
    )
    return Life(
        case, agency, None, _pick(FAULTS, chance), steps, seen + 4 * HOUR if grave else None
    )


def _pace(chance: Chance, late: float) -> float:
    """What a case takes, as a share of its time; a few take too long, and fewer much too long."""
    if chance.share("late") < late:
        return 1.02 + 1.5 * chance.share("how late") ** 2
    return 0.05 + 0.93 * float(chance.share("takes") ** 0.8)


def _pick(words: Sequence[str], chance: Chance) -> str:
    return words[int(len(words) * chance.share("sort"))]


def _closing(moment: int) -> int:
    """17:00 of its day: documents are due on a day."""
    day = local_day(moment)
    return vietnam(day.year, day.month, day.day, 17)


def _offices(moment: int) -> float:
    return DAY_SECONDS / WORKING_DAY if is_open(moment) else 0.0


def _waking(moment: int) -> float:
    return 1.5 if 6 * HOUR <= seconds_of_day(moment) < 22 * HOUR else 0.0


def _ever(_moment: int) -> float:
    return 1.0


EMERGENCIES = ("tai-nan", "trat-tu", "chay", "cuu-nan", "khac")
FAULTS = ("mat-ket-noi", "tan-cong", "chung-thu", "cham")

DOCUMENT = Kind(
    kind="document",
    prefix="VB",
    statuses=MappingProxyType({"01": 1, "02": 3, "03": 2, "04": 4, "05": 4, "06": 9}),
    channels=MappingProxyType({}),
    a_day=620,
    busy=_offices,
    history_days=14,
    levels=("province", "district", "commune"),
    write=_document,
)
FEEDBACK = Kind(
    kind="feedback",
    prefix="PA",
    statuses=MappingProxyType(
        {"MOI": 1, "TIEP_NHAN": 2, "TU_CHOI": 3, "DANG_XL": 4, "XONG": 9, "CONG_KHAI": 10}
    ),
    channels=MappingProxyType(
        {
            "TONG_DAI": "online",
            "ZALO": "online",
            "WEB": "online",
            "UNG_DUNG": "online",
            "TRUC_TIEP": "counter",
            "THU": "post",
        }
    ),
    a_day=34,
    busy=_waking,
    history_days=45,
    levels=("district", "commune"),
    write=_feedback,
)
EMERGENCY = Kind(
    kind="incident",
    prefix="VV",
    statuses=MappingProxyType(
        {"BAO_TIN": 1, "TIEP_NHAN": 2, "DANG_XL": 4, "BAO_NHAM": 8, "KET_THUC": 9}
    ),
    channels=MappingProxyType({"TONG_DAI": "online"}),
    a_day=9,
    busy=_ever,
    history_days=30,
    levels=("commune",),
    write=_emergency,
)
FAULT = Kind(
    kind="incident",
    prefix="SC",
    statuses=MappingProxyType({"MO": 1, "TIEP_NHAN": 2, "DANG_KHAC_PHUC": 4, "DA_KHAC_PHUC": 9}),
    channels=MappingProxyType({}),
    a_day=3,
    busy=_ever,
    history_days=30,
    levels=("province",),
    write=_fault,
)


@cache
def offices(levels: tuple[Level, ...]) -> tuple[str, ...]:
    """Codes of the agencies at these levels."""
    return tuple(sorted(one.code for one in agencies().values() if one.level in levels))
