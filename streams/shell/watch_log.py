"""ioc.watch as Kafka holds it: rows read back as any reader reads them, and records written."""

from collections.abc import Collection, Iterable, Sequence

from connectors.log.keyed import KeyedTopic
from connectors.log.settings import KafkaSettings
from seeds.topics import WATCH
from streams.core.watch import Record, WatchTable


class WatchLog:
    """A table for each partition read. Raises as KeyedTopic does, blocks as it does."""

    def __init__(self, kafka: KafkaSettings, *, client_id: str = "ioc-watch") -> None:
        self._topic = KeyedTopic(kafka, WATCH, client_id=client_id)
        self._tables: dict[int, WatchTable] = {}

    def table(self, partition: int) -> WatchTable:
        return self._tables.setdefault(partition, WatchTable())

    def tables(self) -> Iterable[WatchTable]:
        return self._tables.values()

    def read(self, partitions: Collection[int]) -> None:
        """Brings the tables of these partitions up to the end that they have now."""
        for record in self._topic.read(partitions):
            self.table(record.partition).apply(record.key, record.value, record.written_at)

    def write(self, partition: int, records: Sequence[Record]) -> None:
        """The tables do not know of it before they are read again."""
        self._topic.write(partition, records)

    def forget(self, partition: int) -> None:
        self._tables.pop(partition, None)
        self._topic.forget(partition)

    def close(self) -> None:
        self._topic.close()

    def __enter__(self) -> "WatchLog":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
