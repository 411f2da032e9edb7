"""What the log is told of a refused record: enough to find and mend it, nothing about a person."""

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from connectors.intake.codes import safe_code
from connectors.intake.refusals import ENGLISH, Reason

Kind = Literal["code", "time", "status"]
Settled = Literal["replayed", "discarded"]

_FORMS = {
    "time": re.compile(r"[0-9]{14}", re.ASCII),
    "status": re.compile(r"[0-9]{1,2}", re.ASCII),
}


class DeadLetter(Struct, tag_field="type", tag="dead_letter"):
    """A refused record of `ioc.dead-letters`, in which it stands once, however often it is sent.

    `hash` names the original in the quarantine of `connector`. `position` says where in the source
    it was, `remainder` what of it is a code, a time or a status. `observed_at`: microseconds.
    """

    hash: str
    source: str
    connector: str
    topic: str
    position: str
    observed_at: int
    field: str
    reason: str
    size: int
    remainder: dict[str, str] = {}

    def why(self) -> str:
        """Field and reason in words."""
        known = self.reason in set(Reason)
        return f"{self.field} {ENGLISH[Reason(self.reason)] if known else self.reason}"


class Settlement(Struct, tag_field="type", tag="settlement"):
    """What became of a dead letter. `at`: microseconds."""

    hash: str
    source: str
    outcome: Settled
    at: int


Letter = DeadLetter | Settlement

_bundle = msgspec.json.Decoder(list[Letter])


def decode_letters(message: bytes) -> list[DeadLetter | Settlement]:
    """All letters of a Kafka message; raises msgspec.DecodeError."""
    return _bundle.decode(message)


def remainder(record: bytes, allowed: Mapping[str, Kind]) -> dict[str, str]:
    """The allowed members of a JSON object whose values have the form of their kind."""
    try:
        found = msgspec.json.decode(record)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}
    if not isinstance(found, dict):
        return {}
    kept = ((name, _kept(found[name], kind)) for name, kind in allowed.items() if name in found)
    return {name: text for name, text in kept if text is not None}


def _kept(value: Any, kind: Kind) -> str | None:
    if kind == "code":
        return safe_code(value)
    text = value.strip() if type(value) is str else str(value) if type(value) is int else ""
    return text if _FORMS[kind].fullmatch(text) else None
