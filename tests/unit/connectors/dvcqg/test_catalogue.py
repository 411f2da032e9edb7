"""What the receiver knows of agencies and procedures, and the file of aliases."""

from pathlib import Path

import pytest

from connectors.dvcqg.catalogue import AliasFileError, catalogue, load_aliases

KNOWN = frozenset({"000.00.04.H51"})


def test_the_seeds_are_known() -> None:
    known = catalogue()
    assert known.handler("000.00.04.H51-230221-0001", "").unknown is False
    assert len(known.agencies) == 140
    code = next(code for code, (field, level) in known.procedures.items() if field and level)
    found = known.procedure(code)
    assert (found.code, found.unknown) == (code, False)
    assert found.field
    assert found.level


def test_aliases_lead_to_an_agency(tmp_path: Path) -> None:
    file = tmp_path / "aliases.csv"
    file.write_text("alias,agency\nSCT,000.00.04.H51\n", encoding="utf-8")
    assert load_aliases(file, KNOWN) == {"SCT": "000.00.04.H51"}
    assert catalogue(file).handler("HS-1", "SCT") == ("000.00.04.H51", False)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("alias,agency\nSCT,nowhere\n", "line 2, agency: 'nowhere'; allowed: a code"),
        ("alias,agency\n,000.00.04.H51\n", "line 2, alias: empty"),
        ("a,b\n1,2\n", "line 2, alias: empty"),
    ],
)
def test_a_mistake_in_the_aliases_is_told(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "aliases.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(AliasFileError, match=words):
        load_aliases(file, KNOWN)


def test_an_alias_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AliasFileError, match="cannot be read"):
        load_aliases(tmp_path / "missing.csv", KNOWN)


def test_memory_of_what_strangers_ask_for_is_bounded() -> None:
    known = catalogue()
    for number in range(60_000):
        known.procedure(f"9.{number:06}")
    assert len(known._known) < 51_000
