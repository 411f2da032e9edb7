"""Where in a TOML file a key stands, so that a fault can be found. The parser itself forgets."""

import re
import tomllib
from typing import Any

Path = tuple[str, ...]

_HEADER = re.compile(r"\s*(\[\[?.*\]\]?)\s*(#.*)?")
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of every table header and every key that begins a line."""
    found: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.fullmatch(line):
            table = _path(header[1])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault(table + _path(f"{key[1]} = 0"), number)
    return found


def line_of(found: dict[Path, int], path: Path) -> int:
    """Of a key, or of the nearest table around it; 1 for the file as a whole."""
    while path:
        if path in found:
            return found[path]
        path = path[:-1]
    return 1


def _path(line: str) -> Path:
    """The keys that a header or an assignment names."""
    path: Path = ()
    try:
        value: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return path
    while isinstance(value, dict) and value:
        key, value = next(iter(value.items()))
        path += (key,)
        if isinstance(value, list):
            value = value[0]
    return path
