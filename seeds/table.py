"""Strict CSV: a table that is wrong is refused with file, line, column and what is allowed."""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

DATA = Path(__file__).with_name("data")

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Built = TypeVar("Built")
Choice = TypeVar("Choice", bound=str)


class DataError(ValueError):
    """A fault in a data file. `line` counts from 1, the header is line 1."""

    def __init__(self, file: Path, line: int, column: str | None, problem: str) -> None:
        where = f"{file}, line {line}" + (f", column {column}" if column else "")
        super().__init__(f"{where}: {problem}")
        self.file, self.line, self.column, self.problem = file, line, column, problem


@dataclass(frozen=True, slots=True)
class Row:
    """One row; every reader raises DataError when the cell does not hold what is asked for.

    Readers of optional cells give None for an empty one: not known, or not said.
    """

    file: Path
    line: int
    cells: dict[str, str]

    def fault(self, column: str, problem: str) -> DataError:
        return DataError(self.file, self.line, column, problem)

    def optional(self, column: str) -> str | None:
        return self.cells[column].strip() or None

    def text(self, column: str) -> str:
        if (value := self.optional(column)) is None:
            raise self.fault(column, "is empty; allowed: any text")
        return value

    def matching(self, column: str, pattern: re.Pattern[str], allowed: str) -> str:
        value = self.text(column)
        if not pattern.fullmatch(value):
            raise self.fault(column, f"{value!r} is not allowed; allowed: {allowed}")
        return value

    def choice(self, column: str, allowed: Sequence[Choice]) -> Choice:
        value = self.optional(column) or ""
        for one in allowed:
            if one == value:
                return one
        raise self.fault(column, f"{value!r} is not allowed; allowed: {', '.join(allowed)}")

    def optional_choice(self, column: str, allowed: Sequence[Choice]) -> Choice | None:
        return None if self.optional(column) is None else self.choice(column, allowed)

    def number(self, column: str) -> int | float:
        """An int when the cell has no decimal point, so that counts stay counts."""
        value = self.text(column)
        if not _NUMBER.fullmatch(value):
            raise self.fault(column, f"{value!r} is not a number; allowed: 12, -3, 0.5")
        return float(value) if "." in value else int(value)

    def optional_number(self, column: str) -> int | float | None:
        return None if self.optional(column) is None else self.number(column)

    def optional_count(self, column: str) -> int | None:
        """A whole number from 0."""
        number = self.optional_number(column)
        if number is None or (isinstance(number, int) and number >= 0):
            return number
        raise self.fault(column, f"{number} is not allowed; allowed: a whole number from 0")

    def day(self, column: str) -> date:
        value = self.text(column)
        try:
            # A compact or a week date is read too, and is not what the file's readers expect.
            return date.fromisoformat(value if _DAY.fullmatch(value) else "")
        except ValueError:
            problem = f"{value!r} is not a day; allowed: a day of the calendar as 2023-12-31"
            raise self.fault(column, problem) from None

    def optional_day(self, column: str) -> date | None:
        return None if self.optional(column) is None else self.day(column)

    def known(self, column: str, value: Built | None, allowed: str) -> Built:
        """`value` as looked up by this column; None means that nothing there has such a code."""
        if value is None:
            raise self.fault(column, f"{self.cells[column]!r} is unknown; allowed: {allowed}")
        return value


def raising(error: DataError) -> None:
    raise error


def rows(
    file: Path, columns: Sequence[str], refuse: Callable[[DataError], None] = raising
) -> Iterator[Row]:
    """The rows of a UTF-8 CSV file whose first line names exactly these columns, in this order.

    Empty lines are skipped, a byte order mark (Excel writes one) is dropped, letters composed of
    several code points (macOS writes them) become one. DataError for a file that is no such table,
    OSError for one that cannot be read; a row with too few or too many cells goes to `refuse`.
    """
    records = _records(file)
    _check_header(file, next(records, (1, []))[1], columns)
    for line, cells in records:
        if len(cells) == len(columns):
            yield Row(file, line, dict(zip(columns, cells, strict=True)))
        elif cells:
            problem = f"has {len(cells)} cells; allowed: {len(columns)} ({', '.join(columns)})"
            refuse(DataError(file, line, None, problem))


def by_code(
    table: Iterator[Row], build: Callable[[Row], Built], column: str = "code"
) -> dict[str, Built]:
    """Built rows by their code, in the order of the file; a code that comes twice is a fault."""
    built: dict[str, Built] = {}
    lines: dict[str, int] = {}
    for row in table:
        code = row.text(column)
        if code in built:
            raise row.fault(column, f"{code!r} stands in line {lines[code]} already; allowed: once")
        built[code], lines[code] = build(row), row.line
    return built


def _lines(file: Path) -> Iterator[str]:
    content = file.read_bytes()
    try:
        text = unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(file, line, None, "is not UTF-8; save the table as UTF-8") from None
    # Only these end a line: str.splitlines would also cut at characters that stand in names.
    return iter(re.findall(r"[^\n]*\n|[^\n]+", text.replace("\r\n", "\n").replace("\r", "\n")))


def _records(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Each record and the line in which it begins: a quoted cell may hold line ends."""
    reader = csv.reader(_lines(file), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        problem = f"is not CSV ({error}); put a cell with a quotation mark in quotation marks"
        raise DataError(file, line, None, problem) from None


def _check_header(file: Path, cells: Sequence[str], columns: Sequence[str]) -> None:
    if [cell.strip() for cell in cells] != list(columns):
        problem = f"the columns are {', '.join(cells) or '(none)'}; allowed: {', '.join(columns)}"
        raise DataError(file, 1, None, problem)
