"""What makes a new JSON Schema refuse what the old one allowed, or lose what it said."""

from typing import Any

_LOWER = ("minimum", "minLength", "minItems")
_UPPER = ("maximum", "maxLength", "maxItems")


def incompatibilities(old: dict[str, Any], new: dict[str, Any], place: str = "") -> list[str]:
    """Places where `new` is narrower than `old`; empty when every old event stays readable."""
    return [
        *_types(old, new, place),
        *_bounds(old, new, place),
        *_alternatives(old, new, place),
        *_children(old, new, place),
    ]


def _types(old: dict[str, Any], new: dict[str, Any], place: str) -> list[str]:
    found = []
    if "type" in new and old.get("type") != new["type"]:
        found.append(f"{place}: type {old.get('type')} became {new['type']}")
    if old.get("const") != new.get("const"):
        found.append(f"{place}: const {old.get('const')} became {new.get('const')}")
    if old.get("$ref") != new.get("$ref"):
        found.append(f"{place}: $ref {old.get('$ref')} became {new.get('$ref')}")
    if new.get("pattern") not in (None, old.get("pattern")):
        found.append(f"{place}: pattern became {new['pattern']}")
    if "enum" in new and (gone := set(old.get("enum", ())) - set(new["enum"])):
        found.append(f"{place}: no longer allows {sorted(gone)}")
    return found


def _bounds(old: dict[str, Any], new: dict[str, Any], place: str) -> list[str]:
    lower = [key for key in _LOWER if new.get(key, float("-inf")) > old.get(key, float("-inf"))]
    upper = [key for key in _UPPER if new.get(key, float("inf")) < old.get(key, float("inf"))]
    return [f"{place}: {key} is tighter" for key in lower + upper]


def _alternatives(old: dict[str, Any], new: dict[str, Any], place: str) -> list[str]:
    found: list[str] = []
    for key in ("anyOf", "oneOf"):
        found += [
            f"{place}/{key}: lost {option}"
            for option in old.get(key, ())
            if all(incompatibilities(option, other) for other in new.get(key, ()))
        ]
    return found


def _children(old: dict[str, Any], new: dict[str, Any], place: str) -> list[str]:
    found = [
        f"{place}: now requires {name}"
        for name in sorted(set(new.get("required", ())) - set(old.get("required", ())))
    ]
    for group in ("properties", "$defs"):
        for name, child in old.get(group, {}).items():
            if name not in new.get(group, {}):
                found.append(f"{place}/{name}: is gone")
            else:
                found += incompatibilities(child, new[group][name], f"{place}/{name}")
    if isinstance(old.get("items"), dict):
        found += incompatibilities(old["items"], new.get("items", {}), f"{place}[]")
    return found
