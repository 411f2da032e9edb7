"""Receipts over HTTP: what is asked, and what is answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, TypeVar, get_args

from streams.core.legal.calendar import instant
from streams.core.legal.comparison import KnownCase
from streams.core.legal.explanation import explain
from streams.core.legal.receipt import to_json
from streams.core.legal.receipt_text import render
from streams.core.legal.receipt_words import Language
from streams.core.partition import PartitionState

Form = Literal["json", "text"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
FORMS: Final[tuple[Form, ...]] = get_args(Form)
# What a date can be made of, in every zone; calendars end long before.
LAST_MOMENT: Final = 4_102_444_800  # 2100-01-01
MOMENTS: Final = "2023-01-19T09:20:00+07:00, or Unix seconds; from 1970 to 2099"

Choice = TypeVar("Choice", bound=str)


class Question(NamedTuple):
    """`at` in Unix seconds; None: now."""

    at: int | None = None
    language: Language = "vi"
    form: Form = "json"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Question":
        """ValueError names the key and what is allowed."""
        at = query.get("at")
        return cls(
            None if at is None else _at(at),
            _choice(query, "lang", LANGUAGES),
            _choice(query, "format", FORMS),
        )

    def query(self) -> dict[str, str]:
        """For another worker: always as JSON, which has the text in it."""
        at = {} if self.at is None else {"at": str(self.at)}
        return {"lang": self.language, **at}


def moment(text: str) -> int:
    """A time as a person or a program writes it, in Unix seconds; ValueError says what may be."""
    try:
        digits = text.isascii() and text.isdecimal()
        found = int(text) if digits else instant(datetime.fromisoformat(text))
    except ValueError as error:
        raise ValueError(f"{error}; allowed: {MOMENTS}") from None
    if not 0 <= found < LAST_MOMENT:
        raise ValueError(f"{text!r} is not allowed; allowed: {MOMENTS}")
    return found


def receipt_answer(
    state: PartitionState, kind: str, case_id: str, question: Question
) -> dict[str, Any] | None:
    """The receipt as text and as values; None without a case, or without facts of it."""
    case = state.case(kind, case_id)
    names = state.context.names
    facts = None if case is None else case.facts(names)
    if case is None or facts is None:
        return None
    at = state.now if question.at is None else question.at
    known = KnownCase(case.id, case.kind, facts, case.rows(names))
    rules = state.context.rules
    found = explain(known, rules.book, at, state.now, rules.outages)
    return {
        "id": case.id,
        "kind": case.kind,
        "now": state.now,
        "at": at,
        "language": question.language,
        "text": render(found, question.language),
        "receipt": to_json(found),
        "offsets": {state.topic: {str(state.partition): state.next}},
    }


def _at(text: str) -> int:
    try:
        return moment(text)
    except ValueError as error:
        raise ValueError(f"at: {error} (in an address, + is written %2B)") from None


def _choice(query: Mapping[str, str], key: str, allowed: tuple[Choice, ...]) -> Choice:
    """The first one, when nothing is said."""
    told = query.get(key, allowed[0])
    for one in allowed:
        if one == told:
            return one
    raise ValueError(f"{key}: {told!r} is not allowed; allowed: {', '.join(allowed)}")
