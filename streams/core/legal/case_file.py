"""Cases from JSON, in the form in which the worker's API tells one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from streams.core.facts import Facts, Row, Supplement
from streams.core.legal.comparison import KnownCase

Record = TypeVar("Record", Facts, Row, Supplement)

_TEXTS = ("agency", "procedure", "field", "channel", "service_level", "payment", "department")


class CaseFileError(ValueError):
    """What is wrong with which case, and what is allowed."""


def read_cases(text: str) -> list[KnownCase]:
    """A JSON array of {id, kind, facts, rows}; other keys are passed over, as the API has more.

    CaseFileError names the case by its place, from 1, and its key.
    """
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise CaseFileError(f"line {error.lineno}: is not JSON ({error.msg})") from None
    if not isinstance(values, list):
        raise CaseFileError("is no array; allowed: [{id, kind, facts, rows}, …]")
    return [_case(f"case {place}", value) for place, value in enumerate(values, 1)]


def read_case(where: str, text: str) -> KnownCase:
    """One such object, as a line of a worker's answer; CaseFileError begins with `where`."""
    try:
        return _case(where, json.loads(text))
    except json.JSONDecodeError as error:
        raise CaseFileError(f"{where}: is not JSON ({error.msg})") from None


def _case(where: str, value: Any) -> KnownCase:
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise CaseFileError(f"{where}, key id: is missing; allowed: an object with the case's id")
    where = f"{where} ({value['id']})"
    facts = _mapping(value.get("facts"), f"{where}, key facts")
    told = facts.get("supplements", [])
    items = [
        _record(Supplement, item, f"{where}, key facts.supplements")
        for item in _list(told, f"{where}, key facts.supplements")
    ]
    plain = _record(Facts, {**facts, "supplements": (), "traits": ()}, f"{where}, key facts")
    rows = _list(value.get("rows", []), f"{where}, key rows")
    return KnownCase(
        value["id"],
        value.get("kind", "dossier"),
        plain._replace(supplements=tuple(items)),
        [_record(Row, row, f"{where}, key rows") for row in rows],
    )


def _record(kind: type[Record], value: Any, where: str) -> Record:
    """All fields that the type has; those that are missing are None."""
    told = _mapping(value, where)
    known = {name: told.get(name) for name in kind._fields if name not in ("supplements", "traits")}
    for name, field in known.items():
        required = name in ("time", "requested") or (name == "status" and kind is Row)
        if not _is_allowed(name, field) or (field is None and required):
            what = "a text" if name in _TEXTS else "a whole number (times: Unix seconds)"
            raise CaseFileError(f"{where}.{name}: {field!r} is not allowed; allowed: {what}")
    return kind(**known)  # type: ignore[arg-type]  # each was looked at


def _is_allowed(name: str, value: Any) -> bool:
    if value is None or name in _TEXTS:
        return isinstance(value, str | None)
    return isinstance(value, int) and not isinstance(value, bool)


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    raise CaseFileError(f"{where}: {value!r} is not allowed; allowed: an object")


def _list(value: Any, where: str) -> Sequence[Any]:
    if isinstance(value, list):
        return value
    raise CaseFileError(f"{where}: {value!r} is not allowed; allowed: an array")
