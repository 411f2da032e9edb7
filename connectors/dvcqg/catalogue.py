"""Which agency handles a dossier, and what is known of its procedure. Unknown is not wrong."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from connectors.contract.vocabulary import ServiceLevel
from connectors.dvcqg.values import text_of
from connectors.dvcqg.wire import Scalar
from connectors.intake.codes import safe_code
from seeds.procedures import procedures
from seeds.province import agencies

_AGENCY = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.H[0-9]{2}", re.ASCII)
# The province's portal writes a procedure with the province behind it: 1.004946.000.00.00.H51.
_PROCEDURE = re.compile(r"([0-9]\.[0-9]{6})(?:\.000\.00\.00\.H[0-9]{2})?", re.ASCII)
_REMEMBERED = 50_000
K = TypeVar("K")
V = TypeVar("V")


class AliasFileError(Exception):
    """The alias file cannot be used: which line, and why."""


class Known(NamedTuple):
    """A procedure's code, its field and service level as the seeds know them."""

    code: str | None
    field: str | None
    level: ServiceLevel | None
    unknown: bool


class Handler(NamedTuple):
    """The agency's code; `unknown` when the seeds do not have it."""

    code: str | None
    unknown: bool


NOBODY = Handler(None, True)


@dataclass(slots=True)
class Catalogue:
    """`agencies` are the known codes, `aliases` turn a sender's own code into one of them."""

    agencies: frozenset[str]
    procedures: Mapping[str, tuple[str | None, ServiceLevel | None]]
    aliases: Mapping[str, str] = field(default_factory=dict)
    _handlers: dict[tuple[str, Scalar], Handler] = field(default_factory=dict)
    _known: dict[Scalar, Known] = field(default_factory=dict)

    def handler(self, case: str, agency: Scalar) -> Handler:
        """The agency code in front of the dossier's code, else the sender's `madonvi`.

        Either may be an alias. Never a name: names repeat from district to district.
        """
        key = case.partition("-")[0], agency
        found = self._handlers.get(key)
        if found is None:
            found = _remember(self._handlers, key, self._handler(*key))
        return found

    def _handler(self, prefix: str, agency: Scalar) -> Handler:
        front = prefix.upper()
        if _AGENCY.fullmatch(front):
            return self._resolved(front)
        for alias in (prefix, text_of(agency).strip()):
            if alias in self.aliases:
                return Handler(self.aliases[alias], unknown=False)
        sender = safe_code(agency)
        return self._resolved(sender) if sender else NOBODY

    def _resolved(self, code: str) -> Handler:
        known = code if code in self.agencies else self.aliases.get(code)
        return Handler(known or code, unknown=known is None)

    def procedure(self, value: Scalar) -> Known:
        found = self._known.get(value)
        if found is None:
            found = _remember(self._known, value, self._procedure(value))
        return found

    def _procedure(self, value: Scalar) -> Known:
        form = _PROCEDURE.fullmatch(text_of(value).strip())
        code = form[1] if form else safe_code(value)
        field, level = self.procedures.get(code or "", (None, None))
        return Known(code, field, level, unknown=code not in self.procedures)


def _remember(memory: dict[K, V], key: K, value: V) -> V:
    """Keep what strangers make us look up, but not without bound."""
    if len(memory) >= _REMEMBERED:
        memory.clear()
    memory[key] = value
    return value


def catalogue(aliases: Path | None = None) -> Catalogue:
    """The seeds', with the aliases of a file. Raises AliasFileError."""
    known = {
        code: (procedure.field, procedure.service_level) for code, procedure in procedures().items()
    }
    codes = frozenset(agencies())
    return Catalogue(codes, known, load_aliases(aliases, codes) if aliases else {})


def load_aliases(file: Path, known: frozenset[str]) -> dict[str, str]:
    """A CSV file with the columns alias,agency: a sender's own code, and ours."""
    table: dict[str, str] = {}
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AliasFileError(f"{file}: cannot be read ({error}); allowed: a CSV file") from error
    for number, row in enumerate(csv.DictReader(text.splitlines()), start=2):
        alias, agency = row.get("alias") or "", row.get("agency") or ""
        if not alias:
            raise AliasFileError(f"{file}, line {number}, alias: empty; allowed: a sender's code")
        if agency not in known:
            raise AliasFileError(
                f"{file}, line {number}, agency: {agency!r}; allowed: a code of the seeds' agencies"
            )
        table[alias] = agency
    return table
