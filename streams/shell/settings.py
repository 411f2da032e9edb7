"""How a worker is set up."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field


class WorkerSettings(BaseModel):
    """Section `[worker]`. Times in seconds.

    `name` is the worker's own in its consumer group and stays the same over restarts. `workers`
    are the addresses of the other workers' APIs. `ranks` orders sources that speak of the same
    case: lower is believed first, a source not named has 100. A worker that has not heard of Kafka
    for `session_timeout` exports nothing, and after `watchdog` it ends, as it does when what it
    owns does not move on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("worker-1", pattern=r"^[A-Za-z0-9._-]{1,64}$")
    host: str = "127.0.0.1"
    port: int = Field(8810, ge=1, le=65_535)
    workers: tuple[str, ...] = ()
    session_timeout: float = Field(15.0, ge=3.0, le=300.0)
    watchdog: float = Field(60.0, ge=5.0)
    ranks: Mapping[str, int] = Field(default_factory=dict)
