"""Life goes on: open dossiers are finished, new ones come, at the rhythm of the year."""

from functools import cache
from itertools import islice, takewhile

from connectors.simulator.aftermath import Aftermath
from connectors.simulator.feed import Feed
from connectors.simulator.requests import DOSSIERS, Request, body
from connectors.simulator.scenarios import scenario_of
from tests.unit.connectors.simulator.reader import instant, phase_of, read, read_time

SCENARIO = scenario_of(5000, 31)
DAY = 86_400


@cache
def past() -> tuple[Feed, list[Request]]:
    feed = Feed(SCENARIO)
    return feed, list(feed.requests())


def life(start: int, days: int) -> list[Request]:
    requests = Aftermath(past()[0], start).requests()
    return list(takewhile(lambda request: request.at < start + days * DAY, requests))


def test_it_is_told_in_order_from_the_start_on() -> None:
    found = life(SCENARIO.now, 30)
    times = [request.at for request in found]
    assert times == sorted(times)
    # Some were handed in before the start, and are received after it.
    assert times[0] >= SCENARIO.now - 3 * 3600
    assert all(request.remaining == 0 for request in found)
    assert all(len(request.objects) == 1 for request in found)


def test_the_same_start_gives_the_same_life() -> None:
    first, second = life(SCENARIO.now, 5), life(SCENARIO.now, 5)
    assert list(map(body, first)) == list(map(body, second))


def test_nothing_is_told_before_it_happens() -> None:
    names = ("NgayNopHoSo", "NgayTiepNhan", "NgayTra", "NgayKetThucXuLy", "ThoiDiemXuLy")
    for request in life(SCENARIO.now, 20):
        for name in names:
            time = read_time(request.data[0].get(name, ""))
            assert time is None or time <= instant(request.at), request.data


def test_new_dossiers_come_at_the_rhythm_of_the_year() -> None:
    new = [request for request in life(SCENARIO.now, 28) if request.updating is False]
    # 19.9 working days from Tuesday 2 January, 08:00.
    assert 0.85 < len(new) / (19.9 * SCENARIO.dossiers / 249) < 1.05
    codes = {request.cases[0] for request in new}
    assert len(codes) == len(new)
    assert codes.isdisjoint(case for request in past()[1] for case in request.cases)


def test_open_dossiers_come_to_an_end() -> None:
    feed, told = past()
    start = SCENARIO.now
    assert len(feed.open_lives) == sum(feed.truth.open(start).values())
    cases = read([*told, *life(start, 300)])
    for open_life in feed.open_lives:
        case = cases[open_life.case]
        assert phase_of(case, instant(start))[0] == "resolved", open_life
        assert case.dossier
        assert max(case.rows)[1] == 9
        assert case.dossier["TrangThaiHoSo"] == "10"


def test_it_may_begin_on_a_day_off_and_at_night() -> None:
    for start in (SCENARIO.now + 4 * DAY, SCENARIO.now + 14 * 3600):
        first = next(Aftermath(past()[0], start).requests())
        assert first.at > start


def test_changed_dossiers_are_updates() -> None:
    known = {case for request in past()[1] for case in request.cases}
    seen: set[str] = set()
    for request in islice(Aftermath(past()[0], SCENARIO.now).requests(), 400):
        if request.service == DOSSIERS:
            case = request.cases[0]
            assert bool(request.updating) == (case in known or case in seen)
            seen.add(case)
