"""Which rule a case falls under: the more special section, the day of reception, the channel."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from seeds.law_files import Basis, Law, Limit, Section, laws
from seeds.procedures import procedures
from streams.core.facts import Facts
from streams.core.legal.book import catalogue_limits, rule_book, subject_of
from streams.core.legal.duration import Duration, Months, WorkingDays, WorkingHours
from streams.core.legal.rules import NO_RULE, CatalogueLimit, Subject, rule_of
from streams.core.legal.terms import RuleBook
from tests.unit.legal.support import at, calendar

DEFAULTS = next(law for law in laws() if law.case_kind == "dossier").defaults
LISTED = CatalogueLimit(Limit(7, "working_day"), "danh mục")
NOTHING = Section(None, {}, None, None, None, None, None, None, {}, None, None, None, {})


def special(**values: object) -> Section:
    return replace(NOTHING, **values)  # type: ignore[arg-type]


def limited(value: float, channel: str = "any") -> Section:
    return special(limit={channel: Limit(value, "working_day")})


def law(
    defaults: Section = DEFAULTS,
    since: date = date(2018, 6, 21),
    until: date | None = None,
    **sections: Mapping[str, Section],
) -> Law:
    parts: dict[str, Mapping[str, Section]] = {
        "levels": {},
        "fields": {},
        "procedures": {},
    } | sections
    return Law(Path("law.toml"), "dossier", "Luật", since, until, defaults, **parts)


@pytest.mark.parametrize(
    ("of", "subject", "listed", "limit"),
    [
        (law(), Subject("dossier", "1.000001"), None, None),
        (law(), Subject("dossier", "1.000001"), LISTED, WorkingDays(7)),
        (law(fields={"f": limited(3)}), Subject("dossier", "1.000001", "f"), None, WorkingDays(3)),
        (
            law(fields={"f": limited(3)}),
            Subject("dossier", "1.000001", "f"),
            LISTED,
            WorkingDays(7),
        ),
        (law(fields={"f": limited(3)}), Subject("dossier", "1.000001", "g"), None, None),
        (
            law(fields={"f": limited(3)}, levels={"commune": limited(4)}),
            Subject("dossier", None, "f", "commune"),
            None,
            WorkingDays(3),
        ),
        (
            law(levels={"commune": limited(4)}),
            Subject("dossier", level="commune"),
            None,
            WorkingDays(4),
        ),
        (
            law(replace(DEFAULTS, limit={"any": Limit(9, "month")})),
            Subject("dossier"),
            None,
            Months(9),
        ),
        (law(procedures={"p": limited(2)}), Subject("dossier", "p"), LISTED, WorkingDays(2)),
        (
            law(procedures={"p": limited(2, "online")}),
            Subject("dossier", "p", channel="online"),
            LISTED,
            WorkingDays(2),
        ),
        (
            law(procedures={"p": limited(2, "online")}),
            Subject("dossier", "p", channel="post"),
            LISTED,
            WorkingDays(7),
        ),
        (
            law(procedures={"p": limited(2, "counter")}),
            Subject("dossier", "p"),
            None,
            WorkingDays(2),
        ),
        (
            law(procedures={"p": limited(2, "counter")}),
            Subject("dossier", "p", channel="online"),
            None,
            None,
        ),
    ],
)
def test_the_limit(
    of: Law, subject: Subject, listed: CatalogueLimit | None, limit: Duration
) -> None:
    assert rule_of(of, True, subject, listed).limit == limit


def test_the_basis_of_a_limit_is_where_the_limit_is_from() -> None:
    own = replace(limited(2), basis={"limit": Basis("Quyết định 5", "verified")})
    of = law(procedures={"p": own, "q": limited(3)})
    assert rule_of(of, True, Subject("dossier", "p"), LISTED).basis["limit"].text == "Quyết định 5"
    assert rule_of(of, True, Subject("dossier", "q"), LISTED).basis["limit"].text == "Luật"
    listed = rule_of(of, True, Subject("dossier", "r"), LISTED).basis["limit"]
    assert listed == Basis("Danh mục thủ tục hành chính: danh mục", "assumed")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kind", "fixed_date"),
        ("pauses", ()),
        ("reappointments", 3),
        ("supplements", 3),
        ("late_by", "day"),
        ("mismatch_by", "second"),
    ],
)
def test_every_key_of_a_special_section_wins(key: str, value: object) -> None:
    plain = getattr(rule_of(law(), True, Subject("dossier", "p", "f", "commune"), None), key)
    sections = {"procedures": "p", "fields": "f", "levels": "commune"}
    for name, code in sections.items():
        sections_of = {name: {code: special(**{key: value})}}
        of = law(**sections_of)  # type: ignore[arg-type]
        won = getattr(rule_of(of, True, Subject("dossier", "p", "f", "commune"), None), key)
        assert won == (frozenset() if key == "pauses" else value)
        assert won != plain


def test_keys_that_hold_entries_are_merged_entry_by_entry() -> None:
    own = special(
        ends={"working_day": "day"},
        intake=Limit(4, "working_hour"),
        basis={"intake": Basis("Quyết định 6", "verified")},
        limit={"any": Limit(5, "working_day")},
    )
    rule = rule_of(law(procedures={"p": own}), True, Subject("dossier", "p"), None)
    assert (rule.ends, rule.intake) == ("day", WorkingHours(4))
    assert rule.basis["intake"].text == "Quyết định 6"
    assert rule.basis["ladder"] == DEFAULTS.basis["ladder"]
    plain = rule_of(law(), True, Subject("dossier", "p"), LISTED)
    assert (plain.ends, plain.intake) == ("hour", WorkingHours(8))


def test_a_dossier_keeps_the_law_of_the_day_on_which_it_was_received() -> None:
    book = RuleBook(laws(), calendar())
    subject = Subject("dossier", "1.000001")
    for moment, title, in_force in (
        ("2018-06-20 23:59:59", "61/2018", False),
        ("2018-06-21 00:00", "61/2018", True),
        ("2025-06-30 23:59:59", "61/2018", True),
        ("2025-07-01 00:00", "118/2025", True),
    ):
        rule = book.terms(subject, at(moment)).rule
        assert (title in rule.law, rule.in_force) == (True, in_force), moment


def test_between_laws_and_after_the_last_the_nearest_earlier_one_stands_in() -> None:
    old = law(since=date(2019, 1, 1), until=date(2020, 1, 1))
    new = replace(law(since=date(2021, 1, 1), until=date(2022, 1, 1)), title="Luật mới")
    book = RuleBook([new, old], calendar())
    told = [
        (book.terms(Subject("dossier"), at(f"{year}-06-01 08:00")).rule.law, in_force)
        for year, in_force in ((2018, False), (2019, True), (2020, False), (2021, True))
    ]
    assert [name for name, _ in told] == ["Luật", "Luật", "Luật", "Luật mới"]
    last = book.terms(Subject("dossier"), at("2023-06-01 08:00")).rule
    assert (last.law, last.in_force) == ("Luật mới", False)


def test_a_kind_of_case_without_law_is_due_when_the_source_says() -> None:
    assert RuleBook(laws(), calendar()).terms(Subject("incident"), 0).rule is NO_RULE


def test_terms_are_made_once() -> None:
    book = RuleBook(laws(), calendar())
    first = book.terms(Subject("dossier", "1.000001"), at("2023-03-01 08:00"))
    assert book.terms(Subject("dossier", "1.000001"), at("2024-03-01 08:00")) is first
    assert book.terms(Subject("dossier", "1.000002"), at("2024-03-01 08:00")) is not first


def test_the_book_of_the_province() -> None:
    listed = catalogue_limits()
    assert len(listed) == 564
    code = next(iter(listed))
    facts = Facts(agency="000.18.29.H51", procedure=code, field=procedures()[code].field)
    subject = subject_of("dossier", facts)
    assert subject == Subject("dossier", code, facts.field, "commune", None)
    terms = rule_book(laws(), calendar()).terms(subject, at("2023-03-01 08:00"))
    assert terms.rule.limit is not None
    assert float(terms.rule.limit.value) == listed[code].limit.value
    assert subject_of("dossier", Facts(agency="unheard of")).level is None
    with pytest.raises(ValueError, match="allowed: dossier, document, feedback, incident"):
        subject_of("letter", Facts())
