"""Section `[source.files]`: which folder, which files in it, and how they are written."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Encoding = Literal["utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1258"]

_OF_ONE_FORMAT = {"csv": {"encoding", "delimiter"}, "xlsx": {"sheet"}}


class FilesSettings(BaseModel):
    """The folder is another system's: it is only read. Times in seconds.

    `pattern` is matched against names, not case; `*.csv` or `*.xlsx` unless said. `header_row`
    counts from 1; columns are found by their names there. `columns` are those without which a file
    is set aside whole. `sheet`: the first one unless said. A file is read once its size and time
    stood still for `settle_seconds`, or, with `done`, once a file of the same name plus `done`
    lies beside it. `patience_seconds`: so long a file that cannot be opened, or has nothing in it,
    is taken for one that is still being copied.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path
    pattern: str | None = Field(None, min_length=1, pattern=r"^[^/\\]+$")
    encoding: Encoding = "utf-8"
    delimiter: str = Field(",", pattern=r'^[^"\r\n]$')
    header_row: int = Field(1, ge=1, le=1000)
    sheet: str | None = Field(None, min_length=1)
    columns: tuple[str, ...] = ()
    settle_seconds: float = Field(2.0, ge=0.0, le=86_400.0)
    patience_seconds: float = Field(300.0, ge=0.0, le=86_400.0)
    done: str | None = Field(None, min_length=1, pattern=r"^[^/\\]+$")

    def unused(self, connector: str) -> Iterator[str]:
        """The keys that are set and mean nothing to this connector."""
        for other, keys in _OF_ONE_FORMAT.items():
            if other != connector:
                yield from sorted(keys & self.model_fields_set)
