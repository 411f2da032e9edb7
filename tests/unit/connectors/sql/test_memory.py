"""Which rows are remembered, and how far back that reaches."""

import pytest

from connectors.sql import memory
from connectors.sql.memory import Memory, Seen


def test_an_updated_row_does_not_shorten_the_look_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "KEPT", 3)
    remembered = Memory()
    for key, watermark in ((1, 1), (2, 2), (1, 50), (3, 3)):
        remembered.is_new(key, Seen(watermark, watermark))
        remembered.settle()
    assert remembered.reaches_back_to(0) == 2


def test_what_was_given_longest_ago_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "KEPT", 2)
    remembered = Memory()
    for key, watermark in ((1, 1), (2, 2), (1, 3), (3, 4)):
        remembered.is_new(key, Seen(watermark, watermark))
        remembered.settle()
    assert not remembered.is_new(1, Seen(3, 3))
    assert remembered.is_new(2, Seen(2, 2))
