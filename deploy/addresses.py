"""Where a command finds the services of the stack that runs here, when it is not told."""

import json
import os
from contextlib import suppress
from pathlib import Path

from deploy.local.layout import Layout

WORKER = "http://127.0.0.1:8810"
PROMETHEUS = "http://127.0.0.1:19090"
HERE = Path(".ioc")


def worker_address(directory: Path = HERE) -> str:
    """The first worker of the stack that runs on this directory's data; else the usual address."""
    return _address(directory, "worker") or WORKER


def prometheus_address(directory: Path = HERE) -> str:
    """Of that stack, else the usual address."""
    return _address(directory, "prometheus") or PROMETHEUS


def _address(directory: Path, name: str) -> str | None:
    """A record that nobody took away, or that cannot be read, tells of no stack."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        record = json.loads(Layout(directory).record.read_text(encoding="utf-8"))
        for service in record["services"]:
            if str(service["name"]).startswith(name):
                os.kill(service["pid"], 0)
                return str(service["address"])
    return None
