"""The contract of the log as Pydantic models; the JSON Schema is generated from them.

Times are aware datetimes here and whole Unix seconds, UTC, on the wire; `observed_at` and `at`,
which order observations, are Unix microseconds. A field that is null is left out on the wire.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    TypeAdapter,
    WithJsonSchema,
)

from connectors.contract.vocabulary import (
    EARLIEST_SECOND,
    LATEST_SECOND,
    MAX_CODE,
    CaseKind,
    Channel,
    Payment,
    ServiceLevel,
    SourceKind,
    Trait,
)


def _instant_from_wire(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time must be aware: give it a time zone")
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a time is a whole number of Unix seconds, UTC")  # noqa: TRY004
    if not EARLIEST_SECOND <= value <= LATEST_SECOND:
        raise ValueError(f"a time lies between {EARLIEST_SECOND} and {LATEST_SECOND}")
    return datetime.fromtimestamp(value, UTC)


Instant = Annotated[
    datetime,
    BeforeValidator(_instant_from_wire),
    PlainSerializer(lambda instant: int(instant.timestamp())),
    WithJsonSchema(
        {
            "type": "integer",
            "minimum": EARLIEST_SECOND,
            "maximum": LATEST_SECOND,
            "description": "Unix seconds, UTC",
        }
    ),
]
Microseconds = Annotated[int, Field(ge=0, description="Unix microseconds, UTC")]
Code = Annotated[str, Field(min_length=1, max_length=MAX_CODE)]
Status = Annotated[int, Field(ge=1, le=10, description="TrangThaiHoSo")]


class Contract(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class Supplement(Contract):
    """One stop of the clock for papers that were missing (DanhSachHoSoBoSung)."""

    requested: Instant
    received: Instant | None = None
    due_before: Instant | None = None
    due_after: Instant | None = None


class ProgressRow(Contract):
    """One step in the life of a case; rows form a set keyed by (time, status).

    `began` and `due` are those of the step, at `agency` and `department`. A void row takes back
    the row of the same key.
    """

    time: Instant
    status: Status
    agency: Code | None = None
    department: Annotated[str, Field(max_length=200)] | None = None
    began: Instant | None = None
    due: Instant | None = None
    void: bool = False


class CaseFacts(Contract):
    """The attributes of a case as one source knows them. Null means: the source says there is none.

    `due` is the first appointment; a supplement may carry a later one.
    """

    agency: Code | None = None
    procedure: Code | None = None
    field: Code | None = None
    channel: Channel | None = None
    service_level: ServiceLevel | None = None
    payment: Payment | None = None
    status: Status | None = None
    submitted: Instant | None = None
    received: Instant | None = None
    due: Instant | None = None
    finished: Instant | None = None
    returned: Instant | None = None
    refused: Instant | None = None
    supplements: tuple[Supplement, ...] = ()
    traits: tuple[Trait, ...] = ()


class CaseEvent(Contract):
    """One observation of one case by one source: state, not a delta.

    `facts` speak of every attribute, or only of those named in `partial`; an attribute that is not
    spoken of is absent, which is not the same as null. Version = (revision, observed_at, id).
    """

    type: Literal["case"] = "case"
    id: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    source: Code
    kind: CaseKind
    case: Annotated[str, Field(min_length=1, max_length=100)]
    revision: Annotated[int, Field(ge=0)]
    observed_at: Microseconds
    facts: CaseFacts | None = None
    partial: tuple[str, ...] | None = None
    progress: tuple[ProgressRow, ...] = ()


class Reading(Contract):
    """One value of one indicator at one unit for one period (`2023`, `2023-05`, `2023-05-17`…)."""

    type: Literal["reading"] = "reading"
    id: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    source: Code
    subsystem: Code
    indicator: Code
    unit: Code
    period: Annotated[str, Field(min_length=4, max_length=32)]
    value: Annotated[float, Field(allow_inf_nan=False)] | None
    time: Instant
    revision: Annotated[int, Field(ge=0)]
    observed_at: Microseconds


class Heartbeat(Contract):
    """A source is alive. Counts are cumulative since the connector of the source first ran.

    `backlog` is the number of records known to wait at the source; null means not known.
    `last_event_at` is when the newest accepted record was observed. `promise_seconds`: the source
    is to bring something at least this often; null means it promised nothing. `reminders` counts
    how often it broke that promise in the calendar year of `at`, in Vietnam. `lost` counts records
    known to be gone for good, of a source that cannot be read again.
    """

    type: Literal["heartbeat"] = "heartbeat"
    source: Code
    kind: SourceKind
    topic: Code
    at: Microseconds
    accepted: Annotated[int, Field(ge=0)] = 0
    refused: Annotated[int, Field(ge=0)] = 0
    repeated: Annotated[int, Field(ge=0)] = 0
    unknown: Annotated[int, Field(ge=0)] = 0
    backlog: Annotated[int, Field(ge=0)] | None = None
    position: Annotated[str, Field(max_length=500)] | None = None
    last_event_at: Microseconds | None = None
    promise_seconds: Annotated[int, Field(ge=1)] | None = None
    reminders: Annotated[int, Field(ge=0)] = 0
    lost: Annotated[int, Field(ge=0)] = 0


Event = Annotated[CaseEvent | Reading | Heartbeat, Field(discriminator="type")]
BUNDLE = TypeAdapter(list[Event])


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a bundle: an array of events."""
    return BUNDLE.json_schema()
