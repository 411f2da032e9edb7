"""`ioc verify` on the session's broker: right, whatever is done to the feed but to lose records."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from click.testing import CliRunner
from kafka.admin import KafkaAdminClient

from connectors.simulator import appointments
from connectors.simulator.feeds.cases import Cases
from connectors.simulator.feeds.lives import FEEDBACK, Seen
from connectors.simulator.feeds.places import Place
from connectors.simulator.feeds.readings import Readings
from deploy.commands.verify import command
from deploy.local.broker import Broker
from deploy.verification.run import INSTANTS, Outcome, Verification, verify
from seeds.law_files import Section
from seeds.subsystem import Indicator

pytestmark = [pytest.mark.broker, pytest.mark.stack]

OTHER_SYSTEMS = ("documents", "feedback", "incidents", "readings")
SMALL = Verification(dossiers=600, seed=7, feeds=False, instants=(0,))


@pytest.fixture(scope="module")
def plain(broker: Broker) -> Outcome:
    """At all five instants."""
    return verify(replace(SMALL, bootstrap=broker.bootstrap, instants=INSTANTS), print)


def test_a_plain_feed_gives_every_series_its_true_value(plain: Outcome) -> None:
    assert plain.findings == []
    assert plain.right
    assert [look.compared > 800 for look in plain.looks] == [True] * len(INSTANTS)


def test_every_family_is_compared_at_every_instant(plain: Outcome) -> None:
    for look in plain.looks:
        lacking = {name for name, tally in look.families.items() if not tally.compared}
        assert lacking <= {"mismatch", *OTHER_SYSTEMS}, look


@pytest.mark.parametrize(
    "done_to_it",
    [{"repeat": 2}, {"shuffle": True}, {"kill_worker": True}],
    ids=["repeated", "shuffled", "worker-killed"],
)
def test_the_outcome_and_the_hash_stay_the_same(
    broker: Broker, plain: Outcome, done_to_it: dict[str, object]
) -> None:
    wanted = replace(SMALL, bootstrap=broker.bootstrap, **done_to_it)  # type: ignore[arg-type]
    outcome = verify(wanted, print)
    assert outcome.findings == []
    assert (outcome.compared, outcome.hash) == (plain.looks[0].compared, plain.hash)


def test_one_lost_record_is_found_and_named(broker: Broker, plain: Outcome) -> None:
    outcome = verify(replace(SMALL, bootstrap=broker.bootstrap, drop=1), print)
    assert not outcome.right
    assert any("ioc_cases_" in finding for finding in outcome.findings)
    assert outcome.hash != plain.hash


def test_another_law_is_found_and_named(
    broker: Broker, plain: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The truth warns ten working days before a deadline, the workers' law two."""
    lawful = appointments.law_of

    def other(received: int) -> Section:
        law = lawful(received)
        assert law.ladder
        return replace(law, ladder=replace(law.ladder, due_soon_days=10))

    monkeypatch.setattr(appointments, "law_of", other)
    arguments = [
        "--dossiers",
        "600",
        "--instants",
        "0",
        "--without-feeds",
        "--broker",
        broker.bootstrap,
    ]
    result = CliRunner().invoke(command, arguments)
    assert plain.right
    assert result.exit_code == 1
    assert 'end of feed: ioc_cases_watch{agency="' in result.stdout
    assert "series, 0 differ" not in result.stdout


def test_readings_and_all_kinds_of_case_are_right_but_for_what_is_wrong_on_purpose(
    broker: Broker, plain: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is read twice and folded in another order. The truth takes one station's water for
    saltier than it is, and one citizen's feedback for unfinished.
    """
    value, seen = Readings.value, Cases.seen

    def saltier(self: Readings, indicator: Indicator, place: Place, time: int) -> float:
        amiss = (indicator.id, place.code) == ("salinity", "tram-01")
        return value(self, indicator, place, time) + amiss

    def one_unfinished(self: Cases, now: int) -> Iterator[Seen]:
        cases = list(seen(self, now))
        if self.kind is FEEDBACK:
            at = next(n for n, one in enumerate(cases) if "finished" in one.facts)
            received = {"received": cases[at].facts["received"]}
            cases[at] = replace(cases[at], status="DANG_XL", facts=received)  # type: ignore[arg-type]
        yield from cases

    monkeypatch.setattr(Readings, "value", saltier)
    monkeypatch.setattr(Cases, "seen", one_unfinished)
    wanted = replace(SMALL, bootstrap=broker.bootstrap, feeds=True, repeat=2, shuffle=True)
    outcome = verify(replace(wanted, instants=(0, 8)), print)
    assert plain.right
    assert not outcome.right
    for look in outcome.looks:
        families = look.families
        assert all(families[name].compared > 300 for name in OTHER_SYSTEMS), look
        assert {name for name, one in families.items() if one.differ} == {"feedback", "readings"}
        [reading] = [finding for finding in look.findings if "ioc_reading" in finding]
        assert 'indicator="salinity"' in reading
        assert 'unit="tram-01"' in reading
        others = [finding for finding in look.findings if finding != reading]
        assert {finding.partition("{")[0] for finding in others} == {
            "ioc_cases_resolved",
            "ioc_cases_open",
            "ioc_cases_watch",
            "ioc_cases_by_field",
        }
        assert all('kind="feedback"' in finding for finding in others)


def test_nothing_of_a_verification_is_left_in_the_cluster(broker: Broker, plain: Outcome) -> None:
    assert plain.right
    with closing(KafkaAdminClient(bootstrap_servers=broker.bootstrap)) as admin:
        names = [*admin.list_topics(), *(group["group_id"] for group in admin.list_groups())]
    assert not [name for name in names if "verify-" in name]
