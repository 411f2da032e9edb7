"""Wall and processor time of a stretch of work of this process, and what it holds in memory."""

import os
import resource
import time
from dataclasses import asdict, dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Measured:
    """`wall` and `cpu` seconds (all threads); `memory` bytes of resident memory that it added."""

    events: int
    wall: float
    cpu: float
    memory: int

    def as_json(self) -> dict[str, float]:
        return asdict(self)


class Stopwatch:
    """Starts when it is made; `empty` is the resident memory (bytes) before there was any work."""

    def __init__(self, empty: int) -> None:
        self._memory = empty
        self._wall = time.perf_counter()
        self._cpu = processor()

    def stop(self, events: int) -> Measured:
        wall, cpu = time.perf_counter() - self._wall, processor() - self._cpu
        return Measured(events, wall, cpu, resident() - self._memory)


def resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
