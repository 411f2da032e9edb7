"""CSV files, as a stream: of a file of any size only lines are in memory."""

import codecs
import csv
import hashlib
import io
import unicodedata
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, Final

from connectors.files.content import CHUNK, Changed, FileFinding, NotWhole, places
from connectors.files.settings import FilesSettings
from connectors.runner.adapter import Record, Unreadable

# A record of more lines, or a line of more characters, is a quote that somebody forgot.
RECORD_LINES, LINE_LENGTH = 1_000, CHUNK

_MARKS: Final = (
    ("utf-8", codecs.BOM_UTF8),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
)
# Most letters of Vietnamese in UTF-8; in cp1258 these bytes are no text.
_VIETNAMESE_UTF8: Final = (b"\xe1\xba", b"\xe1\xbb")


def encoding_of(file: BinaryIO, encoding: str) -> tuple[str, int]:
    """The codec of a file that is declared to have this encoding, and where its text begins.

    Raises FileFinding.
    """
    file.seek(0)
    beginning = file.read(4)
    for codec, mark in _MARKS:
        if beginning.startswith(mark):
            if encoding not in (codec, codec[:6]):
                raise FileFinding(f"is {codec[:6]} by its first bytes; expected: {encoding}")
            return codec, len(mark)
    if encoding == "utf-16":
        raise FileFinding(
            "does not begin with the mark of utf-16; expected: utf-16 (without a mark: utf-16-le "
            "or utf-16-be)"
        )
    return encoding, 0


def check_text(file: BinaryIO, codec: str, begin: int) -> int:
    """Decode all from `begin` on; returns how many lines there are. Raises FileFinding."""
    file.seek(begin)
    decoder = codecs.getincrementaldecoder(codec)()
    other = codecs.getincrementaldecoder("utf-8")() if codec == "cp1258" else None
    lines = 0
    vietnamese = False
    last, chunk = "\n", b" "
    while chunk:
        chunk = file.read(CHUNK)
        text = _decoded(decoder, chunk, codec)
        if "\0" in text:
            raise NotWhole(f"holds zero bytes: it is not {codec}, or was not wholly written")
        if len(text) >= LINE_LENGTH // 4 and "\n" not in text and "\r" not in text:
            raise FileFinding(f"has a line of more than {len(text)} characters")
        if other and not _decodes(other, chunk):
            other = None
        vietnamese = vietnamese or any(letters in chunk for letters in _VIETNAMESE_UTF8)
        lines += text.count("\n")
        last = text[-1:] or last
    if other and vietnamese:
        raise FileFinding("is utf-8 by its letters; expected: cp1258")
    return lines + (last != "\n")


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, codec: str) -> str:
    try:
        return decoder.decode(chunk, not chunk)
    except UnicodeDecodeError:
        raise FileFinding(
            f"is not {codec}: it has bytes that this encoding has not; nothing of it was read"
        ) from None


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk, not chunk)
    except UnicodeDecodeError:
        return False
    return True


def at_line_end(file: BinaryIO, at: int) -> bool:
    """Whether byte `at` follows the end of a line, in any of the encodings."""
    file.seek(max(at - 2, 0))
    return file.read(min(at, 2)).strip(b"\0")[-1:] in (b"\n", b"\r")


class _Lines:
    """The lines of a file from byte `at` on, and csv records made of them.

    Has a buffer of its own, and leaves the file open. `record` are the lines of the record under
    way.
    """

    def __init__(self, file: BinaryIO, codec: str, at: int, delimiter: str) -> None:
        buffer = open(file.fileno(), "rb", closefd=False)  # noqa: SIM115
        buffer.seek(at)
        self._text = io.TextIOWrapper(buffer, encoding=codec, newline="")
        self._delimiter = delimiter
        self._again: deque[str] = deque()
        self.record: list[str] = []
        self._parse()

    def _parse(self) -> None:
        self.rows = csv.reader(self._feed(), delimiter=self._delimiter, strict=True)

    def _feed(self) -> Iterator[str]:
        readline = self._text.readline
        while line := (self._again.popleft() if self._again else readline(LINE_LENGTH)):
            self.record.append(line)
            if len(self.record) > RECORD_LINES:
                raise csv.Error
            yield line

    def skip(self, lines: int) -> None:
        for _ in range(lines):
            self.record.append(self._text.readline(LINE_LENGTH))

    def take(self) -> list[str]:
        """The lines of the record that was read."""
        taken, self.record = self.record, []
        return taken

    def take_first(self) -> str:
        """The line with which a broken record begins; what follows is another record."""
        first, *rest = self.take()
        self._again.extendleft(reversed(rest))
        self._parse()
        return first


class CsvReading:
    """Reads from byte `read` on, at which a line begins and before which there were `line` lines;
    `hasher` has seen the bytes before. Raises FileFinding, NotWhole.
    """

    def __init__(
        self,
        name: str,
        file: BinaryIO,
        settings: FilesSettings,
        *,
        hasher: "hashlib.blake2b",
        read: int = 0,
        line: int = 0,
    ) -> None:
        self._name, self._hasher = name, hasher
        self._size = file.seek(0, io.SEEK_END)
        self._codec, begin = encoding_of(file, settings.encoding)
        self.remaining = check_text(file, self._codec, max(read, begin))
        self.read, self.line, self.finished = read, line, False
        self._lines = _Lines(file, self._codec, begin, settings.delimiter)
        self._consumed: list[str] = []
        self._header(settings)
        if read:
            self._lines = _Lines(file, self._codec, read, settings.delimiter)
        else:
            file_mark = dict(_MARKS).get(self._codec, b"")[:begin]
            self._hasher.update(file_mark)
            self.read = begin
            self._consume(self._lines.take())
            self._account()

    def _header(self, settings: FilesSettings) -> None:
        try:
            self._lines.skip(settings.header_row - 1)
            header = next(self._lines.rows)
        except StopIteration:
            raise NotWhole(f"has no header in line {settings.header_row}: it is empty") from None
        except csv.Error:
            raise FileFinding(
                f"has a header in line {settings.header_row} with an open quote"
            ) from None
        self._places = places(header, settings.columns)
        self._least = 1 + max(place for _, place in self._places)
        self._most = len(header)

    def digest(self) -> str:
        return self._hasher.hexdigest()

    def records(self, limit: int) -> list[Record | Unreadable]:
        found: list[Record | Unreadable] = []
        try:
            # Empty lines are no records, and bounded all the same.
            while len(found) < limit and len(self._consumed) < 2 * limit and not self.finished:
                if one := self._next():
                    found.append(one)
        except UnicodeDecodeError:
            raise Changed from None
        self._account()
        return found

    def _next(self) -> Record | Unreadable | None:
        position = f"{self._name} line {self.line + 1}"
        try:
            row = next(self._lines.rows)
        except StopIteration:
            self.finished = True
            return None
        except csv.Error:
            first = self._lines.take_first()
            self._consume([first])
            reason = "is no record: a quote is not closed, or text follows a closed one"
            return Unreadable(first.encode(self._codec), reason, position)
        lines = self._lines.take()
        self._consume(lines)
        text = "".join(row)
        if not text or text.isspace():
            return None
        if not text.isascii():
            row = [unicodedata.normalize("NFC", cell) for cell in row]
        if not self._least <= len(row) <= self._most and (
            len(row) < self._least or any(map(str.strip, row[self._most :]))
        ):
            raw = "".join(lines).encode(self._codec)
            return Unreadable(raw, f"has {len(row)} values; expected: {self._least}", position)
        return Record({column: row[place] for column, place in self._places}, position)

    def _consume(self, lines: list[str]) -> None:
        self.line += len(lines)
        self._consumed += lines

    def _account(self) -> None:
        """Bring bytes and digest up to the last line that was read."""
        content = "".join(self._consumed).encode(self._codec)
        self._hasher.update(content)
        self.read += len(content)
        self.remaining = max(self.remaining - len(self._consumed), 0)
        self.finished = self.finished or self.read >= self._size
        self._consumed = []
