"""From an event in the log to the receipt that somebody reads."""

import json

import pytest
from click.testing import CliRunner, Result

from connectors.contract.codec import CaseFacts, ProgressRow, Supplement
from deploy.commands.explain import command
from tests.integration.fold.conftest import StartWorkers
from tests.integration.fold.log import DAY, LogWriter, told
from tests.integration.fold.processes import WorkerProcess, eventually

pytestmark = pytest.mark.broker

CASE = "000.00.16.H51/230301 1"
RECEIVED = 1_677_632_400  # 2023-03-01 08:00 in Asia/Ho_Chi_Minh
FINISHED = RECEIVED + 19 * DAY


def explained(worker: WorkerProcess, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--worker", worker.address])


def test_an_event_has_its_receipt_at_every_worker(log: LogWriter, workers: StartWorkers) -> None:
    facts = CaseFacts(
        agency="000.00.16.H51",
        procedure="1.001029",
        status=10,
        received=RECEIVED,
        due=RECEIVED + 14 * DAY,
        finished=FINISHED,
        supplements=(Supplement(RECEIVED + 5 * DAY, RECEIVED + 6 * DAY),),
    )
    rows = [ProgressRow(RECEIVED, 2, department="Bộ phận Một cửa"), ProgressRow(FINISHED, 10)]
    log.write([told(CASE, 0, FINISHED, facts, progress=rows)])
    both = workers(2)
    for worker in both:
        worker.start()
    eventually(lambda: all(worker.complete() for worker in both), "complete", *both)

    texts = {explained(worker, CASE).output for worker in both}
    assert len(texts) == 1, texts
    (text,) = texts
    assert f"Hồ sơ: {CASE}\n" in text
    assert "Kết quả: trễ hạn" in text
    assert "không tính 1 ngày làm việc (chờ bổ sung hồ sơ)" in text

    found = json.loads(explained(both[0], CASE, "--json", "--lang", "en").output)
    assert found["receipt"]["clock"]["timeliness"] == "late"
    # In the middle of the stop nobody knew of the finish.
    then = explained(both[1], CASE, "--lang", "en", "--at", str(RECEIVED + 5 * DAY + 60))
    assert "State: the clock stands still" in then.output
    assert "Kết quả" not in then.output
    assert explained(both[0], "nobody").exit_code == 1
