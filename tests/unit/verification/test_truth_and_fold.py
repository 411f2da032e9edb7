"""Truth and fold, which share no code, on the same dossiers at many instants, without a broker."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from connectors.contract.codec import CaseEvent, ProgressRow
from connectors.dvcqg import parser, wire
from connectors.dvcqg.catalogue import Catalogue, catalogue
from connectors.simulator.feed import Request, generate
from connectors.simulator.requests import DOSSIERS
from connectors.simulator.scenarios import Scenario, scenario, scenario_of
from connectors.simulator.truth import Truth
from deploy.verification.comparison import (
    FAMILIES,
    Labels,
    broken_laws,
    differences,
    total,
)
from deploy.verification.run import INSTANTS
from seeds.law_files import LAWS
from seeds.procedures import fields
from seeds.province import agencies
from seeds.topics import PUBLIC_ADMINISTRATION
from streams.core.ledger import Cells
from streams.core.legal.causes import Outages
from streams.core.partition import Context, PartitionState
from streams.core.rules import Rules, rules_of_seeds
from streams.shell.exposition import CaseSeries
from streams.shell.law import law_for

HOUR, DAY = 3600, 86_400
LATER = (0, 61, 3 * HOUR, 7 * HOUR, 26 * HOUR, 3 * DAY, 8 * DAY + 17, 20 * DAY, 45 * DAY, 90 * DAY)


def events(request: Request, known: Catalogue, observed_at: int) -> Iterator[CaseEvent]:
    call = parser.Call("test", request.service, request.madonvi, request.updating)
    if request.service == DOSSIERS:
        for record in request.objects:
            yield parser.dossier(wire.dossier(record), call, known, observed_at).event
        return
    rows: defaultdict[str, list[ProgressRow]] = defaultdict(list)
    for record in request.objects:
        step = parser.step(wire.step(record), call, known)
        rows[step.case].append(step.row)
    for case, steps in rows.items():
        yield parser.progress(case, steps, call, observed_at)


def shown(series: CaseSeries, state: PartitionState) -> dict[tuple[str, Labels], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(series.render([state], state.now))
        for sample in family.samples
        if sample.name.startswith("ioc_cases_")
    }


class Folded:
    """The feed of a scenario as a fold has it by these rules."""

    def __init__(self, feed: list[list[CaseEvent]], rules: Rules) -> None:
        context = Context(Cells(agencies(), fields()), rules=rules)
        self.state = PartitionState(PUBLIC_ADMINISTRATION, 0, 1, context)
        self._series = CaseSeries(context.cells)
        for number, bundle in enumerate(feed):
            self.state.fold(number, b"", bundle)
        assert self.state.refusals.total == 0

    def at(self, now: int) -> dict[tuple[str, Labels], float]:
        if not self.state.now:
            for _ in self.state.opening(now):
                pass
        self.state.advance(now)
        return shown(self._series, self.state)


@cache
def fed(wanted: Scenario) -> tuple[list[list[CaseEvent]], Truth]:
    known = catalogue()
    requests, truth = generate(wanted)
    bundles = [
        list(events(request, known, wanted.now * 1_000_000 + number))
        for number, request in enumerate(requests)
    ]
    return bundles, truth


@pytest.mark.parametrize("seed", [1, 2])
def test_every_series_at_many_instants(seed: int) -> None:
    wanted = scenario_of(6_000, seed)
    feed, truth = fed(wanted)
    folded = Folded(feed, Rules(rules_of_seeds().book, Outages(wanted.outages)))
    levels: set[str] = set()
    causes: set[str] = set()
    for later in LATER:
        now = wanted.now + later
        found = folded.at(now)
        assert [str(one) for one in differences(truth.series(now), found)] == []
        assert broken_laws(found) == []
        assert total(found, "ioc_cases_due_mismatch") > 0
        assert total(found, "ioc_cases_contradicted") > 0
        levels |= {dict(labels)["level"] for name, labels in found if name == "ioc_cases_watch"}
        causes |= {dict(labels)["cause"] for name, labels in found if name == "ioc_cases_late"}
        assert folded.state.audit() == 0
    assert total(found, "ioc_cases_intake_overdue") > 0
    assert len(levels) == 7
    assert len(causes) == 6


@pytest.mark.parametrize(
    ("lawful", "other", "family"),
    [
        ("escalation_days = [1, 3, 5]", "escalation_days = [2, 3, 5]", "ladder"),
        ("due_soon_days = 2", "due_soon_days = 3", "ladder"),
        ("supplements = 1", "supplements = 2", "causes"),
        ('value = 8\nunit = "working_hour"', 'value = 40\nunit = "working_hour"', "causes"),
        ('working_day = "hour"', 'working_day = "day"', "ladder"),
        ('pauses = ["supplement", "financial_obligation"]', "pauses = []", "mismatch"),
    ],
)
def test_another_law_is_found(lawful: str, other: str, family: str, tmp_path: Path) -> None:
    """Any one line of it, although the truth knows nothing of the fold."""
    for file in LAWS.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        if file.stem == "dossier-2018":
            assert lawful in text
            text = text.replace(lawful, other)
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    wanted = scenario_of(6_000, 1)
    feed, truth = fed(wanted)
    rules = Rules(law_for(wanted.now, tmp_path), Outages(wanted.outages))
    assert family in set(differing_families(Folded(feed, rules), wanted, truth))


def test_the_late_dossiers_of_the_year_by_cause() -> None:
    """All of them, among few that were in time."""
    year = scenario("year-2023")
    few = replace(year.quotas, in_time=4_000, full_online=2_500, paid_online=40)
    wanted = replace(year, name="late-of-2023", quotas=few)
    feed, truth = fed(wanted)
    found = Folded(feed, Rules(rules_of_seeds().book, Outages(wanted.outages))).at(wanted.now)
    assert differences(truth.series(wanted.now), found) == []
    in_system = ("in_system_technical", "in_system_clerk")
    otherwise = ("intake_overdue", "long_verification", "repeated_supplement")
    assert total(found, "ioc_cases_late") == 1_230
    assert total(found, "ioc_cases_late", cause=in_system) == 1_181
    assert total(found, "ioc_cases_late", cause=otherwise) == 49
    assert all(total(found, "ioc_cases_late", cause=one) for one in (*in_system, *otherwise))


def test_outages_that_the_fold_does_not_know_are_missed() -> None:
    wanted = scenario_of(6_000, 1)
    feed, truth = fed(wanted)
    folded = Folded(feed, rules_of_seeds())
    assert set(differing_families(folded, wanted, truth)) == {"causes"}


def differing_families(folded: Folded, wanted: Scenario, truth: Truth) -> Iterator[str]:
    for days in INSTANTS:
        now = wanted.now + days * DAY
        for one in differences(truth.series(now), folded.at(now)):
            yield FAMILIES.get(one.name, "counts")
