from collections.abc import Callable
from pathlib import Path

import pytest

Table = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Writes lines as a data file and gives its path."""

    def write(*lines: str) -> Path:
        path = tmp_path / "table.csv"
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        return path

    return write


@pytest.fixture(autouse=True)
def _no_import(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever works here may have imported a catalogue; the tests do not see it."""
    from seeds.procedures import CATALOGUE_VARIABLE, current_catalogue

    monkeypatch.delenv(CATALOGUE_VARIABLE, raising=False)
    monkeypatch.setattr("seeds.procedures.CATALOGUE_DEFAULT", tmp_path / "catalogue.csv")
    current_catalogue.cache_clear()
