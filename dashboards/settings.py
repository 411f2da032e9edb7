"""How the wall reaches the figures and whom it serves."""

from pydantic import BaseModel, ConfigDict, Field


class WallSettings(BaseModel):
    """Section `[wall]`. Times in seconds.

    `period` is the calendar year on the wall; None is the year of the figures' own clock.
    Each board is shown for `rotation`; 0: the first one stays.
    A figure older than `stale_after` is grey; a source without a sign of life for
    `silent_after` is silent (a receiver gives one every 5 s).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(8800, ge=1, le=65_535)
    prometheus: str = Field("http://127.0.0.1:19090", pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$")
    period: int | None = Field(None, ge=2000, le=2100)
    interval: float = Field(2.0, ge=0.1, le=60)
    rotation: float = Field(20.0, ge=0, le=3600)
    stale_after: float = Field(60.0, gt=0)
    silent_after: float = Field(60.0, gt=0)
