"""What goes to stderr, and how often."""

import logging
import time

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
PAUSE_SECONDS = 10.0
REMEMBERED = 1_000
OTHERS = ("faust", "mode", "aiokafka", "kafka", "asyncio")


class Sparing(logging.Filter):
    """Lets the same message through once in `pause` seconds, with the number of those left out:
    the Kafka client says a hundred times a second that its broker is away.
    """

    def __init__(self, pause: float = PAUSE_SECONDS) -> None:
        super().__init__()
        self._pause = pause
        self._heard: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] not in OTHERS:
            return True
        message = record.getMessage()
        now = time.monotonic()
        said_at, left_out = self._heard.get(message, (None, 0))
        if said_at is not None and now - said_at < self._pause:
            self._heard[message] = said_at, left_out + 1
            return False
        if len(self._heard) >= REMEMBERED:
            self._heard.clear()
        self._heard[message] = now, 0
        if left_out:
            record.msg, record.args = f"{message} ({left_out} more of these)", ()
        return True


def set_up() -> None:
    logging.basicConfig(level=logging.INFO, format=FORMAT)
    for name in OTHERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(Sparing())
