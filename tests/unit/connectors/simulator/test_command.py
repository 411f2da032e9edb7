"""`ioc simulate`: a feed and its truth in files; wrong use is said, with what to do."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connectors.simulator.feed import generate, line
from connectors.simulator.scenarios import scenario, scenario_of
from connectors.simulator.session import Session, Settings, truth_alone, truth_document
from deploy.commands.simulate import command
from seeds.outages import load_outages


def ioc(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["year-2023"], "say where to"),
        (["feed", "year-2023"], "say where to"),
        (["outages"], "give a SCENARIO (year-2023) or --dossiers N"),
        (["outages", "--scenario", "year-1923"], "there are: year-2023"),
        (["--to-file", "-"], "give a SCENARIO (year-2023) or --dossiers N"),
        (["year-2023", "--dossiers", "3", "--to-file", "-"], "give a SCENARIO"),
        (["year-2023", "--seed", "3", "--to-file", "-"], "--seed goes with --dossiers"),
        (["year-1923", "--to-file", "-"], "there are: year-2023"),
        (["--dossiers", "0", "--to-file", "-"], "0 is not in the range"),
        (["--dossiers", "5", "--to-file", "-", "--live"], "--live needs --to URL"),
        (["--dossiers", "5", "--to", "http://x"], "--to needs --username and --password-file"),
    ],
)
def test_wrong_use(arguments: list[str], message: str) -> None:
    result = ioc(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_outages_are_a_table_that_the_worker_reads(tmp_path: Path) -> None:
    file = tmp_path / "outages.csv"
    for arguments in (["--scenario", "year-2023"], ["--dossiers", 10, "--seed", 3]):
        result = ioc("outages", *arguments)
        assert result.exit_code == 0
        file.write_text(result.stdout, encoding="utf-8")
        read = load_outages(file)
        assert [(one.begins, one.ends) for one in read] == list(scenario("year-2023").outages)
        assert {(one.system, one.seen_by) for one in read} == {("one-stop", "simulator")}


def test_one_way_out(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("secret\n", encoding="utf-8")
    account = ["--to", "http://x", "--username", "u", "--password-file", password]
    result = ioc("--dossiers", 5, "--to-file", "-", *account)
    assert (result.exit_code, "give one of" in result.stderr) == (2, True)


def test_a_feed_and_its_truth_in_files(tmp_path: Path) -> None:
    feed, truth = tmp_path / "feed.ndjson", tmp_path / "truth.json"
    result = ioc("--dossiers", 900, "--seed", 4, "--to-file", feed, "--truth", truth)
    assert result.exit_code == 0, result.stderr
    wanted = scenario_of(900, 4)
    requests, expected = generate(wanted)
    assert feed.read_bytes() == b"".join(map(line, requests))
    found = json.loads(truth.read_text(encoding="utf-8"))
    assert found == json.loads(json.dumps(truth_document(wanted, expected)))
    assert (found["dossiers"], found["scenario"]) == (900, wanted.name)
    assert len(found["cases"]) == 900
    assert sum(found["open"].values()) == sum(
        series["value"] for series in found["series"] if series["name"] == "ioc_cases_open"
    )


def test_standard_output_holds_the_feed_and_nothing_else() -> None:
    result = ioc("--dossiers", 30, "--seed", 4, "--to-file", "-")
    assert result.stdout_bytes == b"".join(map(line, generate(scenario_of(30, 4))[0]))
    assert "written" in result.stderr


def test_the_truth_alone_is_the_same(tmp_path: Path) -> None:
    truth = tmp_path / "truth.json"
    assert ioc("--dossiers", 300, "--truth", truth).exit_code == 0
    wanted = scenario_of(300, 7)
    requests, expected = generate(wanted)
    assert len(list(requests)) > 1
    assert json.loads(truth.read_text(encoding="utf-8")) == json.loads(
        json.dumps(truth_document(wanted, expected))
    )
    assert truth_document(wanted, truth_alone(wanted)) == truth_document(wanted, expected)


def test_records_can_be_lost_and_mixed(tmp_path: Path) -> None:
    whole, lacking, mixed = (tmp_path / name for name in ("whole", "lacking", "mixed"))
    for file, more in ((whole, []), (lacking, ["--drop", 3]), (mixed, ["--shuffle", 1])):
        assert ioc("--dossiers", 3000, "--to-file", file, *more).exit_code == 0
    records = [
        sum(len(json.loads(text)["data"]) for text in file.read_text("utf-8").splitlines())
        for file in (whole, lacking, mixed)
    ]
    assert records[1] in range(records[0] - 6, records[0] - 2)
    assert records[2] == records[0]
    assert mixed.read_bytes() != whole.read_bytes()


def test_more_cannot_be_dropped_than_there_is(tmp_path: Path) -> None:
    result = ioc("--dossiers", 3, "--drop", 50, "--to-file", tmp_path / "feed")
    assert result.exit_code == 1
    assert "50 records to drop" in result.stderr


class Receiver(BaseHTTPRequestHandler):
    """Takes everything; refuses the first record of all when told so."""

    protocol_version = "HTTP/1.1"
    refusing = False
    received: list[bytes]

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        answer = {"error_code": "0", "message": "thành công", "session": "s"}
        if self.path == "/service":
            self.received.append(content)
            if self.refusing and len(self.received) == 1:
                answer["result"] = [{"MaHoSo": "x"}]  # type: ignore[assignment]
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[ThreadingHTTPServer]:
    Receiver.received, Receiver.refusing = [], False
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def sent(receiver: ThreadingHTTPServer, tmp_path: Path, *more: object) -> Result:
    password = tmp_path / "password"
    password.write_text("secret\n", encoding="utf-8")
    url = f"http://127.0.0.1:{receiver.server_address[1]}"
    account = ["--to", url, "--username", "u", "--password-file", password]
    return ioc("--dossiers", 700, *account, *more)


def test_a_feed_is_sent_and_its_truth_written(
    receiver: ThreadingHTTPServer, tmp_path: Path
) -> None:
    result = sent(receiver, tmp_path, "--truth", tmp_path / "truth.json")
    assert result.exit_code == 0, result.stderr
    records = sum(len(json.loads(call)["data"]) for call in Receiver.received)
    assert f"sent: {records:,} records in {len(Receiver.received)} requests, 0 refused" in (
        result.stderr
    )
    assert json.loads((tmp_path / "truth.json").read_bytes())["dossiers"] == 700


def test_a_refusal_is_a_finding(receiver: ThreadingHTTPServer, tmp_path: Path) -> None:
    Receiver.refusing = True
    result = sent(receiver, tmp_path)
    assert result.exit_code == 1
    assert "1 refused" in result.stderr


async def test_life_goes_on_until_it_is_stopped(receiver: ThreadingHTTPServer) -> None:
    from connectors.clock import Clock
    from connectors.simulator.sender import Account, Progress

    wanted = scenario_of(2000, 5)
    url = f"http://127.0.0.1:{receiver.server_address[1]}"
    account, seen = Account(url, "u", "secret"), [Progress()]
    session = Session(Settings(wanted))
    await session.send(account, seen.append)
    loaded = len(Receiver.received)
    # After its first look at the clock a day has gone by, and what happened on it is told at once.
    looks, clock = count(), Clock(0)
    clock.now = lambda: wanted.now + 86_400.0 * (next(looks) > 0)  # type: ignore[method-assign]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.0):
            await session.live(account, clock, seen.append)
    assert len(Receiver.received) > loaded
    assert json.loads(Receiver.received[-1])["data"]
