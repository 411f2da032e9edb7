"""One record of a source → the readings that it holds."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from connectors.contract.codec import encode
from connectors.contract.identity import reading_event
from connectors.contract.partitions import reading_subject
from connectors.intake.codes import safe_code
from connectors.intake.refusals import Reason, Refusal, RefusedError
from connectors.runner.cells import Cells, remember
from connectors.runner.mapping import Mapped
from connectors.runner.numbers import number
from connectors.runner.settings import ReadingsMapping, SourceSettings
from connectors.runner.times import reader
from seeds.periods import Period, PeriodKind, parse_period, period_of
from seeds.province import units
from seeds.registry import subsystems
from seeds.subsystem import Coverage, Indicator

ADMINISTRATIVE: Final = frozenset[Coverage](("province", "district", "commune"))
# Stations and sites have codes of ours; those of others must look like codes.
_PLACE = re.compile(r"(?=.{1,64}\Z)(tram|site)(-[a-z0-9]+){1,6}", re.ASCII)

# What a measure cannot go beyond: pH by definition, g/l up to saturated brine, water by its states.
BOUNDS: Mapping[str, tuple[float, float]] = {
    "ph": (0.0, 14.0),
    "gram_per_litre": (0.0, 360.0),
    "celsius": (-50.0, 100.0),
    "metre": (-1_000.0, 10_000.0),
}
# Measures whose values may be below zero: differences, balances, growth.
SIGNED: Final = frozenset(
    {
        "percent",
        "percentage_point",
        "index",
        "score",
        "times",
        "vnd",
        "million_vnd",
        "billion_vnd",
        "million_usd",
    }
)
_UNBOUNDED = (-1e18, 1e18)

_period_of = lru_cache(16_384)(period_of)


@dataclass(frozen=True, slots=True)
class Target:
    """An indicator, and what its values must be. `measures`: the words for its unit of measure."""

    id: str
    period: PeriodKind
    administrative: bool
    percent: bool
    lowest: float
    highest: float
    measures: frozenset[str]
    scale: Decimal | None


def target(indicator: Indicator, measure: str | None, scale: float = 1.0) -> Target:
    """`measure`: the source's own word for the unit of measure; without one any of ours. A text
    with a percent sign says what it is: of an indicator whose values are scaled it is no number.
    """
    named = indicator.measure
    words = (measure,) if measure else (named.id, named.name_vi, named.name_en)
    lowest, highest = bounds(indicator)
    return Target(
        id=indicator.id,
        period=indicator.period,
        administrative=indicator.coverage in ADMINISTRATIVE,
        percent=named.id in ("percent", "percentage_point") and scale == 1.0,
        lowest=lowest,
        highest=highest,
        measures=frozenset(map(_word, words)),
        scale=None if scale == 1.0 else Decimal(repr(scale)),
    )


def factor(mapping: ReadingsMapping, indicator: str) -> float:
    scale = mapping.scale
    return scale.get(indicator, 1.0) if isinstance(scale, Mapping) else scale


def bounds(indicator: Indicator) -> tuple[float, float]:
    """The lowest and the highest value that there can be; a share is never negative."""
    measure, base = indicator.measure.id, indicator.base
    if measure in BOUNDS:
        return BOUNDS[measure]
    share = base is not None and base.relation == "share"
    changes = base is not None and base.relation == "change"
    if changes or (measure in SIGNED and not share):
        return _UNBOUNDED
    return (0.0, _UNBOUNDED[1])


def unit_code(text: str, *, administrative: bool) -> str | None:
    """The code of a unit, station or site; None for any other text."""
    if administrative:
        return text if text in units() else None
    return text if _PLACE.fullmatch(text) else safe_code(text)


class ReadingsMapper:
    """`sparse`: see `Cells`."""

    def __init__(self, source: SourceSettings, mapping: ReadingsMapping, *, sparse: bool) -> None:
        self._source = source.name
        self._subsystem = source.subsystem
        self._mapping = mapping
        self._cells = Cells(sparse=sparse)
        self._time = reader(mapping.time_format)
        self._targets = {
            name: target(indicator, mapping.measures.get(name), factor(mapping, name))
            for name, indicator in subsystems()[source.subsystem].indicators.items()
            if indicator.origin == "readings"
        }
        self._wide = [(self._targets[name], column) for name, column in mapping.values.items()]
        self._units: dict[tuple[str, bool], str | None] = {}

    def read(self, values: Mapping[str, Any], observed_at: int, latest: int) -> Mapped:
        """`observed_at`: microseconds; `latest`: the last second that a value may be of.

        In a row of several values those that can be read are read; the row is refused for the first
        that cannot. Raises RefusedError when none can.
        """
        mapped = Mapped()
        revision = self._cells.revision(values, self._mapping.revision)
        time = self._moment(values, latest)
        for one, column in self._columns(values):
            try:
                found = self._value(values, one, column)
                if found is None and self._wide:
                    continue  # an empty cell of a row says nothing; an empty value takes one back
                unit = self._unit(values, administrative=one.administrative)
                period, moment = self._period(values, one, time, latest)
            except RefusedError as error:
                mapped.refusal = mapped.refusal or error.refusal
                continue
            event = reading_event(
                source=self._source,
                subsystem=self._subsystem,
                indicator=one.id,
                unit=unit,
                period=period,
                value=found,
                time=moment,
                revision=revision,
                observed_at=observed_at,
            )
            mapped.events.append((reading_subject(one.id, unit), encode(event)))
        if not mapped.events and not mapped.refusal and self._wide:
            mapped.refusal = Refusal(self._wide[0][1], Reason.MISSING)
        return mapped

    def _columns(self, values: Mapping[str, Any]) -> Iterator[tuple[Target, str]]:
        mapping = self._mapping
        if mapping.indicator is None or mapping.value is None:
            yield from self._wide
            return
        theirs = self._cells.required(values, mapping.indicator)
        one = self._targets.get(mapping.indicators.get(theirs, theirs))
        if one is None:
            raise RefusedError(mapping.indicator, Reason.UNKNOWN_INDICATOR)
        yield one, mapping.value

    def _value(self, values: Mapping[str, Any], one: Target, column: str) -> float | None:
        try:
            found = number(
                self._cells.get(values, column), self._mapping.decimal, percent=one.percent
            )
        except ValueError:
            raise RefusedError(column, Reason.NOT_A_NUMBER) from None
        if found is not None:
            if one.scale is not None:  # in decimals: 0.07 times 100 is 7
                found = float(Decimal(repr(found)) * one.scale)
            self._check_measure(values, one)
            if not one.lowest <= found <= one.highest:
                raise RefusedError(column, Reason.OUT_OF_BOUNDS)
        return found

    def _check_measure(self, values: Mapping[str, Any], one: Target) -> None:
        column = self._mapping.measure
        if column is None:
            return
        if not isinstance(column, str):
            named = column.get(one.id)
        else:  # one column for a row of several values speaks of those that `measures` names
            named = None if self._wide and one.id not in self._mapping.measures else column
        if named and _word(self._cells.required(values, named)) not in one.measures:
            raise RefusedError(named, Reason.WRONG_MEASURE)

    def _unit(self, values: Mapping[str, Any], *, administrative: bool) -> str:
        column = self._mapping.unit
        if column is None:
            return self._mapping.unit_is or ""
        text = self._cells.required(values, column)
        key = text, administrative
        try:
            code = self._units[key]
        except KeyError:
            ours = self._mapping.units.get(text, text)
            code = remember(self._units, key, unit_code(ours, administrative=administrative))
        if code is None:
            raise RefusedError(column, Reason.UNKNOWN_UNIT)
        return code

    def _moment(self, values: Mapping[str, Any], latest: int) -> int | None:
        column = self._mapping.time
        if column is None:
            return None
        time = self._cells.time(values, column, self._time)
        if time is None and self._mapping.period is None:
            raise RefusedError(column, Reason.MISSING)
        if time is not None and time > latest:
            raise RefusedError(column, Reason.IN_THE_FUTURE)
        return time

    def _period(
        self, values: Mapping[str, Any], one: Target, time: int | None, latest: int
    ) -> tuple[str, int]:
        """The period, and the second that the value is of: that in which its period begins, where
        the source gives none, so that a value is the same event whenever it is read.
        """
        column = self._mapping.period
        if column is None:
            try:
                return _period_of(one.period, time or 0), time or 0
            except ValueError:
                raise RefusedError(self._mapping.time or "", Reason.NOT_A_PERIOD) from None
        period = _parsed(self._cells.required(values, column), column)
        if period.kind != one.period:
            raise RefusedError(column, Reason.NOT_A_PERIOD)
        begins = period.ends - 1 if period.begins is None else period.begins
        if begins > latest:
            raise RefusedError(column, Reason.IN_THE_FUTURE)
        return period.text, begins if time is None else time


def _parsed(text: str, column: str) -> Period:
    try:
        return parse_period(text)
    except ValueError:
        raise RefusedError(column, Reason.NOT_A_PERIOD) from None


@lru_cache(4096)
def _word(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()
