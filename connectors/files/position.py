"""Which contents were read, and how far: the checkpoint of a folder.

A file is its content: its beginning, up to where it was read, is known again by its digest, under
whatever name. Only of its own name the newest content alone counts, so that one that comes back
after another is read again: it is news.
"""

import json
from collections.abc import Iterable, Set
from dataclasses import astuple, dataclass, replace
from typing import Literal

from connectors.runner.adapter import Position, SourceError

# So many files that are no longer in the folder are still known when they are dropped again.
REMEMBERED = 1_000

# Gone: it was being read, and is no longer there. Replaced: there is another content of that name.
State = Literal["reading", "read", "refused", "gone", "replaced"]


@dataclass(frozen=True, slots=True)
class Known:
    """`digest` is that of the first `read` bytes, which hold `line` lines. `modified`: ns."""

    name: str
    size: int
    modified: int
    digest: str
    read: int
    line: int
    state: State


class Knowledge:
    """`rules` stands for the settings that decide what is refused: once they change, refused files
    are tried again.
    """

    def __init__(self, rules: str, known: Iterable[Known] = ()) -> None:
        self._rules = rules
        self._known: dict[str, Known] = {}
        self._texts: dict[str, str] = {}
        self._last: Known | None = None
        for one in known:
            self.put(one)

    @classmethod
    def decode(cls, position: Position | None, rules: str) -> "Knowledge":
        """Raises SourceError for a text that no folder's adapter wrote."""
        if position is None:
            return cls(rules)
        try:
            document = json.loads(position)
            same = document["rules"] == rules
            known = [Known(*one) for one in document["known"]]
        except (ValueError, TypeError, KeyError):
            raise SourceError(
                "the position is none of a folder of files: rewind the source to a time"
            ) from None
        return cls(rules, (one for one in known if same or one.state != "refused"))

    def encode(self) -> Position | None:
        """Begins with what a person wants to see. None when nothing is known."""
        if not self._known:
            return None
        last = self._last
        shown = {"file": last and last.name, "line": last and last.line, "rules": self._rules}
        known = ",".join(self._texts.values())
        return f'{json.dumps(shown, ensure_ascii=False)[:-1]}, "known": [{known}]}}'

    def put(self, one: Known) -> None:
        """It becomes the last one, also in the text."""
        key = f"{one.name}/{one.digest}" if one.state == "replaced" else one.name
        self._drop(key)
        self._known[key] = self._last = one
        self._texts[key] = json.dumps(astuple(one), ensure_ascii=False)

    def replaced(self, name: str) -> None:
        """The file of this name has another content now."""
        one = self._drop(name)
        # A workbook of which some was read is not known by its bytes.
        if one and (one.state == "read" or one.read < one.size):
            self.put(replace(one, state="replaced"))

    def moved(self, name: str) -> None:
        """What was being read under this name is read under another one now."""
        self._drop(name)

    def _drop(self, key: str) -> Known | None:
        self._texts.pop(key, None)
        return self._known.pop(key, None)

    def settled(self, name: str, size: int, modified: int) -> bool:
        """Nothing has happened to this file since it was read or refused to its end."""
        one = self._known.get(name)
        return (
            one is not None
            and one.state in ("read", "refused")
            and (one.size, one.modified) == (size, modified)
        )

    def unfinished(self, name: str) -> bool:
        one = self._known.get(name)
        return one is not None and one.state == "reading"

    def unread(self, name: str, size: int) -> int:
        """Bytes, if the file has only grown; at least one."""
        one = self._known.get(name)
        return size - one.read if one is not None and one.read < size else max(size, 1)

    def candidates(self, name: str, size: int, settled: Set[str]) -> list[Known]:
        """What a file of this name and size may be, longest first: a content, whatever its name;
        the beginning of it, unless that still lies there under another name, one of `settled`.
        """
        found = [
            one
            for one in self._known.values()
            if (one.state != "replaced" or one.name != name)
            and (one.read == size or (one.read < size and self._free(one, name, settled)))
        ]
        return sorted(found, key=lambda one: (-one.read, one.name != name))

    def _free(self, one: Known, name: str, settled: Set[str]) -> bool:
        return one.name == name or one.state == "replaced" or one.name not in settled

    def give_up(self, present: Set[str]) -> int:
        """About how many lines were not read of files that have gone; each is told once."""
        line_bytes = self.line_bytes(1.0)
        lost = 0
        for one in list(self._known.values()):
            if one.state == "reading" and one.name not in present:
                lost += max(1, round((one.size - one.read) / line_bytes))
                self.put(replace(one, state="gone"))
        return lost

    def forget(self, present: Set[str]) -> None:
        """Keep what the folder has, and the newest of what it had."""
        gone = [
            (one.modified, key)
            for key, one in self._known.items()
            if key not in present and one.state != "reading"
        ]
        for _, key in sorted(gone)[:-REMEMBERED]:
            self._drop(key)

    def line_bytes(self, otherwise: float) -> float:
        """Bytes that a line takes, as far as known."""
        lines = sum(one.line for one in self._known.values())
        return sum(one.read for one in self._known.values() if one.line) / (lines or 1) or otherwise
