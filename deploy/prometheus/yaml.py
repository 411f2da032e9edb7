"""Just enough YAML to write a configuration that people can read."""

import json
from typing import Any


def dump(value: Any) -> str:
    """Mappings and lists in blocks, everything else as JSON, which YAML contains."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict) and value:
        return [line for key, item in value.items() for line in _entry(f"{key}:", item)]
    if isinstance(value, list) and value:
        return [line for item in value for line in _item(item)]
    return [json.dumps(value, ensure_ascii=False)]


def _entry(head: str, item: Any) -> list[str]:
    if isinstance(item, dict | list) and item:
        return [head, *("  " + line for line in _lines(item))]
    return [f"{head} {_lines(item)[0]}"]


def _item(item: Any) -> list[str]:
    first, *rest = _lines(item)
    return [f"- {first}", *("  " + line for line in rest)]
