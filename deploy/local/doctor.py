"""What this machine lacks to run the monitor, each with what to do about it."""

import importlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from kafka.errors import KafkaError

from connectors.log.admin import connected
from deploy.configuration import Configuration
from deploy.local import broker
from deploy.local.ports import is_taken

LEAST_JAVA = 17
# `keep_firing_for`, and rules that use their own last value, are older than that.
LEAST_PROMETHEUS = (2, 42)
LEAST_MEMORY_MIB = 2_048
LEAST_DISK_MIB = 5_120
MIB = 1024 * 1024

State = Literal["ok", "note", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`note`: worth knowing, and no reason not to start."""

    what: str
    state: State
    text: str


def examine(configuration: Configuration) -> Iterator[Finding]:
    yield _python()
    yield _java()
    yield _jars()
    yield from _programs()
    yield from _packages()
    yield _memory()
    yield _disk(configuration.stack.data)
    yield from _ports(configuration)
    yield _kafka(configuration)


def _python() -> Finding:
    return Finding("python", "ok", sys.version.split()[0])


def _java() -> Finding:
    said = _said("java", "-version")
    if said is None:
        return _missing("java", "default-jre-headless")
    major = int(found[1]) if (found := re.search(r'version "(\d+)', said)) else 0
    state: State = "ok" if major >= LEAST_JAVA else "fault"
    wanted = "" if state == "ok" else f": Apache Kafka needs {LEAST_JAVA}; install a newer one"
    return Finding("java", state, f"{major}{wanted}")


def _jars() -> Finding:
    jars = [jar.stem.split("-")[-1] for jar in broker.JARS.glob("kafka_2.13-*.jar")]
    if jars:
        return Finding("kafka", "ok", f"{jars[0]} in {broker.JARS}")
    return Finding("kafka", "fault", f"its jars are not in {broker.JARS}: run `make setup`")


def _programs() -> Iterator[Finding]:
    said = _said("prometheus", "--version")
    yield _prometheus(said) if said is not None else _missing("prometheus", "prometheus")
    for name, package in (
        ("promtool", "prometheus"),
        ("prometheus-alertmanager", "prometheus-alertmanager"),
        ("setpriv", "util-linux"),
    ):
        path = shutil.which(name)
        yield Finding(name, "ok", path) if path else _missing(name, package)
    chromium = shutil.which("chromium")
    absent = "not here; only the tests of the screens need it"
    yield Finding("chromium", "ok" if chromium else "note", chromium or absent)


def _prometheus(said: str) -> Finding:
    found = re.search(r"version (\d+)\.(\d+)", said)
    numbers = (int(found[1]), int(found[2])) if found else (0, 0)
    text = ".".join(map(str, numbers))
    if numbers >= LEAST_PROMETHEUS:
        return Finding("prometheus", "ok", text)
    wanted = ".".join(map(str, LEAST_PROMETHEUS))
    return Finding("prometheus", "fault", f"{text}: at least {wanted} is needed")


# Each must do what it is there for: a codec that is missing shows only when a batch arrives.
PACKAGES: dict[str, Callable[[], bool]] = {
    "cramjam": lambda: _unpacked(importlib.import_module("cramjam").lz4),
    "lz4": lambda: _unpacked(importlib.import_module("lz4.frame")),
    # The check value of CRC-32C, by which every record batch is proved.
    "crc32c": lambda: importlib.import_module("crc32c").crc32c(b"123456789") == 0xE3069283,
    "msgspec": lambda: importlib.import_module("msgspec").json.decode(b"[1]") == [1],
}


def _unpacked(codec: Any) -> bool:
    return bytes(codec.decompress(bytes(codec.compress(b"ioc" * 99)))) == b"ioc" * 99


def _packages() -> Iterator[Finding]:
    for name, works in PACKAGES.items():
        try:
            right = works()
        except ImportError as error:
            yield Finding(name, "fault", f"{error}: run `make setup`")
            continue
        text = version(name) if right else "does not give back what it was given: reinstall it"
        yield Finding(name, "ok" if right else "fault", text)


def _memory() -> Finding:
    found = re.search(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text(encoding="utf-8"))
    return _enough("memory", int(found[1]) // 1024 if found else 0, LEAST_MEMORY_MIB)


def _disk(directory: Path) -> Finding:
    there = next(
        path for path in (directory.absolute(), *directory.absolute().parents) if path.exists()
    )
    return _enough("disk", shutil.disk_usage(there).free // MIB, LEAST_DISK_MIB)


def _enough(what: str, found: int, wanted: int) -> Finding:
    if found >= wanted:
        return Finding(what, "ok", f"{found:,} MiB free")
    return Finding(what, "note", f"{found:,} MiB free; a year of a province wants {wanted:,}")


def _ports(configuration: Configuration) -> Iterator[Finding]:
    for name, port in configuration.ports():
        free = not is_taken(port)
        text = f"{port} is {'free' if free else 'taken: by a monitor that runs, or by another'}"
        yield Finding(name, "ok" if free else "note", text)


def _kafka(configuration: Configuration) -> Finding:
    """A cluster that is named in the configuration must be there; our own starts with us."""
    kafka = configuration.kafka
    try:
        with connected(kafka, timeout_seconds=5.0) as admin:
            nodes = len(admin.describe_cluster()["brokers"])
    except (KafkaError, OSError) as error:
        named = "bootstrap" in kafka.model_fields_set
        text = f"{kafka.bootstrap} does not answer ({error})"
        advice = ": start it, or correct [kafka] bootstrap" if named else "; `ioc up` starts one"
        return Finding("broker", "fault" if named else "note", text + advice)
    return Finding("broker", "ok", f"{kafka.bootstrap}, {nodes} node(s)")


def _missing(name: str, package: str) -> Finding:
    command = f"sudo apt-get install --no-install-recommends {package}"
    return Finding(name, "fault", f"not on this machine: run `make setup`, or `{command}`")


def _said(*command: str) -> str | None:
    """What a program says on both its outputs; None where it is not there."""
    if shutil.which(command[0]) is None:
        return None
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
