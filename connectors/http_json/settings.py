"""How an HTTP interface that answers with JSON is asked."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

# Names of query parameters and of members, joined by dots for those within others.
_PATH = r"^[^\s.]+(\.[^\s.]+)*$"


class HttpJsonSettings(BaseModel):
    """Table `[source.http]`. Without `since` or `cursor` every answer is all that there is now.

    `records`: where in the answer the list of records stands, as `data.items`; the answer itself
    unless said. `token_file`: a file whose text is sent as a bearer token, or as it is in the
    header `token_header`. `headers`: others, none of them secret. `ca_file`: whom to trust for
    TLS, instead of the system's authorities.

    `since`: the query parameter that asks for records from a time or number on, the equal ones
    included; `since_member` is the member of a record that it speaks of. `cursor`: the query
    parameter that takes what the answer before gave at the path `next`.

    `slot_seconds`: so long does the source keep a value until it overwrites it; what was
    overwritten between two answers counts as lost.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^https?://[^\s@]+$")
    records: str = Field("", pattern=r"^$|" + _PATH)
    token_file: Path | None = None
    token_header: str | None = Field(None, pattern=r"^[A-Za-z0-9-]+$")
    ca_file: Path | None = None
    headers: Mapping[str, str] = Field(default_factory=dict)
    timeout_seconds: float = Field(10.0, ge=0.1, le=120.0)
    max_bytes: int = Field(16 * 1024**2, ge=1024, le=256 * 1024**2)
    since: str | None = Field(None, min_length=1)
    since_member: str | None = Field(None, min_length=1)
    cursor: str | None = Field(None, min_length=1)
    next: str = Field("next", pattern=_PATH)
    slot_seconds: int | None = Field(None, ge=1)
