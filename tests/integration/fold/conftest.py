from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# Types only: a folder's fixtures are read before the session's filters of warnings are set.
if TYPE_CHECKING:
    from connectors.log.settings import KafkaSettings
    from deploy.local.broker import Broker
    from tests.integration.fold.log import LogWriter
    from tests.integration.fold.processes import WorkerProcess

StartWorkers = Callable[[int], "list[WorkerProcess]"]


@pytest.fixture
def kafka(broker: "Broker", topic_prefix: str) -> "KafkaSettings":
    from connectors.log.settings import KafkaSettings

    return KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)


@pytest.fixture
def log(kafka: "KafkaSettings") -> "Iterator[LogWriter]":
    from tests.integration.fold.log import LogWriter

    writer = LogWriter(kafka)
    yield writer
    writer.close()


@pytest.fixture
def workers(kafka: "KafkaSettings", tmp_path: Path) -> Iterator[StartWorkers]:
    """Makes so many workers that know each other; the test starts them."""
    from deploy.local.processes import free_ports
    from tests.integration.fold.processes import WorkerProcess

    made: list[WorkerProcess] = []

    def make(number: int) -> list[WorkerProcess]:
        ports = free_ports(number)
        for index, port in enumerate(ports, start=1):
            peers = [other for other in ports if other != port]
            made.append(WorkerProcess(kafka, tmp_path, f"worker-{index}", port, peers))
        return made

    yield make
    for worker in made:
        worker.stop()
