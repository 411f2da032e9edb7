"""Alertmanager on loopback, alone: no cluster, no service of Debian."""

from functools import partial
from pathlib import Path

from deploy.alertmanager.configuration import write
from deploy.local.processes import LOOPBACK, program
from deploy.local.services import Service, answers


def service(directory: Path, port: int, *, log: Path) -> Service:
    """Writes the configuration into `directory`; raises MissingProgramError."""
    url = f"http://{LOOPBACK}:{port}"
    command = (
        program("prometheus-alertmanager", "prometheus-alertmanager"),
        f"--config.file={write(directory)}",
        f"--storage.path={directory / 'data'}",
        f"--web.listen-address={LOOPBACK}:{port}",
        "--cluster.listen-address=",
        "--log.level=warn",
    )
    return Service("alertmanager", command, url, partial(answers, f"{url}/-/ready"), log)
