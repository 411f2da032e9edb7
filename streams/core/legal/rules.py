"""The rule of a case: what the law in force on the day of reception says of its procedure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, NamedTuple, TypeVar, get_args

from seeds.law_files import (
    Basis,
    CaseKind,
    Ending,
    Ladder,
    Law,
    Limit,
    LimitChannel,
    PauseReason,
    Precision,
    RuleKind,
    Section,
)
from streams.core.legal.duration import Duration, WorkingDays, duration

Escalation = Literal["escalated_1", "escalated_2", "escalated_3"]
ESCALATIONS: Final[tuple[Escalation, ...]] = get_args(Escalation)

T = TypeVar("T")


class CatalogueLimit(NamedTuple):
    """The limit that the catalogue of procedures gives, and where the catalogue has it from."""

    limit: Limit
    source: str


class Subject(NamedTuple):
    """What a rule depends on besides the day; None where it is not known.

    `level` is that of the receiving agency.
    """

    case_kind: CaseKind
    procedure: str | None = None
    field: str | None = None
    level: str | None = None
    channel: str | None = None


class LadderRule(NamedTuple):
    """Lengths before and after the deadline; shares are parts of the limit."""

    due_soon: WorkingDays
    due_soon_share: Fraction
    short: WorkingDays
    short_share: Fraction
    apology: WorkingDays
    escalations: tuple[WorkingDays, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """`limit` None: neither law nor catalogue names one. `in_force` False: no law file holds on
    the day of reception, and the nearest one stands in. `basis` goes by the keys of a law file.
    """

    law: str
    in_force: bool
    kind: RuleKind
    limit: Duration | None
    ends: Ending
    pauses: frozenset[PauseReason]
    reappointments: int
    supplements: int
    late_by: Precision
    mismatch_by: Precision
    ladder: LadderRule
    intake: Duration | None
    request: Duration | None
    hand_over: Duration | None
    basis: Mapping[str, Basis]


# For a kind of case that no law file speaks of: nothing is due but what the source appoints.
NO_RULE: Final = Rule(
    law="",
    in_force=False,
    kind="duration",
    limit=None,
    ends="hour",
    pauses=frozenset(("supplement", "financial_obligation")),
    reappointments=1,
    supplements=1,
    late_by="second",
    mismatch_by="day",
    ladder=LadderRule(
        due_soon=WorkingDays(2),
        due_soon_share=Fraction(1, 5),
        short=WorkingDays(1),
        short_share=Fraction(1, 2),
        apology=WorkingDays(1),
        escalations=(WorkingDays(1), WorkingDays(3), WorkingDays(5)),
    ),
    intake=None,
    request=None,
    hand_over=None,
    basis={},
)


def rule_of(law: Law, in_force: bool, subject: Subject, listed: CatalogueLimit | None) -> Rule:
    """The more special section wins: procedure, field, level, defaults. The catalogue's limit
    stands between that of the procedure and that of its field.
    """
    sections = _sections(law, subject)
    limit, basis = _limit(law, subject, sections, listed)
    return Rule(
        law=law.title,
        in_force=in_force,
        kind=_first(sections, lambda section: section.kind),
        limit=limit,
        ends=_ends(sections, limit),
        pauses=frozenset(_first(sections, lambda section: section.pauses)),
        reappointments=_first(sections, lambda section: section.reappointments),
        supplements=_first(sections, lambda section: section.supplements),
        late_by=_first(sections, lambda section: section.late_by),
        mismatch_by=_first(sections, lambda section: section.mismatch_by),
        ladder=_ladder(_first(sections, lambda section: section.ladder)),
        intake=_within(sections, lambda section: section.intake),
        request=_within(sections, lambda section: section.request),
        hand_over=_within(sections, lambda section: section.hand_over),
        basis=basis,
    )


def _sections(law: Law, subject: Subject) -> list[Section]:
    """From the most special to the defaults."""
    found = [
        law.procedures.get(subject.procedure or ""),
        law.fields.get(subject.field or ""),
        law.levels.get(subject.level or ""),
    ]
    return [section for section in found if section] + [law.defaults]


def _first(sections: list[Section], of: Callable[[Section], T | None]) -> T:
    # The loader refuses defaults that lack a key.
    return next(value for section in sections if (value := of(section)) is not None)


def _limit(
    law: Law, subject: Subject, sections: list[Section], listed: CatalogueLimit | None
) -> tuple[Duration | None, dict[str, Basis]]:
    """The limit, and the basis of every key, that of the limit from where the limit is."""
    basis = {key: text for section in reversed(sections) for key, text in section.basis.items()}
    own = law.procedures.get(subject.procedure or "")
    for section in sections:
        if listed and section is not own:
            basis["limit"] = Basis(f"Danh mục thủ tục hành chính: {listed.source}", "assumed")
            return duration(listed.limit.value, listed.limit.unit), basis
        if found := section.limit.get(_channel(subject)) or section.limit.get("any"):
            basis["limit"] = section.basis.get("limit") or Basis(law.title, "assumed")
            return duration(found.value, found.unit), basis
    return None, basis


def _channel(subject: Subject) -> LimitChannel:
    """A dossier of no known channel was handed in at the counter."""
    channels: dict[str | None, LimitChannel] = {"online": "online", "post": "post"}
    return channels.get(subject.channel, "counter")


def _ends(sections: list[Section], limit: Duration | None) -> Ending:
    if limit is None or limit.unit == "working_hour":
        return "hour"
    return next(section.ends[limit.unit] for section in sections if limit.unit in section.ends)


def _within(sections: list[Section], of: Callable[[Section], Limit | None]) -> Duration | None:
    found = next((value for section in sections if (value := of(section))), None)
    return duration(found.value, found.unit) if found else None


def _ladder(found: Ladder) -> LadderRule:
    return LadderRule(
        due_soon=WorkingDays(found.due_soon_days),
        due_soon_share=Fraction(found.due_soon_percent) / 100,
        short=WorkingDays(found.short_days),
        short_share=Fraction(found.short_percent) / 100,
        apology=WorkingDays(found.apology_days),
        escalations=tuple(WorkingDays(days) for days in found.escalation_days),
    )
