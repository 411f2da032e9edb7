"""How a dossier begins: where, for what, through which channel, until when."""

from random import Random

from msgspec import Struct

from connectors.simulator.appointments import Stretch, law_of, lawful_due, limit_of
from connectors.simulator.lives import (
    COUNTER,
    NOTHING_PAID,
    ONLINE,
    PAID_ON_GATEWAY,
    PAID_ON_PORTAL,
    POST,
    UNNAMED,
    UNPAID,
)
from connectors.simulator.offices import Office, Pool, Pools, Task
from connectors.simulator.plan import (
    AWAITING,
    IN_TIME,
    LATE_IN_SYSTEM,
    LATE_OTHER,
    OVERDUE,
    PROCESSING,
    REFUSED,
    RESOLVED,
)
from connectors.simulator.scenarios import Scenario
from connectors.simulator.worktime import DAY_SECONDS, WorkingTime, vietnam

PROVINCE = "000.00.00.H51"
HOUR = 3600
# Fates that the deadline decides.
_PRESSED = frozenset({LATE_IN_SYSTEM, LATE_OTHER, OVERDUE, PROCESSING})
# Codes that no list knows.
UNKNOWN_AGENCIES = tuple(f"000.00.{number}.H51" for number in range(95, 100))
UNKNOWN_PROCEDURES = tuple(f"1.9990{number:02}" for number in range(20))

_FULL_SHARE_OF_UNRESOLVED = 0.5
_ONLINE_SHARE = 0.13
# Of those late for a reason of their own: online dossiers lack papers, and nobody answers.
_ONLINE_SHARE_OF_LATE = 0.6


class Opening(Struct, gc=False):
    """`at` and `due_at` are points of the working line; `received` and `due` the same in time.

    Without an appointment (`due` None) `due_at` is the deadline by law, as far as there is one.
    """

    serial: int
    fate: int
    case: str
    agency: str
    madonvi: str
    procedure: str
    task: Task
    channel: int
    payment: int
    submitted: int | None
    submitted_at: int | None
    at: int
    received: int
    due_at: int
    due: int | None


class Reception:
    """Opens dossiers, in order of registration. `end` and `now` are points of the working line:
    the first one after the load, and the beginning of life; `new_year` is Unix seconds. Codes of a
    day and an agency are numbered from `first_number`.
    """

    def __init__(
        self,
        scenario: Scenario,
        working: WorkingTime,
        random: Random,
        *,
        first_number: int = 1,
    ) -> None:
        self.working = working
        self.random = random
        self.oddities = scenario.oddities
        self.end = working.reading(scenario.closes)
        self.now = working.reading(scenario.now)
        self.new_year = vietnam(scenario.year, 1, 1)
        self._outages = [
            (working.reading(begins), working.reading(ends)) for begins, ends in scenario.outages
        ]
        self._day = ""
        self._first_number = first_number
        self._numbers: dict[str, int] = {}

    def open_day(self, ordinal: int) -> None:
        """The numbers of dossier codes begin anew every day."""
        self._day = f"{self.working.day(ordinal):%y%m%d}"
        self._numbers.clear()

    def open(
        self, serial: int, at: int, office: Office, fate: int, *, full: bool, paid: bool
    ) -> Opening:
        chance, odd = self.random.random, self.oddities
        channel, of_full = self._channel(fate, full, paid)
        task = self._task(office.pools, channel, fate, at, full=of_full, paid=paid)
        received = self.working.instant(at)
        due_at = self._due_at(task, fate, at)
        agency = self._agency(office)
        submitted, submitted_at = self._submitted(channel, fate, at, received)
        foreign = chance() < odd.foreign_code
        no_due = chance() < (odd.due_by_law if fate in _PRESSED else odd.without_due)
        unknown = chance() < odd.unknown_procedure and not full
        procedure = UNKNOWN_PROCEDURES[serial % len(UNKNOWN_PROCEDURES)] if unknown else task.code
        by_law = self._due_by_law(procedure, fate, at, due_at) if no_due else None
        return Opening(
            serial,
            fate,
            self._code(agency, foreign),
            office.code if foreign else agency,
            office.code if foreign else PROVINCE,
            procedure,
            task,
            channel,
            self._payment(task, channel, paid),
            submitted,
            submitted_at,
            at,
            received,
            due_at if by_law is None else by_law,
            self.working.instant(due_at) if by_law is None else None,
        )

    def _channel(self, fate: int, full: bool, paid: bool) -> tuple[int, bool]:
        """The channel, and whether the procedure must be a full-process service."""
        if full:
            return ONLINE, True
        chance = self.random.random()
        if fate not in RESOLVED:
            if chance < _FULL_SHARE_OF_UNRESOLVED:
                return ONLINE, True
            chance = self.random.random()
        share = _ONLINE_SHARE_OF_LATE if fate == LATE_OTHER else _ONLINE_SHARE
        if chance < share and not paid:
            return ONLINE, False
        if chance < 0.17:
            return POST, False
        return (UNNAMED if chance < 0.17 + self.oddities.unnamed_channel else COUNTER), False

    def _task(
        self, pools: Pools, channel: int, fate: int, at: int, *, full: bool, paid: bool
    ) -> Task:
        if full:
            pool = (paid and pools.full_paid) or pools.full
        elif channel == ONLINE:
            pool = pools.other or pools.all
        else:
            pool = (paid and pools.paid) or pools.all
        chance = self.random.random()
        left = self.end - at
        if fate == PROCESSING:
            return pool.pick_within(chance, self.now - at + 1, float("inf")) or pool.pick(chance)
        if fate == OVERDUE:
            recent = pool.pick_within(chance, left * 0.6, left - HOUR)
            return recent or pool.pick_within(chance, 0, left) or pool.pick(chance)
        if fate == LATE_IN_SYSTEM and self.random.random() < self.oddities.technical:
            task = self._task_due_in_an_outage(pool, chance, at)
            if task:
                return task
        if fate in (LATE_IN_SYSTEM, LATE_OTHER):
            day = self.working.day_seconds
            return pool.pick_within(chance, 0, left - day) or pool.pick(chance)
        return pool.pick(chance)

    def _task_due_in_an_outage(self, pool: Pool, chance: float, at: int) -> Task | None:
        """Of the first outage for which there is one."""
        found = (
            pool.pick_within(chance, begins - at, ends - at - 1)
            for begins, ends in self._outages
            if begins > at
        )
        return next((task for task in found if task), None)

    def _due_at(self, task: Task, fate: int, at: int) -> int:
        """The limit of the procedure; where that cannot lead to the fate, what can."""
        if task.calendar_days is None:
            due_at = at + task.limit
        else:
            due_at = self.working.after_days(at, task.calendar_days)
        if fate == PROCESSING and due_at <= self.now:
            return self.now + 1 + int(self.random.random() * 3 * self.working.day_seconds)
        if fate == OVERDUE and due_at >= self.end:
            return at + 300 + int(self.random.random() * (self.end - at - 600))
        if fate in (LATE_IN_SYSTEM, LATE_OTHER) and due_at >= self.end - 600:
            return at + (self.end - at) // 3
        return due_at

    def _due_by_law(self, procedure: str, fate: int, at: int, customary: int) -> int | None:
        """The last point of the line that is in time where nothing is appointed; None where the
        law leads to another fate. `customary` where it knows no limit.
        """
        due_at = self.last_in_time(procedure, at, [])
        if due_at is None:
            return None if fate in _PRESSED else customary
        if fate == PROCESSING:
            return due_at if due_at > self.now else None
        if fate in _PRESSED:
            return due_at if at + HOUR < due_at < self.end - HOUR else None
        return due_at

    def last_in_time(self, procedure: str, at: int, stops: list[Stretch]) -> int | None:
        """The last point of the line that the law allows a dossier of `at` that waited for the
        citizen at `stops`; None where it knows no limit.
        """
        limit = limit_of(procedure)
        if limit is None:
            return None
        received = self.working.instant(at)
        lawful = lawful_due(received, limit, law_of(received), stops)
        return self.working.reading(min(lawful + 1, self.working.instant(self.working.end))) - 1

    def _agency(self, office: Office) -> str:
        if self.random.random() < self.oddities.unknown_agency:
            return UNKNOWN_AGENCIES[int(self.random.random() * len(UNKNOWN_AGENCIES))]
        return office.code

    def _code(self, agency: str, foreign: bool) -> str:
        number = self._numbers.get(agency, self._first_number)
        self._numbers[agency] = number + 1
        return (
            f"BN{agency[4:9]}-{self._day}-{number}"
            if foreign
            else f"{agency}-{self._day}-{number:05d}"
        )

    def _submitted(
        self, channel: int, fate: int, at: int, received: int
    ) -> tuple[int | None, int | None]:
        """When it was handed in; on the working line too where the system tells so at once."""
        chance = self.random.random()
        if fate in (AWAITING, REFUSED):
            return received, at
        if channel != ONLINE:
            return (received if chance < 0.9 else None), None
        if fate == IN_TIME and chance < self.oddities.told_before_receipt:
            waited = 300 + int(self.random.random() * 2 * HOUR)
            if at % self.working.day_seconds > waited:
                return self.working.instant(at - waited), at - waited
        before = int(chance * DAY_SECONDS / 2)
        return max(received - before, min(received, self.new_year)), None

    def _payment(self, task: Task, channel: int, paid: bool) -> int:
        if paid:
            return PAID_ON_PORTAL if self.random.random() < 0.6 else PAID_ON_GATEWAY
        return UNPAID if task.fee and channel == ONLINE else NOTHING_PAID
