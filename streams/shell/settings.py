"""How a worker is set up."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class WorkerSettings(BaseModel):
    """Section `[worker]`. Times in seconds.

    `name` is the worker's own in its consumer group and stays the same over restarts. `workers`
    are the addresses of the other workers' APIs. `ranks` orders sources that speak of the same
    case: lower is believed first, a source not named has 100.
    A worker of which its group has not heard for `session_timeout` loses its partitions (brokers
    allow none below 6 s); it shows nothing when it has not heard from Kafka for so long, and ends
    when that, or a partition that does not move on, lasts for `watchdog`. `outages` is a table of
    the stretches in which a system was down (see seeds.outages); None: none is known.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("worker-1", pattern=r"^[A-Za-z0-9._-]{1,64}$")
    host: str = "127.0.0.1"
    port: int = Field(8810, ge=1, le=65_535)
    workers: tuple[str, ...] = ()
    session_timeout: float = Field(15.0, ge=6.0, le=300.0)
    watchdog: float = Field(60.0, ge=5.0)
    outages: Path | None = None
    ranks: Mapping[str, int] = Field(default_factory=dict)
