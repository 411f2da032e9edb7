"""Prometheus on loopback: the program of Debian, our configuration, never its service."""

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from deploy.local.processes import LOOPBACK, program
from deploy.local.services import Service, answers
from deploy.prometheus.configuration import LOOKBACK_SECONDS, Targets, write
from deploy.prometheus.quality import WINDOW, DeclaredSource

# Histories reach back to the years of the figures.
RETENTION = "10y"


def service(
    directory: Path,
    port: int,
    targets: Targets,
    *,
    log: Path,
    alertmanagers: Sequence[str] = (),
    sources: Sequence[DeclaredSource] = (),
    window: str = WINDOW,
) -> Service:
    """Writes the configuration into `directory`; raises MissingProgramError."""
    directory.mkdir(parents=True, exist_ok=True)
    file = write(directory, targets, alertmanagers, sources, window)
    url = f"http://{LOOPBACK}:{port}"
    command = (
        program("prometheus", "prometheus"),
        f"--config.file={file}",
        f"--storage.tsdb.path={directory / 'data'}",
        f"--storage.tsdb.retention.time={RETENTION}",
        f"--query.lookback-delta={LOOKBACK_SECONDS}s",
        f"--web.listen-address={LOOPBACK}:{port}",
        # Debian's consoles; we serve our own screens.
        "--web.console.templates=/nonexistent",
        "--web.console.libraries=/nonexistent",
        "--log.level=warn",
    )
    return Service(
        name="prometheus",
        command=command,
        address=url,
        ready=partial(answers, f"{url}/-/ready"),
        log=log,
        rest_seconds=LOOKBACK_SECONDS,
    )


def rest(directory: Path) -> str:
    """Wait until what it wrote the last time is no longer believed."""
    written = [file.stat().st_mtime for file in (directory / "data" / "wal").glob("*")]
    seconds = max(written, default=0.0) + LOOKBACK_SECONDS - time.time()
    if seconds <= 0:
        return ""
    time.sleep(seconds)
    return f"prometheus    has rested for {seconds:.0f} s"
