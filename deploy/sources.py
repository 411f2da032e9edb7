"""What is wrong with the `[[source]]` tables: which source, which key, and what is allowed."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from connectors.runner.checks import check
from connectors.runner.settings import SourceSettings
from deploy.allowed import allowed
from seeds.law_table import LawFileError
from seeds.registry import check_subsystems, subsystem_folders


def finding(raw: Mapping[str, Any], error: Mapping[str, Any]) -> str:
    """One of pydantic's errors in words; `raw` is the whole file."""
    keys = error["loc"][1:]
    if not keys:
        return "[[source]]: must be tables of keys and values, each under [[source]]"
    where = f"source {_name(raw, keys[0])}: {'.'.join(map(str, keys[1:])) or 'table'}"
    models, field = _walk([str(key) for key in keys[1:]])
    if error["type"] == "extra_forbidden":
        return f"{where}: {_unknown(models[-1], str(keys[-1]))}"
    if error["type"] == "value_error":
        return f"{where}: {error['ctx']['error']}"
    if error["type"] == "missing":
        return f"{where}: is missing; allowed: {allowed(field) if field else 'a value'}"
    given = "what it says" if "@" in str(error["input"]) else repr(error["input"])
    words = allowed(field) if field and not _inner(field) else "a table of keys and values"
    return f"{where}: {given} is not allowed; allowed: {words}"


def contradictions(sources: Sequence[SourceSettings]) -> Iterator[str]:
    """What each source's types allow, and the registry or another source does not."""
    names = [source.name for source in sources]
    for name in sorted(set(names)):
        if (many := names.count(name)) > 1:
            yield f"source {name}: name: is that of {many} sources; allowed: one of its own"
    if faults := list(registry_faults()):
        yield from faults
        return
    for source in sources:
        for key, problem in check(source):
            yield f"source {source.name}: {key}: {problem}"


def registry_faults() -> Iterator[str]:
    """Every fault of every subsystem's file."""
    try:
        _, faults = check_subsystems(*subsystem_folders())
    except (OSError, LawFileError) as error:
        yield str(error)
    else:
        yield from map(str, faults)


def _name(raw: Mapping[str, Any], number: Any) -> str:
    """Its own name, as far as there is one, else its place among the tables."""
    try:
        name = raw["source"][number]["name"]
    except (KeyError, TypeError, IndexError):
        return f"number {number + 1}" if isinstance(number, int) else "?"
    return str(name)


def _walk(keys: Sequence[str]) -> tuple[list[type[BaseModel]], FieldInfo | None]:
    """The models on the way to a key, the innermost last, and the key's field."""
    models: list[type[BaseModel]] = [SourceSettings]
    field: FieldInfo | None = None
    for key in keys:
        field = models[-1].model_fields.get(key)
        if field is None:
            return models, None
        if inner := _inner(field):
            models.append(inner)
        else:
            return models, field  # what is within is a value of the field
    return models, field


def _inner(field: FieldInfo) -> type[BaseModel] | None:
    for one in (field.annotation, *get_args(field.annotation)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def _unknown(model: type[BaseModel], key: str) -> str:
    close = difflib.get_close_matches(key, model.model_fields, 1)
    hint = f" do you mean {close[0]}?" if close else ""
    return f"there is no such key;{hint} allowed: {', '.join(sorted(model.model_fields))}"
