"""Accounts of the receiver for the local stack: random passwords in files that only we can read."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

SIMULATOR = "simulator"


@dataclass(frozen=True, slots=True)
class Account:
    """`accounts` is the receiver's file, `password` the file of this account's password."""

    accounts: Path
    username: str
    password: Path


def simulator_account(directory: Path) -> Account:
    """The account of the simulator; its password is made once and stays."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    directory.chmod(0o700)
    password = (directory / f"{SIMULATOR}.password").absolute()
    if not password.exists():
        _write(password, secrets.token_urlsafe(24) + "\n")
    accounts = (directory / "accounts.toml").absolute()
    _write(
        accounts,
        "# The receiver's accounts; each is a source. Written by `ioc up`.\n"
        "[[account]]\n"
        f'username = "{SIMULATOR}"\n'
        f'password_file = "{password}"\n'
        f'source = "{SIMULATOR}"\n'
        f'kind = "{SIMULATOR}"\n',
    )
    return Account(accounts, SIMULATOR, password)


def _write(file: Path, text: str) -> None:
    """Never readable by others, not even for a moment."""
    beside = file.with_name(f"{file.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
    beside.replace(file)
