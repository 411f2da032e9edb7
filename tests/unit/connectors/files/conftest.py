from collections.abc import Iterator

import pytest

from tests.unit.connectors.files.reader import Source


@pytest.fixture(autouse=True)
def sources_closed() -> Iterator[None]:
    """A source in the middle of a file holds it open."""
    yield
    while Source.opened:
        Source.opened.pop().adapter.close()
