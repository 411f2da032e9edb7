"""Prometheus on loopback: the program of Debian, our configuration, never its service."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from deploy.local.processes import LOOPBACK, program
from deploy.local.services import Service, answers
from deploy.prometheus.configuration import Targets, write

# Histories reach back to the years of the figures.
RETENTION = "10y"


def service(
    directory: Path,
    port: int,
    targets: Targets,
    *,
    log: Path,
    alertmanagers: Sequence[str] = (),
) -> Service:
    """Writes the configuration into `directory`; raises MissingProgramError."""
    directory.mkdir(parents=True, exist_ok=True)
    file = write(directory, targets, alertmanagers)
    url = f"http://{LOOPBACK}:{port}"
    command = (
        program("prometheus", "prometheus"),
        f"--config.file={file}",
        f"--storage.tsdb.path={directory / 'data'}",
        f"--storage.tsdb.retention.time={RETENTION}",
        f"--web.listen-address={LOOPBACK}:{port}",
        # Debian's consoles; we serve our own screens.
        "--web.console.templates=/nonexistent",
        "--web.console.libraries=/nonexistent",
        "--log.level=warn",
    )
    return Service("prometheus", command, url, partial(answers, f"{url}/-/ready"), log)
