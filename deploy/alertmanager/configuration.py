"""Writing Alertmanager's configuration: alerts are grouped and kept, and nobody is notified yet."""

from pathlib import Path
from typing import Any

from deploy.prometheus.yaml import dump


def configuration() -> dict[str, Any]:
    return {
        "route": {
            "receiver": "nobody",
            "group_by": ["alertname", "topic"],
            "group_wait": "10s",
            "group_interval": "1m",
            "repeat_interval": "4h",
        },
        "receivers": [{"name": "nobody"}],
    }


def write(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "alertmanager.yml"
    file.write_text(dump(configuration()), encoding="utf-8")
    return file
