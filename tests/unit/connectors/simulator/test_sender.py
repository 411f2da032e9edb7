"""Sending loses nothing, keeps the order of every dossier, and ends with the last word."""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from connectors.clock import Clock
from connectors.simulator import sender
from connectors.simulator.feed import generate
from connectors.simulator.requests import Request, body
from connectors.simulator.scenarios import scenario_of
from connectors.simulator.sender import Account, RefusedError, send, send_live

ACCOUNT = Account("http://receiver", "mo-phong", "secret")
Answer = Callable[[int], httpx.Response | Exception | None]


@dataclass
class Receiver:
    """Takes what it is sent, except where `answer` (by the number of the call) says otherwise."""

    answer: Answer = lambda _: None
    seconds: float = 0.0
    last_word_is_quick: bool = False
    calls: list[dict[str, Any]] = field(default_factory=list)
    backlogs: list[int] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    tries: int = 0
    in_flight: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    most_in_flight: int = 0

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._handle)

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        content = json.loads(request.content)
        if request.url.path == ACCOUNT.login_path:
            return self._login(content)
        self.tries = number = self.tries + 1
        self.in_flight["all"] += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight["all"])
        quick = self.last_word_is_quick and request.headers["X-IOC-Backlog"] == "0"
        await asyncio.sleep(0 if quick else self.seconds * random.random())
        self.in_flight["all"] -= 1
        answer = self.answer(number)
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            return answer
        if content.pop("session") not in self.sessions:
            return said("-1", "phiên không hợp lệ")
        self.calls.append(content)
        self.backlogs.append(int(request.headers["X-IOC-Backlog"]))
        return said("0", "thành công")

    def _login(self, content: dict[str, str]) -> httpx.Response:
        if content != {"username": "mo-phong", "password": "secret"}:
            return said("-1", "sai tài khoản", session="")
        self.sessions.append(f"session-{len(self.sessions)}")
        return httpx.Response(200, json={"error_code": 0, "session": self.sessions[-1]})


def said(code: str | int, message: str, **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"error_code": code, "message": message, **more})


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_FIRST_WAIT", 0.001)
    monkeypatch.setattr(sender, "_LONGEST_WAIT", 0.002)


def feed(dossiers: int = 4000) -> list[Request]:
    return list(generate(scenario_of(dossiers, 3))[0])


def by_lane(calls: list[dict[str, Any]], requests: list[Request]) -> None:
    """Every call came, and in each lane in its order."""
    expected = [json.loads(body(request)) for request in requests]
    lane_of = {case: request.lane for request in requests for case in request.cases}
    lanes = range(8)

    def of_lane(lane: int, of: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [call for call in of if lane_of[call["data"][0]["MaHoSo"]] == lane]

    assert len(calls) == len(expected)
    assert all(of_lane(lane, calls) == of_lane(lane, expected) for lane in lanes)


async def test_everything_arrives_in_order_and_in_parallel() -> None:
    requests, receiver = feed(), Receiver(seconds=0.01)
    progress = await send(requests, ACCOUNT, transport=receiver.transport())
    by_lane(receiver.calls, requests)
    assert 1 < receiver.most_in_flight <= 8
    assert receiver.sessions == ["session-0"]
    assert progress.requests == len(requests)
    assert progress.objects == sum(len(request.objects) for request in requests)
    assert (progress.refused, progress.repeated, progress.remaining) == (0, 0, 0)


async def test_the_last_word_is_that_nothing_remains() -> None:
    """Even where its lane is free and it would be there first."""
    receiver = Receiver(seconds=0.2, last_word_is_quick=True)
    requests = [
        Request(1, lane, "DongBoHoSoMC", "m", True, ["c"], [b'{"MaHoSo":"c"}'], remaining)
        for lane, remaining in ((0, 2), (1, 1), (2, 0))
    ]
    await send(requests, ACCOUNT, transport=receiver.transport())
    assert sorted(receiver.backlogs[:-1]) == [1, 2]
    assert receiver.backlogs[-1] == 0


def _troubled(number: int) -> httpx.Response | Exception | None:
    troubles: dict[int, httpx.Response | Exception] = {
        2: said("-1", "Hệ thống bận, xin gửi lại"),
        3: httpx.Response(503, json={"error_code": "-1", "message": "try again"}),
        5: httpx.ConnectError("no route"),
        6: httpx.ReadTimeout("slow"),
        8: httpx.Response(502, text="<html>"),
        9: httpx.Response(200, json=["not", "an", "object"]),
        11: httpx.RemoteProtocolError("closed"),
    }
    return troubles.get(number)


async def test_nothing_is_lost_when_the_receiver_is_in_trouble() -> None:
    requests, receiver = feed(), Receiver(answer=_troubled, seconds=0.002)
    progress = await send(requests, ACCOUNT, transport=receiver.transport())
    by_lane(receiver.calls, requests)
    assert progress.repeated == 7
    assert progress.requests == len(requests)


async def test_a_session_that_is_over_is_renewed() -> None:
    requests, receiver = feed(1500), Receiver()

    def forget(number: int) -> None:
        if number == 6:
            receiver.sessions.clear()
            receiver.sessions.append("other")

    receiver.answer = forget
    await send(requests, ACCOUNT, transport=receiver.transport())
    by_lane(receiver.calls, requests)


async def test_a_wrong_password_ends_it() -> None:
    account = Account("http://receiver", "mo-phong", "wrong")
    with pytest.raises(RefusedError, match="check the user name and the password file"):
        await send(feed(10), account, transport=Receiver().transport())


async def test_a_body_that_will_never_be_taken_ends_it() -> None:
    receiver = Receiver(answer=lambda n: httpx.Response(413, text="too large") if n > 3 else None)
    with pytest.raises(RefusedError, match="413: too large"):
        await send(feed(), ACCOUNT, transport=receiver.transport())


async def test_a_call_that_is_wrong_as_a_whole_ends_it() -> None:
    wrong = said("-1", "isUpdating: …", result=[{"MaHoSo": "", "field": "isUpdating"}])
    receiver = Receiver(answer=lambda n: wrong if n == 3 else None)
    with pytest.raises(RefusedError, match="isUpdating"):
        await send(feed(), ACCOUNT, transport=receiver.transport())


async def test_a_receiver_that_cannot_log_us_in_yet_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receiver, log_in, tries = Receiver(), Receiver._login, []

    def busy(self: Receiver, content: dict[str, str]) -> httpx.Response:
        tries.append(content)
        return said("-1", "hãy gửi lại sau") if len(tries) < 4 else log_in(self, content)

    monkeypatch.setattr(Receiver, "_login", busy)
    requests = feed(100)
    await send(requests, ACCOUNT, transport=receiver.transport())
    assert len(receiver.calls) == len(requests)


@pytest.mark.parametrize("code", ["0", "00", 0, "-1"])
async def test_refused_records_are_counted_and_not_sent_again(code: str | int) -> None:
    refused = [{"MaHoSo": "x", "field": "TrangThaiHoSo", "reason": "không hợp lệ", "index": 0}]
    receiver = Receiver(answer=lambda n: said(code, "…", result=refused) if n == 2 else None)
    requests = feed(100)
    progress = await send(requests, ACCOUNT, transport=receiver.transport())
    assert (progress.refused, progress.repeated) == (1, 0)
    assert progress.requests == len(requests)
    assert receiver.tries == len(requests)


async def test_life_is_sent_when_its_time_comes() -> None:
    now = 1_704_157_200
    clock = Clock(0)
    clock.now = lambda: now + asyncio.get_running_loop().time() - began  # type: ignore[method-assign]
    began = asyncio.get_running_loop().time()
    requests = [
        Request(now + at, 0, "DongBoHoSoMC", "m", True, ["c"], [b'{"MaHoSo":"c"}'], 0)
        for at in (-5, 0, 1)
    ]
    receiver = Receiver()
    progress = await send_live(requests, ACCOUNT, clock, transport=receiver.transport())
    assert progress.requests == 3
    assert receiver.backlogs == [0, 0, 0]
    assert clock.now() >= now + 1
