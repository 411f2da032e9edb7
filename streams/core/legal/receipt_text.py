"""The receipt as plain text, Vietnamese or English."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import groupby

from streams.core.legal.calendar import LOCAL_OFFSET
from streams.core.legal.duration import Duration
from streams.core.legal.receipt import Measure, Receipt, SpecialDay, Stretch
from streams.core.legal.receipt_words import WEEKDAYS, WORDS, Language

INDENT = "   "


def render(receipt: Receipt, language: Language = "vi") -> str:
    """Lines of text, the last one ended."""
    return "\n".join(_Text(receipt, language).lines()) + "\n"


class _Text:
    def __init__(self, receipt: Receipt, language: Language) -> None:
        self.receipt = receipt
        self.clock = receipt.clock
        self.language = language

    def lines(self) -> Iterator[str]:
        yield self.word("title")
        yield from self.head()
        sections = {
            "deadline": self.deadline(),
            "counting": self.counting(),
            "rungs": self.rungs(),
            "hands": self.hands(),
            "milestones": self.milestones(),
            "basis": self.basis(),
            "doubts": self.doubts(),
        }
        number = 0
        for key, section in sections.items():
            if told := list(section):
                number += 1
                yield ""
                yield f"{number}. {self.word(key)}"
                yield from (INDENT + line for line in told)

    # Sections

    def head(self) -> Iterator[str]:
        receipt, clock = self.receipt, self.clock
        yield self.entry("case", receipt.case)
        if receipt.procedure:
            yield self.entry("procedure", receipt.procedure)
        if receipt.agency:
            yield self.entry("agency", receipt.agency)
        yield self.entry("at", f"{self.moment(receipt.at)} ({self.word('zone')})")
        yield self.entry("state", self.word(f"state.{clock.state}"))
        if clock.timeliness:
            yield self.entry("result", self.word(clock.timeliness))
        if receipt.cause:
            yield self.entry("cause", self.word(receipt.cause))
        if clock.state != "not_started":
            yield self.entry("handed_over", self.moment(receipt.handed_over))

    def deadline(self) -> Iterator[str]:
        clock, rule = self.clock, self.receipt.rule
        limit = self.length(rule.limit) if rule.limit else self.word("no_limit")
        if rule.kind == "fixed_date":
            limit += f" ({self.word('fixed_date')})"
        yield self.entry("limit", limit)
        if clock.begins is None:
            return
        yield self.entry("begins", self.moment(clock.begins))
        if clock.state == "stopped":
            yield self.entry("stands_at", self.moment(clock.stands_at))
        if self.receipt.first_due not in (None, clock.due_by_source):
            yield self.entry("first_due", self.moment(self.receipt.first_due))
        yield self.entry("due_by_source", self.moment(clock.due_by_source))
        by_law = self.moment(clock.due_by_law)
        if clock.state == "paused" and clock.due_by_law is not None:
            by_law += f" ({self.word('due_moves')})"
        yield self.entry("due_by_law", by_law)
        if clock.state != "paused" and clock.due_by_source and clock.due_by_law:
            yield self.entry("mismatch", self.word(f"mismatch.{clock.mismatch or 'none'}"))
        if clock.state != "stopped":
            yield from self.balance(clock.remaining, "remaining", "overdue")
            yield from self.balance(self.receipt.left_by_law, "left_by_law", "over_by_law")

    def balance(self, ticks: int | None, left: str, over: str) -> Iterator[str]:
        if ticks is not None:
            yield self.entry(left if ticks >= 0 else over, self.amount(abs(ticks)))

    def counting(self) -> Iterator[str]:
        clock = self.clock
        for number, stretch in enumerate(self.receipt.stretches):
            yield f"{chr(ord('a') + number % 26)}) {self.stretch(stretch)}"
            yield from (f"{INDENT}- {line}" for line in self.within(stretch))
        if clock.elapsed is not None and clock.paused is not None:
            total = self.entry("total", self.amount(clock.elapsed))
            yield f"{total}; {self.word('total_paused')}: {self.amount(clock.paused)}"

    def rungs(self) -> Iterator[str]:
        for rung in self.receipt.rungs:
            key = "rung.overdue" if rung.level == "overdue" else rung.level
            left = self.word("reached") if rung.ticks == 0 else self.left(rung.ticks)
            yield self.entry(key, f"{self.moment(rung.at)} ({left})")

    def hands(self) -> Iterator[str]:
        for share in self.receipt.shares:
            yield f"{share.agency or self.word('not_known')}: {self.amount(share.ticks)}"
        if step := self.receipt.step:
            where = ", ".join(part for part in (step.agency, step.department) if part)
            line = self.entry("step", where or self.word("not_known"))
            if step.due is not None:
                line += f" ({self.word('step_due')}: {self.moment(step.due)})"
            yield line

    def milestones(self) -> Iterator[str]:
        for milestone in self.receipt.milestones:
            within = self.length(milestone.within)
            outcome = self.word(f"outcome.{milestone.outcome}")
            yield self.entry(milestone.name, f"{within}, {self.moment(milestone.due)}: {outcome}")

    def basis(self) -> Iterator[str]:
        rule = self.receipt.rule
        if rule.law:
            yield self.entry("law", rule.law)
        for key, basis in rule.basis.items():
            yield self.entry(f"basis.{key}", f"{basis.text} [{self.word(basis.standing)}]")

    def doubts(self) -> Iterator[str]:
        if not self.receipt.rule.in_force:
            yield f"- {self.word('law_missing')}"
        for name in (*self.clock.contradictions, *self.clock.breaches):
            yield f"- {self.word(name)}"
        for year in self.receipt.forecast_years:
            yield f"- {year}: {self.word('forecast')}"

    # Parts

    def word(self, key: str) -> str:
        return WORDS[key][self.language]

    def entry(self, key: str, value: str) -> str:
        return f"{self.word(key)}: {value}"

    def moment(self, instant: int | None) -> str:
        if instant is None:
            return self.word("not_known")
        local = datetime.fromtimestamp(instant, timezone(timedelta(seconds=LOCAL_OFFSET)))
        clock = f"{local:%H:%M}" if local.second == 0 else f"{local:%H:%M:%S}"
        return f"{clock} {self.day(local.date())}"

    def day(self, day: date) -> str:
        weekday = WEEKDAYS[self.language][day.weekday()]
        return f"{weekday} {day:%d/%m/%Y}" if self.language == "vi" else f"{weekday} {day}"

    def stretch(self, stretch: Stretch) -> str:
        span = f"{self.moment(stretch.begins)} – {self.moment(stretch.ends)}"
        if stretch.reason is None:
            return f"{span}: {self.word('counted')} {self.amount(stretch.ticks)}"
        lasts = f", {self.word('lasts')}" if stretch.is_open else ""
        reason = f"{self.word(stretch.reason)}{lasts}"
        return f"{span}: {self.word('stopped')} {self.amount(stretch.ticks)} ({reason})"

    def within(self, stretch: Stretch) -> Iterator[str]:
        for days in _runs(stretch.special_days):
            first, last = (date.fromisoformat(day.day) for day in (days[0], days[-1]))
            span = self.day(first) if first == last else f"{self.day(first)} – {self.day(last)}"
            names = ", ".join(dict.fromkeys(day.name for day in days))
            yield f"{self.word(days[0].kind)} {span}: {names}"
        if stretch.weekend_days:
            yield f"{stretch.weekend_days} {self.word('weekend_days')}"

    def length(self, length: Duration) -> str:
        return self.counted(float(length.value), length.unit)

    def counted(self, value: float, unit: str) -> str:
        word = self.word(unit)
        if self.language == "en" and value == 1:
            word = word.removesuffix("s")
        return f"{self.number(value)} {word}"

    def number(self, value: float) -> str:
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return text.replace(".", ",") if self.language == "vi" else text

    def amount(self, ticks: int) -> str:
        """Days and the hours that are left, or hours alone."""
        measure = self.receipt.measure
        if measure.unit == "working_hour":
            return self.clock_time(ticks) or self.counted(0, "working_hour")
        if measure.unit == "working_day":
            return self.working_days(ticks, measure)
        return self.parts(ticks, measure.ticks, "calendar_day")

    def working_days(self, ticks: int, measure: Measure) -> str:
        if measure.working_day_seconds is None:
            return self.counted(ticks / measure.working_day_ticks, "working_day")
        return self.parts(ticks, measure.working_day_ticks, "working_day")

    def parts(self, ticks: int, per_day: int, unit: str) -> str:
        days, rest = divmod(ticks, per_day)
        told = [self.counted(days, unit)] if days or not rest else []
        return " ".join(told + ([self.clock_time(rest)] if rest else []))

    def clock_time(self, seconds: int) -> str:
        hours, rest = divmod(seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        values = {"hour": hours, "minute": minutes, "second": seconds}
        return " ".join(f"{value} {self.word(unit)}" for unit, value in values.items() if value)

    def left(self, ticks: int | None) -> str:
        if ticks is None:
            return self.word("not_known")
        return f"{self.word('left')} {self.working_days(ticks, self.receipt.measure)}"


def _runs(days: Iterable[SpecialDay]) -> Iterator[list[SpecialDay]]:
    """Neighbouring days of one kind together."""
    numbered = [(date.fromisoformat(day.day).toordinal() - n, day) for n, day in enumerate(days)]
    for _, run in groupby(numbered, key=lambda pair: (pair[0], pair[1].kind)):
        yield [day for _, day in run]
