"""What the board of the sources says."""

from typing import Any

from dashboards.boards.quality import BOARD
from dashboards.wall.quality import ROWS
from tests.unit.dashboards import fake_prometheus as fake
from tests.unit.dashboards import fake_province as province
from tests.unit.dashboards.frames import shown

Sources = dict[str, province.Source]
GOOD = (1.0, 1.0, 1.0, 1.0)


def board(sources: Sources = province.SOURCES, **changed: Any) -> dict[str, Any]:
    table = fake.whole_year() | province.sources(fake.NOW, sources)
    return shown(table | changed.pop("table", {}), board=BOARD, **changed)


def test_the_worst_come_first() -> None:
    rows = board()["quality"]["rows"]
    assert [row["name"] for row in rows][:5] == [
        "social-insurance", "tourism-database", "documents", "stations", "web-probe",
    ]  # fmt: skip
    first, second = rows[:2]
    assert (first["text"], first["subsystem"], first["age"]) == (
        "chưa từng gửi", "An sinh xã hội", "",
    )  # fmt: skip
    assert (second["text"], second["age"]) == ("trễ hẹn", "1 ngày trước")


def test_scores_are_shares_and_those_below_their_promise_are_marked() -> None:
    rows = {row["name"]: row["scores"] for row in board()["quality"]["rows"]}
    assert [score["text"] for score in rows["stations"]] == ["97,3 %", "99,5 %", "100 %", "100 %"]
    assert [score["failed"] for score in rows["stations"]] == [True, False, False, False]
    assert [score["text"] for score in rows["social-insurance"]][:1] == ["chưa rõ"]
    assert rows["simulator"][0]["text"] == "99,9 %"


def test_almost_all_is_not_all() -> None:
    rows = board({"x": ("health", 0, 5, (0.99999, 1.0, 0.00001, 0.0))})["quality"]["rows"]
    assert [score["text"] for score in rows[0]["scores"]] == ["99,9 %", "100 %", "<0,1 %", "0 %"]


def test_nothing_fails_without_a_promise() -> None:
    found = board({"x": ("health", 0, 5, (0.2, 0.2, 0.2, 0.2))}, table={("promises", "A"): []})
    assert not any(score["failed"] for score in found["quality"]["rows"][0]["scores"])
    assert found["page"]["answer"]["tone"] == "calm"


def test_a_promise_without_a_source_is_everybodys() -> None:
    promise: province.Rows = [({"score": "clean"}, 0.5)]
    found = board({"x": ("health", 0, 5, (0.2, 0.2, 0.2, 0.2))}, table={("promises", "A"): promise})
    scores = found["quality"]["rows"][0]["scores"]
    assert [score["failed"] for score in scores] == [False, False, True, False]


def test_the_answer_counts_what_is_wrong() -> None:
    answer = board()["page"]["answer"]
    assert answer["headline"] == "5 trên 11 nguồn chưa đạt."
    assert answer["where"] == "1 chưa từng gửi, 1 trễ hẹn, 5 dưới mức cam kết"
    assert answer["who"] == "Quản trị hệ thống xử lý"
    well = board({"x": ("health", 0, 5, GOOD)})["page"]["answer"]
    assert (well["tone"], well["where"]) == ("calm", "")
    assert board({})["page"]["answer"]["headline"] == "Chưa có nguồn nào."
    assert "Prometheus" in board(away=True)["page"]["answer"]["headline"]


def test_sources_that_do_not_fit_are_counted_and_are_not_the_worst() -> None:
    many: Sources = {f"s-{number:02}": ("health", 0, 5, GOOD) for number in range(20)}
    found = board(many | {"z": ("health", province.DEAD, 5, GOOD)})["quality"]
    assert (len(found["rows"]), found["rows"][0]["name"]) == (ROWS, "z")
    assert found["more"] == f"và {21 - ROWS} nguồn khác"


def test_a_topic_that_no_subsystem_has_is_shown_as_it_is() -> None:
    state: province.Rows = [({"source": "x", "topic": "ioc.mars"}, 0)]
    found = board(table={("quality", "A"): state})
    assert found["quality"]["rows"][0]["subsystem"] == "ioc.mars"


def test_no_source_is_no_data() -> None:
    found = board({})["quality"]
    assert (found["rows"], found["state"], found["text"]) == ([], "no_data", "không có dữ liệu")
