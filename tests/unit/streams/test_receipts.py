"""The receipt over HTTP: what may be asked, who answers, and with which status."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer
from yarl import URL

from connectors.clock import Clock
from connectors.contract.codec import CaseEvent, CaseFacts, ProgressRow, Supplement
from connectors.contract.identity import case_event
from connectors.contract.partitions import partition_of
from connectors.log.settings import KafkaSettings
from seeds import law_files
from seeds.law_table import LawFileError
from seeds.topics import PUBLIC_ADMINISTRATION, topics
from streams.core.ledger import Cells
from streams.core.partition import Context, PartitionState
from streams.shell import law, service
from streams.shell.api import Api
from streams.shell.holdings import Partition
from streams.shell.law import law_for, rules_for
from streams.shell.peers import Peers
from streams.shell.receipts import Question, moment
from streams.shell.service import CannotBeginError
from streams.shell.settings import WorkerSettings
from streams.shell.worker import Worker

COUNT = topics()[PUBLIC_ADMINISTRATION].partitions
RECEIVED = 1_677_632_400  # 2023-03-01 08:00 in Asia/Ho_Chi_Minh
DAY = 86_400
NOW = RECEIVED + 20 * DAY
AGENCY = "000.00.16.H51"
# Two ids of which one is the road to the other's receipt.
CASE, SLASHED = "H51/2023-1", "H51/2023-1/receipt"
BARE = "H51-progress-only"
OVERDUE = "H51/2023-2"


def event(case: str, **values: Any) -> CaseEvent:
    facts = CaseFacts(agency=AGENCY, procedure="1.001029", status=4, received=RECEIVED, **values)
    return case_event(source="a", kind="dossier", case=case, revision=0, observed_at=1, facts=facts)


EVENTS = (
    event(CASE, supplements=(Supplement(RECEIVED + 5 * DAY, RECEIVED + 6 * DAY),)),
    event(SLASHED),
    event(OVERDUE, due=RECEIVED + DAY),
    case_event(
        source="a",
        kind="dossier",
        case=BARE,
        revision=0,
        observed_at=1,
        progress=[ProgressRow(RECEIVED, 2)],
    ),
)


class FakeWorker:
    """All that the API asks of a worker for a case."""

    def __init__(self, *numbers: int) -> None:
        context = Context(Cells((AGENCY,), ()))
        self.states = {
            Partition(PUBLIC_ADMINISTRATION, number): PartitionState(
                PUBLIC_ADMINISTRATION, number, COUNT, context
            )
            for number in numbers
        }
        for one in EVENTS:
            state = self.states.get(home(one.case))
            if state:
                state.fold(state.next, b"", [one])
        for state in self.states.values():
            for _ in state.opening(NOW):
                pass

    def now(self) -> int:
        return NOW

    def open_states(self) -> Iterator[tuple[Partition, PartitionState]]:
        return iter(self.states.items())


def home(case: str) -> Partition:
    return Partition(PUBLIC_ADMINISTRATION, partition_of(case, COUNT))


class Asking:
    """A worker of these partitions, and what it answers."""

    def __init__(self, session: aiohttp.ClientSession, server: BaseTestServer) -> None:
        self.address = str(server.make_url("")).rstrip("/")
        self._session = session

    async def get(self, path: str) -> tuple[int, Any]:
        async with self._session.get(URL(self.address + path, encoded=True)) as response:
            is_json = response.content_type == "application/json"
            return response.status, await (response.json() if is_json else response.text())

    async def receipt(self, case: str, query: str = "") -> tuple[int, Any]:
        return await self.get(f"/api/cases/{quote(case, safe='')}/receipt{query}")


@asynccontextmanager
async def asking(*numbers: int, peers: tuple[str, ...] = ()) -> AsyncIterator[Asking]:
    async with aiohttp.ClientSession() as session:
        worker = cast("Worker", FakeWorker(*numbers))
        application = web.Application()
        application.add_routes(Api(worker, Peers(session, peers)).routes())
        async with TestServer(application) as server:
            yield Asking(session, server)


async def test_the_receipt_as_values_with_its_text() -> None:
    async with asking(*range(COUNT)) as worker:
        status, answer = await worker.receipt(CASE)
    assert status == 200
    assert (answer["id"], answer["kind"], answer["language"]) == (CASE, "dossier", "vi")
    assert (answer["now"], answer["at"]) == (NOW, NOW)
    assert answer["receipt"]["case"] == CASE
    assert answer["receipt"]["rule"]["limit"] == {"value": 10.0, "unit": "working_day"}
    assert [stretch["reason"] for stretch in answer["receipt"]["stretches"]] == [
        None, "supplement", None,
    ]  # fmt: skip
    assert answer["text"].startswith("GIẢI TRÌNH THỜI HẠN GIẢI QUYẾT\nHồ sơ: H51/2023-1\n")
    assert answer["offsets"] == {PUBLIC_ADMINISTRATION: {str(home(CASE).number): 1}}


async def test_the_receipt_as_plain_text_at_an_instant() -> None:
    async with asking(*range(COUNT)) as worker:
        status, text = await worker.receipt(
            CASE, "?format=text&lang=en&at=2023-03-06T12:00:00%2B07:00"
        )
        by_number = await worker.receipt(CASE, f"?format=text&lang=en&at={RECEIVED + 5 * DAY}")
    assert status == 200
    assert "As of: 12:00 Mon 2023-03-06 (Vietnam time)\nState: the clock stands still" in text
    assert "waiting for papers, lasts" in by_number[1]


async def test_an_id_with_a_slash_is_not_taken_for_the_road_to_another() -> None:
    async with asking(*range(COUNT)) as worker:
        case = await worker.get(f"/api/cases/{quote(SLASHED, safe='')}")
        receipt = await worker.receipt(SLASHED)
        unquoted = await worker.get(f"/api/cases/{CASE}/receipt")
    assert (case[1]["id"], "phase" in case[1]) == (SLASHED, True)
    assert receipt[1]["receipt"]["case"] == SLASHED
    assert unquoted[1]["receipt"]["case"] == CASE


async def test_a_case_tells_its_rung_and_whether_its_appointment_is_lawful() -> None:
    async with asking(*range(COUNT)) as worker:
        _, late = await worker.get(f"/api/cases/{quote(OVERDUE, safe='')}")
        _, free = await worker.get(f"/api/cases/{quote(CASE, safe='')}")
    assert (late["phase"], late["level"]) == ("overdue", "escalated_3")
    assert (late["due_differs_from_law"], free["due_differs_from_law"]) == (True, False)
    # Nothing was appointed: the law decides.
    assert (free["phase"], free["level"]) == ("overdue", "escalated_2")


async def test_who_does_not_hold_the_partition_asks_its_peers() -> None:
    number = home(CASE).number
    async with (
        asking(number) as owner,
        asking((number + 1) % COUNT, peers=(owner.address, "http://127.0.0.1:1")) as other,
    ):
        for query in ("", f"?lang=en&at={RECEIVED + DAY}", f"?format=text&at={RECEIVED}"):
            assert await other.receipt(CASE, query) == await owner.receipt(CASE, query)
        assert (await other.receipt(CASE))[0] == 200
        nobody = next(f"N-{n}" for n in range(999) if home(f"N-{n}").number == number)
        missing = await other.receipt(nobody)
        assert missing == (404, {"reason": f"{home(CASE)} has no receipt of a dossier of that id"})
        assert (await other.receipt(CASE, "?local=1"))[0] == 503


async def test_what_nobody_holds_is_not_said_to_be_missing() -> None:
    async with asking((home(CASE).number + 1) % COUNT) as worker:
        status, answer = await worker.receipt(CASE, "?format=text")
    assert status == 503
    assert answer == {"reason": f"whoever holds {home(CASE)} cannot be asked now; try again"}


@pytest.mark.parametrize(("case", "query"), [(BARE, ""), (CASE + "9", "")])
async def test_no_facts_no_receipt(case: str, query: str) -> None:
    async with asking(*range(COUNT)) as worker:
        assert (await worker.receipt(case, query))[0] == 404
        assert (await worker.get(f"/api/cases/{BARE}"))[0] == 200


WRONG = {
    "lang=fr": "lang: 'fr' is not allowed; allowed: vi, en",
    "format=pdf": "format: 'pdf' is not allowed; allowed: json, text",
    "at=yesterday": "at: Invalid isoformat string: 'yesterday'; allowed: 2023-01-19T",
    "at=2023-03-06": "at: 2023-03-06 00:00:00 has no time zone",
    "at=2023-03-06T12:00:00+07:00": "in an address, + is written %2B",
    "at=4102444800": "at: '4102444800' is not allowed",
    "at=-1": "at: ",
    "at=": "at: ",
}


@pytest.mark.parametrize(("query", "message"), WRONG.items())
async def test_a_wrong_question_is_told_what_is_allowed(query: str, message: str) -> None:
    async with asking(*range(COUNT)) as worker:
        status, answer = await worker.receipt(CASE, f"?{query}")
    assert status == 400
    assert message in answer["reason"]


def test_what_is_not_said() -> None:
    assert Question.of({}) == Question(None, "vi", "json")
    assert Question.of({"at": "12", "lang": "en"}).query() == {"lang": "en", "at": "12"}
    assert moment("2023-03-01T08:00:00+07:00") == moment(str(RECEIVED)) == RECEIVED


@pytest.fixture
def broken_law(tmp_path: Path) -> Path:
    text = (law_files.LAWS / "dossier-2018.toml").read_text(encoding="utf-8")
    file = tmp_path / "dossier.toml"
    file.write_text(text.replace('late_by = "second"', 'late_by = "hour"'), encoding="utf-8")
    return file


def test_a_worker_does_not_start_with_a_broken_law(
    broken_law: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laws = broken_law.parent
    monkeypatch.setattr(service, "rules_for", lambda now, _: rules_for(now, folder=laws))
    kafka = KafkaSettings(bootstrap="127.0.0.1:1")
    with pytest.raises(CannotBeginError) as caught:
        service.run(kafka, WorkerSettings(), Clock())
    message = str(caught.value)
    line = broken_law.read_text(encoding="utf-8").splitlines().index('late_by = "hour"') + 1
    assert f"{broken_law}, line {line}, key defaults.late_by" in message
    assert "allowed: second, day" in message
    assert "`ioc law check`" in message


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (None, r"\[worker\] outages: cannot read .*/outages.csv: No such file or directory; name"),
        ("begins,ends,system,seen_by\nyesterday,x,portal,probe\n", "outages.csv, line 2, .*begins"),
    ],
)
def test_a_worker_does_not_start_with_outages_that_cannot_be_read(
    tmp_path: Path, table: str | None, said: str
) -> None:
    file = tmp_path / "outages.csv"
    if table is not None:
        file.write_text(table, encoding="utf-8")
    with pytest.raises(CannotBeginError, match=said):
        service.run(KafkaSettings(bootstrap="127.0.0.1:1"), WorkerSettings(outages=file), Clock())


def test_a_law_for_a_field_that_there_is_not(tmp_path: Path) -> None:
    text = (law_files.LAWS / "dossier-2025.toml").read_text(encoding="utf-8")
    more = '\n[fields.alchemy.limit]\nany = { value = 3, unit = "working_day" }\n'
    (tmp_path / "law.toml").write_text(text + more, encoding="utf-8")
    with pytest.raises(LawFileError, match=r"key fields\.alchemy: is unknown"):
        law_for(NOW, tmp_path)


def test_a_calendar_that_lacks_the_year() -> None:
    with pytest.raises(ValueError, match="lacks 2069; known: "):
        law_for(moment("2070-05-01T00:00:00+07:00"))
    assert law.law_for(NOW).calendar.years[0] <= 2022
