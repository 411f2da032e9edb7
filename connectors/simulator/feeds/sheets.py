"""CSV in the encodings and XLSX with the cells that Vietnamese offices write."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from html import escape

from connectors.simulator.feeds.rows import Cell, Row
from connectors.simulator.feeds.systems import Writing

# The five tones, which code page 1258 has as marks of their own.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_CODECS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "cp1258": "cp1258"}
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        '<sheet name="Số liệu" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def csv_bytes(rows: Sequence[Row], writing: Writing) -> bytes:
    """With a row of column names first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=writing.delimiter, lineterminator="\r\n")
    writer.writerow(rows[0])
    writer.writerows([number_text(cell, writing.decimal) for cell in row.values()] for row in rows)
    return encoded(text.getvalue(), writing.encoding)


def number_text(cell: Cell, decimal: str) -> str:
    """1.234,5 where a comma parts the fraction, else 1234.5; a text as it is."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if decimal == ".":
        return str(cell)
    return f"{cell:,}".translate(str.maketrans(",.", ".,"))


def encoded(text: str, encoding: str) -> bytes:
    """In code page 1258 tones follow their letters; what it has not becomes a question mark."""
    if encoding == "cp1258":
        text = "".join(_apart(letter) for letter in text)
    return text.encode(_CODECS[encoding], "replace")


def _apart(letter: str) -> str:
    """A letter that the code page has as a whole stays whole."""
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(part for part in parts if part in _TONES)
        base = "".join(part for part in parts if part not in _TONES)
        return unicodedata.normalize("NFC", base) + tones
    return letter


def xlsx_bytes(rows: Sequence[Row]) -> bytes:
    """A workbook of one sheet: column names, then rows of texts and numbers."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in _PARTS.items():
            book.writestr(name, _HEAD + part)
        book.writestr("xl/worksheets/sheet1.xml", _HEAD + _sheet(rows))
    return packed.getvalue()


def _sheet(rows: Sequence[Row]) -> str:
    lines = [_line(rows[0]), *(_line(row.values()) for row in rows)]
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _line(cells: Iterable[Cell]) -> str:
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(cell: Cell) -> str:
    if cell is None:
        return "<c/>"
    if isinstance(cell, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    return f"<c><v>{cell}</v></c>"
