"""A time on the command line."""

from typing import Any

import click

from streams.shell.receipts import moment


class Moment(click.ParamType):
    """Unix seconds, or a time with its zone; comes as Unix seconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            return moment(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
