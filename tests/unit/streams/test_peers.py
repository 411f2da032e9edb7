"""The whole that comes of the parts of several workers."""

from typing import Any

from seeds.topics import PUBLIC_ADMINISTRATION, source_topics
from streams.shell import peers

YEAR = {"received": 1, "resolved": 1}


# What the workers of these tests hold beside their dossiers: everything, and nothing is in it.
REST = {
    "reason": None,
    "partitions": {
        topic.name: {
            str(number): {
                "open": True, "next": 0, "cases": 0, "hash": "0", "imbalance": 0, "refused": 0,
            }
            for number in range(topic.partitions)
        }
        for topic in source_topics()
        if topic.name != PUBLIC_ADMINISTRATION
    },
}  # fmt: skip


def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return peers.merged([*parts, REST])


def part(*numbers: int, is_open: bool = True, digest: int = 1, **more: Any) -> dict[str, Any]:
    partition = {
        "open": is_open,
        "next": 7,
        "cases": 2,
        "readings": 3,
        "hash": f"{digest:032x}" if is_open else None,
        "imbalance": 0,
        "refused": 1,
    }
    return {
        "now": 9,
        "reason": None,
        "partitions": {PUBLIC_ADMINISTRATION: {str(number): partition for number in numbers}},
        "totals": {"2023": YEAR},
        "open": {"processing": 0, "overdue": 2},
        "kinds": {"feedback": {"totals": {"2022": YEAR}, "open": {"overdue": 1}}},
        "laws": [],
        "refusals": [{"offset": number} for number in numbers],
    } | more


def test_what_two_workers_hold_together_is_the_whole() -> None:
    found = merged([part(*range(5)), part(*range(5, 12))])
    assert (found["complete"], found["reason"]) == (True, None)
    assert found["offsets"].keys() == {topic.name for topic in source_topics()}
    assert found["offsets"][PUBLIC_ADMINISTRATION] == {str(n): 7 for n in range(12)}
    assert (found["cases"], found["refused"], len(found["refusals"])) == (24, 12, 12)
    assert found["totals"] == {"2023": {"received": 2, "resolved": 2}}
    assert found["open"] == {"processing": 0, "overdue": 4}
    assert found["readings"] == 36
    feedback = found["kinds"]["feedback"]
    assert feedback["totals"] == {"2022": {"received": 2, "resolved": 2}}
    assert feedback["open"] == {"overdue": 2}


def test_the_hash_is_the_sum_over_all_partitions_and_turns_over() -> None:
    assert merged([part(*range(12), digest=3)])["hash"] == f"{36:032x}"
    assert merged([part(*range(12), digest=2**128 - 1)])["hash"] == f"{2**128 - 12:032x}"


def test_a_partition_at_no_worker_is_named() -> None:
    found = merged([part(*range(11)), {"reason": "http://b does not answer", "partitions": {}}])
    assert not found["complete"]
    assert found["reason"] == (
        "http://b does not answer; open at no worker: ioc.public-administration/11"
    )


def test_a_closed_partition_counts_as_missing() -> None:
    assert not merged([part(*range(11)), part(11, is_open=False)])["complete"]


def test_a_partition_at_two_workers_is_counted_by_none() -> None:
    found = merged([part(*range(12)), part(3)])
    assert found["reason"] == "open at several workers: ioc.public-administration/3"


def test_a_peer_that_does_not_answer_is_not_missed_when_the_rest_is_whole() -> None:
    gone = {"reason": "http://b does not answer", "partitions": {}}
    assert merged([part(*range(12)), gone])["complete"]


def test_of_a_partition_that_moves_the_open_one_is_told() -> None:
    found = merged([part(*range(12)), part(3, is_open=False)])
    assert found["complete"]
    assert found["partitions"][PUBLIC_ADMINISTRATION]["3"]["open"]
