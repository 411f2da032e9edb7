"""Lives of an owner of partitions, each ended by SIGKILL at random between fold and publication.

`python -m tests.integration.fold.watch_lives PLAN` forks one life after the other, so that none
pays for starting Python: real Kafka, real state, real publisher. The last life is not killed.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from kafka import KafkaConsumer
from kafka.structs import TopicPartition

from connectors.log.settings import KafkaSettings
from seeds.procedures import fields
from seeds.province import agencies
from seeds.topics import source_topics, watch_partition
from streams.core.ledger import Cells
from streams.core.partition import Context, PartitionState
from streams.core.watch import Record
from streams.shell.holdings import Holdings, Partition
from streams.shell.watch_log import WatchLog
from streams.shell.watch_publisher import WatchPublisher

PLACES = [
    Partition(topic.name, number) for topic in source_topics() for number in range(topic.partitions)
]
# Every turn of a life lets so much time pass, and every life at most so much.
TURN_SECONDS, LIFE_SECONDS = 1_800, 43_200


class Plan(NamedTuple):
    """`now` is the clock of the first life. `deaths`: a file that gets, for each life, how many
    rows were not known to be published when it ended. The last life begins when the file `fed` is
    there: it is to see the whole log.
    """

    bootstrap: str
    prefix: str
    lives: int
    seed: int
    now: int
    deaths: str
    fed: str

    @property
    def kafka(self) -> KafkaSettings:
        return KafkaSettings(bootstrap=self.bootstrap, prefix=self.prefix)

    @property
    def last_now(self) -> int:
        return self.now + self.lives * LIFE_SECONDS


class SourceReader:
    """The source partitions from their beginning, into holdings, as a worker reads them."""

    def __init__(self, kafka: KafkaSettings) -> None:
        self.holdings = Holdings(Context(Cells(agencies(), fields())))
        self._consumer = KafkaConsumer(**kafka.client_options(), metrics_enabled=False)
        self._places = {TopicPartition(kafka.topic(p.topic), p.number): p for p in PLACES}
        self._consumer.assign(list(self._places))
        self._consumer.seek_to_beginning(*self._places)
        ends = self._consumer.end_offsets(list(self._places))
        gained = self.holdings.assign(set(PLACES))
        gates = {self._places[tp]: end for tp, end in ends.items()}
        self.holdings.survey(gained, dict.fromkeys(PLACES, 0), gates)

    def fold(self) -> int:
        found = self._consumer.poll(timeout_ms=20)
        for tp, records in found.items():
            for record in records:
                self.holdings.fold(self._places[tp], record.offset, record.value)
        return sum(map(len, found.values()))

    def open(self, now: int) -> None:
        self.holdings.advance(now)
        while state := self.holdings.ready_to_open():
            for _ in state.opening(now):
                pass

    def all_open(self) -> bool:
        return all(state.open for state in self.holdings.states.values())

    def close(self) -> None:
        self._consumer.close(autocommit=False)


def refolded(kafka: KafkaSettings, now: int) -> list[PartitionState]:
    """The states of a worker that reads the same log at that time and nothing else."""
    reader = SourceReader(kafka)
    try:
        while not reader.all_open():
            reader.fold()
            reader.open(now)
        return list(reader.holdings.states.values())
    finally:
        reader.close()


class FusedLog(WatchLog):
    """Calls `burn` before and after everything, and in the middle of a write."""

    def __init__(self, kafka: KafkaSettings, fuse: "Fuse") -> None:
        super().__init__(kafka)
        self._fuse = fuse

    def read(self, partitions: Iterable[int]) -> None:
        self._fuse.burn()
        super().read(list(partitions))
        self._fuse.burn()

    def write(self, partition: int, records: Sequence[Record]) -> None:
        self._fuse.burn()
        half = len(records) // 2
        super().write(partition, records[:half])
        self._fuse.burn()
        super().write(partition, records[half:])
        self._fuse.burn()


class Fuse:
    """Ends the process with SIGKILL after so many steps, or so many seconds."""

    def __init__(self, chance: Random, deaths: Path) -> None:
        self._left = chance.choice([chance.randrange(1, 12), chance.randrange(1, 120)])
        self._seconds = chance.uniform(0.0, 1.0)
        self._deaths = deaths
        self.publisher: WatchPublisher | None = None

    def light(self) -> None:
        timer = threading.Timer(self._seconds, self.die)
        timer.daemon = True
        timer.start()

    def burn(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.die()

    def die(self) -> None:
        behind = 0
        if self.publisher:
            behind = sum(mirror.unpublished() for _, mirror in self.publisher.mirrors())
        with self._deaths.open("a") as deaths:
            deaths.write(f"{behind}\n")
        os.kill(os.getpid(), signal.SIGKILL)


class NoFuse(Fuse):
    def light(self) -> None:
        pass

    def burn(self) -> None:
        pass


async def live(plan: Plan, now: int, fuse: Fuse, *, last: bool) -> None:
    reader = SourceReader(plan.kafka)
    watch = FusedLog(plan.kafka, fuse)
    publisher = fuse.publisher = WatchPublisher(watch, reader.holdings.states, lambda: True)
    ends_at = now if last else now + LIFE_SECONDS - 1
    # The clients connect before anything may end.
    reader.fold()
    WatchLog.read(watch, [watch_partition(*place) for place in PLACES])
    fuse.light()
    while True:
        read = reader.fold()
        fuse.burn()
        reader.open(now)
        fuse.burn()
        succeeded = await publisher.attempt()
        if last and succeeded and not read and reader.all_open():
            break
        now = min(now + TURN_SECONDS, ends_at)
    watch.close()
    reader.close()


def live_in_child(plan: Plan, number: int) -> int:
    """The signal that ended the life; 0 when it ended by itself."""
    child = os.fork()
    if not child:
        last = number == plan.lives
        chance = Random(plan.seed * 1_000 + number)
        fuse = (NoFuse if last else Fuse)(chance, Path(plan.deaths))
        code = 1
        try:
            asyncio.run(live(plan, plan.now + number * LIFE_SECONDS, fuse, last=last))
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    plan = Plan(**json.loads(sys.argv[1]))
    for number in range(plan.lives + 1):
        while number == plan.lives and not Path(plan.fed).exists():
            time.sleep(0.05)
        began = time.monotonic()
        code = live_in_child(plan, number)
        print(f"life {number}: {code} after {time.monotonic() - began:.2f} s", flush=True)
        if code != (0 if number == plan.lives else -signal.SIGKILL):
            sys.exit(f"life {number} ended with {code}")


if __name__ == "__main__":
    main()
