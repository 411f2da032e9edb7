"""What differs between the formats: where a known file is read on, and by what."""

import hashlib
from collections.abc import Mapping
from typing import BinaryIO, Final, Protocol

from connectors.files.content import Reading
from connectors.files.csv_file import CsvReading, at_line_end
from connectors.files.folder import Drop
from connectors.files.position import Known
from connectors.files.settings import FilesSettings
from connectors.files.xlsx_file import XlsxReading

# The hash of each beginning of a file that is of interest, by its size.
Hashes = Mapping[int, "hashlib.blake2b"]


class Format(Protocol):
    def needed(self, size: int) -> int:
        """Of so many bytes the hash is needed to begin."""
        ...

    def continues(self, known: Known, file: BinaryIO, size: int) -> bool:
        """Whether a file that begins with what is known is read on from there."""
        ...

    def open(
        self, drop: Drop, file: BinaryIO, settings: FilesSettings, found: Hashes, at: Known | None
    ) -> Reading:
        """Raises FileFinding, NotWhole, Changed, OSError."""
        ...


class _Csv:
    def needed(self, size: int) -> int:  # noqa: ARG002
        return 0

    def continues(self, known: Known, file: BinaryIO, size: int) -> bool:
        if known.state == "refused":
            return False
        # A last line without an end may have been half a line.
        return known.read == size or at_line_end(file, known.read)

    def open(
        self, drop: Drop, file: BinaryIO, settings: FilesSettings, found: Hashes, at: Known | None
    ) -> Reading:
        read, line = (at.read, at.line) if at else (0, 0)
        return CsvReading(drop.name, file, settings, hasher=found[read], read=read, line=line)


class _Xlsx:
    def needed(self, size: int) -> int:
        return size

    def continues(self, known: Known, file: BinaryIO, size: int) -> bool:  # noqa: ARG002
        return known.read == size and known.state in ("reading", "gone")

    def open(
        self, drop: Drop, file: BinaryIO, settings: FilesSettings, found: Hashes, at: Known | None
    ) -> Reading:
        line = at.line if at else 0
        hasher = found[drop.size]
        return XlsxReading(drop.name, file, settings, hasher=hasher, read=drop.size, line=line)


FORMATS: Final[Mapping[str, Format]] = {"csv": _Csv(), "xlsx": _Xlsx()}
