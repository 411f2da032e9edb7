"""What is sent: the protocol's words, in an order that a monitor can rely on."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.simulator import people
from connectors.simulator.feed import Feed, Request, body, dropped, generate, line, shuffled
from connectors.simulator.requests import DOSSIERS, MAX_OBJECTS, PROGRESS
from connectors.simulator.scenarios import scenario_of
from tests.unit.connectors.simulator.reader import count, instant, read, read_time

SCENARIO = scenario_of(3000, 5)
NOW = instant(SCENARIO.now)
TIMES = (
    "NgayTiepNhan",
    "NgayHenTra",
    "NgayTra",
    "NgayKetThucXuLy",
    "NgayTuChoi",
    "NgayNopHoSo",
    "NgayBoSung",
    "NgayTiepNhanBoSung",
    "NgayHenTraTruoc",
    "NgayHenTraMoi",
    "ThoiDiemXuLy",
    "NgayBatDau",
    "NgayKetThucTheoQuyDinh",
)
PERSONAL_NAMES = {"ChuHoSo", "NguoiXuLy", "NguoiYeuCauBoSung", "NguoiTiepNhanBoSung"}
PERSONAL_TEXTS = {"TrichYeuHoSo", "NoiDungXuLy", "NoiDungBoSung"}


@cache
def requests() -> list[Request]:
    return list(generate(SCENARIO)[0])


def sent(of: Iterable[Request]) -> bytes:
    return b"".join(map(line, of))


def scalars(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, found in value.items():
            yield from scalars(found, name)
    elif isinstance(value, list):
        for found in value:
            yield from scalars(found, key)
    else:
        yield key, value


def all_scalars() -> Iterator[tuple[str, Any]]:
    return scalars([request.data for request in requests()])


def test_the_same_scenario_gives_the_same_bytes() -> None:
    assert sent(generate(SCENARIO)[0]) == sent(requests())
    assert sent(generate(scenario_of(3000, 6))[0]) != sent(requests())


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_bytes_do_not_depend_on_the_hash_seed(hash_seed: str) -> None:
    program = (
        "from hashlib import sha256\n"
        "from connectors.simulator.feed import generate, line\n"
        "from connectors.simulator.scenarios import scenario_of\n"
        "feed = b''.join(map(line, generate(scenario_of(300, 1))[0]))\n"
        "print(sha256(feed).hexdigest())\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    found = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    expected = sha256(sent(generate(scenario_of(300, 1))[0])).hexdigest()
    assert found.stdout.strip() == expected


def test_every_value_is_a_string() -> None:
    assert {type(value) for _, value in all_scalars()} == {str}


def test_every_date_exists() -> None:
    for key, value in all_scalars():
        if key in TIMES:
            read_time(value)


def test_codes_are_those_of_the_protocol() -> None:
    allowed = {
        "TrangThaiHoSo": {str(status) for status in range(1, 11)},
        "TrangThai": {str(status) for status in range(1, 11)},
        "KenhThucHien": {"", "1", "2", "3"},
        "DuocThanhToanTrucTuyen": {"0", "1", "2", "3"},
        "LoaiDoiTuong": {"1", "2"},
        "HinhThuc": {"0", "1"},
        "TrangThaiBoSung": {"True", "False"},
    }
    seen = defaultdict(set)
    for key, value in all_scalars():
        if key in allowed:
            seen[key].add(value)
    for key, values in seen.items():
        assert values <= allowed[key], key
    assert seen["TrangThaiHoSo"] == allowed["TrangThaiHoSo"]
    assert seen["KenhThucHien"] == allowed["KenhThucHien"]


def test_every_time_of_the_protocol_is_told_and_left_out() -> None:
    seen = defaultdict(set)
    for key, value in all_scalars():
        if key in TIMES:
            seen[key].add(bool(value))
    always = {"NgayBoSung": {True}, "ThoiDiemXuLy": {True}}
    assert seen == {name: always.get(name, {True, False}) for name in TIMES}


def test_people_are_seen_to_be_made_up() -> None:
    for key, value in all_scalars():
        if key in PERSONAL_NAMES and value:
            assert value.endswith(people.MARK)
        elif key in PERSONAL_TEXTS:
            assert people.MARK in value
        elif key in ("SoGiayToChuHoSo", "SoDinhDanh"):
            assert value.startswith(people.IDENTITY_PREFIX)
        elif key == "SoDienThoai":
            assert value.startswith(people.TELEPHONE_PREFIX)
        elif key == "Email":
            assert value.endswith("@" + people.MAIL_DOMAIN)


def test_arrays_are_bounded_and_of_one_kind() -> None:
    for request in requests():
        assert 1 <= len(request.objects) <= MAX_OBJECTS
        assert (request.service == PROGRESS) == (request.updating is None)
        assert [record["MaHoSo"] for record in request.data] == request.cases


def test_time_of_sending_never_goes_back_and_nothing_is_sent_before_it_is_known() -> None:
    latest = 0
    for request in requests():
        assert request.at >= latest
        latest = request.at
        if request.service == PROGRESS:
            times = [read_time(record["ThoiDiemXuLy"]) for record in request.data]
            assert all(time and time <= instant(request.at) for time in times)


def test_a_dossier_stays_in_its_lane() -> None:
    lanes = defaultdict(set)
    for request in requests():
        for case in request.cases:
            lanes[case].add(request.lane)
    assert {len(found) for found in lanes.values()} == {1}
    assert {request.lane for request in requests()} == set(range(SCENARIO.lanes))


def test_an_array_tells_a_dossier_once() -> None:
    for request in requests():
        if request.service == DOSSIERS:
            assert len(set(request.cases)) == len(request.cases)


def test_a_dossier_is_new_first_and_changed_after_that() -> None:
    seen: set[str] = set()
    for request in requests():
        if request.updating:
            assert seen.issuperset(request.cases)
        elif request.updating is False:
            seen.update(request.cases)
    assert len(seen) == SCENARIO.dossiers


def test_only_the_last_request_says_that_nothing_remains() -> None:
    remaining = [request.remaining for request in requests()]
    assert remaining[-1] == 0
    assert min(remaining[:-1]) >= 1
    assert remaining == sorted(remaining, reverse=True)


def test_some_requests_are_sent_twice() -> None:
    bodies = [body(request) for request in requests()]
    assert len(set(bodies)) < len(bodies)


def test_the_body_is_the_call_without_its_session() -> None:
    for request in requests()[:50]:
        call = json.loads(body(request))
        flag = {} if request.updating is None else {"isUpdating": str(request.updating)}
        assert call == {
            "service": request.service,
            "madonvi": request.madonvi,
            "data": request.data,
            **flag,
        }


def test_a_line_of_a_file() -> None:
    request = requests()[-1]
    assert line(request).endswith(b"}\n")
    assert json.loads(line(request)) == {
        "at": request.at,
        "remaining": 0,
        "lane": request.lane,
        **json.loads(body(request)),
    }


def test_the_odd_turns_are_there() -> None:
    """A finish taken back, a later and an earlier appointment, 9 while waiting."""
    finished, appointed = defaultdict(list), defaultdict(list)
    reported: set[str] = set()
    for request in requests():
        for record in request.data:
            if request.service == DOSSIERS:
                finished[record["MaHoSo"]].append(record["NgayKetThucXuLy"])
                appointed[record["MaHoSo"]].append(record["NgayHenTra"])
            elif record["TrangThai"] == "9":
                reported.add(record["MaHoSo"] + record["ThoiDiemXuLy"])
    pairs = [(a, b) for times in finished.values() for a, b in pairwise(times)]
    assert any(before and not after for before, after in pairs)
    moves = [(a, b) for times in appointed.values() for a, b in pairwise(times)]
    assert any(a and b > a for a, b in moves)
    assert any(b and b < a for a, b in moves)
    waiting = [
        record["MaHoSo"] + supplement["NgayBoSung"]
        for request in requests()
        if request.service == DOSSIERS
        for record in request.data
        for supplement in record["DanhSachHoSoBoSung"]
    ]
    assert reported.intersection(waiting)


@given(st.integers(0, 2**32))
@settings(max_examples=5, deadline=None)
def test_a_shuffle_changes_the_order_and_no_figure(seed: int) -> None:
    mixed = list(shuffled(requests(), seed))
    assert [r.cases for r in mixed] != [r.cases for r in requests()]
    assert sorted(map(body, mixed)) == sorted(map(body, requests()))
    assert mixed[-1].remaining == 0
    assert count(read(mixed), NOW) == count(read(requests()), NOW)


def test_twice_in_order_changes_no_figure() -> None:
    assert count(read(requests() * 2), NOW) == count(read(requests()), NOW)


@given(st.integers(1, 20), st.integers(0, 2**32))
@settings(max_examples=5, deadline=None)
def test_what_is_dropped_is_missed(number: int, seed: int) -> None:
    whole = count(read(requests()), NOW)
    lacking = list(dropped(requests(), number, seed, SCENARIO.dossiers))
    assert lacking[-1].remaining == 0
    assert all(request.remaining for request in lacking[:-1])
    assert count(read(lacking), NOW) != whole


def test_each_single_record_that_decides_is_missed() -> None:
    small = scenario_of(300, 9)
    feed = list(generate(small)[0])
    whole = count(read(feed), instant(small.now))
    for seed in range(60):
        assert count(read(dropped(feed, 1, seed, 300)), instant(small.now)) != whole


def test_more_cannot_be_dropped_than_there_is() -> None:
    with pytest.raises(ValueError, match="drop"):
        list(dropped(generate(scenario_of(3, 1))[0], 10, 1, 3))


def test_open_lives_are_known_when_the_feed_is_over() -> None:
    feed = Feed(SCENARIO)
    assert len(list(feed.requests())) == len(requests())
    assert len(feed.open_lives) >= sum(feed.truth.open(SCENARIO.now).values())
