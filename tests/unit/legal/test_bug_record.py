"""The bugs that other products' clocks had, each a test of ours."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from seeds.law_calendar import OVERRIDES, PUBLIC, calendar_days
from seeds.law_files import LAWS, load_laws
from seeds.law_table import LawFileError
from streams.core.legal.calendar import WorkingCalendar, instant
from streams.core.legal.clock import LegalClock, legal_clock
from streams.core.legal.duration import WorkingDays, WorkingHours
from streams.core.legal.ladder import Level, rungs, watch
from streams.core.legal.terms import Terms
from tests.unit.legal.support import Facts, at, calendar, facts, keys, rule, shown, terms, told

TEN = terms(WorkingDays(10))


def clock(given: Facts, now: str, of: Terms = TEN, *rows: tuple[str, int]) -> LegalClock:
    return legal_clock(given, keys(*rows), of, at(now))


def level(given: Facts, now: str, of: Terms = TEN, *rows: tuple[str, int]) -> Level:
    return watch(clock(given, now, of, *rows), of).level


def test_zammad_4432_reminder_at_midnight_or_on_a_weekend() -> None:
    for due in ("2023-03-13 00:00", "2023-03-12 10:00", "2023-03-13 07:00", "2023-01-25 03:00"):
        given = facts(received="2023-01-03 08:00", due=due)
        for rung, moment in rungs(clock(given, "2023-01-04 08:00"), TEN):
            # Overdue is a fact of the appointment's own second; everything else waits for hours.
            assert calendar().is_open(moment) or rung == "overdue"


def test_zammad_390_casual_holidays_in_a_public_feed() -> None:
    sources = {day.source for day in calendar_days() if day.kind != "weekend" and day.name}
    assert all("public" in source or "Thông báo" in source for source in sources)
    assert all(source for source in sources)
    from_the_8th = facts(received="2023-03-08 08:00")  # Women's day, when everybody works.
    assert told(clock(from_the_8th, "2023-03-08 09:00").due_by_law) == shown("2023-03-22 08:00")
    assert PUBLIC.is_file()
    assert OVERRIDES.is_file()


def test_zammad_2082_deadline_not_updated_on_an_answer() -> None:
    asked = facts(received="2023-03-01 08:00", supplements=[("2023-03-02 08:00",)])
    answered = facts(
        received="2023-03-01 08:00", supplements=[("2023-03-02 08:00", "2023-03-06 08:00")]
    )
    assert clock(asked, "2023-03-06 08:00").state == "paused"
    assert told(clock(answered, "2023-03-06 08:00").due_by_law) == shown("2023-03-17 08:00")
    # The same facts give the same answer, whatever was answered in between.
    assert clock(asked, "2023-03-06 08:00") == clock(asked, "2023-03-06 08:00")


def test_zammad_3140_escalates_though_the_ball_is_with_the_customer() -> None:
    given = facts(
        received="2023-03-01 08:00", due="2023-03-15 08:00", supplements=[("2023-03-02 08:00",)]
    )
    found = watch(clock(given, "2023-03-30 08:00"), TEN)
    assert (found.level, found.changes_at) == ("none", None)
    assert level(given._replace(supplements=()), "2023-03-30 08:00") == "escalated_3"


@pytest.mark.parametrize("other", [WorkingDays(5), WorkingHours(80), WorkingDays(20)])
def test_glpi_6902_and_15605_paused_time_lost_when_the_procedure_is_switched(
    other: WorkingDays | WorkingHours,
) -> None:
    given = facts(
        received="2023-03-01 08:00", supplements=[("2023-03-02 08:00", "2023-03-09 08:00")]
    )
    switched = terms(other)
    before, after = clock(given, "2023-03-20 08:00"), clock(given, "2023-03-20 08:00", switched)
    assert before.pauses == after.pauses
    assert before.elapsed == after.elapsed
    bare = given._replace(supplements=())
    undisturbed = clock(bare, "2023-03-20 08:00", switched).due_by_law
    assert undisturbed is not None
    assert after.due_by_law == calendar().add(undisturbed, WorkingDays(5))


def test_glpi_22678_one_hour_before_on_a_split_calendar_fires_at_midnight() -> None:
    before = calendar().subtract
    assert told(before(at("2023-03-01 13:30"), WorkingHours(1))) == shown("2023-03-01 10:30")
    assert told(before(at("2023-03-01 14:00"), WorkingHours(1))) == shown("2023-03-01 11:00")
    assert told(before(at("2023-03-02 07:00"), WorkingHours(1))) == shown("2023-03-01 16:00")
    assert told(before(at("2023-03-06 07:30"), WorkingHours(1))) == shown("2023-03-03 16:30")


@pytest.mark.parametrize("zone", sorted(available_timezones())[::40])
def test_glpi_15429_only_a_calendar_of_all_hours_works_after_a_change_of_zone(zone: str) -> None:
    here = datetime(2023, 3, 1, 9, 20, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    there = here.astimezone(ZoneInfo(zone))
    due = calendar().add(instant(there), WorkingDays(3))
    assert told(due) == shown("2023-03-06 09:20")
    # A calendar of another zone is as split, and shifted.
    shift = int((there.utcoffset() or here.utcoffset() or UTC.utcoffset(here)).total_seconds())
    local = WorkingCalendar(calendar_days(), offset=shift)
    moved = local.add(instant(here) + 7 * 3600 - shift, WorkingDays(3))
    assert moved == due + 7 * 3600 - shift


def test_frappe_2212_lunch_counts_against_staff() -> None:
    noon = calendar().between(at("2023-03-01 11:00"), at("2023-03-01 14:00"), WorkingHours)
    assert noon == WorkingHours(1)
    assert calendar().between(at("2023-03-01 11:30"), at("2023-03-01 13:30"), WorkingHours) == (
        WorkingHours(0)
    )


def test_osticket_3034_pausing_for_a_reason_is_asked_for_since_2016() -> None:
    given = facts(received="2023-03-01 08:00")
    rows = [("2023-03-02 08:00", 6), ("2023-03-09 08:00", 4)]
    stopped = clock(given, "2023-03-20 08:00", TEN, *rows)
    assert [pause.reason for pause in stopped.pauses] == ["financial_obligation"]
    without = terms(WorkingDays(10), pauses=frozenset(["supplement"]))
    assert clock(given, "2023-03-20 08:00", without, *rows).pauses == ()


def test_jmix_790_a_day_on_a_business_calendar_is_24_business_hours() -> None:
    day = calendar().add(at("2023-03-01 08:00"), WorkingDays(1))
    hours = calendar().add(at("2023-03-01 08:00"), WorkingHours(24))
    assert told(day) == shown("2023-03-02 08:00")
    assert told(hours) == shown("2023-03-06 08:00")
    with pytest.raises(TypeError):
        WorkingDays(1) + WorkingHours(24)  # type: ignore[operator]


def test_pm4py_558_a_calendar_that_is_accepted_and_ignored(tmp_path: Path) -> None:
    text = (LAWS / "dossier-2018.toml").read_text(encoding="utf-8")
    (tmp_path / "law.toml").write_text(text + '\n[defaults.calendar]\nname = "24/7"\n', "utf-8")
    with pytest.raises(LawFileError, match=r"key defaults\.calendar: is unknown; allowed: kind, "):
        load_laws(tmp_path)


@pytest.mark.parametrize(
    ("bug", "received", "due"),
    [
        ("jbpm 1830, before opening", "2023-03-01 05:00", "2023-03-15 07:00"),
        ("jbpm 1342, after hours", "2023-03-01 18:00", "2023-03-16 07:00"),
        ("at lunch", "2023-03-01 12:00", "2023-03-15 13:30"),
        ("jbpm 233, on a holiday", "2023-05-01 10:00", "2023-05-18 07:00"),
        ("last working day before Tết", "2023-01-19 16:59:59", "2023-02-09 16:59:59"),
        ("at its closing", "2023-01-19 17:00", "2023-02-09 17:00"),
        ("after its closing", "2023-01-19 17:00:01", "2023-02-10 07:00"),
    ],
)
def test_jbpm_timer_created_at_an_edge(bug: str, received: str, due: str) -> None:
    assert told(clock(facts(received=received), received).due_by_law) == shown(due), bug


def test_a_fixed_date_does_not_move_when_paused_and_a_duration_does() -> None:
    given = facts(
        received="2023-03-01 08:00", supplements=[("2023-03-02 08:00", "2023-03-09 08:00")]
    )
    fixed = terms(WorkingDays(10), kind="fixed_date")
    assert told(clock(given, "2023-03-20 08:00").due_by_law) == shown("2023-03-22 08:00")
    assert told(clock(given, "2023-03-20 08:00", fixed).due_by_law) == shown("2023-03-15 08:00")
    # The stop itself is seen all the same.
    assert clock(given, "2023-03-20 08:00", fixed).pauses != ()


def test_every_setting_of_a_rule_changes_some_answer() -> None:
    """A setting that is read and then ignored would be a lie (see pm4py)."""
    assert {
        "limit": told(clock(facts(received="2023-03-01 08:00"), "2023-03-02 08:00").due_by_law)
        != told(
            clock(
                facts(received="2023-03-01 08:00"), "2023-03-02 08:00", terms(WorkingDays(9))
            ).due_by_law
        ),
        "late_by": timeliness("second") != timeliness("day"),
        "mismatch_by": mismatch("second") != mismatch("day"),
        "ends": ends("hour") != ends("day"),
        "reappointments": breaches(reappointments=1) != breaches(reappointments=2),
        "supplements": breaches(supplements=1) != breaches(supplements=2),
    } == dict.fromkeys(
        ("limit", "late_by", "mismatch_by", "ends", "reappointments", "supplements"), True
    )


def timeliness(precision: str) -> str | None:
    given = facts(
        received="2023-03-01 08:00", due="2023-03-15 08:00", finished="2023-03-15 09:00", status=9
    )
    return clock(given, "2023-04-01 08:00", terms(WorkingDays(10), late_by=precision)).timeliness


def mismatch(precision: str) -> str | None:
    given = facts(received="2023-03-01 08:00", due="2023-03-15 17:00")
    of = terms(WorkingDays(10), mismatch_by=precision)
    return clock(given, "2023-03-02 08:00", of).mismatch


def ends(ending: str) -> str | None:
    of = terms(WorkingDays(10), ends=ending)
    return told(clock(facts(received="2023-03-01 08:00"), "2023-03-02 08:00", of).due_by_law)


def breaches(**changed: int) -> tuple[str, ...]:
    given = facts(
        received="2023-03-01 08:00",
        due="2023-03-15 08:00",
        supplements=[
            ("2023-03-02 08:00", "2023-03-02 09:00", "2023-03-15 08:00", "2023-03-24 08:00"),
            ("2023-03-06 08:00", "2023-03-06 09:00", "2023-03-24 08:00", "2023-04-14 08:00"),
        ],
    )
    return clock(given, "2023-03-10 08:00", terms(WorkingDays(10), **changed)).breaches


def test_the_ladder_settings_change_the_ladder() -> None:
    given = facts(received="2023-03-01 08:00", due="2023-03-15 08:00")
    base = rule(WorkingDays(10)).ladder
    plain = rungs(clock(given, "2023-03-02 08:00"), TEN)
    for changed in (
        {"due_soon": WorkingDays(4)},
        {"due_soon_share": Fraction(1, 2)},
        {"short": WorkingDays(10)},
        {"apology": WorkingDays(2)},
        {"escalations": (WorkingDays(1), WorkingDays(3), WorkingDays(6))},
    ):
        of = Terms(replace(rule(WorkingDays(10)), ladder=base._replace(**changed)), calendar())
        assert rungs(clock(given, "2023-03-02 08:00", of), of) != plain, changed
    assert date(2023, 3, 15) == calendar().local(at("2023-03-15 08:00")).date()
