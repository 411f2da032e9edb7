"""Whatever happens to files, and wherever the connector is stopped: each row once."""

import os
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from connectors.runner.adapter import Record, Unreadable
from tests.unit.connectors.files.reader import Source, drop

NAMES = st.sampled_from([f"{number}.csv" for number in range(5)])
SIZES = st.integers(1, 6)


def row_of(one: Record | Unreadable) -> int:
    assert isinstance(one, Record), one
    return int(one.values["row"])


class Drops(RuleBasedStateMachine):
    """The other system writes, renames and deletes; we poll, and are restarted at will."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="ioc-files-"))
        self.source = Source(self.folder)
        self.files: dict[str, list[int]] = {}
        self.next_row = 0
        self.time = 1_700_000_000
        self.read: Counter[int] = Counter()
        # Rows that were replaced or deleted, maybe before anybody read them.
        self.excused: set[int] = set()

    def teardown(self) -> None:
        self.source.adapter.close()
        shutil.rmtree(self.folder)

    def rows(self, number: int) -> list[int]:
        self.next_row += number
        return list(range(self.next_row - number, self.next_row))

    def write(self, name: str, *, in_place: bool = True) -> None:
        content = "row\n" + "".join(f"{row}\n" for row in self.files[name])
        path = self.folder / name
        if in_place:
            path.write_text(content)
        else:
            drop(self.folder / "part", content).rename(path)
        self.touch(name)

    def touch(self, name: str) -> None:
        self.time += 1
        os.utime(self.folder / name, (self.time, self.time))

    def excuse(self, name: str) -> None:
        rows = self.files.pop(name, [])
        if rows not in self.files.values():
            self.excused.update(rows)

    def alone(self, name: str) -> bool:
        return list(self.files.values()).count(self.files[name]) == 1

    @rule(name=NAMES, size=SIZES, in_place=st.booleans())
    def replaced(self, name: str, size: int, in_place: bool) -> None:
        self.excuse(name)
        self.files[name] = self.rows(size)
        self.write(name, in_place=in_place)

    @precondition(lambda self: self.files)
    @rule(data=st.data(), size=SIZES)
    def appended(self, data: st.DataObject, size: int) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)))
        if self.alone(name):
            self.files[name] = self.files[name] + self.rows(size)
            with (self.folder / name).open("a") as file:
                file.writelines(f"{row}\n" for row in self.files[name][-size:])
            self.touch(name)

    @precondition(lambda self: self.files)
    @rule(data=st.data(), to=NAMES)
    def renamed(self, data: st.DataObject, to: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)))
        if to not in self.files:
            self.files[to] = self.files.pop(name)
            (self.folder / name).rename(self.folder / to)

    @precondition(lambda self: self.files)
    @rule(data=st.data(), to=NAMES)
    def copied(self, data: st.DataObject, to: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)))
        if to not in self.files:
            self.files[to] = self.files[name]
            self.write(to)

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def touched(self, data: st.DataObject) -> None:
        self.touch(data.draw(st.sampled_from(sorted(self.files))))

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def deleted(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)))
        self.excuse(name)
        (self.folder / name).unlink()

    @rule(limit=st.integers(1, 8))
    def polled(self, limit: int) -> None:
        batch = self.source.poll(limit)
        assert len(batch.records) <= limit
        assert batch.lost == 0 or self.excused
        if batch.more:
            assert batch.records
        self.count(batch.records)

    @rule(limit=st.integers(1, 8))
    def polled_again(self, limit: int) -> None:
        """As after a batch that did not reach the log."""
        before = self.source.position
        self.source.adapter.poll(before, limit)
        first = self.source.adapter.poll(before, limit)
        again = self.source.adapter.poll(before, limit)
        assert again.records == first.records
        self.source.position = again.position
        self.count(again.records)

    @rule()
    def restarted(self) -> None:
        self.source.restart()

    def count(self, records: Iterable[Record | Unreadable]) -> None:
        for one in records:
            self.read[row_of(one)] += 1

    @invariant()
    def nothing_twice(self) -> None:
        assert [row for row, times in self.read.items() if times > 1] == []

    @rule()
    def drained(self) -> None:
        self.count(self.source.everything(limit=4))
        wanted = set(range(self.next_row)) - self.excused
        assert wanted - self.read.keys() == set()
        batch = self.source.poll()
        assert (list(batch.records), batch.more, batch.backlog, batch.lost) == ([], False, 0, 0)
        assert batch.position == self.source.poll().position


def test_each_row_is_read_once() -> None:
    run_state_machine_as_test(Drops, settings=settings(max_examples=50, stateful_step_count=30))
