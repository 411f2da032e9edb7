"""Whether API, Prometheus and the wall say the same, and what is true."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import readings
from deploy.local.figures import Figures

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """`columns`: where it was read -> panel -> text; an unreadable place has only a reason."""

    truth: Texts
    columns: Mapping[str, Texts]
    unreadable: Mapping[str, str]

    @property
    def holds(self) -> bool:
        return not self.unreadable and all(
            texts.get(panel) == text
            for texts in self.columns.values()
            for panel, text in self.truth.items()
        )

    def table(self) -> list[str]:
        """A line per figure; what differs from the truth is marked with `!`."""
        heads = ["figure", "truth", *self.columns]
        rows = [
            [panel, text, *(_cell(texts.get(panel), text) for texts in self.columns.values())]
            for panel, text in self.truth.items()
        ]
        widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in [heads, *rows]]
        return lines + [f"{place}: cannot be read: {why}" for place, why in self.unreadable.items()]


def _cell(found: str | None, wanted: str) -> str:
    return wanted if found == wanted else f"! {found or 'missing'}"


def compare(
    truth: Figures,
    *,
    worker_url: str,
    prometheus_url: str,
    wall_url: str,
    year: int,
    picture: Path | None = None,
) -> Agreement:
    """Read all places now. The page is read where this machine can (see `page_reader`)."""
    places: dict[str, Callable[[], Texts]] = {
        "API": lambda: readings.of_api(worker_url, year).texts(),
        "Prometheus": lambda: readings.of_prometheus(prometheus_url, year).texts(),
        "wall": lambda: readings.of_wall(wall_url),
    }
    if read_page := readings.page_reader(picture):
        places["wall's page"] = lambda: read_page(wall_url)
    columns: dict[str, Texts] = {}
    unreadable: dict[str, str] = {}
    for place, read in places.items():
        try:
            columns[place] = read()
        except readings.UnreadableError as error:
            unreadable[place] = str(error)
    return Agreement(truth.texts(), columns, unreadable)
