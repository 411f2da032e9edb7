"""Truth and fold, which share no code, on the same dossiers at many instants, without a broker."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from connectors.contract.codec import CaseEvent, ProgressRow
from connectors.dvcqg import parser, wire
from connectors.dvcqg.catalogue import Catalogue, catalogue
from connectors.simulator.feed import Request, generate
from connectors.simulator.requests import DOSSIERS
from connectors.simulator.scenarios import scenario_of
from deploy.verification.comparison import Labels, broken_laws, differences, total
from seeds.procedures import fields
from seeds.province import agencies
from seeds.topics import PUBLIC_ADMINISTRATION
from streams.core.ledger import Cells
from streams.core.legal.causes import Outages
from streams.core.partition import Context, PartitionState
from streams.core.rules import Rules, rules_of_seeds
from streams.shell.exposition import CaseSeries

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


@pytest.mark.parametrize("seed", [1, 2])
def test_every_series_at_many_instants(seed: int) -> None:
    scenario = scenario_of(6_000, seed)
    requests, truth = generate(scenario)
    known = catalogue()
    rules = Rules(rules_of_seeds().book, Outages(scenario.outages))
    context = Context(Cells(agencies(), fields()), rules=rules)
    state, series = PartitionState(PUBLIC_ADMINISTRATION, 0, 1, context), CaseSeries(context.cells)
    for number, request in enumerate(requests):
        bundle = list(events(request, known, scenario.now * 1_000_000 + number))
        state.fold(number, b"", bundle)
    assert state.refusals.total == 0
    for _ in state.opening(scenario.now):
        pass
    levels: set[str] = set()
    causes: set[str] = set()
    for later in LATER:
        now = scenario.now + later
        state.advance(now)
        found = shown(series, state)
        assert [str(one) for one in differences(truth.series(now), found)] == []
        assert broken_laws(found) == []
        assert total(found, "ioc_cases_due_mismatch") > 0
        assert total(found, "ioc_cases_contradicted") > 0
        levels |= {dict(labels)["level"] for name, labels in found if name == "ioc_cases_watch"}
        causes |= {dict(labels)["cause"] for name, labels in found if name == "ioc_cases_late"}
        assert state.audit() == 0
    assert total(found, "ioc_cases_intake_overdue") > 0
    assert len(levels) == 7
    assert len(causes) == 6
