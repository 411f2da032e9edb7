from collections.abc import Iterator
from typing import Any

import pytest

from deploy.local.databases import SERVERS, Server


@pytest.fixture(scope="session", params=SERVERS, ids=lambda server: server.connector)
def server(request: Any) -> Iterator[Server]:
    """PostgreSQL, then MariaDB; a test that kills it starts it again."""
    started: Server = request.param()
    started.start()
    yield started
    started.remove()
