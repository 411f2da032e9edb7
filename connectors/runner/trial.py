"""Asking a source once, and writing nothing."""

import json
from collections.abc import Iterator
from typing import Any

from connectors.clock import Clock
from connectors.runner.families import open_adapter
from connectors.runner.mapping import mapper_of, translate
from connectors.runner.settings import SourceSettings
from connectors.runner.source import OpenAdapter


def trial(
    source: SourceSettings, clock: Clock, limit: int, opener: OpenAdapter = open_adapter
) -> Iterator[dict[str, Any]]:
    """What the first records from the beginning would become: events as they would be written, and
    refusals as {"refused": …}. Raises SourceError.
    """
    adapter = opener(source, clock)
    try:
        batch = adapter.poll(None, limit)
    finally:
        adapter.close()
    records = batch.records[:limit]
    delivery = translate(source, mapper_of(source), records, clock.now_microseconds())
    for _, event in delivery.events:
        yield json.loads(event)
    for one in delivery.refused:
        why = {"position": one.position, "field": one.refusal.field, "why": str(one.refusal)}
        yield {"refused": why | one.remainder}
