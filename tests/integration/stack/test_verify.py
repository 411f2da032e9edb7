"""`ioc verify` on the session's broker: right, whatever is done to the feed but to lose records."""

from contextlib import closing
from dataclasses import replace

import pytest
from kafka.admin import KafkaAdminClient

from deploy.local.broker import Broker
from deploy.verification.run import Outcome, Verification, verify

pytestmark = [pytest.mark.broker, pytest.mark.stack]

SMALL = Verification(dossiers=600, seed=7)


@pytest.fixture(scope="module")
def plain(broker: Broker) -> Outcome:
    return verify(replace(SMALL, bootstrap=broker.bootstrap), print)


def test_a_plain_feed_gives_every_series_its_true_value(plain: Outcome) -> None:
    assert plain.findings == []
    assert plain.compared > 800
    assert plain.right


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
    assert (outcome.compared, outcome.hash) == (plain.compared, plain.hash)


def test_one_lost_record_is_found_and_named(broker: Broker, plain: Outcome) -> None:
    outcome = verify(replace(SMALL, bootstrap=broker.bootstrap, drop=1), print)
    assert not outcome.right
    assert any(finding.startswith("ioc_cases_") for finding in outcome.findings)
    assert outcome.hash != plain.hash


def test_nothing_of_a_verification_is_left_in_the_cluster(broker: Broker, plain: Outcome) -> None:
    assert plain.right
    with closing(KafkaAdminClient(bootstrap_servers=broker.bootstrap)) as admin:
        names = [*admin.list_topics(), *(group["group_id"] for group in admin.list_groups())]
    assert not [name for name in names if "verify-" in name]
