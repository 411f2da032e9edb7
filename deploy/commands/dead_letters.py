"""`ioc dead-letters list|show|replay|discard`."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import kafka.errors
import msgspec

from connectors.clock import OFFSET_VARIABLE, Clock
from connectors.dvcqg.catalogue import AliasFileError
from connectors.intake import mailbox
from connectors.intake.database import FILE, DataFolderError
from connectors.intake.letters import DeadLetter
from connectors.intake.quarantine import Kept, UnknownLetterError
from connectors.intake.vault import VaultError
from connectors.log.lanes import LogError
from connectors.log.settings import KafkaSettings
from connectors.log.topics import TopicMismatchError
from deploy.options import config_option, configuration, with_flags

if TYPE_CHECKING:
    from connectors.intake.intake import Store
    from connectors.intake.replay import ReadAgain
    from connectors.log.writer import LogWriter

UNREACHABLE = "cannot reach Kafka at {}: {}; start it, or name another with --bootstrap HOST:PORT"


class Place:
    """Where letters and originals are. `receiver`: the section of its settings; another connector's
    folder is named with --data. `sources`: those that are declared.
    """

    def __init__(
        self, config: Path | None, data: Path | None, bootstrap: str | None, prefix: str | None
    ) -> None:
        chosen = configuration(config)
        flags = {"bootstrap": bootstrap, "prefix": prefix}
        self.kafka: KafkaSettings = with_flags(chosen.kafka, flags)
        self.receiver = with_flags(chosen.receiver, {"data": data})
        self.sources = chosen.source

    @contextmanager
    def store(self) -> Iterator["Store"]:
        """The connector's own folder; the connector may be running on it."""
        from connectors.intake.intake import Store  # noqa: PLC0415

        folder = self.receiver.data
        if not (folder / FILE).exists():
            raise click.UsageError(
                f"{folder} is not the data folder of a connector; name it with --data"
            )
        opened = Store(folder, key_file=self.receiver.quarantine_key)
        try:
            yield opened
        finally:
            opened.close()


def _placed(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where, and messages for what can go wrong there."""

    @wraps(function)
    def command(
        *arguments: Any,
        config: Path | None,
        data: Path | None,
        bootstrap: str | None,
        topic_prefix: str | None,
        **options: Any,
    ) -> Any:
        place = Place(config, data, bootstrap, topic_prefix)
        try:
            return function(place, *arguments, **options)
        except (DataFolderError, VaultError, UnknownLetterError, AliasFileError) as error:
            raise click.UsageError(str(error)) from error
        except (mailbox.MailboxError, LogError, TopicMismatchError) as error:
            raise click.ClickException(str(error)) from error
        except (kafka.errors.KafkaError, OSError) as error:
            message = UNREACHABLE.format(place.kafka.bootstrap, error)
            raise click.ClickException(message) from error

    for option in (
        click.option("--bootstrap", metavar="H:P", help="Where Kafka is."),
        click.option("--topic-prefix", help="Put before every topic's name."),
        click.option(
            "--data", type=click.Path(path_type=Path), help="The connector's data folder."
        ),
        config_option,
    ):
        command = option(command)
    return command


@click.group(epilog="Example: ioc dead-letters list")
def command() -> None:
    """List, show, replay and discard refused records.

    A letter says what was wrong with a record, and nothing about a person; the original stays
    encrypted in the data folder of the connector that refused it, for 30 days.
    """


@command.command(name="list", epilog="Example: ioc dead-letters list --source one-stop --json")
@_placed
@click.option("--source", help="Only of this source.")
@click.option("--all", "everything", is_flag=True, help="Also what is replayed or discarded.")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def list_(place: Place, source: str | None, everything: bool, as_json: bool) -> None:
    """List the refused records of every connector. Exit code 1: some wait to be looked at."""
    entries = [
        entry
        for entry in mailbox.read(place.kafka)
        if source in (None, entry.letter.source) and (everything or entry.outcome is None)
    ]
    if as_json:
        rows = [msgspec.to_builtins(e.letter) | {"outcome": e.outcome} for e in entries]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for entry in entries:
            print(_line(entry))
        print(f"{len(entries)} refused records")
    sys.exit(1 if any(entry.outcome is None for entry in entries) else 0)


@command.command(epilog="Example: ioc dead-letters show 3f9a")
@_placed
@click.argument("hash_", metavar="HASH")
@click.option("--original", is_flag=True, help="Also the record as sent: personal data!")
def show(place: Place, hash_: str, original: bool) -> None:
    """Show one letter; the beginning of its hash is enough."""
    with place.store() as store:
        kept = store.quarantine.find(hash_)
        for name, value in _members(kept):
            print(f"{name:<12} {value}")
        if original:
            print(_original(store, kept))
        elif kept.sealed:
            print(f"{'original':<12} in {place.receiver.data}; --original shows it")


@command.command(epilog="Example: ioc dead-letters replay 3f9a 77c0")
@_placed
@click.argument("hashes", metavar="[HASH]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every record that still has an original.")
@click.option("--clock-offset", type=float, default=0.0, envvar=OFFSET_VARIABLE, metavar="S")
def replay(place: Place, hashes: tuple[str, ...], everything: bool, clock_offset: float) -> None:
    """Read records once more, with the parser, aliases, catalogue and mappings of today.

    They go into the log with the time at which they were received, so nothing that came since is
    undone. Exit code 1: a record is still refused.
    """
    readers = _readers(place)
    failed = 0
    with _at_work(place, hashes, everything=everything) as (store, writer, chosen):
        for kept in chosen:
            failed += not _replayed(kept, store, writer, readers, Clock(clock_offset))
    sys.exit(1 if failed else 0)


@command.command(epilog="Example: ioc dead-letters discard 3f9a")
@_placed
@click.argument("hashes", metavar="HASH...", nargs=-1, required=True)
@click.option("--clock-offset", type=float, default=0.0, envvar=OFFSET_VARIABLE, metavar="S")
def discard(place: Place, hashes: tuple[str, ...], clock_offset: float) -> None:
    """Settle records that need nothing more: their originals are deleted."""
    from connectors.intake.intake import settle  # noqa: PLC0415

    with _at_work(place, hashes, everything=False) as (store, writer, chosen):
        for kept in chosen:
            settle(store.quarantine, writer, kept.letter, "discarded", Clock(clock_offset))
            print(f"{kept.letter.hash[:12]} discarded")


@contextmanager
def _at_work(
    place: Place, hashes: tuple[str, ...], *, everything: bool
) -> Iterator[tuple["Store", "LogWriter", list[Kept]]]:
    """The store, a writer to the log, and the records that are meant."""
    from connectors.log.writer import LogWriter  # noqa: PLC0415
    from seeds.topics import DEAD_LETTERS, source_topics  # noqa: PLC0415

    if everything == bool(hashes):
        raise click.UsageError("name records by their HASH, or all of them with --all")
    with ExitStack() as held:
        store = held.enter_context(place.store())
        quarantine = store.quarantine
        names = hashes or [kept.letter.hash for kept in quarantine.all() if kept.sealed is not None]
        chosen = [quarantine.find(name) for name in names]
        topics = [topic.name for topic in source_topics()]
        writer = held.enter_context(LogWriter(place.kafka, [*topics, DEAD_LETTERS]))
        yield store, writer, chosen


def _readers(place: Place) -> Mapping[str, "ReadAgain"]:
    """Who reads the originals of which connector."""
    from connectors.dvcqg import catalogue, originals  # noqa: PLC0415
    from connectors.runner import originals as records  # noqa: PLC0415
    from connectors.runner.runner import CONNECTOR  # noqa: PLC0415

    known = catalogue.catalogue(place.receiver.agency_aliases)
    return {
        originals.CONNECTOR: originals.reader(known),
        CONNECTOR: records.reader(place.sources),
    }


def _replayed(
    kept: Kept,
    store: "Store",
    writer: "LogWriter",
    readers: Mapping[str, "ReadAgain"],
    clock: Clock,
) -> bool:
    from connectors.intake.replay import ReplayError, replay  # noqa: PLC0415

    name = kept.letter.hash[:12]
    try:
        number = replay(kept, store.quarantine, writer, readers[kept.letter.connector], clock)
    except ReplayError as error:
        print(f"{name} refused: {error}")
        return False
    print(f"{name} replayed: {number} records")
    return True


def _members(kept: Kept) -> Iterator[tuple[str, object]]:
    letter = kept.letter
    yield "hash", letter.hash
    yield "state", kept.state
    yield "source", f"{letter.source} ({letter.connector} → {letter.topic})"
    yield "position", letter.position
    yield "observed", _instant(letter)
    yield "why", letter.why()
    yield "size", f"{letter.size} bytes"
    yield from letter.remainder.items()


def _original(store: "Store", kept: Kept) -> str:
    from connectors.dvcqg.originals import CONNECTOR, unpack  # noqa: PLC0415

    if not kept.sealed:
        return "the original is gone"
    original = store.quarantine.vault.unseal(kept.letter.hash, kept.sealed)
    record = unpack(original).record if kept.letter.connector == CONNECTOR else original
    return record.decode(errors="replace")


def _line(entry: mailbox.Entry) -> str:
    letter = entry.letter
    codes = " ".join(f"{name}={value}" for name, value in letter.remainder.items())
    state = f" [{entry.outcome}]" if entry.outcome else ""
    where = f"{letter.hash[:12]}  {_instant(letter)}  {letter.source}"
    return f"{where}  {letter.why()}{state}  {codes}".rstrip()


def _instant(letter: DeadLetter) -> str:
    return datetime.fromtimestamp(letter.observed_at / 1e6, UTC).isoformat(timespec="seconds")
