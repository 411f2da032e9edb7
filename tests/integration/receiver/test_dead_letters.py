"""An operator lists, shows, replays and discards what was refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from connectors.contract.codec import CaseEvent
from connectors.intake.letters import Settlement
from connectors.log.settings import KafkaSettings
from deploy.commands.dead_letters import command
from deploy.local.broker import Broker
from seeds.topics import PUBLIC_ADMINISTRATION
from tests.integration.receiver.receiving import Start, read_events, read_letters
from tests.unit.connectors.dvcqg.samples import dossier, step

pytestmark = pytest.mark.broker

NAME = "Nguyễn Văn Mẫu"


@pytest.fixture
async def kafka(start: Start, broker: Broker, topic_prefix: str) -> KafkaSettings:
    """A receiver has refused a dossier with an impossible date and a row with a strange status."""
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    async with start(kafka, ack_seconds=20) as receiver:
        session = await receiver.log_in()
        data = [dossier(), dossier(MaHoSo="H51-2", NgayHenTra="20230230170000")]
        await receiver.call(session, "DongBoHoSoMC", isUpdating="True", data=data)
        await receiver.call(session, "CapNhatTienDoHoSoMC", data=[step(TrangThai="11")])
    return kafka


class Operator:
    def __init__(self, kafka: KafkaSettings, data: Path) -> None:
        self._where = ["--bootstrap", kafka.bootstrap, "--topic-prefix", kafka.prefix]
        self._data = ["--data", str(data)]

    def run(self, *arguments: str) -> Result:
        found = CliRunner().invoke(command, [*arguments, *self._where, *self._data])
        assert found.exception is None or isinstance(found.exception, SystemExit), found.output
        return found

    def listed(self, *arguments: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self.run("list", "--json", *arguments).output)
        return rows


@pytest.fixture
def operator(kafka: KafkaSettings, tmp_path: Path) -> Operator:
    return Operator(kafka, tmp_path / "data")


def test_the_list_says_what_was_wrong_and_nothing_about_persons(operator: Operator) -> None:
    found = operator.run("list")
    assert found.exit_code == 1
    assert "NgayHenTra is a date or an hour that does not exist" in found.output
    assert "MaHoSo=H51-2" in found.output
    assert "2 refused records" in found.output
    assert NAME not in found.output
    rows = operator.listed()
    assert [row["field"] for row in rows] == ["NgayHenTra", "TrangThai"]
    assert rows[0]["remainder"]["NgayHenTra"] == "20230230170000"
    assert operator.listed("--source", "district") == []


def test_one_letter_is_shown_and_its_original_only_when_asked_for(operator: Operator) -> None:
    name = operator.listed()[0]["hash"]
    found = operator.run("show", name[:10])
    assert found.exit_code == 0
    assert "NgayHenTra is a date" in found.output
    assert NAME not in found.output
    found = operator.run("show", name, "--original")
    shown = json.loads(found.output[found.output.index("{") :])
    assert (shown["MaHoSo"], shown["ChuHoSo"]) == ("H51-2", NAME)


def test_discarded_records_are_settled(operator: Operator, kafka: KafkaSettings) -> None:
    names = [row["hash"] for row in operator.listed()]
    assert operator.run("discard", *names).exit_code == 0
    found = operator.run("list")
    assert (found.exit_code, found.output) == (0, "0 refused records\n")
    assert [row["outcome"] for row in operator.listed("--all")] == ["discarded"] * 2
    assert "original is gone" in operator.run("show", names[0], "--original").output
    assert operator.run("replay", names[0]).exit_code == 1
    assert sum(isinstance(letter, Settlement) for letter in read_letters(kafka)) == 2


def test_what_is_still_refused_stays(operator: Operator, kafka: KafkaSettings) -> None:
    before = read_events(kafka, PUBLIC_ADMINISTRATION)
    found = operator.run("replay", "--all")
    assert found.exit_code == 1
    assert found.output.count("refused: ") == 2
    assert read_events(kafka, PUBLIC_ADMINISTRATION) == before
    assert len(operator.listed()) == 2


def test_a_replay_keeps_the_time_at_which_the_record_was_received(
    operator: Operator, kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connectors.dvcqg import values

    strict = values.seconds
    lenient = {"20230230170000": "20230228170000"}
    monkeypatch.setattr(
        values, "seconds", lambda value, field: strict(lenient.get(str(value), value), field)
    )
    monkeypatch.setitem(values._STATUSES, "11", 10)
    letters = operator.listed()
    found = operator.run("replay", "--all")
    assert (found.exit_code, found.output.count("replayed: 1 records")) == (0, 2)
    events = {e.observed_at: e for e in read_events(kafka, PUBLIC_ADMINISTRATION)}
    replayed = [events[letter["observed_at"]] for letter in letters]
    assert all(isinstance(event, CaseEvent) for event in replayed)
    assert [(e.case, e.source, e.revision, len(e.progress)) for e in replayed] == [
        ("H51-2", "one-stop", 1, 0),
        (dossier()["MaHoSo"], "one-stop", 0, 1),
    ]
    assert operator.run("list").exit_code == 0
    assert [row["outcome"] for row in operator.listed("--all")] == ["replayed"] * 2
    assert operator.run("replay", letters[0]["hash"]).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["show", "ffffffffffffffff"], 2, "no record has a hash that begins with"),
        (["replay"], 2, "name records by their HASH, or all of them with --all"),
        (["discard"], 2, "Missing argument"),
    ],
)
def test_wrong_use_is_explained(
    operator: Operator, arguments: list[str], code: int, words: str
) -> None:
    found = operator.run(*arguments)
    assert (found.exit_code, words in found.output) == (code, True), found.output


def test_a_wrong_place_is_explained(tmp_path: Path) -> None:
    nowhere = Operator(KafkaSettings(bootstrap="127.0.0.1:9"), tmp_path)
    assert "cannot reach Kafka at 127.0.0.1:9" in nowhere.run("list").output
    assert "is not the data folder of a connector" in nowhere.run("show", "a").output
