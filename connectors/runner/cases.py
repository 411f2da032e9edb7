"""One record of a source → the event of one case."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from connectors.contract.codec import CaseFacts, encode
from connectors.contract.identity import case_event
from connectors.contract.vocabulary import Channel
from connectors.intake.codes import code, personal_number, safe_code
from connectors.intake.refusals import Reason, RefusedError
from connectors.runner.cells import Cells, remember
from connectors.runner.mapping import Mapped
from connectors.runner.settings import CasesMapping, SourceSettings
from connectors.runner.times import reader
from seeds.procedures import fields, procedures
from seeds.province import agencies

# A due date lies ahead; all else has happened.
_PAST: Final = ("submitted", "received", "finished", "returned", "refused")
_STATUSES: Final = {str(status): status for status in range(1, 11)}


class CasesMapper:
    """`sparse`: see `Cells`."""

    def __init__(self, source: SourceSettings, mapping: CasesMapping, *, sparse: bool) -> None:
        self._source = source.name
        self._mapping = mapping
        self._cells = Cells(sparse=sparse)
        self._time = reader(mapping.time_format)
        self._times = [(name, column) for name in _PAST if (column := getattr(mapping, name))]
        self._statuses = dict(mapping.statuses) or _STATUSES
        self._channels = mapping.channels or {name: name for name in get_args(Channel)}
        self._partial = self._spoken()
        self._codes: dict[tuple[str, str], tuple[str | None, bool]] = {}

    def _spoken(self) -> tuple[str, ...]:
        """The attributes that this source speaks of: of the others it says nothing."""
        mapping = self._mapping
        spoken = {name for name in CaseFacts.__struct_fields__ if getattr(mapping, name, None)}
        if mapping.agency_is:
            spoken.add("agency")
        if mapping.procedure:
            spoken |= {"field", "service_level"}
        return tuple(sorted(spoken))

    def read(self, values: Mapping[str, Any], observed_at: int, latest: int) -> Mapped:
        """`observed_at`: microseconds; `latest`: the last second that may have happened.

        Raises RefusedError for what cannot be read: no case, no time, a status outside the list.
        """
        case = self._case(values)
        agency, odd_agency = self._agency(values)
        procedure, odd_procedure = self._code(values, self._mapping.procedure, procedures())
        field, odd_field = self._code(values, self._mapping.field, fields())
        channel, odd_channel = self._channel(values)
        known = procedures().get(procedure or "")
        facts = CaseFacts(
            agency=agency,
            procedure=procedure,
            field=field or (known.field if known else None),
            channel=channel,
            service_level=known.service_level if known else None,
            status=self._status(values),
            due=self._due(values),
        )
        self._happen(facts, values, latest)
        event = case_event(
            source=self._source,
            kind=self._mapping.kind,
            case=case,
            revision=self._cells.revision(values, self._mapping.revision),
            observed_at=observed_at,
            facts=facts,
            partial=self._partial,
        )
        unknown = odd_agency or odd_procedure or odd_field or odd_channel
        return Mapped([(case, encode(event))], unknown)

    def _case(self, values: Mapping[str, Any]) -> str:
        column = self._mapping.case
        text = self._cells.required(values, column)
        if not code(text):
            raise RefusedError(column, Reason.NOT_A_CODE)
        if personal_number(text):
            raise RefusedError(column, Reason.PERSONAL_NUMBER)
        return text

    def _status(self, values: Mapping[str, Any]) -> int | None:
        column = self._mapping.status
        if column is None:
            return None
        found = self._statuses.get(self._cells.required(values, column))
        if found is None:
            raise RefusedError(column, Reason.UNKNOWN_STATUS)
        return found

    def _agency(self, values: Mapping[str, Any]) -> tuple[str | None, bool]:
        mapping = self._mapping
        if mapping.agency is None:
            return mapping.agency_is, False
        theirs = self._cells.text(values, mapping.agency)
        if theirs in mapping.agencies:
            return mapping.agencies[theirs], False
        found, unknown = self._code(values, mapping.agency, agencies())
        return found, unknown or not theirs

    def _code(
        self, values: Mapping[str, Any], column: str | None, known: Mapping[str, Any]
    ) -> tuple[str | None, bool]:
        """The code, and whether no list has it. What has not the form of a code is not passed on:
        it may be about a person.
        """
        if column is None or not (text := self._cells.text(values, column)):
            return None, False
        found = self._codes.get((column, text))
        if found is None:
            safe = text if text in known else safe_code(text)
            found = remember(self._codes, (column, text), (safe, text not in known))
        return found

    def _channel(self, values: Mapping[str, Any]) -> tuple[Channel | None, bool]:
        column = self._mapping.channel
        if column is None or not (text := self._cells.text(values, column)):
            return None, False
        found: Channel | None = self._channels.get(text)
        return found, found is None

    def _due(self, values: Mapping[str, Any]) -> int | None:
        column = self._mapping.due
        return self._cells.time(values, column, self._time) if column else None

    def _happen(self, facts: CaseFacts, values: Mapping[str, Any], latest: int) -> None:
        """Sets the times of what has happened."""
        for name, column in self._times:
            time = self._cells.time(values, column, self._time)
            if time is not None and time > latest:
                raise RefusedError(column, Reason.IN_THE_FUTURE)
            setattr(facts, name, time)
        if facts.submitted is None and facts.received is None and facts.refused is None:
            raise RefusedError(self._times[0][1], Reason.NO_BEGINNING)
