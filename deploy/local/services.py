"""What a supervised process is, and how one asks over HTTP whether it serves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx


@dataclass(frozen=True, slots=True)
class Service:
    """A foreground process. `address` is for people; `ready` is asked until it holds.

    One that runs `once` may end with code 0; any other end is a death. After a death it rests for
    `rest_seconds` at least.
    """

    name: str
    command: Sequence[str]
    address: str
    ready: Callable[[], bool]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    rest_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Services that start together, after those of the stages before are ready.

    `prepare` comes before them, `then` when all of them are ready; both return a line to say.
    """

    services: Sequence[Service]
    prepare: Callable[[], str] = str
    then: Callable[[], str] = str


def answers(url: str, timeout_seconds: float = 2.0) -> bool:
    """Whether a GET of it is answered with 200."""
    try:
        return (
            httpx.get(url, timeout=timeout_seconds, trust_env=False).status_code == httpx.codes.OK
        )
    except httpx.HTTPError:
        return False
