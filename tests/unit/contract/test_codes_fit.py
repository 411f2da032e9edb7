"""What the seeds call things must fit into the contract: an event with a longer code is refused."""

from collections.abc import Collection

import pytest

from connectors.contract.vocabulary import MAX_CODE
from seeds.procedures import fields, procedures
from seeds.province import agencies, units
from seeds.registry import indicators, subsystems
from seeds.topics import topics

CODES: dict[str, Collection[str]] = {
    "agencies": agencies(),
    "fields": fields(),
    "indicators": {name for _, name in indicators()},
    "procedures": procedures(),
    "subsystems": subsystems(),
    "topics": topics(),
    "units": units(),
}


@pytest.mark.parametrize("kind", CODES)
def test_every_code_of_the_seeds_fits(kind: str) -> None:
    assert CODES[kind]
    assert max(map(len, CODES[kind])) <= MAX_CODE
