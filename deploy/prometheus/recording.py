"""The two forms of a recording rule."""

from typing import Any

Rule = dict[str, Any]
Group = dict[str, Any]


def record(name: str, expression: str) -> Rule:
    return {"record": name, "expr": expression}


def constant(name: str, value: float, /, **labels: str) -> Rule:
    """From seeds or settings, not from workers: a join must never see two owners."""
    return {"record": name, "expr": f"vector({value})", "labels": labels}
