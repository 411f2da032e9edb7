"""`docs/receipt.md` says what is printed today, from the facts that it gives itself."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.commands.explain import command
from seeds.law_files import laws
from streams.core.legal.book import rule_book
from streams.core.legal.case_file import read_cases
from streams.core.legal.comparison import KnownCase
from streams.core.legal.explanation import explain
from streams.core.legal.receipt_text import render
from streams.shell.receipts import LANGUAGES, moment
from tests.unit.legal.support import at, calendar

DOCUMENT = Path(__file__).parents[3] / "docs" / "receipt.md"
TODAY = at("2024-01-02 08:00")


def blocks(kind: str) -> list[str]:
    text = DOCUMENT.read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def calls() -> list[list[str]]:
    """What is typed on the page, without the synopsis."""
    text = DOCUMENT.read_text(encoding="utf-8")
    lines = re.findall(r"^    ioc (explain .*)$", text, re.MULTILINE)
    return [shlex.split(line) for line in lines if "[" not in line]


def case() -> KnownCase:
    (told,) = blocks("json")
    (found,) = read_cases(told)
    return found


@pytest.mark.parametrize(("index", "language"), list(enumerate(LANGUAGES)))
def test_the_page_shows_what_is_printed(index: int, language: str) -> None:
    _, name, *options = calls()[index]
    asked = command.make_context("explain", [name, *options]).params
    assert (asked["case"], asked["lang"]) == (case().case, language)
    found = explain(case(), rule_book(laws(), calendar()), asked["at"], TODAY)
    assert render(found, LANGUAGES[index]) == blocks("text")[index]
    assert len(blocks("text")) == len(calls()) == len(LANGUAGES)


def test_the_dossier_has_two_stops_of_which_one_goes_through_tet() -> None:
    found = explain(case(), rule_book(laws(), calendar()), moment("1675220400"), TODAY)
    stops = [stretch for stretch in found.stretches if stretch.reason]
    assert [stretch.reason for stretch in stops] == ["supplement", "financial_obligation"]
    days = [day.day for day in stops[1].special_days]
    assert days == [f"2023-01-{day}" for day in range(20, 27)]


def test_the_synopsis_is_that_of_the_command() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    told = set(re.findall(r"--[a-z]+", text))
    options = {name for param in command.params for name in param.opts if name.startswith("--")}
    assert told == options
    assert CliRunner().invoke(command, ["--help"]).exit_code == 0
