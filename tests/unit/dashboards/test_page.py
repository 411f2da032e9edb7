"""What the wall says in each state."""

from typing import Any

import pytest

from dashboards.wall.page import page
from seeds.province import agencies
from tests.unit.dashboards import fake_prometheus as fake
from tests.unit.dashboards.frames import frame, shown, snapshot

FIGURES = {
    "received": "605.859",
    "resolved": "596.864",
    "early-or-on-time": "595.634",
    "late": "1.230",
    "on-time-rate": "99,79 %",
    "open": "8.995",
    "full-online": "55,18 %",
    "paid-online": "0,92 %",
}


def test_the_year_is_shown_to_the_letter() -> None:
    found = shown(fake.whole_year())
    assert {name: found[name]["text"] for name in FIGURES} == FIGURES
    assert {found[name]["state"] for name in FIGURES} == {"ok"}
    assert found["on-time-rate"]["second"]["text"] == "99,75 %"
    assert found["open"]["note"] == "quá hạn 239"
    assert found["open"]["note_tone"] == "attention"
    assert found["districts"]["scale"] == {"low": "0 %", "high": "6,1 %"}
    whole = found["page"]
    assert (whole["simulated"], whole["complete"], whole["state"]) == (True, True, "ok")
    assert (whole["date"], whole["time"]) == ("Thứ Ba, 02/01/2024", "08:00:05")
    assert whole["origin"] == "DỮ LIỆU MÔ PHỎNG"


def test_figures_carry_their_year_and_the_others_now() -> None:
    found = shown(fake.whole_year())
    assert found["late"]["period"] == "Năm 2023"
    assert found["open"]["period"] == found["districts"]["period"] == "Hiện nay"


def test_the_answer_says_well_where_and_who() -> None:
    answer = shown(fake.whole_year())["page"]["answer"]
    assert answer == {
        "tone": "attention",
        "headline": "Năm 2023 giải quyết đúng hạn 99,79 % hồ sơ. Hiện 239 hồ sơ đang quá hạn.",
        "where": "Quá hạn cao nhất: Vĩnh Châu 6,1 %, Ngã Năm 6,1 %, Trần Đề 5,9 %",
        "who": "Chủ tịch UBND cấp huyện xử lý",
    }


def test_nothing_overdue_is_calm() -> None:
    table = fake.whole_year(open__B=0)
    answer = shown(table)["page"]["answer"]
    assert answer["tone"] == "calm"
    assert answer["headline"].endswith("Hiện không hồ sơ nào quá hạn.")
    assert shown(table)["open"]["note_tone"] == "neutral"
    assert answer["where"] == answer["who"] == ""


def test_overdue_without_a_district_still_asks_for_attention() -> None:
    table = fake.whole_year() | {("districts", ref): [] for ref in "ABC"}
    answer = shown(table)["page"]["answer"]
    assert (answer["tone"], answer["where"]) == ("attention", "")


def test_a_new_year_without_a_resolved_dossier_speaks_of_the_open_ones() -> None:
    table = fake.whole_year() | {("on-time-rate", "A"): []}
    headline = shown(table)["page"]["answer"]["headline"]
    assert headline == "Hiện 239 hồ sơ đang quá hạn trong 8.995 hồ sơ đang giải quyết."


def test_while_a_source_loads_figures_are_incomplete() -> None:
    found = shown(fake.loading())
    assert {found[name]["state"] for name in FIGURES} == {"incomplete"}
    assert found["received"]["text"] == "200.000"
    assert found["received"]["state_text"] == "chưa đủ"
    assert found["received"]["change"]["text"] == ""
    assert found["page"]["complete"] is False
    answer = found["page"]["answer"]["headline"]
    assert answer == "Đang nạp dữ liệu: còn 405.859 hồ sơ. Số liệu chưa đủ."
    assert found["sources"]["text"] == "Trình mô phỏng: đang nạp: còn 405.859 hồ sơ"


def test_a_topic_that_is_not_whole_leaves_old_figures() -> None:
    found = shown(fake.stale())
    assert {found[name]["state"] for name in FIGURES} == {"stale"}
    assert found["late"]["text"] == "1.230"
    assert found["late"]["state_text"] == "cũ 12 phút"
    assert found["late"]["age_seconds"] == 740
    assert found["page"]["complete"] is False
    assert "12 phút trước" in found["page"]["answer"]["headline"]


def test_figures_age_while_nothing_new_comes() -> None:
    assert shown(fake.whole_year(), elapsed=50)["late"]["age"] == "52 giây"
    assert shown(fake.whole_year(), elapsed=50)["late"]["state"] == "ok"
    assert shown(fake.whole_year(), elapsed=59)["late"]["state"] == "stale"
    assert shown(fake.whole_year())["late"]["age"] == "mới"


def test_without_prometheus_figures_are_old_at_once_and_the_clock_goes_on() -> None:
    found = shown(fake.whole_year(), elapsed=5, away=True)
    assert found["late"]["state"] == "stale"
    assert found["late"]["text"] == "1.230"
    assert found["page"]["time"] == "08:00:10"
    assert found["page"]["answer"]["headline"].startswith(
        "Mất kết nối với kho số liệu Prometheus đã 5 giây"
    )


def test_an_unknown_age_is_not_trusted() -> None:
    table = fake.of_dossiers(fake.whole_year(), "B", None)
    found = shown(table)
    assert (found["late"]["state"], found["late"]["age_seconds"]) == ("stale", None)
    assert found["page"]["answer"]["headline"] == "Chưa có số liệu mới."


def test_no_data_is_no_data_and_never_nought() -> None:
    found = shown(fake.without_data())
    for name in FIGURES:
        assert (found[name]["text"], found[name]["state"]) == ("không có dữ liệu", "no_data")
        assert found[name]["value"] is None
    assert {cell["text"] for cell in found["districts"]["cells"]} == {"không có dữ liệu"}
    assert found["districts"]["scale"] is None
    assert (found["agencies"]["rows"], found["agencies"]["empty"]) == ([], "không có dữ liệu")
    assert found["sources"]["text"] == "không có dữ liệu"
    assert found["page"]["answer"]["headline"] == "Chưa có dữ liệu hồ sơ năm 2023."


def test_one_missing_figure_leaves_the_others() -> None:
    found = shown(fake.whole_year() | {("late", "A"): []})
    assert found["late"]["state"] == "no_data"
    assert found["received"]["state"] == "ok"


def test_two_answers_to_one_question_are_none() -> None:
    found = shown(fake.whole_year() | {("late", "A"): [({}, 1), ({"x": "y"}, 2)]})
    assert found["late"]["text"] == "không có dữ liệu"


def test_before_prometheus_has_ever_answered_everything_is_unknown() -> None:
    found = page(frame(snapshot({}, now=None, period=None), away=True))
    assert (found["now"], found["date"], found["simulated"]) == (None, "", None)
    assert found["origin"] == "CHƯA RÕ NGUỒN DỮ LIỆU"
    assert {panel["state"] for panel in found["panels"]} == {"no_data"}
    assert {panel["period"] for panel in found["panels"]} == {"", "Hiện nay"}


@pytest.mark.parametrize(
    ("simulators", "sources", "simulated", "origin"),
    [
        ([({}, 1)], [({}, 3)], True, "DỮ LIỆU MÔ PHỎNG"),
        ([], [({}, 3)], False, ""),
        ([], [], None, "CHƯA RÕ NGUỒN DỮ LIỆU"),
    ],
)
def test_where_figures_come_from_is_said_unless_they_are_real(
    simulators: Any, sources: Any, simulated: bool | None, origin: str
) -> None:
    table = fake.whole_year() | {("origin", "A"): simulators, ("origin", "B"): sources}
    found = shown(table)["page"]
    assert (found["simulated"], found["origin"]) == (simulated, origin)


def test_the_map_has_every_district_with_share_and_counts() -> None:
    cells = {cell["code"]: cell for cell in shown(fake.whole_year())["districts"]["cells"]}
    assert len(cells) == 11
    highest, none = cells["950"], cells["943"]
    assert (highest["name"], highest["text"], highest["detail"]) == (
        "Vĩnh Châu",
        "6,1 %",
        "61 / 997",
    )
    assert (highest["shade"], none["shade"], none["text"]) == (1.0, 0, "0 %")
    assert cells["941"]["name"] == "TP Sóc Trăng"


def test_a_province_without_overdue_has_a_dark_map() -> None:
    counts = dict.fromkeys(fake.OVERDUE, (0, 10))
    table = fake.whole_year() | fake.places("districts", counts)
    found = shown(table)["districts"]
    assert {cell["shade"] for cell in found["cells"]} == {0}
    assert found["scale"] is None


def test_agencies_are_ranked_by_share_and_named_with_their_district() -> None:
    rows = shown(fake.whole_year())["agencies"]["rows"]
    assert [row["value"] for row in rows] == sorted((row["value"] for row in rows), reverse=True)
    assert len(rows) == 5
    first = rows[0]
    assert (first["name"], first["where"]) == ("UBND phường Vĩnh Phước", "Vĩnh Châu")
    assert (first["text"], first["detail"], first["length"]) == ("17,1 %", "7 / 41", 1.0)


def test_equal_shares_keep_their_places() -> None:
    codes = sorted(agencies())[:7]
    for order in (codes, codes[::-1]):
        table = fake.whole_year() | fake.places("agencies", dict.fromkeys(order, (2, 40)))
        assert [row["code"] for row in shown(table)["agencies"]["rows"]] == codes[:5]


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({"000.00.04.H51": (0, 84)}, "Không đơn vị nào có hồ sơ quá hạn"),
        ({}, "Chưa đơn vị nào có từ 20 hồ sơ"),
    ],
)
def test_an_empty_ranking_says_why(counts: dict[str, tuple[int, int]], text: str) -> None:
    found = shown(fake.whole_year() | fake.places("agencies", counts))["agencies"]
    assert (found["rows"], found["empty"]) == ([], text)


def test_an_agency_that_seeds_do_not_know_has_the_name_of_its_label() -> None:
    labels = {"agency": "000.00.99.H51", "name": "Sở Mới", "district": ""}
    table = fake.whole_year()
    for ref, value in (("A", 0.9), ("B", 18), ("C", 20)):
        table["agencies", ref] = [*table["agencies", ref], (labels, value)]
    assert shown(table)["agencies"]["rows"][0]["name"] == "Sở Mới"


def test_sources_in_trouble_come_first_and_the_rest_are_counted() -> None:
    names = [f"nguon-{number}" for number in range(7)]
    heard = dict.fromkeys(names, 3) | {"nguon-5": 400}
    table: fake.Table = fake.whole_year() | {
        ("sources", "A"): [({"source": name}, 0.0) for name in names if name != "nguon-4"]
        + [({"source": "nguon-4"}, 12.0)],
        ("sources", "B"): [
            ({"source": name}, (fake.NOW - age) * 1000) for name, age in heard.items()
        ],
        ("sources", "C"): [],
        ("sources", "D"): [({"source": name, "kind": "one_stop"}, 1.0) for name in names],
    }
    found = shown(table)["sources"]
    assert [(row["id"], row["state"]) for row in found["rows"][:2]] == [
        ("nguon-5", "silent"),
        ("nguon-4", "loading"),
    ]
    assert found["rows"][0]["text"] == "im lặng 6 phút"
    assert found["rows"][1]["text"] == "đang nạp: còn 12 hồ sơ"
    assert found["more"] == "và 4 nguồn khác"


def test_the_sources_of_dossiers_come_before_those_of_other_figures() -> None:
    kinds = {"a-figures": "file", "b-dossiers": "database", "c-one-stop": "one_stop"}
    heard: list[tuple[dict[str, str], float]] = [
        ({"source": name}, (fake.NOW - 400 * (name == "a-figures")) * 1000) for name in kinds
    ]
    table: fake.Table = fake.whole_year() | {
        ("sources", "A"): [({"source": name}, 0.0) for name in kinds],
        ("sources", "B"): heard,
        ("sources", "C"): [],
        ("sources", "D"): [({"source": name, "kind": kinds[name]}, 1.0) for name in kinds],
        ("sources", "E"): [({"source": "b-dossiers"}, 605_859.0)],
    }
    found = [row["id"] for row in shown(table)["sources"]["rows"]]
    assert found == ["b-dossiers", "c-one-stop", "a-figures"]


def test_a_source_without_a_heartbeat_is_unknown() -> None:
    table = fake.whole_year() | {("sources", "B"): []}
    assert shown(table)["sources"]["rows"][0]["state"] == "unknown"


def test_english_says_the_same() -> None:
    found = shown(fake.whole_year(), language="en")
    assert found["received"]["text"] == "605,859"
    assert found["on-time-rate"]["text"] == "99.79%"
    assert found["received"]["change"]["text"] == "−32.27%"
    assert found["page"]["origin"] == "SIMULATED DATA"
