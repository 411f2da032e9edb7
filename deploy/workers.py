"""Where a command finds a worker to ask, when it is not told."""

import json
import os
from contextlib import suppress
from pathlib import Path

from deploy.local.layout import Layout

DEFAULT = "http://127.0.0.1:8810"
HERE = Path(".ioc")


def worker_address(directory: Path = HERE) -> str:
    """The first worker of the stack that runs on this directory's data; else the usual address.

    A record that nobody took away, or that cannot be read, tells of no stack.
    """
    with suppress(OSError, ValueError, KeyError, TypeError):
        record = json.loads(Layout(directory).record.read_text(encoding="utf-8"))
        for service in record["services"]:
            if str(service["name"]).startswith("worker"):
                os.kill(service["pid"], 0)
                return str(service["address"])
    return DEFAULT
