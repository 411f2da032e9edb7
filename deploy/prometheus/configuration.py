"""Writing Prometheus' configuration: targets every 2 s, rules every 2 s."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.prometheus.rules import rule_files
from deploy.prometheus.yaml import dump

INTERVAL = "2s"


def configuration(
    targets: Mapping[str, Sequence[str]], alertmanagers: Sequence[str]
) -> dict[str, Any]:
    """`targets`: job -> HOST:PORT of what has /metrics."""
    return {
        "global": {
            "scrape_interval": INTERVAL,
            "scrape_timeout": INTERVAL,
            "evaluation_interval": INTERVAL,
        },
        "rule_files": ["rules/*.yml"],
        "alerting": {"alertmanagers": [_static(alertmanagers)]},
        "scrape_configs": [
            {"job_name": job, **_static(addresses)} for job, addresses in targets.items()
        ],
    }


def write(
    directory: Path, targets: Mapping[str, Sequence[str]], alertmanagers: Sequence[str] = ()
) -> Path:
    """Write configuration and rules; returns the file for `--config.file`."""
    write_rules(directory / "rules")
    file = directory / "prometheus.yml"
    file.write_text(dump(configuration(targets, alertmanagers)), encoding="utf-8")
    return file


def write_rules(directory: Path) -> list[Path]:
    """Exactly the files of today: one that another version left would count twice."""
    directory.mkdir(parents=True, exist_ok=True)
    for stale in directory.glob("*.yml"):
        stale.unlink()
    files = []
    for name, groups in rule_files().items():
        files.append(directory / name)
        files[-1].write_text(dump({"groups": groups}), encoding="utf-8")
    return files


def _static(addresses: Sequence[str]) -> dict[str, Any]:
    return {"static_configs": [{"targets": list(addresses)}]}
