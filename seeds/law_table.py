"""Strict reading of one table of a TOML file: a fault is named with file, line, key and what is
allowed.
"""

import math
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeGuard, TypeVar

from seeds.law_lines import line_of, lines_of

Choice = TypeVar("Choice", bound=str)
Read = TypeVar("Read")

_LINE = re.compile(r"at line ([0-9]+)")


class LawFileError(ValueError):
    """A fault in a rule file; `key` is dotted, `line` counts from 1."""

    def __init__(self, file: Path, line: int, key: str, problem: str) -> None:
        where = f"{file}, line {line}" + (f", key {key}" if key else "")
        super().__init__(f"{where}: {problem}")
        self.file, self.line, self.key, self.problem = file, line, key, problem


@dataclass(frozen=True, slots=True)
class Table:
    """Readers raise LawFileError; `attempt` keeps it in `faults`, so that all are found at once."""

    file: Path
    lines: dict[tuple[str, ...], int]
    values: dict[str, Any]
    path: tuple[str, ...] = ()
    faults: list[LawFileError] = field(default_factory=list)

    def fault(self, key: str, problem: str) -> LawFileError:
        path = (*self.path, key) if key else self.path
        return LawFileError(self.file, line_of(self.lines, path), ".".join(path), problem)

    def attempt(self, read: Callable[[], Read], otherwise: Read) -> Read:
        try:
            return read()
        except LawFileError as error:
            self.faults.append(error)
            return otherwise

    def allow_only(self, allowed: Sequence[str]) -> None:
        """Keeps a fault for every key that nothing reads: a setting that is ignored is an error."""
        for key in self.values:
            if key not in allowed:
                problem = f"is unknown; allowed: {', '.join(allowed)}"
                self.faults.append(self.fault(key, problem))

    def has(self, key: str) -> bool:
        return key in self.values

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return value
        raise self._wrong(key, "a text")

    def choice(self, key: str, allowed: Sequence[Choice]) -> Choice:
        value = self.values.get(key)
        for one in allowed:
            if one == value:
                return one
        raise self._wrong(key, ", ".join(allowed))

    def choices(self, key: str, allowed: Sequence[Choice]) -> tuple[Choice, ...]:
        value = self.values.get(key)
        wanted = f"a list of {', '.join(allowed)}, each once"
        if not isinstance(value, list) or len(set(map(str, value))) != len(value):
            raise self._wrong(key, wanted)
        found = tuple(one for item in value for one in allowed if one == item)
        if len(found) != len(value):
            raise self._wrong(key, wanted)
        return found

    def number(self, key: str, *, above: float | None = None, most: float | None = None) -> float:
        """A number from 0, or one above `above`, up to `most`."""
        value = self.values.get(key)
        low = f"a number above {above}" if above is not None else "a number from 0"
        wanted = low + (f" to {most}" if most is not None else "")
        if not _is_number(value):
            raise self._wrong(key, wanted)
        number = float(value)
        too_low = number < 0 if above is None else number <= above
        if too_low or (most is not None and number > most):
            raise self._wrong(key, wanted)
        return number

    def count(self, key: str) -> int:
        value = self.values.get(key)
        if not _is_number(value) or not isinstance(value, int) or value < 0:
            raise self._wrong(key, "a whole number from 0")
        return value

    def numbers(self, key: str, length: int) -> tuple[float, ...]:
        """Exactly `length` ascending numbers above 0."""
        value = self.values.get(key)
        if (
            isinstance(value, list)
            and len(value) == length
            and all(_is_number(item) for item in value)
            and all(low < high for low, high in zip([0, *value], value, strict=False))
        ):
            return tuple(value)
        raise self._wrong(key, f"{length} ascending numbers above 0")

    def day(self, key: str) -> date:
        value = self.values.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        raise self._wrong(key, "a day as 2023-12-31, without quotation marks")

    def table(self, key: str) -> "Table":
        """An empty table when the key is missing."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self._wrong(key, "a table")
        return Table(self.file, self.lines, value, (*self.path, key), self.faults)

    def tables(self) -> "dict[str, Table]":
        """Every key's table; what is none is kept as a fault."""
        found = [(key, self.attempt(partial(self.table, key), None)) for key in self.values]
        return {key: table for key, table in found if table is not None}

    def _wrong(self, key: str, allowed: str) -> LawFileError:
        if key not in self.values:
            return self.fault(key, f"is missing; allowed: {allowed}")
        return self.fault(key, f"{self.values[key]!r} is not allowed; allowed: {allowed}")


def read_table(file: Path) -> Table:
    """LawFileError when the file is no TOML, OSError when it cannot be read."""
    content = file.read_bytes()
    try:
        text = content.decode()
        return Table(file, lines_of(text), tomllib.loads(text))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LawFileError(file, line, "", "is not UTF-8; save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        place = _LINE.search(str(error))
        line = int(place[1]) if place else 1
        raise LawFileError(file, line, "", f"is not TOML ({error}); allowed: TOML 1.0") from None


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
