"""The contract of the log: what an event is, who is who, where it goes.

`events` is the contract itself (Pydantic, from which the JSON Schema is generated); `codec` is the
same contract as msgspec structs, for the roads on which every microsecond counts. A test proves
that both accept and refuse the same bytes.
"""
