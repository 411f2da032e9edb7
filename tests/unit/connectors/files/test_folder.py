"""Which files of a folder are read, when, in which order, and what is said when they cannot be."""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.files.settings import FilesSettings
from connectors.runner.adapter import Record, SourceError, Unreadable
from tests.unit.connectors.files.reader import Source, drop


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Source]:
    """Its clock is the files'."""
    source = Source(tmp_path, settle_seconds=2)
    yield source
    source.adapter.close()


def test_oldest_first_then_by_name(tmp_path: Path) -> None:
    source = Source(tmp_path)
    for name, at in [("c", 1e9), ("b", 1e9 + 1), ("a", 1e9 + 1), ("d", 1e9 - 1)]:
        drop(tmp_path / f"{name}.csv", f"x\n{name}\n", at)
    assert [values["x"] for values in source.values(limit=1)] == ["d", "c", "a", "b"]


def test_only_files_of_the_pattern(tmp_path: Path) -> None:
    source = Source(tmp_path, pattern="Báo-cáo*.csv", done=".xong")
    (tmp_path / "báo-cáo.csv").mkdir()
    for name in ("BÁO-CÁO 1.CSV", "other.csv", ".báo-cáo.csv", "báo-cáo.csv.xong"):
        drop(tmp_path / name, "x\n1\n")
        drop(tmp_path / f"{name}.xong", "")
    os.mkfifo(tmp_path / "báo-cáo-2.csv")
    (tmp_path / "báo-cáo-3.csv").symlink_to(tmp_path / "nowhere")
    (record,) = source.everything()
    assert record.position == "BÁO-CÁO 1.CSV line 2"


def test_a_file_that_grows_is_not_read(source: Source) -> None:
    path = drop(source.folder / "1.csv", "x\n1\n")
    batch = source.poll()
    assert (list(batch.records), batch.more, batch.backlog) == ([], False, 1)
    source.clock.time += 1.5
    with path.open("a") as file:
        file.write("2")
    assert source.everything() == []
    source.clock.time += 1.9
    assert source.everything() == []
    source.clock.time += 0.2
    assert [values["x"] for values in source.values()] == ["1", "2"]


def test_a_file_whose_time_moves_is_not_read(source: Source) -> None:
    path = drop(source.folder / "1.csv", "x\n1\n")
    assert source.everything() == []
    source.clock.time += 3
    os.utime(path)
    assert source.everything() == []
    source.clock.time += 3
    assert len(source.values()) == 1


def test_a_file_that_is_renamed_when_it_is_whole_is_read_at_once(source: Source) -> None:
    part = drop(source.folder / "1.csv.part", "x\n1\n")
    assert source.everything() == []
    part.rename(source.folder / "1.csv")
    assert len(source.values()) == 1


def test_a_file_that_nobody_touched_for_long_is_read_at_once(source: Source) -> None:
    drop(source.folder / "1.csv", "x\n1\n", at=1e9)
    assert source.everything() == []  # its time may have been set by whoever copies it
    source.restart()
    source.clock.time += 63
    assert len(source.values()) == 1


def test_the_offset_of_a_scenario_does_not_age_files(tmp_path: Path) -> None:
    source = Source(tmp_path, settle_seconds=2)
    source.clock.offset_seconds = 86_400.0 * 365
    source.clock.time += source.clock.offset_seconds
    drop(tmp_path / "1.csv", "x\n1\n")
    assert source.everything() == []


def test_a_clock_that_steps_back_only_takes_longer(source: Source) -> None:
    drop(source.folder / "1.csv", "x\n1\n")
    assert source.everything() == []
    source.clock.time -= 3600
    assert source.everything() == []
    source.clock.time += 2
    assert len(source.values()) == 1


def test_a_marker_says_that_a_file_is_whole(tmp_path: Path) -> None:
    source = Source(tmp_path, settle_seconds=2, done=".done")
    drop(tmp_path / "1.csv", "x\n1\n", at=1e9)
    source.clock.time += 1000
    assert source.everything() == []
    drop(tmp_path / "1.csv.done", "")
    assert len(source.values()) == 1


def test_the_folder_is_never_written_to(tmp_path: Path) -> None:
    for number in range(3):
        drop(tmp_path / f"{number}.csv", f"x\n{number}\n")
    drop(tmp_path / "bad.csv", b"\xff\n")
    before = {path: path.stat() for path in [tmp_path, *tmp_path.iterdir()]}
    source = Source(tmp_path)
    assert len(source.everything(limit=1)) == 4
    source.adapter.position_at(0)
    after = {path: path.stat() for path in [tmp_path, *tmp_path.iterdir()]}
    assert after.keys() == before.keys()
    for path, status in after.items():
        assert status.st_mtime_ns == before[path].st_mtime_ns
        assert status.st_ctime_ns == before[path].st_ctime_ns


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    source = Source(tmp_path / "mount")
    with pytest.raises(SourceError, match=r"mount: cannot be listed: No such file.*readable"):
        source.poll()
    (tmp_path / "mount").mkdir()
    drop(tmp_path / "mount" / "1.csv", "x\n1\n")
    assert len(source.values()) == 1


def test_a_file_that_may_not_be_read_is_named_after_all_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source(tmp_path)
    closed = drop(tmp_path / "1.csv", "x\n1\n", at=1e9)
    drop(tmp_path / "2.csv", "x\n2\n", at=1e9 + 1)
    opened = Path.open

    def refuse(path: Path, mode: str) -> object:
        # We may be root, who may read everything.
        if not path.stat().st_mode & stat.S_IRUSR:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, mode)

    monkeypatch.setattr(Path, "open", refuse)
    closed.chmod(0)
    assert [values["x"] for values in source.values()] == ["2"]
    for _ in range(2):
        with pytest.raises(SourceError, match=r"1\.csv: cannot be read: Permission denied"):
            source.poll()
    closed.chmod(0o600)
    assert [values["x"] for values in source.values()] == ["1"]


def test_a_file_that_fails_in_the_middle_is_read_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source(tmp_path)
    drop(tmp_path / "1.csv", "x\n1\n2\n3\n")
    found = source.poll(1).records

    def fail(_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("connectors.files.csv_file.CsvReading._next", fail)
        with pytest.raises(SourceError, match="Input/output error"):
            source.poll(1)
    found = [*found, *source.everything()]
    assert [one.values["x"] for one in found if isinstance(one, Record)] == ["1", "2", "3"]


def test_a_file_deleted_while_it_is_read_is_read_to_its_end(tmp_path: Path) -> None:
    source = Source(tmp_path)
    path = drop(tmp_path / "1.csv", "x\n1\n2\n3\n")
    source.poll(1)
    path.unlink()
    assert [values["x"] for values in source.values()] == ["2", "3"]


def test_what_was_deleted_before_a_restart_is_lost_and_counted_once(tmp_path: Path) -> None:
    source = Source(tmp_path)
    path = drop(tmp_path / "1.csv", "x\n" + "1\n" * 100)
    source.poll(30)
    content = path.read_bytes()
    path.unlink()
    source.restart()
    batch = source.poll()
    assert (list(batch.records), batch.lost) == ([], 70)
    source.restart()
    assert source.poll().lost == 0
    drop(path, content)  # dropped again: it goes on where it was left
    assert len(source.values()) == 70


def test_a_file_written_into_while_it_is_read_is_read_once_more(tmp_path: Path) -> None:
    source = Source(tmp_path)
    path = drop(tmp_path / "1.csv", "x\n1\n2\n3\n", at=1e9)
    source.poll(1)
    drop(path, "x\n4\n5\n6\n", at=1e9 + 1)
    assert [values["x"] for values in source.values()] == ["4", "5", "6"]


def test_a_last_line_without_an_end_may_have_been_half_a_line(tmp_path: Path) -> None:
    source = Source(tmp_path)
    path = drop(tmp_path / "1.csv", "x\n1\n2", at=1e9)
    assert [values["x"] for values in source.values()] == ["1", "2"]
    drop(path, "x\n1\n23\n4\n", at=1e9 + 1)
    assert [values["x"] for values in source.values()] == ["1", "23", "4"]


def test_a_content_that_comes_back_under_its_name_is_news(tmp_path: Path) -> None:
    source = Source(tmp_path)
    for at, content in enumerate(["x\n1\n", "x\n2\n", "x\n1\n"]):
        drop(tmp_path / "1.csv", content, at=1e9 + at)
        assert len(source.values()) == 1


def test_a_value_changed_in_place_is_seen(tmp_path: Path) -> None:
    source = Source(tmp_path)
    rows = ["1,abcdef"] * 70_000
    drop(tmp_path / "1.csv", "\n".join(["x,y", *rows, ""]), at=1e9)
    assert len(source.values()) == 70_000
    rows[35_000] = "2,abcdef"
    drop(tmp_path / "1.csv", "\n".join(["x,y", *rows, ""]), at=1e9 + 1)
    assert len(source.values(limit=50_000)) == 70_000


def test_only_the_tail_of_a_file_that_grew_is_read(tmp_path: Path) -> None:
    source = Source(tmp_path)
    path = drop(tmp_path / "1.csv", "y,x\n0,1\n0,2\n", at=1e9)
    source.everything()
    source.restart()
    with path.open("a") as file:
        file.write("0,3\n")
    (record,) = source.everything()
    assert record == Record({"y": "0", "x": "3"}, "1.csv line 4")


def test_a_long_history_is_forgotten_only_of_what_has_gone(tmp_path: Path) -> None:
    source = Source(tmp_path)
    for number in range(1_200):
        path = drop(tmp_path / f"{number}.csv", f"x\n{number}\n", at=1e9 + number)
    assert len(source.values()) == 1_200
    source.restart()
    assert source.everything() == []
    for number in range(1_200):
        (tmp_path / f"{number}.csv").unlink()
    assert source.everything() == []
    assert (source.position or "").count(".csv") == 1_001
    drop(path, "x\n1199\n")
    assert source.everything() == []
    drop(tmp_path / "0.csv", "x\n0\n")
    assert len(source.values()) == 1


def test_the_backlog_is_what_waits(tmp_path: Path) -> None:
    source = Source(tmp_path)
    for number in range(4):
        drop(tmp_path / f"{number}.csv", "x\n" + f"{number:09}\n" * 1000, at=1e9 + number)
    backlog, more = [], True
    while more:
        batch = source.poll(500)
        backlog.append(batch.backlog or 0)
        more = batch.more
    assert backlog[-1] == 0
    for number, waiting in enumerate(backlog):
        assert waiting == pytest.approx(4000 - 500 * (number + 1), abs=10)


def test_rewound_to_a_moment(tmp_path: Path) -> None:
    source = Source(tmp_path)
    old = drop(tmp_path / "old.csv", "x\n1\n", at=1e9)
    time.sleep(1.02 - time.time() % 1)
    moment = int(time.time())
    drop(tmp_path / "new.csv", "x\n2\n")
    drop(tmp_path / "late.csv", "x\n3\n", at=1e9)  # came late, whatever its time says
    assert len(source.values()) == 3
    # A file server's clock may differ by a minute.
    source.position = source.adapter.position_at(moment + 60)
    assert sorted(values["x"] for values in source.values()) == ["2", "3"]
    source.position = source.adapter.position_at(moment)
    assert len(source.values()) == 3
    source.position = source.adapter.position_at(0)
    assert (source.position, len(source.values())) == (None, 3)
    source.position = source.adapter.position_at(2**33)
    assert source.everything() == []
    with old.open("a") as file:
        file.write("4\n")
    (record,) = source.everything()
    assert record == Record({"x": "4"}, "old.csv line 3")


@pytest.mark.parametrize(
    "position", ["", "{}", "[]", "17", '{"rules": "x", "known": [[1]]}', "null"]
)
def test_a_position_of_something_else_is_said(tmp_path: Path, position: str) -> None:
    source = Source(tmp_path)
    with pytest.raises(SourceError, match="is none of a folder of files: rewind"):
        source.adapter.poll(position or "x", 10)


def test_a_position_begins_with_what_a_person_wants_to_see(tmp_path: Path) -> None:
    source = Source(tmp_path)
    drop(tmp_path / "độ mặn.csv", "x\n1\n2\n")
    assert source.poll(1).position is not None
    assert (source.position or "").startswith('{"file": "độ mặn.csv", "line": 2,')


def test_settings_that_mean_nothing_are_named() -> None:
    settings = FilesSettings(folder=Path(), delimiter=";", sheet="a", encoding="cp1258")
    assert list(settings.unused("csv")) == ["sheet"]
    assert list(settings.unused("xlsx")) == ["delimiter", "encoding"]


def test_an_empty_file_may_be_the_beginning_of_one(tmp_path: Path) -> None:
    source = Source(tmp_path, patience_seconds=100)
    path = drop(tmp_path / "1.csv", "")
    assert source.everything() == []
    source.clock.time += 99
    assert source.everything() == []
    source.clock.time += 2
    (finding,) = source.everything()
    assert isinstance(finding, Unreadable)
    assert "it is empty" in finding.reason
    drop(path, "x\n1\n")
    assert len(source.values()) == 1
