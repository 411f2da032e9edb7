"""The one clock of a running process: wall clock plus one configured offset."""

import time

OFFSET_VARIABLE = "IOC_CLOCK_OFFSET_SECONDS"


class Clock:
    """`offset_seconds` is 0 in production; a scenario sets it, so that its year is just over."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self.offset_seconds = offset_seconds

    def now(self) -> float:
        """Unix seconds."""
        return time.time() + self.offset_seconds

    def now_microseconds(self) -> int:
        return int(self.now() * 1_000_000)
