"""A source that is asked for its data, as `[[source]]` declares it, and how sources are run.

Settings of the ways to read stand in the tables `http`, `sql` and `files`, each defined where that
way is; what the records mean stands in `readings` or `cases`. Columns are the source's own names.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from connectors.contract.vocabulary import CaseKind, Channel, SourceKind
from connectors.files.settings import FilesSettings
from connectors.http_json.settings import HttpJsonSettings
from connectors.sql.settings import SqlSettings
from seeds.registry import indicators, subsystems

Connector = Literal["http-json", "postgresql", "mariadb", "sqlite", "csv", "xlsx"]
Score = Literal["correct", "complete", "clean", "live"]
Column = Annotated[str, Field(min_length=1, max_length=200)]
Status = Annotated[int, Field(ge=1, le=10)]
Factor = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]

UNIX, UNIX_MILLISECONDS = "unix", "unix-ms"

_FAMILIES: dict[Connector, tuple[Literal["http", "sql", "files"], SourceKind]] = {
    "http-json": ("http", "station"),
    "postgresql": ("sql", "database"),
    "mariadb": ("sql", "database"),
    "sqlite": ("sql", "database"),
    "csv": ("files", "file"),
    "xlsx": ("files", "file"),
}


class ReadingsMapping(BaseModel):
    """Table `[source.readings]`. A row holds one value, named by `indicator` and found in `value`,
    or one of each indicator that `values` gives a column for.

    `units` and `indicators` turn the source's own names into ours. `time_format` as for strptime,
    or unix, unix-ms; ISO 8601 unless said; a time without a zone is Vietnam's. `period` is a column
    with a period as the log writes it; without one, `time` tells the period. `measure` is the
    column, or a table of indicators and columns, that names the unit of measure; it must say what
    `measures` has for the indicator. `decimal`: which sign parts the fraction in a text. `scale`: a
    factor for all values, or a table of indicators and factors; 100 for 0.12 that means 12 %.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: Column | None = None
    unit_is: str | None = None
    units: Mapping[str, str] = Field(default_factory=dict)
    time: Column | None = None
    time_format: str | None = None
    period: Column | None = None
    values: Mapping[str, Column] = Field(default_factory=dict)
    indicator: Column | None = None
    value: Column | None = None
    indicators: Mapping[str, str] = Field(default_factory=dict)
    measure: Column | Mapping[str, Column] | None = None
    measures: Mapping[str, str] = Field(default_factory=dict)
    revision: Column | None = None
    decimal: Literal[".", ","] = "."
    scale: Factor | Mapping[str, Factor] = 1.0

    @property
    def columns(self) -> tuple[str, ...]:
        """Those without which no row can be read."""
        measures = self.measure.values() if isinstance(self.measure, Mapping) else [self.measure]
        named = [self.unit, self.time, self.period, self.indicator, self.value, self.revision]
        return tuple(dict.fromkeys(filter(None, [*named, *self.values.values(), *measures])))


class CasesMapping(BaseModel):
    """Table `[source.cases]`. A case is spoken of in exactly those attributes that have a column.

    `statuses` turns the source's own words into 1 to 10 of the national list; without it they must
    be such numbers. `agencies` and `channels` likewise. The other keys name columns.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: CaseKind
    case: Column
    status: Column | None = None
    statuses: Mapping[str, Status] = Field(default_factory=dict)
    agency: Column | None = None
    agency_is: str | None = None
    agencies: Mapping[str, str] = Field(default_factory=dict)
    field: Column | None = None
    procedure: Column | None = None
    channel: Column | None = None
    channels: Mapping[str, Channel] = Field(default_factory=dict)
    submitted: Column | None = None
    received: Column | None = None
    due: Column | None = None
    finished: Column | None = None
    returned: Column | None = None
    refused: Column | None = None
    time_format: str | None = None
    revision: Column | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Those without which no row can be read."""
        named = [self.case, self.status, self.agency, self.field, self.procedure, self.channel]
        times = [self.submitted, self.received, self.due, self.finished, self.returned]
        return tuple(dict.fromkeys(filter(None, [*named, *times, self.refused, self.revision])))


class SourceSettings(BaseModel):
    """Table `[[source]]`. Times in seconds.

    `promise_seconds`: at least so often the source is to bring something; the shortest promise of
    its indicators unless said. A poll that takes longer than `poll_seconds` hangs: it is told, and
    its place given to others. `records_per_turn` are read before other sources have their turn.
    `stop_after_refused` records refused in a row, or more than `stop_at_share` refused of a
    thousand, stop the source. `score_promises`: what its four scores are to be.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")
    connector: Connector
    subsystem: str
    every_seconds: float = Field(60.0, ge=0.05, le=86_400.0)
    promise_seconds: int | None = Field(None, ge=1, le=366 * 86_400)
    poll_seconds: float = Field(30.0, ge=0.05, le=3_600.0)
    simulated: bool = False
    records_per_turn: int = Field(2_000, ge=1, le=50_000)
    stop_after_refused: int = Field(500, ge=1)
    stop_at_share: float = Field(0.5, gt=0.0, le=1.0)
    score_promises: Mapping[Score, Share] = Field(default_factory=dict)
    http: HttpJsonSettings | None = None
    sql: SqlSettings | None = None
    files: FilesSettings | None = None
    readings: ReadingsMapping | None = None
    cases: CasesMapping | None = None

    @property
    def family(self) -> Literal["http", "sql", "files"]:
        """The table that has the settings of this connector."""
        return _FAMILIES[self.connector][0]

    @property
    def kind(self) -> SourceKind:
        return "simulator" if self.simulated else _FAMILIES[self.connector][1]

    @property
    def topic(self) -> str:
        """The one that it feeds. KeyError for a subsystem that the registry does not have."""
        return subsystems()[self.subsystem].topic

    @property
    def promise(self) -> int | None:
        """Seconds; None when the source promises nothing that a clock could tell."""
        return self.promise_seconds or self._promised()

    def _promised(self) -> int | None:
        mapping = self.readings
        if mapping is None:
            return None
        named = set(mapping.values) | set(mapping.indicators.values())
        promised = [
            indicator.refresh.seconds
            for (subsystem, name), indicator in indicators().items()
            if subsystem == self.subsystem and indicator.origin == "readings"
            if not named or name in named
        ]
        return min((seconds for seconds in promised if seconds), default=None)


class ConnectSettings(BaseModel):
    """Section `[connect]`: the process that asks the sources. `data`: a folder on a local disk for
    checkpoints, counts and the quarantine; `quarantine_key` as for the receiver.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(8802, ge=1, le=65_535)
    data: Path = Path(".ioc/connect")
    ack_seconds: float = Field(4.5, ge=0.5, le=60.0)
    max_quarantine_bytes: int = Field(2 * 1024**3, ge=1024**2)
    quarantine_key: Path | None = None
    threads: int = Field(16, ge=2, le=256)
