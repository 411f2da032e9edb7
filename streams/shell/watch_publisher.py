"""Keeps ioc.watch equal to the state of the partitions held here.

What is published is what the log says, never what was sent: before anything is written the log is
read to its end. So a write that failed, came in part, or belonged to a worker that is no more
needs no care of its own, it is a difference like any other.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from logging import getLogger
from typing import Protocol, TypeVar

from connectors.log.lanes import LogError
from connectors.log.topics import TopicMismatchError
from seeds.topics import watch_partition
from streams.core.partition import PartitionState
from streams.core.watch import Record, WatchTable, differences
from streams.shell.exposition import samples
from streams.shell.holdings import Partition

log = getLogger(__name__)

# Changes are looked for so often, and everything is compared so often.
PAUSE_SECONDS, COMPARE_SECONDS = 0.25, 60.0
RETRY_SECONDS = 1.0
# An alert that nobody refreshes ends after a day; until then a reader that was away can learn that
# the case left the ladder.
KEEP_NONE_SECONDS = 86_400

# What the event loop compares in one go: a few milliseconds.
SLICE = 500

T = TypeVar("T")


class Log(Protocol):
    """WatchLog; its methods but `table` block."""

    def table(self, partition: int) -> WatchTable: ...
    def read(self, partitions: list[int]) -> None: ...
    def write(self, partition: int, records: Sequence[Record]) -> None: ...
    def forget(self, partition: int) -> None: ...
    def close(self) -> None: ...


@dataclass(slots=True, eq=False)
class Mirror:
    """A state and its partition of ioc.watch. `pending`: keys that may differ. `compared_at`: when
    everything was compared last, by the monotonic and by the wall clock; None: never yet.
    """

    state: PartitionState
    number: int
    pending: set[bytes] = field(default_factory=set)
    compared_at: tuple[float, float] | None = None

    def due(self, now: float) -> bool:
        """The whole is to be compared."""
        return self.compared_at is None or now - self.compared_at[0] >= COMPARE_SECONDS

    def has_work(self, now: float) -> bool:
        return bool(self.pending or self.state.watchlist.changed) or self.due(now)

    def missing(self, table: WatchTable, now: float) -> Iterator[list[Record]]:
        """What to write, of everything when that is due, else of what changed; slice by slice,
        between which folding may go on: what changes then is new work.
        """
        state = self.state
        self.pending |= state.watchlist.take_changed()
        if self.due(now):
            self.pending.update(table.keys(), state.watchlist.listed())
        before = int(time.time()) - KEEP_NONE_SECONDS
        keys = iter(sorted(self.pending))
        while part := list(islice(keys, SLICE)):
            yield list(differences(table, state.watch_row, part, before))

    def written(self, now: float) -> None:
        self.pending.clear()
        if self.due(now):
            self.compared_at = now, time.time()

    def unpublished(self) -> int:
        """How many rows may not be in the log; one that changes while it waits counts twice."""
        if self.compared_at is None:
            return len(self.state.watchlist)
        return len(self.pending) + self.state.watchlist.changed


class WatchPublisher:
    """`states` are all that this worker holds; `trusted` tells whether it may believe that it does.

    A failure never stops anybody: it is logged, seen in `unpublished`, and tried again.
    """

    def __init__(
        self,
        watch: Log,
        states: Mapping[Partition, PartitionState],
        trusted: Callable[[], bool],
    ) -> None:
        self._log = watch
        self._states = states
        self._trusted = trusted
        self._mirrors: dict[Partition, Mirror] = {}
        self._failing = False
        # The clients of Kafka are for one thread at a time.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="watch")

    def mirrors(self) -> Iterable[tuple[Partition, Mirror]]:
        return self._mirrors.items()

    async def run(self) -> None:
        """For ever; closes its connections when it is cancelled."""
        try:
            while True:
                succeeded = await self.attempt()
                await asyncio.sleep(PAUSE_SECONDS if succeeded else RETRY_SECONDS)
        finally:
            self._thread.submit(self._log.close)
            self._thread.shutdown(wait=False)

    async def attempt(self) -> bool:
        """A turn that may fail; whether it succeeded."""
        try:
            await self.turn()
        except Exception as error:
            if not self._failing:
                unexpected = not isinstance(error, LogError | TopicMismatchError)
                log.warning("ioc.watch is behind: %s", error, exc_info=unexpected)
            self._failing = True
            # The error above says what is wrong; one of the farewell would only end the worker.
            with suppress(Exception):
                await self._in_thread(self._log.close)
            return False
        if self._failing:
            log.info("ioc.watch is written again")
        self._failing = False
        return True

    async def turn(self) -> None:
        """Writes what changed, and what differs where a comparison is due. Raises LogError."""
        now = time.monotonic()
        await self._keep_to_what_is_held()
        work = [mirror for mirror in self._owned() if mirror.has_work(now)]
        if not work:
            return
        await self._in_thread(self._log.read, [mirror.number for mirror in work])
        for mirror in work:
            records: list[Record] = []
            for part in mirror.missing(self._log.table(mirror.number), now):
                records += part
                await asyncio.sleep(0)
            # Reading and writing take their time, in which a partition may be lost.
            if all(mirror is not owned for owned in self._owned()):
                continue
            if records:
                await self._in_thread(self._log.write, mirror.number, records)
            mirror.written(now)

    async def _keep_to_what_is_held(self) -> None:
        for place, mirror in list(self._mirrors.items()):
            if self._states.get(place) is not mirror.state:
                del self._mirrors[place]
                await self._in_thread(self._log.forget, mirror.number)
        for place, state in self._states.items():
            if state.open and place not in self._mirrors:
                self._mirrors[place] = Mirror(state, watch_partition(*place))

    def _owned(self) -> Iterator[Mirror]:
        if not self._trusted():
            return iter(())
        return (
            mirror
            for place, mirror in self._mirrors.items()
            if self._states.get(place) is mirror.state and mirror.state.open
        )

    async def _in_thread(self, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)


def watch_series(mirrors: Iterable[tuple[Partition, Mirror]]) -> str:
    """How far ioc.watch is behind the partitions held here."""
    placed = [
        ((("topic", place.topic), ("partition", str(place.number))), mirror)
        for place, mirror in mirrors
    ]
    compared = ((place, one.compared_at[1]) for place, one in placed if one.compared_at)
    return samples(
        "ioc_watch_unpublished", ((place, one.unpublished()) for place, one in placed)
    ) + samples("ioc_watch_compared_timestamp_seconds", compared)
