"""Every command helps: what it does, and an example that begins as one would type it."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from deploy.main import COMMANDS, main


def paths(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from paths(child, (*path, name))


def test_every_command_that_is_announced_is_there() -> None:
    assert main.list_commands(click.Context(main)) == list(COMMANDS)


@pytest.mark.parametrize("path", list(paths(main)), ids=" ".join)
def test_help_has_an_example(path: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(main, [*path, "--help"], prog_name="ioc")
    assert answer.exit_code == 0
    assert f"Example: {' '.join(('ioc', *path))}" in " ".join(answer.output.split())
