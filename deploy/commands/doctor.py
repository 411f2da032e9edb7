"""`ioc doctor`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from deploy.configuration import ConfigurationError, load
from deploy.local.doctor import examine

MARKS = {"ok": "  ok  ", "note": " note ", "fault": "FAULT "}


@click.command(epilog="Example: ioc doctor")
@click.option("--config", type=click.Path(path_type=Path), help="ioc.toml here unless said.")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def command(config: Path | None, as_json: bool) -> None:
    """Look for what this machine lacks: programs, packages, ports, disk, memory, the broker.

    Exit code 1: the monitor cannot run like this.
    """
    try:
        findings = list(examine(load(config)))
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            print(f"{MARKS[finding.state]}{finding.what:<26}{finding.text}")
    sys.exit(1 if any(finding.state == "fault" for finding in findings) else 0)
