"""Where each source was read up to: kept only once all before it is in the log."""

from dataclasses import dataclass

from connectors.intake.database import Database
from connectors.intake.sources import write_rows


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`generation` grows with every rewind. `position` None: the beginning."""

    position: str | None
    generation: int


BEGINNING = Checkpoint(None, 0)


class Checkpoints:
    """Usable from any thread, and beside a running connector from another process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, source: str) -> Checkpoint:
        with self._database.transaction() as rows:
            found = rows.execute(
                "SELECT position, generation FROM checkpoints WHERE source = ?", (source,)
            ).fetchone()
        return Checkpoint(*found) if found else BEGINNING

    def save(self, name: str, counts: tuple[object, ...], reached: Checkpoint) -> bool:
        """Keep the position with the counts (`Source.row`) that belong to it, both or neither.

        False when the source was rewound since the generation of `reached`: the position of the
        rewind stands, and only the counts are kept.
        """
        with self._database.transaction() as rows:
            write_rows(rows, [counts])
            changed = rows.execute(
                "INSERT INTO checkpoints VALUES (?, ?, ?) ON CONFLICT (source) DO UPDATE"
                " SET position = excluded.position WHERE generation = excluded.generation",
                (name, reached.position, reached.generation),
            ).rowcount
        return changed == 1

    def rewind(self, name: str, position: str | None) -> None:
        """Read again from there; a running connector sees it within seconds."""
        with self._database.transaction() as rows:
            rows.execute(
                "INSERT INTO checkpoints VALUES (?, ?, 1) ON CONFLICT (source) DO UPDATE"
                " SET position = excluded.position, generation = generation + 1",
                (name, position),
            )

    def generations(self) -> dict[str, int]:
        with self._database.transaction() as rows:
            return dict(rows.execute("SELECT source, generation FROM checkpoints").fetchall())
