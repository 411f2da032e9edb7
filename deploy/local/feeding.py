"""The sources of a scenario: a simulated province's, declared in a file of their own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectors.log.settings import KafkaSettings
from connectors.runner.settings import SourceSettings
from connectors.simulator.feeds.declarations import declared, written
from connectors.simulator.outages import table
from connectors.simulator.scenarios import Scenario
from deploy.configuration import load


def write_sources(
    file: Path, feeds: Path, url: str, pace: int, cluster: KafkaSettings
) -> tuple[SourceSettings, ...]:
    """Write them as `ioc connect --config` reads them, with what the configuration says of Kafka.

    `feeds`: where their files and databases lie; `url`: where their interfaces are.
    """
    known = cluster.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    lines = ["# Written by `ioc up`.", *_section("kafka", known)]
    file.write_text("\n".join(lines) + "\n" + written(declared(feeds, url, pace)), encoding="utf-8")
    return load(file).source


def write_outages(file: Path, scenario: Scenario) -> Path:
    """The outages of the scenario's one-stop system, as `ioc worker --outages` reads them."""
    file.write_text(table(scenario.outages), encoding="utf-8")
    return file


def _section(name: str, settings: dict[str, Any]) -> Iterator[str]:
    if settings:
        yield f"[{name}]"
        yield from (f"{key} = {json.dumps(value)}" for key, value in settings.items())
