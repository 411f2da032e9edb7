"""How a receiver is set up."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class ReceiverSettings(BaseModel):
    """Section `[receiver]`. Times in seconds.

    `accounts`: the TOML file of those who may send. `data`: a folder on a local disk for what may
    not be lost. `worker_api`: addresses of workers, asked for TraCuuHoSo. `agency_aliases`: a CSV
    file alias,agency of codes that senders use. `quarantine_key`: where the key of the quarantine
    is kept, in `data` unless said. `ack_seconds`: how long a sender may wait for the log; senders
    exist that give up after 6.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(8801, ge=1, le=65_535)
    accounts: Path | None = None
    data: Path = Path(".ioc/receiver")
    worker_api: tuple[str, ...] = ()
    login_path: str = Field("/login", pattern=r"^(/[A-Za-z0-9._-]+)+$")
    service_path: str = Field("/service", pattern=r"^(/[A-Za-z0-9._-]+)+$")
    session_seconds: float = Field(3600.0, ge=1.0, le=86_400.0)
    ack_seconds: float = Field(4.5, ge=0.5, le=60.0)
    max_body_bytes: int = Field(16 * 1024**2, ge=1024, le=256 * 1024**2)
    max_waiting_bytes: int = Field(128 * 1024**2, ge=1024**2)
    max_quarantine_bytes: int = Field(2 * 1024**3, ge=1024**2)
    quarantine_key: Path | None = None
    agency_aliases: Path | None = None
