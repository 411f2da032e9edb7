"""How a command comes to its settings: defaults, then the configuration file, then flags."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import BaseModel, ValidationError

from deploy.allowed import allowed
from deploy.configuration import DEFAULT, Configuration, ConfigurationError, load

# Settings whose flag has another name.
FLAGS = {"prefix": "topic-prefix"}

Settings = TypeVar("Settings", bound=BaseModel)

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings; ioc.toml here, if there is one, unless said. Flags come before it.",
)


def configuration(config: Path | None) -> Configuration:
    """Raises click.UsageError with every mistake of the file."""
    try:
        return load(config)
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error


def used(config: Path | None) -> Path | None:
    """The file that `configuration` reads; None where it reads none."""
    file = config or (DEFAULT if DEFAULT.exists() else None)
    return file and file.absolute()


def with_flags(settings: Settings, flags: Mapping[str, Any]) -> Settings:
    """Settings with what was given on the command line; None was not given.

    Raises click.UsageError naming the flag and what it may be.
    """
    given = {key: value for key, value in flags.items() if value is not None}
    try:
        return type(settings)(**settings.model_dump(exclude_unset=True) | given)
    except ValidationError as error:
        findings = (_finding(type(settings), one) for one in error.errors())
        raise click.UsageError("\n".join(findings)) from error


def _finding(model: type[BaseModel], error: Mapping[str, Any]) -> str:
    key = str(error["loc"][0])
    flag, wanted = FLAGS.get(key, key.replace("_", "-")), allowed(model.model_fields[key])
    return f"--{flag}: {error['input']!r} is not allowed; allowed: {wanted}"
