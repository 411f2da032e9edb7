"""Workbooks (XLSX): one sheet, wholly in memory, since the format cannot be read otherwise."""

import hashlib
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any, BinaryIO, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    WorksheetNotFound,
)

from connectors.files.content import FileFinding, NotWhole, places
from connectors.files.settings import FilesSettings
from connectors.runner.adapter import Record, Unreadable

# Unpacked, in bytes: a year's readings of a province are a tenth of it.
LARGEST: Final = 512 * 1024**2
# A workbook with a password is no ZIP archive but one of these.
_COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Cell = str | int | float | bool | date | time | timedelta


class XlsxReading:
    """Reads on after row `line` of the sheet. `read` is the size of the file. Raises FileFinding,
    NotWhole.
    """

    def __init__(
        self,
        name: str,
        file: BinaryIO,
        settings: FilesSettings,
        *,
        hasher: "hashlib.blake2b",
        read: int,
        line: int = 0,
    ) -> None:
        self._name, self._hasher = name, hasher
        self.read, self.line, self.finished = read, 0, False
        _check_size(file)
        sheet = _sheet(file, settings.sheet)
        self._rows: Iterator[list[Cell]] = sheet.iter_rows()
        self._ahead = next(self._rows, None)
        self.remaining = sheet.end[0] + 1 if sheet.end else 0
        self._places = places(self._header(settings.header_row), settings.columns)
        while self.line < line and not self.finished:
            self._row()

    def _header(self, number: int) -> list[str]:
        for _ in range(number):
            header = self._row()
        if header is None:
            raise NotWhole(f"has no header in row {number} of the sheet: it is empty")
        return [cell if isinstance(cell, str) else str(_value(cell)) for cell in header]

    def _row(self) -> list[Cell] | None:
        row = self._ahead
        if row is not None:
            self._ahead = next(self._rows, None)
            self.line += 1
            self.remaining -= 1
        self.finished = self._ahead is None
        return row

    def digest(self) -> str:
        return self._hasher.hexdigest()

    def records(self, limit: int) -> list[Record | Unreadable]:
        found: list[Record | Unreadable] = []
        while len(found) < limit and (row := self._row()) is not None:
            values = {column: _value(row[place]) for column, place in self._places}
            if any(value is not None for value in values.values()):
                found.append(Record(values, f"{self._name} row {self.line}"))
        return found


def _check_size(file: BinaryIO) -> None:
    file.seek(0)
    if file.read(len(_COMPOUND_FILE)) == _COMPOUND_FILE:
        raise FileFinding("is no XLSX but an older format, or has a password: save it as XLSX")
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        raise NotWhole("is no XLSX, or not wholly written: its end is missing") from None
    if unpacked > LARGEST:
        raise FileFinding(
            f"has {unpacked} bytes unpacked; allowed: {LARGEST}: split it, or send CSV"
        )


def _sheet(file: BinaryIO, name: str | None) -> CalamineSheet:
    file.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        if name is None:
            return workbook.get_sheet_by_index(0)
        return workbook.get_sheet_by_name(name)
    except PasswordError:
        raise FileFinding("has a password: save it without one") from None
    except WorksheetNotFound:
        raise FileFinding(f"has no sheet {name or 'at all'!r}") from None
    except CalamineError:
        raise NotWhole("is no XLSX, or is damaged: open it in a spreadsheet and save it") from None


def _value(cell: Any) -> Any:
    """A spreadsheet has no whole numbers of its own: 94 is 94.0 there. Empty text is none."""
    if type(cell) is str:
        return unicodedata.normalize("NFC", cell) or None
    if type(cell) is float and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell
