"""When Prometheus may be started, and with what."""

import os
import re
import time
from pathlib import Path

import pytest

from deploy.local import prometheus
from deploy.prometheus.configuration import INTERVAL, LOOKBACK_SECONDS
from deploy.prometheus.rules import rule_files


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    seconds: list[float] = []
    monkeypatch.setattr(time, "sleep", seconds.append)
    return seconds


def _written(directory: Path, seconds_ago: float) -> None:
    wal = directory / "data" / "wal"
    wal.mkdir(parents=True, exist_ok=True)
    file = wal / f"segment-{seconds_ago}"
    file.touch()
    os.utime(file, (time.time() - seconds_ago,) * 2)


def test_a_new_one_starts_at_once(tmp_path: Path, slept: list[float]) -> None:
    assert prometheus.rest(tmp_path) == ""
    assert slept == []


def test_what_it_remembers_must_be_too_old_to_be_believed(
    tmp_path: Path, slept: list[float]
) -> None:
    _written(tmp_path, 500)
    _written(tmp_path, 5)
    assert prometheus.rest(tmp_path).startswith("prometheus    has rested for ")
    assert [round(seconds) for seconds in slept] == [LOOKBACK_SECONDS - 5]


def test_one_that_was_long_away_starts_at_once(tmp_path: Path, slept: list[float]) -> None:
    _written(tmp_path, LOOKBACK_SECONDS + 1)
    assert prometheus.rest(tmp_path) == ""
    assert slept == []


def test_it_believes_samples_as_long_as_it_rests(tmp_path: Path) -> None:
    service = prometheus.service(tmp_path, 1, {"worker": {"a": "b:1"}}, log=tmp_path / "log")
    assert f"--query.lookback-delta={LOOKBACK_SECONDS}s" in service.command
    assert service.rest_seconds == LOOKBACK_SECONDS


def test_what_is_recorded_has_no_gaps() -> None:
    """Every interval twice within the time for which a sample is believed."""
    intervals = [
        group.get("interval", INTERVAL) for groups in rule_files().values() for group in groups
    ]
    seconds = [int(re.sub("s$", "", interval)) for interval in intervals]
    assert max(seconds) * 2 < LOOKBACK_SECONDS
