"""`ioc check`."""

import json
import sys
from pathlib import Path

import click

from deploy.configuration import DEFAULT, ConfigurationError, load
from deploy.sources import registry_faults


@click.command(epilog="Example: ioc check --config ioc.toml")
@click.option("--config", type=click.Path(path_type=Path), help="ioc.toml here unless said.")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def command(config: Path | None, as_json: bool) -> None:
    """Check all configuration and the files of subsystems: every mistake with file, section or
    source, key and what is allowed.

    Exit code 1: something is wrong.
    """
    findings = _findings(config)
    if as_json:
        print(json.dumps({"findings": findings}, ensure_ascii=False))
    elif findings:
        print("\n".join(findings))
    else:
        print(_right(config))
    sys.exit(1 if findings else 0)


def _findings(config: Path | None) -> list[str]:
    if faults := list(registry_faults()):
        return faults
    try:
        load(config)
    except ConfigurationError as error:
        return error.findings
    return []


def _right(config: Path | None) -> str:
    file = config or DEFAULT
    return f"{file}: right" if file.exists() else f"no {file} here: everything is as it comes"
