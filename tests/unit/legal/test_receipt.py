"""The receipt: complete, in two languages, the same on every machine, and never an exception."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.law_files import SECTION, Limit, laws
from streams.core.legal.causes import Cause
from streams.core.legal.clock import State, Timeliness
from streams.core.legal.contradictions import Contradiction
from streams.core.legal.deadlines import Breach, Mismatch
from streams.core.legal.duration import UNITS, CalendarDays, Months, WorkingDays, WorkingHours
from streams.core.legal.facts import RowFact
from streams.core.legal.ladder import Level
from streams.core.legal.milestones import Name, Outcome
from streams.core.legal.receipt import CaseName, Receipt, receipt, to_json
from streams.core.legal.receipt_text import render
from streams.core.legal.receipt_words import WEEKDAYS, WORDS, Language
from streams.core.legal.rules import CatalogueLimit, Subject
from streams.core.legal.terms import RuleBook, Terms
from tests.unit.legal.support import Facts, at, calendar, facts, terms
from tests.unit.legal.test_clock_laws import Life, lives, near, rules

GOLDEN = Path(__file__).with_name("receipts")
NAME = CaseName("000.00.04.H51-230110-0001", "1.004946")
ONE, TWO = "000.00.04.H51", "000.00.16.H51"
LANGUAGES: tuple[Language, ...] = get_args(Language)


def row(
    time: str, status: int, agency: str | None, department: str, due: str | None = None
) -> RowFact:
    return at(time), status, agency, department, None, None if due is None else at(due)


def ten_days() -> Terms:
    limits = {"1.004946": CatalogueLimit(Limit(10, "working_day"), "Quyết định công bố thủ tục")}
    book = RuleBook(laws(), calendar(), limits)
    return book.terms(Subject("dossier", "1.004946", channel="online"), at("2023-01-10 08:20"))


def across_tet() -> Receipt:
    """A dossier with two pauses across Tết."""
    given = facts(
        agency=ONE,
        status=4,
        submitted="2023-01-10 06:50",
        received="2023-01-10 08:20",
        due="2023-01-31 08:20",
        supplements=[
            ("2023-01-13 09:00", "2023-01-30 10:00", "2023-01-31 08:20", "2023-02-07 10:00")
        ],
    )
    rows = [
        row("2023-01-10 08:20", 2, None, "Bộ phận Một cửa"),
        row("2023-01-10 15:00", 4, TWO, "Phòng Đăng ký", "2023-01-12 15:00"),
        row("2023-02-01 15:00", 6, TWO, "Phòng Đăng ký"),
        row("2023-02-02 16:00", 4, TWO, "Phòng Đăng ký", "2023-02-06 17:00"),
    ]
    return receipt(NAME, given, rows, ten_days(), at("2023-02-03 10:00"))


def finished_late() -> Receipt:
    """Late in the system only, with a doubt, a second request and a swapped Friday within."""
    given = facts(
        agency=ONE,
        status=5,
        submitted="2025-12-22 16:00",
        received="2025-12-25 08:20",
        due="2026-01-09 08:20",
        finished="2026-01-13 09:00:30",
        returned="2026-01-09 08:00",
        supplements=[
            ("2025-12-29 09:00", "2025-12-30 09:00"),
            ("2026-01-05 09:00", "2026-01-06 09:00"),
        ],
    )
    book = RuleBook(laws(), calendar(), {"1.000001": CatalogueLimit(Limit(8, "working_day"), "x")})
    of = book.terms(Subject("dossier", "1.000001", channel="online"), at("2025-12-25 08:20"))
    return receipt(CaseName("H1"), given, [], of, at("2026-02-01 08:00"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "made"), [("across_tet", across_tet), ("finished_late", finished_late)]
)
def test_receipts_as_they_are_printed(
    name: str, made: Callable[[], Receipt], language: Language
) -> None:
    expected = (GOLDEN / f"{name}.{language}.txt").read_text(encoding="utf-8")
    assert render(made(), language) == expected


def test_stretches_leave_no_gap_and_add_up() -> None:
    found = across_tet()
    clock, stretches = found.clock, found.stretches
    assert stretches[0].begins == clock.begins
    assert stretches[-1].ends == clock.stands_at
    assert all(a.ends == b.begins for a, b in pairwise(stretches))
    assert sum(s.ticks for s in stretches if s.reason is None) == clock.elapsed
    assert sum(s.ticks for s in stretches if s.reason) == clock.paused
    assert sum(share.ticks for share in found.shares) == clock.elapsed
    assert found.left_by_law == 10 * found.measure.ticks - (clock.elapsed or 0)


def test_a_stop_from_the_first_second_leaves_no_empty_stretch() -> None:
    given = facts(
        received="2023-03-01 08:00", supplements=[("2023-03-01 08:00", "2023-03-02 08:00")]
    )
    found = receipt(NAME, given, [], terms(WorkingDays(10)), at("2023-03-03 08:00"))
    assert [stretch.reason for stretch in found.stretches] == ["supplement", None]


def test_every_day_off_is_told_once() -> None:
    found = across_tet()
    days = [day.day for stretch in found.stretches for day in stretch.special_days]
    assert days == [f"2023-01-{day}" for day in range(20, 27)]
    weekends = sum(stretch.weekend_days for stretch in found.stretches)
    # 14, 15, 28 and 29 January; 21 and 22 are holidays of their own.
    assert weekends == 4


def test_a_make_up_day_is_told() -> None:
    days = [day for stretch in finished_late().stretches for day in stretch.special_days]
    assert [(day.day, day.kind) for day in days] == [
        ("2026-01-01", "holiday"),
        ("2026-01-02", "holiday"),
        ("2026-01-10", "make_up"),
    ]
    assert all(day.source for day in days)


def test_the_json_of_a_receipt_says_the_same() -> None:
    told = json.loads(json.dumps(to_json(across_tet())))
    assert told["clock"]["due_by_source"] == at("2023-02-07 10:00")
    assert told["rule"]["limit"] == {"value": 10.0, "unit": "working_day"}
    assert told["rule"]["pauses"] == ["financial_obligation", "supplement"]
    assert told["stretches"][1]["reason"] == "supplement"
    assert told["step"]["department"] == "Phòng Đăng ký"
    assert told["rungs"][0]["level"] == "due_soon"
    assert told["rule"]["ladder"]["due_soon_share"] == 0.2


def test_it_names_no_person_and_every_rule_has_its_basis() -> None:
    text = render(across_tet())
    assert "Nghị định 61/2018/NĐ-CP" in text
    assert "giả định" in text
    assert "chưa biết" in text  # whether the paper was handed over


def test_what_is_not_known_is_said() -> None:
    outside = receipt(
        NAME, facts(received="2019-03-01 08:00"), [], terms(None), at("2023-03-01 08:00")
    )
    text = render(outside, "en")
    assert "Limit: none in the law files and the catalogue" in text
    assert "- outside the years of the working calendar" in text
    assert "How time was counted" not in text
    old = receipt(
        NAME,
        facts(received="2023-03-01 08:00"),
        [],
        terms(None, in_force=False),
        at("2023-03-02 08:00"),
    )
    assert "no law file holds on the day of reception" in render(old, "en")


def test_a_year_that_is_not_announced_is_a_doubt() -> None:
    given = facts(received="2026-12-30 08:00")
    found = receipt(NAME, given, [], terms(WorkingDays(10)), at("2026-12-31 08:00"))
    assert found.forecast_years == (2027,)
    assert "- 2027: lịch nghỉ dự kiến, chưa có thông báo" in render(found)


def test_a_pause_that_lasts_and_a_deadline_that_moves() -> None:
    given = facts(received="2023-03-01 08:00", supplements=[("2023-03-02 08:00",)])
    text = render(receipt(NAME, given, [], terms(WorkingDays(10)), at("2023-03-03 08:00")), "en")
    assert "(waiting for papers, lasts)" in text
    assert "Due by law: 08:00 Thu 2023-03-16 (moves on while stopped)" in text
    assert "What comes next" not in text


def test_a_submission_that_waits_for_its_intake() -> None:
    given = facts(submitted="2023-03-01 16:00", status=1)
    text = render(receipt(NAME, given, [], ten_days(), at("2023-03-03 08:00")))
    assert "Tình trạng: chưa tiếp nhận" in text
    assert "8 giờ làm việc, 16:00 thứ Năm 02/03/2023: quá hạn" in text


@pytest.mark.parametrize(
    ("of", "left"),
    [
        (terms(WorkingHours(12)), "Left by law: 4 h"),
        (terms(WorkingHours(8)), "Left by law: 0 working hours"),
        (terms(CalendarDays(3), ends="hour"), "Left by law: 2 calendar days"),
        (terms(Months(1), ends="hour"), "Left by law: 30 calendar days"),
        (terms(WorkingDays(2)), "Left by law: 1 working day"),
        (terms(WorkingDays(2), kind="fixed_date"), "Limit: 2 working days (not moved by stops)"),
    ],
)
def test_lengths_are_told_in_the_unit_of_the_limit(of: Terms, left: str) -> None:
    given = facts(received="2023-03-06 08:00")
    assert left in render(receipt(NAME, given, [], of, at("2023-03-07 08:00")), "en")


def test_overdue_is_told_from_both_sides() -> None:
    given = facts(received="2023-03-06 08:00", due="2023-03-07 08:00")
    text = render(receipt(NAME, given, [], terms(WorkingDays(2)), at("2023-03-09 09:00")), "en")
    assert "Overdue by: 2 working days 1 h" in text
    assert "Overdue by law by: 1 working day 1 h" in text


def test_every_word_exists_in_both_languages() -> None:
    closed = (Cause, Timeliness, Contradiction, Breach, Name)
    wanted = {name for names in closed for name in get_args(names)} | set(UNITS)
    wanted |= {f"state.{name}" for name in get_args(State)}
    wanted |= {f"mismatch.{name}" for name in (*get_args(Mismatch), "none")}
    wanted |= {f"outcome.{name}" for name in get_args(Outcome)}
    wanted |= {f"basis.{name}" for name in SECTION if name != "basis"}
    wanted |= {name for name in get_args(Level) if name not in ("none", "overdue")}
    assert wanted <= set(WORDS)
    assert all(set(word) == set(LANGUAGES) for word in WORDS.values())
    assert all(text.strip() for word in WORDS.values() for text in word.values())
    assert all(len(WEEKDAYS[language]) == 7 for language in LANGUAGES)


texts = st.none() | st.sampled_from([ONE, TWO])


@given(lives(), rules, st.data())
def test_whatever_the_facts_there_is_a_receipt(life: Life, of: Terms, data: st.DataObject) -> None:
    times = st.none() | near(life.now)
    rows = [(*key, data.draw(texts), None, data.draw(times), data.draw(times)) for key in life.keys]
    found = receipt(NAME, life.facts, rows, of, life.now)
    json.dumps(to_json(found))
    for language in LANGUAGES:
        assert render(found, language).endswith("\n")
    counted = sum(stretch.ticks for stretch in found.stretches if stretch.reason is None)
    assert found.clock.elapsed in (None, counted)
    if found.clock.state == "running":
        assert found.step is not None


def test_facts_of_the_clock_tests_are_those_of_the_fold() -> None:
    from streams.core import facts as fold

    assert set(Facts._fields) <= set(fold.Facts._fields)
