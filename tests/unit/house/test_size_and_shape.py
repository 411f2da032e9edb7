"""The house's own numbers: files, functions, and what may not be committed."""

import ast
import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = ["seeds", "connectors", "streams", "dashboards", "deploy"]
MAX_FILE, MAX_FUNCTION, MAX_MEDIAN = 400, 50, 7


def committed() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def sources() -> list[Path]:
    return [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines without the docstring."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            end = node.end_lineno or node.lineno
            first = node.body[0]
            docstring = 0
            if ast.get_docstring(node, clean=False) is not None:
                docstring = (first.end_lineno or first.lineno) - first.lineno + 1
            yield f"{path.relative_to(ROOT)}:{node.name}", end - node.lineno + 1 - docstring


def test_no_file_is_longer_than_a_room() -> None:
    suffixes = {".py", ".js", ".css", ".yml", ".sh"}
    tall = [
        path
        for path in committed()
        if path.suffix in suffixes
        and "vendor" not in path.parts
        and len(path.read_text(encoding="utf-8").splitlines()) > MAX_FILE
    ]
    assert tall == []


def test_functions_are_short() -> None:
    lengths = dict(item for path in sources() for item in functions(path))
    assert {name: length for name, length in lengths.items() if length > MAX_FUNCTION} == {}
    assert statistics.median(lengths.values()) <= MAX_MEDIAN


@pytest.mark.parametrize("path", committed(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_names_a_package_registry(path: Path) -> None:
    hosts = rb"(pypi\.org|pythonhosted|registry\.npm|repo1?\.maven|deb\.debian)"
    assert not re.search(hosts, path.read_bytes()) or path == Path(__file__)
