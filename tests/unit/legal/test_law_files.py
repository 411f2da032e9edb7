"""Law files: read strictly, every fault with file, line, key and what is allowed."""

from datetime import date
from pathlib import Path

import pytest

from seeds.law_files import LAWS, Basis, Law, Limit, check_laws, laws, load_laws, unknown_fields
from seeds.law_table import LawFileError
from seeds.procedures import fields

DOSSIERS = (LAWS / "dossier-2018.toml").read_text(encoding="utf-8")

DATES = "valid_from = 2018-06-21\nvalid_to = 2025-07-01"
PAUSES = 'pauses = ["supplement", "financial_obligation"]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "law.toml").write_text(DOSSIERS, encoding="utf-8")
    return tmp_path


def changed(folder: Path, old: str, new: str, name: str = "law.toml") -> Path:
    assert DOSSIERS.count(old) >= 1
    (folder / name).write_text(DOSSIERS.replace(old, new, 1), encoding="utf-8")
    return folder


def law(kind: str, day: date) -> Law:
    return next(law for law in laws() if law.case_kind == kind and law.holds_on(day))


def test_the_laws_that_come_with_the_monitor() -> None:
    assert "61/2018" in law("dossier", date(2023, 6, 1)).title
    assert "61/2018" in law("dossier", date(2025, 6, 30)).title
    assert "118/2025" in law("dossier", date(2025, 7, 1)).title
    assert law("feedback", date(2023, 6, 1)).defaults.limit == {"any": Limit(15, "working_day")}
    assert law("document", date(2023, 6, 1)).defaults.kind == "fixed_date"
    assert unknown_fields(laws(), fields()) == []


def test_every_key_of_the_defaults_has_a_basis_or_explains_itself() -> None:
    for found in laws():
        basis = set(found.defaults.basis)
        assert {"ladder"} <= basis
        assert all(isinstance(item, Basis) for item in found.defaults.basis.values())
    intake = law("dossier", date(2023, 6, 1)).defaults.basis["intake"]
    assert intake.standing == "setting"  # Its value in law is not verified.


def test_special_sections(folder: Path) -> None:
    text = (
        DOSSIERS
        + """
[levels.commune]
late_by = "day"

[fields.ho-tich.limit.any]
value = 1
unit = "working_day"

[procedures."1.004946".limit]
counter = { value = 3, unit = "working_day" }
online = { value = 16, unit = "working_hour" }
"""
    )
    (folder / "law.toml").write_text(text, encoding="utf-8")
    (found,) = load_laws(folder)
    assert found.levels["commune"].late_by == "day"
    assert found.fields["ho-tich"].limit == {"any": Limit(1, "working_day")}
    assert found.procedures["1.004946"].limit == {
        "counter": Limit(3, "working_day"),
        "online": Limit(16, "working_hour"),
    }
    assert (found.procedures["1.004946"].kind, found.procedures["1.004946"].pauses) == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        (
            'kind = "duration"',
            'kind = "period"',
            9,
            "'period' is not allowed; allowed: duration, fixed_date",
        ),
        ('kind = "duration"', "", 7, "key defaults.kind: is missing; the defaults need kind"),
        (
            'late_by = "second"',
            'late_by = "hour"',
            13,
            "key defaults.late_by: 'hour' is not allowed; allowed: second, day",
        ),
        (
            "reappointments = 1",
            "reappointments = -1",
            11,
            "-1 is not allowed; allowed: a whole number from 0",
        ),
        ("reappointments = 1", "reappointments = true", 11, "True is not allowed"),
        ("supplements = 1", "supplements = 1.5", 12, "1.5 is not allowed; allowed: a whole number"),
        (
            PAUSES,
            'pauses = ["holiday"]',
            10,
            "allowed: a list of supplement, financial_obligation, each once",
        ),
        (PAUSES, 'pauses = ["supplement", "supplement"]', 10, "each once"),
        (PAUSES, 'pauses = "supplement"', 10, "allowed: a list of"),
        (
            "value = 8",
            "value = -8",
            25,
            "key defaults.intake.value: -8 is not allowed; allowed: a number above 0 to 3660",
        ),
        ("value = 8", "value = 0", 25, "0 is not allowed"),
        ("value = 8", "value = nan", 25, "nan is not allowed"),
        ("value = 8", 'value = "8"', 25, "'8' is not allowed"),
        (
            'unit = "working_hour"',
            'unit = "week"',
            26,
            "allowed: working_day, calendar_day, working_hour, month",
        ),
        (
            'value = 8\nunit = "working_hour"',
            'value = 1.5\nunit = "month"',
            25,
            "1.5 is not allowed; allowed: a whole number of months",
        ),
        ('month = "day"', "", 18, "key defaults.ends.month: is missing; allowed: hour, day"),
        (
            'month = "day"',
            'month = "day"\nworking_hour = "day"',
            22,
            "key defaults.ends.working_hour: is unknown",
        ),
        ("short_percent = 50", "short_percent = 100.5", 34, "allowed: a number from 0 to 100"),
        ("due_soon_percent = 20", "due_soon_percent = 120", 32, "allowed: a number from 0 to 100"),
        (
            "escalation_days = [1, 3, 5]",
            "escalation_days = [1, 5, 3]",
            36,
            "allowed: 3 ascending numbers above 0",
        ),
        (
            "escalation_days = [1, 3, 5]",
            "escalation_days = [1, 3]",
            36,
            "allowed: 3 ascending numbers",
        ),
        ("due_soon_days = 2", "due_soon = 2", 31, "key defaults.ladder.due_soon: is unknown"),
        ('standing = "verified"', 'standing = "sure"', 52, "allowed: verified, assumed, setting"),
        (
            "[defaults.basis.ends]",
            "[defaults.basis.due]",
            42,
            "key defaults.basis.due: is unknown; allowed: kind, ends",
        ),
        (
            'case_kind = "dossier"',
            'case_kind = "letter"',
            2,
            "allowed: dossier, document, feedback, incident",
        ),
        (
            "valid_from = 2018-06-21",
            'valid_from = "2018-06-21"',
            4,
            "allowed: a day as 2023-12-31, without quotation marks",
        ),
        ("valid_from = 2018-06-21", "valid_from = 2018-06-21T00:00:00", 4, "allowed: a day"),
        ("valid_to = 2025-07-01", "valid_to = 2018-06-21", 5, "allowed: after valid_from"),
        (
            "valid_to = 2025-07-01",
            "valid_to = 2025-07-01\nvalid = 1",
            6,
            "key valid: is unknown; allowed: case_kind, title",
        ),
        (
            "[defaults.ladder]",
            "[levels.hamlet]\n[defaults.ladder]",
            30,
            "key levels.hamlet: is unknown; allowed: province",
        ),
        ("[defaults.ladder]", "[procedures.1004946]\n[defaults.ladder]", 30, "in quotation marks"),
        (
            "[defaults.ladder]",
            "[fields]\nho-tich = 3\n[defaults.ladder]",
            31,
            "3 is not allowed; allowed: a table",
        ),
        (
            "[defaults.ladder]",
            "[fields.x.limit.boat]\n[defaults.ladder]",
            30,
            "key fields.x.limit.boat: is unknown; allowed: counter, online",
        ),
        ("[defaults.ends]", "[defaults.ends", 18, "is not TOML"),
        ("reappointments = 1", "reappointments = 1\nreappointments = 2", 12, "is not TOML"),
    ],
)
def test_a_fault_is_named(folder: Path, old: str, new: str, line: int, problem: str) -> None:
    with pytest.raises(LawFileError) as caught:
        load_laws(changed(folder, old, new))
    assert problem in str(caught.value)
    assert f"law.toml, line {line}" in str(caught.value)


def test_all_faults_are_found_at_once(folder: Path) -> None:
    text = DOSSIERS.replace("supplements = 1", "supplements = -1")
    text = text.replace('late_by = "second"', 'late_by = "minute"').replace("short_days", "short")
    (folder / "law.toml").write_text(text, encoding="utf-8")
    loaded, faults = check_laws(folder)
    assert loaded == ()
    assert [fault.key for fault in faults] == [
        "defaults.supplements",
        "defaults.late_by",
        "defaults.ladder.short",
        "defaults.ladder.short_days",
    ]


def test_overlapping_dates_are_refused(folder: Path) -> None:
    changed(
        folder,
        DATES,
        "valid_from = 2025-06-30",
        "new.toml",
    )
    with pytest.raises(LawFileError) as caught:
        load_laws(folder)
    assert "new.toml, line 4, key valid_from: 2025-06-30 is not allowed" in str(caught.value)
    assert "law.toml holds from 2018-06-21 before 2025-07-01" in str(caught.value)


def test_a_law_without_end_leaves_no_room_for_another(folder: Path) -> None:
    changed(folder, "valid_to = 2025-07-01\n", "")
    changed(
        folder,
        DATES,
        "valid_from = 2026-01-01",
        "new.toml",
    )
    with pytest.raises(LawFileError, match="without end; allowed: dates that do not overlap"):
        load_laws(folder)


def test_laws_that_follow_each_other_or_speak_of_other_cases_do_not_overlap(folder: Path) -> None:
    changed(
        folder,
        DATES,
        "valid_from = 2025-07-01",
        "new.toml",
    )
    changed(folder, 'case_kind = "dossier"', 'case_kind = "incident"', "other.toml")
    assert len(load_laws(folder)) == 3


def test_a_folder_without_laws_and_a_file_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(LawFileError, match="holds no law file"):
        load_laws(tmp_path)
    (tmp_path / "law.toml").write_bytes(b'title = "a"\n\xff')
    with pytest.raises(LawFileError, match="line 2: is not UTF-8"):
        load_laws(tmp_path)


def test_one_file_alone(folder: Path) -> None:
    assert len(load_laws(folder / "law.toml")) == 1


def test_a_field_that_no_catalogue_has(folder: Path) -> None:
    changed(folder, "[defaults.ladder]", "[fields.ho-tic]\nsupplements = 2\n[defaults.ladder]")
    (fault,) = unknown_fields(load_laws(folder), fields())
    assert "line 30, key fields.ho-tic: is unknown" in str(fault)
