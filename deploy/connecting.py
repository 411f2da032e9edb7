"""What `ioc connect` does with the sources of the configuration."""

import asyncio
import json
from collections.abc import Sequence

import click

from connectors.clock import Clock
from connectors.intake.database import FILE, DataFolderError
from connectors.intake.vault import VaultError
from connectors.log.settings import KafkaSettings
from connectors.runner.adapter import SourceError
from connectors.runner.families import open_adapter
from connectors.runner.settings import ConnectSettings, SourceSettings
from streams.shell.receipts import moment

BEGINNING = "beginning"


def chosen(sources: Sequence[SourceSettings], names: Sequence[str]) -> list[SourceSettings]:
    """Those of these names, all without any. Raises click.UsageError."""
    known = {source.name: source for source in sources}
    for name in names:
        if name not in known:
            allowed = ", ".join(known) or "none: the configuration has no [[source]]"
            raise click.UsageError(f"source {name!r} is not declared; allowed: {allowed}")
    return [known[name] for name in names] if names else list(sources)


def run(
    sources: Sequence[SourceSettings], settings: ConnectSettings, kafka: KafkaSettings, clock: Clock
) -> None:
    """Until it is stopped."""
    # HTTP and Kafka take a moment to load, which wrong use should not wait for.
    from connectors.runner import server  # noqa: PLC0415

    if not sources:
        raise click.UsageError("the configuration has no [[source]]: declare one, or use --config")
    try:
        asyncio.run(server.run(sources, settings, kafka, clock))
    except (DataFolderError, VaultError) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        message = f"cannot serve on {where}: {error}; choose another --port"
        raise click.ClickException(message) from error


def tried(source: SourceSettings, clock: Clock, limit: int) -> tuple[list[str], bool]:
    """What the first records would become, a JSON line each, and whether all are good."""
    from connectors.runner.trial import trial  # noqa: PLC0415

    try:
        found = list(trial(source, clock, limit))
    except SourceError as error:
        raise click.ClickException(str(error)) from error
    return [json.dumps(one, ensure_ascii=False) for one in found], not _any_refused(found)


def _any_refused(found: Sequence[object]) -> bool:
    return any(isinstance(one, dict) and "refused" in one for one in found)


def rewind(source: SourceSettings, settings: ConnectSettings, clock: Clock, to: str) -> str | None:
    """Let the source be read again from a time, a position or the beginning; returns the position.

    A time has a date and a zone: any other text is a position.

    Raises click.UsageError, click.ClickException.
    """
    from connectors.intake.intake import Store  # noqa: PLC0415

    if not (settings.data / FILE).exists():
        raise click.UsageError(
            f"{settings.data} is not the data folder of a connector; name it with --data"
        )
    position = _position(source, clock, to)
    try:
        store = Store(settings.data, key_file=settings.quarantine_key)
    except (DataFolderError, VaultError) as error:
        raise click.UsageError(str(error)) from error
    try:
        store.checkpoints.rewind(source.name, position)
    finally:
        store.close()
    return position


def _as_shown(text: str) -> str:
    """A position, which all adapters write as JSON: a slip of the pen would replace the checkpoint.

    One that /sources shortened, or told without numbers of persons, is none.
    """
    try:
        whole = isinstance(json.loads(text), list | dict) and "…" not in text
    except ValueError:
        whole = False
    if not whole:
        raise click.UsageError(
            f"{text!r} is neither a time with its zone nor a whole position; allowed: {BEGINNING}, "
            "a time such as 2026-11-01T00:00:00+07:00, a position as /sources shows it"
        )
    return text


def _position(source: SourceSettings, clock: Clock, to: str) -> str | None:
    if to == BEGINNING:
        return None
    try:
        instant = moment(to) if not to.isdecimal() else None
    except ValueError:
        instant = None
    if instant is None:
        return _as_shown(to)
    adapter = open_adapter(source, clock)
    try:
        return adapter.position_at(instant)
    except SourceError as error:
        raise click.ClickException(str(error)) from error
    finally:
        adapter.close()
