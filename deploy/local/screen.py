"""What the terminal shows: lines that stay, and one that is overwritten while work goes on."""

import time
from typing import TextIO

LINE_SECONDS = 10.0
ERASE = "\r\033[K"


class Screen:
    """Where nobody watches (a file, CI), progress is a line every ten seconds."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._watched = stream.isatty()
        self._pending = False
        self._last = float("-inf")

    def say(self, line: str) -> None:
        self._write(f"{ERASE if self._pending else ''}{line}\n")
        self._pending = False

    def progress(self, line: str) -> None:
        if self._watched:
            self._write(f"{ERASE}{line}")
            self._pending = True
        elif time.monotonic() - self._last > LINE_SECONDS:
            self._last = time.monotonic()
            self._write(f"{line}\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
