"""Whatever is at the other end: records, or one clear error, and never the same record again."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.clock import Clock
from connectors.http_json.adapter import open_adapter
from connectors.http_json.settings import HttpJsonSettings
from connectors.runner.adapter import Adapter, Batch, Record, SourceError, Unreadable
from tests.unit.connectors.http_json.serving import Answer, Asked, Served, Told, certified, serving


class Set(Clock):
    """Stands where it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 1_795_489_200.0

    def now(self) -> float:
        return self.at


@contextmanager
def asking(answer: Answer, **settings: Any) -> Iterator[tuple[Adapter, Served, Set]]:
    clock = Set()
    with serving(answer) as served:
        changed = HttpJsonSettings(**({"url": served.url, "timeout_seconds": 2.0} | settings))
        adapter = open_adapter(changed, "http-json", clock)
        try:
            yield adapter, served, clock
        finally:
            adapter.close()


def names(batch: Batch) -> list[Any]:
    return [one.values["n"] if isinstance(one, Record) else one for one in batch.records]


def test_what_the_answer_before_had_is_not_told_again() -> None:
    listed = [{"n": 1}, {"n": 2}]
    with asking(lambda _: Told({"data": {"items": listed}}), records="data.items") as (
        a,
        _,
        _clock,
    ):
        first = a.poll(None, 100)
        assert names(first) == [1, 2]
        again = a.poll(first.position, 100)
        assert names(again) == []
        listed[0] = {"n": 3}
        assert names(a.poll(again.position, 100)) == [3]
        assert names(a.poll(first.position, 100)) == [3]  # as after a kill
        assert not first.more


def test_two_equal_records_of_one_answer_are_two() -> None:
    with asking(lambda _: Told([{"n": 1}, {"n": 1}])) as (adapter, _, _clock):
        assert names(adapter.poll(None, 100)) == [1, 1]


def test_members_of_members_have_dotted_names() -> None:
    with asking(lambda _: Told([{"tram": {"ma": "tram-01", "vi_tri": {"x": 1}}}, 7])) as (a, _, _c):
        first, second = a.poll(None, 100).records
    assert isinstance(first, Record)
    assert first.values == {"tram.ma": "tram-01", "tram.vi_tri.x": 1}
    assert second == Unreadable(b"7", "is no JSON object", "record 1")


def test_an_unchanged_answer_is_not_sent_again() -> None:
    def answer(asked: Asked) -> Told:
        same = asked.headers.get("if-none-match") == '"one"'
        return Told(status=304) if same else Told([{"n": 1}], headers={"ETag": '"one"'})

    with asking(answer) as (adapter, _, clock):
        first = adapter.poll(None, 100)
        clock.at += 60
        again = adapter.poll(first.position, 100)
        assert (names(first), names(again)) == ([1], [])
        assert json.loads(again.position or "")["etag"] == '"one"'


def test_a_token_is_sent_and_never_told(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("geheim\n")
    with asking(lambda _: Told([], 401), token_file=token) as (adapter, served, _):
        with pytest.raises(SourceError, match="does not know our token: look at token_file") as e:
            adapter.poll(None, 100)
        assert served.asked[0].headers["authorization"] == "Bearer geheim"
        assert "geheim" not in str(e.value)
        token.unlink()
        with pytest.raises(SourceError, match=r"needs the token of .*FileNotFoundError"):
            adapter.poll(None, 100)


def test_a_token_may_have_a_header_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("geheim\n")
    told = {"token_file": tmp_path / "token", "token_header": "X-Api-Key"}
    with asking(lambda _: Told([]), **told) as (adapter, served, _):
        adapter.poll(None, 100)
        assert served.asked[0].headers["x-api-key"] == "geheim"
        assert "authorization" not in served.asked[0].headers


@pytest.mark.parametrize("text", ["geheim\nzwei", "geheim\x07", "", "\n"])
@pytest.mark.parametrize("header", [None, "X-Api-Key"])
def test_a_file_with_more_than_a_token_is_not_told(
    tmp_path: Path, text: str, header: str | None
) -> None:
    (tmp_path / "token").write_text(text)
    told = {"token_file": tmp_path / "token", "token_header": header}
    with asking(lambda _: Told([]), **told) as (adapter, served, _):
        with pytest.raises(SourceError, match="allowed: one line, and nothing else") as error:
            adapter.poll(None, 100)
        assert "geheim" not in str(error.value)
        assert served.asked == []


def test_a_token_in_a_header_of_its_own_goes_to_no_other_host(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("geheim\n")
    told = {"token_file": tmp_path / "token", "token_header": "X-Api-Key"}
    with serving(lambda _: Told([])) as stranger:
        away = {"Location": stranger.url.replace("127.0.0.1", "localhost")}
        with (
            asking(lambda _: Told(status=302, headers=away), **told) as (adapter, _, _clock),
            pytest.raises(SourceError, match=r"answers 302: it redirects.*into url"),
        ):
            adapter.poll(None, 100)
    assert stranger.asked == []


def test_records_since_a_time_are_asked_for_and_ties_are_told_once() -> None:
    listed = [{"n": 1, "t": "2026-01-01"}, {"n": 2, "t": "2026-01-02"}]

    def answer(asked: Asked) -> Told:
        since = asked.path.partition("tu=")[2]
        return Told([one for one in listed if str(one["t"]) >= since])

    with asking(answer, since="tu", since_member="t") as (adapter, served, _):
        batch = adapter.poll(None, 100)
        assert (names(batch), batch.more) == ([1, 2], True)
        listed.append({"n": 3, "t": "2026-01-02"})
        batch = adapter.poll(batch.position, 100)
        assert (names(batch), batch.more) == ([3], False)
        batch = adapter.poll(batch.position, 100)
        assert names(batch) == []
        listed.append({"n": 4, "t": "2026-01-03"})
        assert names(adapter.poll(batch.position, 100)) == [4]
        assert served.asked[-1].path == "/stations?tu=2026-01-02"
        position = adapter.position_at(1_767_286_799)
        assert names(adapter.poll(position, 100)) == [2, 3, 4]


def test_pages_are_read_one_after_another() -> None:
    pages = {"": ([1, 2], "b"), "b": ([3], "c"), "c": ([4], None)}

    def answer(asked: Asked) -> Told:
        numbers, following = pages[asked.path.partition("trang=")[2]]
        return Told({"items": [{"n": n} for n in numbers], "next": following})

    with asking(answer, records="items", cursor="trang") as (adapter, _, _clock):
        batch, found, more = adapter.poll(None, 100), [], []
        for _ in range(4):
            found += names(batch)
            more.append(batch.more)
            batch = adapter.poll(batch.position, 100)
        assert (found, more) == ([1, 2, 3, 4], [True, True, False, False])
        pages["c"] = ([4, 5], None)
        assert names(adapter.poll(batch.position, 100)) == [5]


def test_slots_between_two_answers_are_lost() -> None:
    listed = [{"n": 1}, {"n": 2}]
    with asking(lambda _: Told(listed), slot_seconds=600) as (adapter, _, clock):
        clock.at = 6_000.0
        first = adapter.poll(None, 100)
        listed[0] = {"n": 3}
        clock.at = 6_600.0
        next_slot = adapter.poll(first.position, 100)
        listed[0], listed[1] = {"n": 4}, {"n": 5}
        clock.at = 9_100.0  # slots 12, 13 and 14 went by
        late = adapter.poll(next_slot.position, 100)
        assert (first.lost, next_slot.lost, late.lost) == (0, 0, 6)
        with pytest.raises(SourceError, match="cannot be read again"):
            adapter.position_at(6_000)


WRONG: dict[str, tuple[Told, str]] = {
    "a fault of theirs": (Told(b"oops", 500), "answers 500"),
    "nothing there": (Told(b"", 404), "answers 404: there is nothing at that address"),
    "a page for people": (
        Told(b"<html>", headers={"Content-Type": "text/html"}),
        "does not answer with JSON: 6 bytes, text/html",
    ),
    "half an answer": (Told(b'[{"n": 1}, {"n"'), "does not answer with JSON: 15 bytes"),
    "bytes that are no text": (Told(b'["\xff"]'), "does not answer with JSON"),
    "a tower of lists": (Told(b"[" * 3_000), "does not answer with JSON"),
    "no list": (Told({"n": 1}), "has no list of records at records = '': did it change?"),
    "too much": (Told([{"n": "x" * 5_000}]), "answers with more than max_bytes = 4096"),
    "a circle": (
        Told(b"", 302, {"Location": "/stations"}),
        "redirects more than 5 times: look at url",
    ),
    "an answer that breaks off": (Told(b"[", headers={"Content-Length": "9"}), "cannot be reached"),
    "a redirect to nowhere": (Told(b"", 302, {"Location": "http://["}), "cannot be reached"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_and_tried_again(case: str) -> None:
    told, said = WRONG[case]
    with asking(lambda _: told, max_bytes=4_096, timeout_seconds=0.5) as (adapter, _, _clock):
        with pytest.raises(SourceError) as caught:
            adapter.poll(None, 100)
        assert said in str(caught.value)
        assert "/stations " in str(caught.value)


def test_after_an_hour_of_faults_it_goes_on() -> None:
    told = [Told(b"", 500)] * 3 + [Told([{"n": 1}])]
    with asking(lambda _: told.pop(0)) as (adapter, _, _clock):
        for _ in range(3):
            with pytest.raises(SourceError, match="answers 500"):
                adapter.poll(None, 100)
        assert names(adapter.poll(None, 100)) == [1]


def test_nobody_there_and_somebody_again() -> None:
    with asking(lambda _: Told([{"n": 1}])) as (adapter, served, _):
        first = adapter.poll(None, 100)
        port = int(served.url.rpartition(":")[2].partition("/")[0])
    with pytest.raises(SourceError, match="cannot be reached"):
        adapter.poll(first.position, 100)
    with serving(lambda _: Told([{"n": 2}]), port):
        assert names(adapter.poll(first.position, 100)) == [2]
    adapter.close()


def test_an_answer_that_never_comes_ends_the_wait() -> None:
    def answer(_: Asked) -> Told:
        time.sleep(1)
        return Told([])

    with (
        asking(answer, timeout_seconds=0.2) as (adapter, _, _clock),
        pytest.raises(SourceError, match="cannot be reached"),
    ):
        adapter.poll(None, 100)


def test_a_certificate_is_checked(tmp_path: Path) -> None:
    context, trusted = certified(tmp_path)
    with serving(lambda _: Told([{"n": 1}]), tls=context) as served:
        stranger = open_adapter(HttpJsonSettings(url=served.url), "http-json", Clock())
        with pytest.raises(SourceError, match=r"cannot be reached: .*certificate verify failed"):
            stranger.poll(None, 100)
        settings = HttpJsonSettings(url=served.url, ca_file=trusted)
        friend = open_adapter(settings, "http-json", Clock())
        assert names(friend.poll(None, 100)) == [1]
        friend.close()
        gone = open_adapter(
            HttpJsonSettings(url=served.url, ca_file=tmp_path / "no.pem"), "http-json", Clock()
        )
        with pytest.raises(SourceError, match="cannot be reached"):
            gone.poll(None, 100)


@pytest.mark.parametrize("position", ["", "5", "{}x", '{"seen":"%"}', '{"asked_at":"x"}'])
def test_a_position_of_somebody_else_is_refused(position: str) -> None:
    with asking(lambda _: Told([])) as (adapter, _, _clock):
        if position:
            with pytest.raises(SourceError, match="is at no position of its own"):
                adapter.poll(position, 100)
        else:
            assert names(adapter.poll(position, 100)) == []


plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
anything = st.recursive(
    plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@pytest.fixture(scope="module")
def echo() -> Iterator[list[Any]]:
    """What the server at the last place is to answer; the adapter is at the first."""
    answers: list[Any] = [None, None]
    with serving(lambda _: Told(answers[1])) as served:
        settings = HttpJsonSettings(url=served.url, since="t", since_member="t", slot_seconds=1)
        answers[0] = open_adapter(settings, "http-json", Clock())
        yield answers
        answers[0].close()


@hypothesis.settings(max_examples=40)
@given(st.lists(st.lists(anything | st.fixed_dictionaries({"t": plain})), max_size=4))
def test_any_json_becomes_records_or_a_clear_error(echo: list[Any], rounds: list[Any]) -> None:
    position = None
    for told in rounds:
        echo[1] = told
        try:
            batch = echo[0].poll(position, 100)
        except SourceError:
            continue
        assert len(batch.records) <= len(told)
        position = batch.position
