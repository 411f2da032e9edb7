"""The services of the protocol, apart from HTTP: calls in, replies out."""

import asyncio
import logging
from dataclasses import dataclass

from msgspec import Raw

from connectors.clock import Clock
from connectors.dvcqg import originals, reading, replies, wire
from connectors.dvcqg.accounts import Account
from connectors.dvcqg.catalogue import Catalogue
from connectors.dvcqg.lookup import Lookup, LookupUnavailableError
from connectors.dvcqg.metrics import Metrics
from connectors.dvcqg.parser import Call
from connectors.dvcqg.reading import Reading
from connectors.dvcqg.replies import Reply
from connectors.dvcqg.values import case_id
from connectors.intake.heartbeats import Heartbeats
from connectors.intake.intake import Delivery, Intake, Outcome
from connectors.intake.quarantine import QuarantineFullError
from connectors.intake.refusals import RefusedError
from connectors.log.lanes import EventTooLargeError, LogError
from connectors.log.topics import TopicMismatchError

logger = logging.getLogger(__name__)

SYNCHRONISE = "DongBoHoSoMC"
PROGRESS = "CapNhatTienDoHoSoMC"
LOOK_UP = "TraCuuHoSo"
SERVICES = (SYNCHRONISE, PROGRESS, LOOK_UP)

# Reading longer data than that takes so long that other requests should not wait for it.
_LONG_DATA = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """A call of a known sender. `data` undecoded; `backlog`: what the sender still has to send."""

    account: Account
    service: str
    agency: wire.Scalar = None
    updating: wire.Scalar = None
    case: wire.Scalar = None
    data: bytes | Raw = b"null"
    backlog: int | None = None


class Receiver:
    def __init__(
        self,
        intake: Intake,
        catalogue: Catalogue,
        lookup: Lookup,
        heartbeats: Heartbeats,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._intake = intake
        self._catalogue = catalogue
        self._lookup = lookup
        self._heartbeats = heartbeats
        self._metrics = metrics
        self._clock = clock
        self._observed = 0
        self._failing = False

    def spoke(self, account: Account) -> None:
        """A sender that has logged in lives, though it may have nothing to say."""
        self._intake.book.spoke(account.source, account.kind, self._intake.topic)

    async def answer(self, request: Request) -> Reply:
        """Never raises; what is accepted is in the log."""
        if request.service == LOOK_UP:
            return await self._look_up(request)
        updating = None
        if request.service == SYNCHRONISE:
            updating = _flag(request.updating)
            if updating is None:
                return replies.wrong("isUpdating", 'phải là "True" hoặc "False"')
        elif request.service != PROGRESS:
            return replies.wrong("service", f"không được hỗ trợ; dùng {', '.join(SERVICES)}")
        call = Call(request.account.source, request.service, request.agency, updating)
        return await self._take(request, call)

    async def _take(self, request: Request, call: Call) -> Reply:
        data = bytes(request.data)
        observed_at = self._observe(data)
        read = reading.steps if call.updating is None else reading.dossiers
        if len(data) > _LONG_DATA:
            found = await asyncio.to_thread(read, data, call, self._catalogue, observed_at)
        else:
            found = read(data, call, self._catalogue, observed_at)
        try:
            outcome = await self._intake.deliver(_delivery(request, call, found, observed_at))
        except EventTooLargeError:
            return replies.wrong("data", "có bản ghi quá lớn")
        except (LogError, QuarantineFullError, TopicMismatchError) as error:
            if not self._failing:
                logger.warning("senders are told to try again: %s", error)
            self._failing = True
            return replies.try_again()
        self._failing = False
        self._count(call.source, outcome, found)
        await self._remain(request)
        return replies.taken(outcome, found.refused)

    def _observe(self, data: bytes) -> int:
        """The microsecond of the first record; every record has one of its own, and no later
        request an earlier one.
        """
        first = max(self._clock.now_microseconds(), self._observed + 1)
        self._observed = first + data.count(b'"MaHoSo"')
        return first

    def _count(self, source: str, outcome: Outcome, found: Reading) -> None:
        for name, number in (
            ("accepted", outcome.accepted),
            ("refused", outcome.refused),
            ("repeated", outcome.repeated),
            ("unknown", found.unknown),
        ):
            self._metrics.records.labels(source, name).inc(number)
        if found.refused:
            logger.info(
                "%s: %d records refused, %d of them again; see `ioc dead-letters list`",
                source,
                len(found.refused),
                outcome.repeated,
            )

    async def _remain(self, request: Request) -> None:
        """Note what the sender still has; that it has nothing more is told at once."""
        if request.backlog is None:
            return
        account = request.account
        source = self._intake.book.spoke(account.source, account.kind, self._intake.topic)
        before, source.backlog = source.backlog, request.backlog
        if not request.backlog and before != 0:
            await self._heartbeats.beat([source])

    async def _look_up(self, request: Request) -> Reply:
        try:
            case = case_id(request.case, "mahoso")
        except RefusedError as error:
            return replies.wrong(error.refusal.field, error.refusal.vietnamese())
        try:
            return replies.found(await self._lookup.find(case))
        except LookupUnavailableError as error:
            logger.warning("%s cannot be answered: %s", LOOK_UP, error)
            return replies.try_again()


def _delivery(request: Request, call: Call, found: Reading, observed_at: int) -> Delivery:
    return Delivery(
        source=call.source,
        kind=request.account.kind,
        observed_at=observed_at,
        events=found.events,
        accepted=found.accepted,
        unknown=found.unknown,
        refused=originals.refused(found.refused, call, observed_at),
    )


def _flag(value: wire.Scalar) -> bool | None:
    """`isUpdating`, which the protocol sends as "True" or "False"."""
    return {"true": True, "false": False}.get(str(value).strip().lower())
