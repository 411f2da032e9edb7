"""All settings from one file, `ioc.toml`: a section per part, each defined where the part lives.

What is wrong is said with file, section and key, and with what would be right.
"""

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.dvcqg.accounts import AccountFileError, load_accounts
from connectors.dvcqg.settings import ReceiverSettings
from connectors.log.settings import KafkaSettings
from connectors.runner.settings import ConnectSettings, SourceSettings
from dashboards.settings import WallSettings
from deploy import sources
from deploy.allowed import allowed
from streams.shell.settings import WorkerSettings

DEFAULT = Path("ioc.toml")


class StackSettings(BaseModel):
    """Section `[stack]`, for `ioc up`: where its data is, and the ports of what is not ours.

    `workers` of them listen on consecutive ports from `[worker] port` on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path = Path(".ioc")
    workers: int = Field(1, ge=1, le=16)
    broker_port: int = Field(19_092, ge=1, le=65_535)
    prometheus_port: int = Field(19_090, ge=1, le=65_535)
    alertmanager_port: int = Field(19_093, ge=1, le=65_535)
    feeds_port: int = Field(8803, ge=1, le=65_535)


class Configuration(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kafka: KafkaSettings = Field(default_factory=KafkaSettings)
    receiver: ReceiverSettings = Field(default_factory=ReceiverSettings)
    connect: ConnectSettings = Field(default_factory=ConnectSettings)
    source: tuple[SourceSettings, ...] = ()
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    wall: WallSettings = Field(default_factory=WallSettings)
    stack: StackSettings = Field(default_factory=StackSettings)

    def ports(self) -> Iterator[tuple[str, int]]:
        """Where `ioc up` listens, with the setting that says so."""
        yield "[stack] broker_port", self.stack.broker_port
        yield "[stack] prometheus_port", self.stack.prometheus_port
        yield "[stack] alertmanager_port", self.stack.alertmanager_port
        yield "[stack] feeds_port", self.stack.feeds_port
        yield "[receiver] port", self.receiver.port
        yield "[connect] port", self.connect.port
        yield "[wall] port", self.wall.port
        for number in range(self.stack.workers):
            yield f"[worker] port (worker-{number + 1})", self.worker.port + number


class ConfigurationError(Exception):
    """Everything that is wrong, a line each."""

    def __init__(self, findings: Iterable[str]) -> None:
        self.findings = list(findings)
        super().__init__("\n".join(self.findings))


def load(file: Path | None = None) -> Configuration:
    """The file's settings; without one those of `ioc.toml` here, else the defaults.

    Raises ConfigurationError with all findings.
    """
    if file is None and not DEFAULT.exists():
        return Configuration()
    file = file or DEFAULT
    raw = _read(file)
    try:
        configuration = Configuration.model_validate(raw)
    except ValidationError as error:
        raise ConfigurationError(_findings(file, raw, error)) from None
    if findings := [f"{file}: {finding}" for finding in _contradictions(configuration)]:
        raise ConfigurationError(findings)
    return configuration


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError([f"{file}: there is no such file"]) from None
    except UnicodeDecodeError:
        raise ConfigurationError(
            [f"{file}: is not UTF-8: save it as that, without a mark"]
        ) from None
    except OSError as error:
        raise ConfigurationError([f"{file}: cannot be read: {error}"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([f"{file}: is no TOML: {error}"]) from None


def _findings(file: Path, raw: Mapping[str, Any], error: ValidationError) -> Iterator[str]:
    for one in error.errors():
        if one["loc"][0] == "source":
            yield f"{file}: {sources.finding(raw, one)}"
        else:
            yield _finding(file, one)


def _finding(file: Path, error: Mapping[str, Any]) -> str:
    section, *keys = map(str, error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{file}: {_unknown(section, keys)}"
    model = Configuration.model_fields[section].annotation
    if not keys or not isinstance(model, type) or not issubclass(model, BaseModel):
        return f"{file}: [{section}] must be a section of keys and values"
    wanted = allowed(model.model_fields[keys[0]])
    given = repr(error["input"])
    return f"{file}: [{section}] {'.'.join(keys)}: {given} is not allowed; allowed: {wanted}"


def _unknown(section: str, keys: list[str]) -> str:
    model = Configuration.model_fields[section].annotation if keys else Configuration
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    where, what = (f"[{section}] {keys[0]}", "key") if keys else (f"[{section}]", "section")
    close = difflib.get_close_matches(keys[0] if keys else section, model.model_fields, 1)
    hint = f" do you mean {close[0]}?" if close else ""
    known = ", ".join(sorted(model.model_fields))
    return f"{where}: there is no such {what};{hint} allowed: {known}"


def _contradictions(configuration: Configuration) -> Iterator[str]:
    """What each section allows, and all of them together do not."""
    yield from _kafka(configuration.kafka)
    yield from _receiver(configuration.receiver)
    yield from sources.contradictions(configuration.source)
    yield from _ports(configuration)


def _kafka(kafka: KafkaSettings) -> Iterator[str]:
    yield from _absent("kafka", kafka, "ca_file", "password_file")
    if kafka.security.startswith("SASL"):
        for key in ("username", "password_file"):
            if getattr(kafka, key) is None:
                yield f"[kafka] {key}: is missing; security = {kafka.security!r} needs it"


def _receiver(receiver: ReceiverSettings) -> Iterator[str]:
    yield from _absent("receiver", receiver, "accounts", "agency_aliases")
    if receiver.accounts is not None and receiver.accounts.is_file():
        try:
            load_accounts(receiver.accounts)
        except AccountFileError as error:
            yield from (f"[receiver] accounts: {line}" for line in str(error).splitlines())


def _absent(section: str, settings: BaseModel, *keys: str) -> Iterator[str]:
    for key in keys:
        file = getattr(settings, key)
        if file is not None and not file.is_file():
            yield f"[{section}] {key}: {str(file)!r} is no file; allowed: a file that can be read"


def _ports(configuration: Configuration) -> Iterator[str]:
    """Every port of `ioc up` is one service's."""
    taken: dict[int, str] = {}
    for name, port in configuration.ports():
        if port in taken:
            yield f"{name}: {port} is the port of {taken[port]} too; allowed: one of its own"
        taken.setdefault(port, name)
