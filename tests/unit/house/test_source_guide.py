"""The guide to sources shows what a configuration may hold."""

import re
from pathlib import Path

import pytest

from deploy.configuration import load

GUIDE = Path(__file__).parents[3] / "docs" / "sources.md"
EXAMPLES = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


def secrets_here(text: str, folder: Path) -> str:
    """The example with files of ours instead of those of a machine that has none."""
    for name in re.findall(r'"/etc/ioc/([^"]+)"', text):
        (folder / name).write_text("secret")
    return text.replace("/etc/ioc/", f"{folder}/").replace("/srv/drop/budget", str(folder))


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_source(example: str, tmp_path: Path) -> None:
    file = tmp_path / "ioc.toml"
    file.write_text(secrets_here(example, tmp_path))
    (source,) = load(file).source
    assert source.promise is None or source.promise > 0


def test_all_of_them_stand_in_one_file(tmp_path: Path) -> None:
    file = tmp_path / "ioc.toml"
    file.write_text("\n".join(secrets_here(example, tmp_path) for example in EXAMPLES))
    assert len(load(file).source) == len(EXAMPLES) == 4
