"""Every kind of case goes the same way, each by the law of its own kind."""

from typing import Any

import pytest

from seeds.law_files import CASE_KINDS, CaseKind
from streams.core.facts import Facts, Row, Supplement
from streams.core.rules import rules_of_seeds
from streams.core.standing import Standing
from tests.unit.legal.support import at


def stands(kind: str, now: str, rows: tuple[Row, ...] = (), **told: Any) -> Standing:
    """Times as local text."""
    times: dict[str, Any] = {
        key: at(value) if isinstance(value, str) else value for key, value in told.items()
    }
    keys = [row[:2] for row in rows]
    return rules_of_seeds().stand(kind, Facts(**times), keys, lambda: rows, at(now))


SENT: dict[str, Any] = {"submitted": "2023-03-01 08:00"}
TAKEN: dict[str, Any] = SENT | {"received": "2023-03-02 08:00", "status": 4}


@pytest.mark.parametrize("kind", CASE_KINDS)
@pytest.mark.parametrize(
    ("told", "phase"),
    [
        ({}, "awaiting_intake"),
        (SENT, "awaiting_intake"),
        (SENT | {"refused": "2023-03-02 08:00", "status": 3}, "refused"),
        (TAKEN, "processing"),
        (TAKEN | {"due": "2023-03-08 08:00"}, "overdue"),
        (TAKEN | {"status": 7}, "withdrawn"),
        (TAKEN | {"status": 8}, "stopped"),
        (TAKEN | {"finished": "2023-03-08 08:00", "status": 9}, "resolved"),
        (TAKEN | {"returned": "2023-03-08 08:00", "status": 10}, "resolved"),
    ],
)
def test_every_kind_has_every_phase(kind: CaseKind, told: dict[str, Any], phase: str) -> None:
    assert stands(kind, "2023-03-10 08:00", **told).phase == phase


def test_feedback_is_due_fifteen_working_days_after_reception() -> None:
    before = stands("feedback", "2023-03-23 08:00", **TAKEN)
    assert (before.phase, before.due) == ("processing", at("2023-03-23 08:00"))
    assert (before.level, before.mismatch) == ("apology_due", False)
    after = stands("feedback", "2023-03-23 08:00:01", **TAKEN)
    assert (after.phase, after.level) == ("overdue", "overdue")
    late = stands("feedback", "2023-04-10 08:00", **TAKEN, finished="2023-03-23 08:00:01")
    assert (late.timeliness, late.cause) == ("late", "unknown")
    in_time = stands("feedback", "2023-04-10 08:00", **TAKEN, finished="2023-03-23 08:00")
    assert (in_time.timeliness, in_time.cause) == ("on_time", None)


def test_feedback_waits_for_the_sender_and_moves_by_it() -> None:
    asked = Supplement(at("2023-03-03 08:00"), None, None, None)
    waiting = stands("feedback", "2023-05-10 08:00", **TAKEN, supplements=(asked,))
    assert (waiting.phase, waiting.level) == ("paused", "none")
    told = asked._replace(received=at("2023-03-08 08:00"))
    on = stands("feedback", "2023-03-28 08:00", **TAKEN, supplements=(told,))
    assert (on.phase, on.due) == ("processing", at("2023-03-28 08:00"))


def test_feedback_is_to_be_taken_in_within_two_working_days() -> None:
    before = stands("feedback", "2023-03-03 08:00", **SENT)
    assert (before.intake_overdue, before.changes_at) == (False, at("2023-03-03 08:00:01"))
    after = stands("feedback", "2023-03-03 08:00:01", **SENT)
    assert (after.intake_overdue, after.changes_at) == (True, None)
    slow = TAKEN | {"received": "2023-03-06 08:00", "finished": "2023-04-06 08:00"}
    assert stands("feedback", "2023-05-01 08:00", **slow).cause == "intake_overdue"


def test_an_online_dossier_is_to_be_taken_in_within_eight_hours_of_office_time() -> None:
    assert not stands("dossier", "2023-03-02 08:00", **SENT).intake_overdue
    assert stands("dossier", "2023-03-02 08:00:01", **SENT).intake_overdue
    # Sent in the night before Tết, and due in the first working hours after it.
    before_tet: dict[str, Any] = {"submitted": "2023-01-19 22:00"}
    found = stands("dossier", "2023-01-20 08:00", **before_tet)
    assert (found.intake_overdue, found.changes_at) == (False, at("2023-01-27 17:00:01"))


def test_a_document_is_due_with_the_day_that_its_sender_set() -> None:
    told = TAKEN | {"due": "2023-03-10 00:00"}
    assert stands("document", "2023-03-10 23:59:59", **told).phase == "processing"
    # No rung asks for an apology between agencies.
    warned = stands("document", "2023-03-10 16:00", **told)
    assert (warned.level, warned.changes_at) == ("due_soon", at("2023-03-11 00:00"))
    overdue = stands("document", "2023-03-11 00:00", **told)
    assert (overdue.phase, overdue.level, overdue.mismatch) == ("overdue", "overdue", False)
    in_time = stands("document", "2023-04-01 08:00", **told, finished="2023-03-10 23:59:59")
    assert in_time.timeliness == "on_time"
    late = stands("document", "2023-04-01 08:00", **told, finished="2023-03-11 00:00")
    assert late.timeliness == "late"
    # Nothing stops the clock of a document, and without a day nothing is due.
    assert stands("document", "2023-03-20 08:00", **(told | {"status": 5})).phase == "overdue"
    assert stands("document", "2026-03-20 08:00", **TAKEN) == Standing("processing")


def test_an_incident_is_due_only_when_its_source_says() -> None:
    assert stands("incident", "2026-03-20 08:00", **TAKEN) == Standing("processing")
    assert stands("incident", "2026-03-20 08:00", **SENT) == Standing("awaiting_intake")
    appointed = stands("incident", "2023-03-08 08:00:01", **TAKEN, due="2023-03-08 08:00")
    assert (appointed.phase, appointed.mismatch) == ("overdue", False)


def test_a_step_that_overran_is_a_long_verification() -> None:
    rows = (
        Row(at("2023-03-03 08:00"), 4, None, "Phòng Thẩm định", None, at("2023-03-06 08:00")),
        Row(at("2023-03-20 08:00"), 4, None, None, None, None),
    )
    told = TAKEN | {"finished": "2023-03-24 08:00", "status": 9}
    assert stands("feedback", "2023-05-01 08:00", rows, **told).cause == "long_verification"


def test_a_kind_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="'letter' is no kind of case; allowed: dossier"):
        stands("letter", "2023-03-10 08:00")
