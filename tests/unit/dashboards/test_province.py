"""What the board of the whole province says."""

from typing import Any

import pytest

from dashboards.boards.province import BOARD
from dashboards.wall.page import page
from seeds.registry import subsystems
from tests.unit.dashboards import fake_prometheus as fake
from tests.unit.dashboards import fake_province as province
from tests.unit.dashboards.frames import frame, shown, snapshot


def board(table: fake.Table | None = None, **options: Any) -> dict[str, Any]:
    return shown(fake.whole_year() if table is None else table, board=BOARD, **options)


def well() -> fake.Table:
    """All is well, everywhere."""
    table = fake.whole_year()
    sources: dict[str, province.Source] = {
        name: (row[0], province.FRESH, max(row[2], 5), (1.0, 1.0, 1.0, 1.0))
        for name, row in province.SOURCES.items()
    }
    for name in subsystems():
        table |= {
            (name, "C"): [({"subsystem": name}, 0)],
            (name, "A"): table[name, "A"] or [({}, 91.2)],
        }
    states: province.Rows = [({"subsystem": name}, 0) for name in subsystems()]
    return table | {("since", "A"): states} | province.sources(fake.NOW, sources)


def test_eleven_tiles_say_name_state_figure_since_age_and_source() -> None:
    found = board()
    assert len(found["page"]["panels"]) == len(subsystems()) == 11
    assert found["environment-land"] == {
        "id": "environment-land",
        "view": "tile",
        "title": "Môi trường, đất đai",
        "inferred": "tên phân hệ: suy luận",
        "state": "critical",
        "state_text": "Nguy cấp",
        "since": "từ 05:48",
        "old": False,
        "text": "5,25",
        "unit": "g/l",
        "value": 5.25,
        "indicator": "Độ mặn",
        "period": "lúc 07:45",
        "change": {"text": "+0,35 trong 1 giờ", "tone": "worse", "rising": True},
        "source": "Trạm quan trắc",
        "trouble": "",
        "age_seconds": 780.0,
        "age": "13 phút",
    }


def test_names_from_a_source_are_not_called_inferred() -> None:
    found = board()
    for name, subsystem in subsystems().items():
        assert bool(found[name]["inferred"]) == subsystem.name_is_inferred


def test_figures_are_written_as_people_do() -> None:
    found = board()
    assert (found["education"]["text"], found["education"]["unit"]) == ("251.316", "học sinh")
    assert (found["web-platforms"]["text"], found["web-platforms"]["unit"]) == ("99,97", "%")
    assert found["socio-economic"]["text"] == "5.217,4"
    assert board(language="en")["socio-economic"]["text"] == "5,217.4"


def test_no_change_is_said_and_an_unknown_one_is_not() -> None:
    found = board()
    assert found["web-platforms"]["change"]["text"] == "không đổi trong 1 giờ"
    assert found["education"]["change"] is None
    assert found["health"]["change"] == {
        "text": "−3 trong 1 ngày", "tone": "better", "rising": False,
    }  # fmt: skip


def test_what_is_old_is_not_compared() -> None:
    assert board()["tourism"]["change"] is None
    assert board()["tourism"]["old"] is True


def test_a_source_in_trouble_is_named_with_its_trouble() -> None:
    found = board()
    assert _told(found["tourism"]) == ("tourism-database", "trễ hẹn")
    assert _told(found["social-security"]) == ("social-insurance", "chưa từng gửi")
    assert _told(found["citizen-feedback"]) == ("Tổng đài 1022", "")
    none = board(fake.whole_year() | {("feeds", "A"): []})
    assert _told(none["education"]) == ("chưa có nguồn", "")


def _told(tile: dict[str, Any]) -> tuple[str, str]:
    return tile["source"], tile["trouble"]


def test_of_several_sources_the_one_with_the_newest_datum_is_told() -> None:
    sources = province.SOURCES | {
        "wells": ("environment-land", province.FRESH, 30.0, (1.0, 1.0, 1.0, 1.0))
    }
    found = board(fake.whole_year() | province.sources(fake.NOW, sources))
    assert found["environment-land"]["age"] == "30 giây"


@pytest.mark.parametrize("state", [province.LATE, province.DEAD, province.NEVER, 7])
@pytest.mark.parametrize("name", subsystems())
def test_no_tile_is_green_while_any_of_its_sources_is_not_fresh(name: str, state: int) -> None:
    sources = province.SOURCES | {"another": (name, state, 9.0, (1.0, 1.0, 1.0, 1.0))}
    assert board(well())[name]["state"] == "well"
    found = board(well() | province.sources(fake.NOW, sources))
    assert found[name]["state"] == "stale"


@pytest.mark.parametrize(
    ("ref", "value"), [("A", None), ("B", None), ("B", (fake.TIME - 61) * 1000), ("C", 5)]
)
@pytest.mark.parametrize("name", subsystems())
def test_no_tile_is_green_while_its_partitions_are_not_whole(
    name: str, ref: str, value: float | None
) -> None:
    topic = subsystems()[name].topic
    table = well()
    rows = [row for row in table["completeness", ref] if row[0]["topic"] != topic]
    rows += [] if value is None else [({"topic": topic}, value)]
    found = board(table | {("completeness", ref): rows})
    assert found[name]["state"] == "stale"
    assert {found[other]["state"] for other in subsystems() if other != name} == {"well"}


def test_no_tile_is_green_while_prometheus_is_away() -> None:
    found = board(well(), away=True, elapsed=5)
    assert {found[name]["state"] for name in subsystems()} == {"stale"}
    assert "Prometheus" in found["page"]["answer"]["headline"]


def test_figures_that_nothing_new_comes_for_grow_old() -> None:
    assert board(well(), elapsed=50)["health"]["state"] == "well"
    assert board(well(), elapsed=59)["health"]["state"] == "stale"


def test_a_state_that_is_not_settled_has_no_since() -> None:
    table = fake.whole_year() | {("health", "C"): [({"subsystem": "health"}, province.WARNING)]}
    assert (board(table)["health"]["state"], board(table)["health"]["since"]) == ("warning", "")
    unknown = fake.whole_year() | {("since", "B"): []}
    assert board(unknown)["health"]["since"] == ""


def test_rules_that_say_nothing_or_nonsense_leave_no_data() -> None:
    for rows in ([], [({"subsystem": "health"}, 9.0)], [({"subsystem": "health"}, 0.5)]):
        table = fake.whole_year() | {("health", "C"): rows}
        assert board(table)["health"]["state"] == "no_data"


def test_the_latest_of_several_periods_is_told_and_an_odd_one_is_not() -> None:
    rows = [
        ({"subsystem": "health", "period": text}, 1.0)
        for text in ("2023-12-30", "2024-01-01", "2023-12-31", "someday")
    ]
    assert board(fake.whole_year() | {("periods", "A"): rows})["health"]["period"] == "01/01/2024"


def test_the_answer_counts_and_names_the_worst_first() -> None:
    answer = board()["page"]["answer"]
    assert answer["tone"] == "alarm"
    assert answer["headline"] == (
        "6 trên 11 phân hệ tốt; 1 nguy cấp, 2 cảnh báo, 1 số liệu cũ, 1 không dữ liệu."
    )
    assert answer["where"].startswith(
        "Nguy cấp: Môi trường, đất đai từ 05:48. Cảnh báo: Phản ánh, kiến nghị từ 02:00, 01/01;"
    )


def test_all_well_is_calm() -> None:
    answer = board(well())["page"]["answer"]
    assert (answer["tone"], answer["where"]) == ("calm", "")
    assert answer["headline"] == "Cả 11 phân hệ đều tốt."


@pytest.mark.parametrize(
    ("state", "tone"), [(province.WARNING, "attention"), (province.STALE, "trouble")]
)
def test_the_worst_sets_the_tone(state: int, tone: str) -> None:
    table = well() | {("health", "C"): [({"subsystem": "health"}, state)]}
    assert board(table)["page"]["answer"]["tone"] == tone


def test_nothing_known_is_said() -> None:
    found = page(frame(snapshot({}, now=None, period=None), board=BOARD))
    assert {panel["state"] for panel in found["panels"]} == {"no_data"}
    assert found["answer"]["headline"] == "Chưa phân hệ nào có dữ liệu."


def test_the_tally_is_the_legend() -> None:
    tally = board()["page"]["tally"]
    assert [(one["state"], one["count"]) for one in tally] == [
        ("well", 6), ("critical", 1), ("warning", 2), ("stale", 1), ("no_data", 1),
    ]  # fmt: skip


def test_the_layout_names_every_tile_once() -> None:
    groups = board()["page"]["layout"]["groups"]
    assert [group["title"] for group in groups] == [
        "An ninh trật tự", "Kinh tế - xã hội", "Đời sống người dân", "Cơ quan công quyền",
    ]  # fmt: skip
    assert sorted(name for group in groups for name in group["tiles"]) == sorted(subsystems())
