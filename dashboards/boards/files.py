"""The committed JSON of the boards, and whether it is still what the definitions say."""

from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from dashboards.boards import dossiers, province, quality
from dashboards.boards.definition import Board

FOLDER = Path(__file__).parent / "grafana_json"
# In the order in which the wall shows them.
BOARDS: tuple[Board, ...] = (province.BOARD, dossiers.BOARD, quality.BOARD)


@dataclass(frozen=True, slots=True)
class Drift:
    """A file that is not what its board says; `difference` in the form of diff."""

    file: Path
    difference: str

    def __str__(self) -> str:
        return f"{self.file}: not what the board says; run: ioc boards build\n{self.difference}"


def file_of(board: Board, folder: Path = FOLDER) -> Path:
    return folder / f"{board.id}.json"


def build(folder: Path = FOLDER) -> list[Path]:
    """Writes every board; returns the files that changed."""
    from dashboards.boards.grafana import to_json  # noqa: PLC0415 - the wall runs without it

    changed = []
    for board in BOARDS:
        file, text = file_of(board, folder), to_json(board)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            changed.append(file)
    return changed


def drifts(folder: Path = FOLDER) -> list[Drift]:
    """Files that are missing, edited by hand, or older than their definition."""
    from dashboards.boards.grafana import round_trip, to_json  # noqa: PLC0415

    found = []
    for board in BOARDS:
        file, text = file_of(board, folder), to_json(board)
        for version in (text, round_trip(text)):
            committed = file.read_text(encoding="utf-8") if file.exists() else ""
            if committed != version:
                found.append(Drift(file, _difference(committed, version)))
                break
    return found


def _difference(committed: str, wanted: str) -> str:
    lines = unified_diff(
        committed.splitlines(), wanted.splitlines(), "committed", "wanted", n=1, lineterm=""
    )
    return "\n".join(lines)
