"""Where a source may be read from again."""

import json
from pathlib import Path

import click
import pytest

from connectors.clock import Clock
from connectors.intake.intake import Store
from connectors.runner.settings import ConnectSettings
from deploy.connecting import BEGINNING, rewind
from tests.unit.connectors.runner.samples import cases

PLACE = json.dumps([["plain", 5], ["plain", 17], 3])


@pytest.fixture
def settings(tmp_path: Path) -> ConnectSettings:
    Store(tmp_path).close()
    return ConnectSettings(data=tmp_path)


def kept(settings: ConnectSettings) -> str | None:
    store = Store(settings.data)
    try:
        return store.checkpoints.load("hotline").position
    finally:
        store.close()


@pytest.mark.parametrize(("to", "position"), [(PLACE, PLACE), (BEGINNING, None)])
def test_a_position_and_the_beginning_are_kept(
    settings: ConnectSettings, to: str, position: str | None
) -> None:
    rewind(cases(), settings, Clock(), PLACE)
    assert rewind(cases(), settings, Clock(), to) == position
    assert kept(settings) == position


@pytest.mark.parametrize(
    "to", ["yesterday", "2023-05-15", "17", "", PLACE[:-3], PLACE.replace("17", '"…"')]
)
def test_what_is_neither_time_nor_position_leaves_the_place_as_it_was(
    settings: ConnectSettings, to: str
) -> None:
    rewind(cases(), settings, Clock(), PLACE)
    with pytest.raises(click.UsageError, match="neither a time with its zone nor a whole position"):
        rewind(cases(), settings, Clock(), to)
    assert kept(settings) == PLACE
