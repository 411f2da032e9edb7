"""`ioc law check` and `ioc law diff`, as somebody types them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.commands.law import command
from seeds.law_files import LAWS
from streams.core.facts import Facts, Row, Supplement
from streams.core.legal.case_file import CaseFileError, read_cases
from streams.core.legal.comparison import KnownCase, moved
from streams.core.legal.terms import RuleBook
from tests.unit.legal.support import at, calendar

DOSSIERS = (LAWS / "dossier-2018.toml").read_text(encoding="utf-8")
AT = "2023-03-10T08:00:00+07:00"
FIVE = '[procedures."1.000001".limit]\nany = { value = 5, unit = "working_day" }\n'
BY_LAW = "by law 2023-03-08 08:00:00 → 2023-03-13 08:00:00 (+3.00 working days)"
EIGHT = FIVE.replace("5", "8")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def folder(parent: Path, name: str, more: str) -> Path:
    (parent / name).mkdir()
    (parent / name / "law.toml").write_text(f"{DOSSIERS}\n{more}", encoding="utf-8")
    later = (LAWS / "dossier-2025.toml").read_text(encoding="utf-8")
    (parent / name / "later.toml").write_text(later, encoding="utf-8")
    return parent / name


def case(name: str, **values: Any) -> dict[str, Any]:
    told = {"procedure": "1.000001", "status": 4, "received": at("2023-03-01 08:00")}
    return {"id": name, "kind": "dossier", "facts": told | values, "rows": []}


@pytest.fixture
def old_and_new(tmp_path: Path) -> tuple[Path, Path]:
    return folder(tmp_path, "old", FIVE), folder(tmp_path, "new", EIGHT)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "cases.json"
    answers = [
        case("moves"),
        case("other-procedure", procedure="1.000002"),
        case("finished", finished=at("2023-03-02 08:00")),
        case("received-under-another-law", received=at("2025-08-01 08:00")),
        case("appointed", due=at("2023-03-20 08:00")),
        case("appointed-earlier", due=at("2023-03-06 08:00")),
    ]
    file.write_text(json.dumps(answers), encoding="utf-8")
    return file


def test_check_lists_the_laws_and_finds_nothing() -> None:
    result = run("check", "--at", "2026-11-24T08:00:00+07:00")
    assert result.exit_code == 0
    assert "dossier    from 2018-06-21 before 2025-07-01" in result.output
    told = json.loads(run("check", "--json", "--at", AT).output)
    assert told["faults"] == []
    assert [law["case_kind"] for law in told["laws"]] == [
        "document",
        "dossier",
        "dossier",
        "feedback",
    ]


def test_check_names_every_fault(tmp_path: Path) -> None:
    wrong = folder(tmp_path, "wrong", "[fields.ho-tic]\nsupplements = -1\n")
    result = run("check", wrong, "--at", AT)
    assert result.exit_code == 1
    assert "key fields.ho-tic.supplements: -1 is not allowed" in result.output
    unknown = folder(tmp_path, "unknown", "[fields.ho-tic]\nsupplements = 1\n")
    result = run("check", unknown, "--at", AT)
    assert result.exit_code == 1
    assert "key fields.ho-tic: is unknown; allowed: the code of a field" in result.output


@pytest.mark.parametrize(
    ("moment", "year"), [("2028-10-01T08:00:00+07:00", 2029), ("2020-02-01T00:00:00Z", 2019)]
)
def test_check_asks_for_the_years_of_the_calendar(moment: str, year: int) -> None:
    result = run("check", "--at", moment)
    assert result.exit_code == 1
    assert f"lacks {year}; known: 2021–2028" in result.output


def test_wrong_use_of_check() -> None:
    assert run("check", "no-such-folder").exit_code == 2
    result = run("check", "--at", "2023-03-10 08:00")
    assert result.exit_code == 2
    assert "allowed: 2023-01-19T09:20:00+07:00" in result.output


def test_diff_lists_the_open_cases_that_move_and_by_how_much(
    old_and_new: tuple[Path, Path], cases: Path
) -> None:
    result = run("diff", *old_and_new, "--cases", cases, "--at", AT)
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "3 of 6 cases would move",
        f"  moves  {BY_LAW}  escalated_1 → apology_due",
        f"  appointed  {BY_LAW}  none",
        f"  appointed-earlier  {BY_LAW}  escalated_2",
    ]


def test_diff_for_a_program(old_and_new: tuple[Path, Path], cases: Path) -> None:
    (first, *_) = json.loads(
        run("diff", *old_and_new, "--cases", cases, "--at", AT, "--json").output
    )
    assert first["case"] == "moves"
    assert first["working_days"] == 3.0
    assert (first["old"]["due"], first["new"]["due"]) == (
        at("2023-03-08 08:00"),
        at("2023-03-13 08:00"),
    )


def test_diff_of_equal_laws_moves_nobody(old_and_new: tuple[Path, Path], cases: Path) -> None:
    result = run("diff", old_and_new[0], old_and_new[0], "--cases", cases, "--at", AT)
    assert (result.exit_code, result.output) == (0, "0 of 6 cases would move\n")


def test_a_limit_that_appears_moves_a_case_by_no_number(
    tmp_path: Path, old_and_new: tuple[Path, Path], cases: Path
) -> None:
    without = folder(tmp_path, "without", "")
    result = run("diff", without, old_and_new[1], "--cases", cases, "--at", AT)
    assert "  moves  by law none → 2023-03-13 08:00:00  none → apology_due" in result.output


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[{]", "line 1: is not JSON"),
        ("{}", "is no array"),
        ("[3]", "case 1, key id: is missing"),
        ('[{"id": "a"}]', "case 1 (a), key facts: None is not allowed; allowed: an object"),
        ('[{"id": "a", "facts": {"due": "soon"}}]', "key facts.due: 'soon' is not allowed"),
        ('[{"id": "a", "facts": {"due": true}}]', "key facts.due: True is not allowed"),
        ('[{"id": "a", "facts": {"agency": 3}}]', "3 is not allowed; allowed: a text"),
        ('[{"id": "a", "facts": {"supplements": 3}}]', "allowed: an array"),
        (
            '[{"id": "a", "facts": {"supplements": [{}]}}]',
            "key facts.supplements.requested: None is not allowed",
        ),
        ('[{"id": "a", "facts": {}, "rows": [{"time": 3}]}]', "key rows.status: None"),
        ('[{"id": "a", "kind": "letter", "facts": {}}]', "'letter' is no kind of case"),
    ],
)
def test_a_wrong_file_of_cases_is_wrong_use(
    tmp_path: Path, old_and_new: tuple[Path, Path], text: str, problem: str
) -> None:
    file = tmp_path / "cases.json"
    file.write_text(text, encoding="utf-8")
    result = run("diff", *old_and_new, "--cases", file, "--at", AT)
    assert result.exit_code == 2
    assert problem in " ".join(result.output.split())


def test_a_wrong_law_is_wrong_use(tmp_path: Path, cases: Path) -> None:
    wrong = folder(tmp_path, "wrong", "[fields]\nx = 3\n")
    result = run("diff", wrong, wrong, "--cases", cases)
    assert result.exit_code == 2
    assert "key fields.x" in result.output


def test_cases_are_read_as_the_api_tells_them() -> None:
    answer = {
        "id": "H",
        "kind": "dossier",
        "now": 5,
        "facts": {
            "agency": "A",
            "received": 3,
            "supplements": [{"requested": 4, "received": None, "due_before": None, "due_after": 9}],
            "traits": ["fee_bearing"],
        },
        "rows": [
            {"time": 4, "status": 5, "agency": None, "department": "P", "began": None, "due": 7}
        ],
        "phase": "paused",
    }
    facts = Facts(agency="A", received=3, supplements=(Supplement(4, None, None, 9),))
    rows = [Row(4, 5, None, "P", None, 7)]
    assert read_cases(json.dumps([answer])) == [KnownCase("H", "dossier", facts, rows)]
    with pytest.raises(CaseFileError):
        read_cases("3")


def test_a_case_beyond_the_calendar_moves_by_no_number() -> None:
    facts = Facts(procedure="1.000001", received=at("2019-03-01 08:00"))
    book = RuleBook([], calendar())
    assert (
        list(moved([KnownCase("H", "dossier", facts, [])], book, book, at("2023-03-01 08:00")))
        == []
    )


def test_help_and_examples() -> None:
    for arguments in ((), ("check",), ("diff",)):
        assert "Example: ioc law" in run(*arguments, "--help").output
