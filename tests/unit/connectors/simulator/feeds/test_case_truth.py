"""Truth and fold of documents, feedback and incidents, which share no code, at many instants."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from connectors.simulator.feeds.case_truth import CaseTruth, case_series
from connectors.simulator.feeds.cases import case_systems
from connectors.simulator.feeds.province import Province, Wanted
from connectors.simulator.feeds.schedule import Pace
from connectors.simulator.worktime import vietnam
from seeds.procedures import fields
from seeds.province import agencies
from seeds.registry import subsystems
from streams.core.ledger import Cells
from streams.core.partition import Context, PartitionState
from streams.core.rules import rules_of_seeds
from streams.shell.exposition import CaseSeries
from tests.unit.connectors.simulator.feeds.outside import delivered, events, rows, sources

NOW = vietnam(2024, 1, 2, 8)
DAY = 86_400
Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


class Folded:
    """One partition with all that a register of cases has told."""

    def __init__(self, subsystem: str) -> None:
        self.context = Context(Cells(agencies(), fields()), rules=rules_of_seeds())
        self.state = PartitionState(subsystems()[subsystem].topic, 0, 1, self.context)
        self.next = 0

    def at(self, found: list[object], now: int) -> Series:
        self.state.fold(self.next, b"", found)
        self.next += 1
        if not self.state.now:
            for _ in self.state.opening(now):
                pass
        self.state.advance(now)
        text = CaseSeries(self.context.cells).render([self.state], self.state.now)
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name.startswith("ioc_cases_")
        }


@pytest.mark.parametrize("subsystem", case_systems())
def test_every_series_at_many_instants(subsystem: str, tmp_path: Path) -> None:
    name = f"{subsystem}-cases"
    province = Province(tmp_path, Wanted(7, 1), NOW, [name])
    province.begin()
    folded, pace = Folded(subsystem), Pace(NOW, 1)
    seen: set[str] = set()
    # In the evening a document that was due at closing is not late yet.
    for later in (0, 12 * 3_600, 3 * DAY, 16 * DAY + 17):
        province.advance(NOW + later)
        source = sources(tmp_path)[name]
        shown = folded.at(
            events(delivered(source, rows(province, source), NOW + later)), NOW + later
        )
        assert folded.state.refusals.total == 0
        told = case_series(subsystem, 7, pace, NOW + later)
        assert {key: value for key, value in shown.items() if value} == told
        seen |= {value for _, labels in told for _, value in labels}
    assert "on_time" in seen
    if subsystem in ("documents", "citizen-feedback"):
        assert {"overdue", "late", "early", "refused", "awaiting_intake"} <= seen
    province.close()


@pytest.mark.parametrize("subsystem", case_systems())
def test_every_series_while_nothing_more_is_told(subsystem: str, tmp_path: Path) -> None:
    """Every rung of the ladder is reached, and all that is open is late at last."""
    name = f"{subsystem}-cases"
    province = Province(tmp_path, Wanted(7, 1), NOW, [name])
    province.begin()
    source = sources(tmp_path)[name]
    found = events(delivered(source, rows(province, source), NOW))
    folded, truth = Folded(subsystem), CaseTruth(subsystem, 7, Pace(NOW, 1), NOW)
    levels: set[str] = set()
    for days in (0, 1, 2, 4, 8, 40, 300):
        shown = folded.at(found, NOW + days * DAY)
        told = truth.series(NOW + days * DAY)
        assert {key: value for key, value in shown.items() if value} == told
        levels |= {dict(labels)["level"] for metric, labels in told if metric == "ioc_cases_watch"}
        found = []
    if subsystem in ("documents", "citizen-feedback"):
        rungs = {"due_soon", "overdue", "escalated_1", "escalated_2", "escalated_3"}
        assert rungs <= levels
    province.close()
