"""Writing Prometheus' configuration: targets every 2 s, rules every 2 s."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.prometheus.quality import WINDOW, DeclaredSource
from deploy.prometheus.rules import rule_files
from deploy.prometheus.yaml import dump

INTERVAL = "2s"

# How long a sample is believed. A Prometheus that was away does not know which series have ended
# meanwhile, and would add what they said to what others say now. So it may not be started again
# before everything that it remembers is older than this; and what is recorded at longer intervals
# than this has gaps.
LOOKBACK_SECONDS = 15

# Job -> instance -> HOST:PORT of what has /metrics.
Targets = Mapping[str, Mapping[str, str]]


def configuration(targets: Targets, alertmanagers: Sequence[str]) -> dict[str, Any]:
    """An instance has a name of its own, not its address.

    A worker that comes back on another port is the same, and not a second owner of its partitions
    for the five minutes in which Prometheus still believes the last sample of the first.
    """
    return {
        "global": {
            "scrape_interval": INTERVAL,
            "scrape_timeout": INTERVAL,
            "evaluation_interval": INTERVAL,
        },
        "rule_files": ["rules/*.yml"],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": list(alertmanagers)}]}],
        },
        "scrape_configs": [
            {"job_name": job, "static_configs": [_named(*one) for one in instances.items()]}
            for job, instances in targets.items()
        ],
    }


def write(
    directory: Path,
    targets: Targets,
    alertmanagers: Sequence[str] = (),
    sources: Sequence[DeclaredSource] = (),
    window: str = WINDOW,
) -> Path:
    """Write configuration and rules; returns the file for `--config.file`. `sources` and `window`
    as for `rule_files`.
    """
    write_rules(directory / "rules", sources, window)
    file = directory / "prometheus.yml"
    file.write_text(dump(configuration(targets, alertmanagers)), encoding="utf-8")
    return file


def write_rules(
    directory: Path, sources: Sequence[DeclaredSource] = (), window: str = WINDOW
) -> list[Path]:
    """Exactly the files of today: one that another version left would count twice."""
    directory.mkdir(parents=True, exist_ok=True)
    for stale in directory.glob("*.yml"):
        stale.unlink()
    files = []
    for name, groups in rule_files(sources, window).items():
        files.append(directory / name)
        files[-1].write_text(dump({"groups": groups}), encoding="utf-8")
    return files


def _named(instance: str, address: str) -> dict[str, Any]:
    return {"targets": [address], "labels": {"instance": instance}}
