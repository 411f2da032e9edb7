"""The registry of subsystems: one file each, and what must hold among them.

A further subsystem is one more file: in `seeds/subsystems/`, or in the folder that IOC_SUBSYSTEMS
names. Its topic, its indicators and its place in ioc.watch follow from it.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path

from seeds.law_table import LawFileError, read_table
from seeds.subsystem import Indicator, Named, Subsystem
from seeds.subsystem_file import check_subsystem
from seeds.table import DATA, Row, by_code, rows

SUBSYSTEMS = Path(__file__).with_name("subsystems")
SUBSYSTEMS_VARIABLE = "IOC_SUBSYSTEMS"


@cache
def subsystems() -> Mapping[str, Subsystem]:
    """By name, in their order; read once per process. The first fault is raised as LawFileError."""
    return load_subsystems(*subsystem_folders())


@cache
def indicators() -> Mapping[tuple[str, str], Indicator]:
    """Every indicator by subsystem and id."""
    return {
        (subsystem.name, indicator.id): indicator
        for subsystem in subsystems().values()
        for indicator in subsystem.indicators.values()
    }


@cache
def oversight_fields() -> Mapping[str, Named]:
    """The four fields of oversight by their id."""
    return _load_named(DATA / "oversight_fields.csv")


@cache
def measures() -> Mapping[str, Named]:
    """What values count, by id; a subsystem's file may add its own."""
    return _load_named(DATA / "measures.csv")


def subsystem_folders() -> tuple[Path, ...]:
    """FileNotFoundError when IOC_SUBSYSTEMS names a folder that is not."""
    further = os.environ.get(SUBSYSTEMS_VARIABLE)
    if not further:
        return (SUBSYSTEMS,)
    if not Path(further).is_dir():
        message = f"{SUBSYSTEMS_VARIABLE}={further}: no such folder; make it or unset the variable"
        raise FileNotFoundError(message)
    return SUBSYSTEMS, Path(further)


def load_subsystems(*folders: Path) -> dict[str, Subsystem]:
    """The subsystems of all these folders by name, in their order; LawFileError for a fault."""
    loaded, faults = check_subsystems(*folders)
    if faults:
        raise faults[0]
    return loaded


def check_subsystems(*folders: Path) -> tuple[dict[str, Subsystem], list[LawFileError]]:
    """What could be read, and every fault of every file and among them."""
    loaded: list[Subsystem] = []
    faults: list[LawFileError] = []
    for file in chain.from_iterable(sorted(folder.glob("*.toml")) for folder in folders):
        subsystem, found = check_subsystem(file, oversight_fields().keys(), measures())
        loaded += [subsystem] if subsystem else []
        faults += found
    loaded.sort(key=lambda subsystem: subsystem.order)
    if not faults:
        faults += chain(_repeated(loaded), _out_of_order(loaded, folders[0]))
    return {subsystem.name: subsystem for subsystem in loaded}, faults


def _repeated(loaded: Iterable[Subsystem]) -> Iterator[LawFileError]:
    files: dict[str, Path] = {}
    for subsystem in loaded:
        if subsystem.name in files:
            problem = f"stands in {files[subsystem.name]} already; allowed: another name"
            yield LawFileError(subsystem.file, 1, "", problem)
        files[subsystem.name] = subsystem.file


def _out_of_order(loaded: Iterable[Subsystem], folder: Path) -> Iterator[LawFileError]:
    """Places in ioc.watch follow the order, so that it may neither have gaps nor change."""
    place = 0
    for place, subsystem in enumerate(loaded, 1):
        if subsystem.order != place:
            problem = f"{subsystem.order} is not allowed; allowed: {place}, every number once"
            yield read_table(subsystem.file).fault("order", problem)
            return
    if place == 0:
        yield LawFileError(folder, 1, "", "holds no subsystem; allowed: NAME.toml")


def _load_named(file: Path) -> dict[str, Named]:
    return by_code(rows(file, ("id", "vi", "en")), _named, "id")


def _named(row: Row) -> Named:
    return Named(row.text("id"), row.text("vi"), row.text("en"))
