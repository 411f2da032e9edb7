"""Table `[source.files]`: which files of which folder, and how they are written."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class FilesSettings(BaseModel):
    """`header_row` is the row, from 1, that has the names of the columns. A file is read when it
    has not changed for `settle_seconds`. `encoding`, `delimiter` are a CSV's, `sheet` an XLSX's:
    the first one unless said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path
    pattern: str = Field("*", min_length=1)
    encoding: Literal["utf-8", "utf-16", "cp1258"] = "utf-8"
    delimiter: str = Field(",", min_length=1, max_length=1)
    sheet: str | None = None
    header_row: int = Field(1, ge=1, le=1000)
    settle_seconds: float = Field(2.0, ge=0, le=3600)
