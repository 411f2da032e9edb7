"""Section `[source.sql]`: which database, which rows, and what puts them in order."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_$]*$", max_length=64)]
TableName = Annotated[
    str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?$", max_length=129)
]

# How far behind the newest row a late one is still looked for, unless the settings say.
OVERLAP_SECONDS, OVERLAP_NUMBERS = 900.0, 1_000.0


class SqlSettings(BaseModel):
    """`watermark` is a column that grows with every insert and update: a time or a whole number;
    `key` tells rows of the same watermark apart. Both stand in what `table` or `query` gives.

    `overlap` (seconds, or numbers when the watermark is one) is how far back a row may appear
    behind rows already read, because its transaction took long or the clock stepped back.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str | None = None
    port: int | None = Field(None, ge=1, le=65_535)
    user: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    database: str | None = None
    file: Path | None = None
    table: TableName | None = None
    query: str | None = Field(None, min_length=10, max_length=10_000)
    watermark: Name
    key: Name
    overlap: float | None = Field(None, ge=0)
    timeout_seconds: float = Field(30.0, gt=0, le=600)

    @model_validator(mode="after")
    def _one_of_each(self) -> "SqlSettings":
        if (self.table is None) == (self.query is None):
            raise ValueError("needs exactly one of table, query")
        if (self.database is None) == (self.file is None):
            raise ValueError("needs exactly one of database (on a server), file (of SQLite)")
        if self.database is not None and (self.host is None or self.user is None):
            raise ValueError("needs host and user beside database")
        return self
