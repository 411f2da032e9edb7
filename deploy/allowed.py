"""What a setting may be, in words, from its type and limits."""

import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

NAMES: Mapping[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    Path: "the path of a file or directory",
}


def allowed(field: FieldInfo) -> str:
    """For example `a whole number from 1 to 65535`; a pattern with the default as its example."""
    words = _words(field.annotation) + _limits(field)
    example = None if field.is_required() else field.get_default(call_default_factory=False)
    return f"{words}, as {example!r}" if " like " in words and example else words


def _words(annotation: Any) -> str:
    if annotation in NAMES:
        return NAMES[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return "one of " + ", ".join(map(repr, arguments))
    if origin in (Union, types.UnionType):
        return " or ".join(_words(one) for one in arguments if one is not type(None))
    if origin in (tuple, list):
        return f"a list, each {_words(arguments[0])}"
    if origin is not None and issubclass(origin, Mapping):
        return f"a table of names, each with {_words(arguments[1])}"
    return str(annotation)


def _limits(field: FieldInfo) -> str:
    limits = {
        name: value
        for item in field.metadata
        for name in ("ge", "gt", "le", "lt", "pattern", "min_length", "max_length")
        if (value := getattr(item, name, None)) is not None
    }
    words = [
        f"{word} {limits[name]}"
        for name, word in (
            ("ge", "from"),
            ("gt", "above"),
            ("le", "to"),
            ("lt", "below"),
            ("pattern", "like"),
            ("min_length", "of at least"),
            ("max_length", "of at most"),
        )
        if name in limits
    ]
    return "".join(f" {word}" for word in words)
