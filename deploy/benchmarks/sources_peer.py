"""The peers of `ioc connect`: its adapter alone, its adapter and mapping, and a bare loop.

Run as a program; prints what it measured as one line of JSON.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from confluent_kafka import Producer
from python_calamine import CalamineWorkbook

from connectors.clock import Clock
from connectors.log.settings import KafkaSettings
from connectors.runner.families import open_adapter
from connectors.runner.mapping import mapper_of, translate
from connectors.runner.settings import SourceSettings
from connectors.sql.databases import DATABASES
from deploy.benchmarks.sources_rows import SELECT
from deploy.benchmarks.stopwatch import Stopwatch, resident
from deploy.configuration import load


def main(config: Path, way: str) -> None:
    chosen = load(config)
    [source] = chosen.source
    if way == "bare":
        watch, events = _bare(source, chosen.kafka)
    else:
        watch, events = _adapter(source, mapped=way == "mapping")
    sys.stdout.write(json.dumps(watch.stop(events).as_json()) + "\n")


def _adapter(source: SourceSettings, *, mapped: bool) -> tuple[Stopwatch, int]:
    clock = Clock()
    adapter, mapper = open_adapter(source, clock), mapper_of(source)
    position, more, records = None, True, 0
    watch = Stopwatch(resident())
    while more:
        batch = adapter.poll(position, source.records_per_turn)
        if mapped:
            translate(source, mapper, batch.records, clock.now_microseconds())
        position, more = batch.position, batch.more
        records += len(batch.records)
    return watch, records


def _bare(source: SourceSettings, kafka: KafkaSettings) -> tuple[Stopwatch, int]:
    """Each row as a JSON object, a message of its own; acknowledged as ours are."""
    producer = Producer(
        {
            "bootstrap.servers": kafka.bootstrap,
            "acks": "all",
            "enable.idempotence": True,
            "compression.type": "lz4",
            "linger.ms": 5,
        }
    )
    topic = kafka.topic(source.topic)
    watch, sent = Stopwatch(resident()), 0
    for number, time, unit, value in _rows(source):
        reading = {"id": number, "time": str(time), "unit": unit, "value": float(value)}
        while True:
            try:
                producer.produce(topic, json.dumps(reading), key=unit)
                break
            except BufferError:
                producer.poll(0.01)
        sent += 1
        producer.poll(0)
    if producer.flush(60):
        raise SystemExit("the log did not take everything")
    return watch, sent


def _rows(source: SourceSettings) -> Iterable[Sequence[Any]]:
    if source.sql:
        with closing(DATABASES[source.connector].connect(source.sql)) as connection:
            cursor = connection.cursor()
            cursor.execute(SELECT)
            yield from cursor
        return
    assert source.files
    [file] = source.files.folder.iterdir()
    if source.connector == "csv":
        with file.open(encoding="utf-8", newline="") as opened:
            found = csv.reader(opened)
            next(found)
            yield from found
        return
    lines = CalamineWorkbook.from_path(file).get_sheet_by_index(0).iter_rows()
    next(lines)
    yield from lines


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--config", type=Path, required=True)
    arguments.add_argument("--way", choices=["adapter", "mapping", "bare"], required=True)
    main(**vars(arguments.parse_args()))
