"""How nodes of the broker and topics of the log are configured, for one node and for three."""

import stat
from pathlib import Path

import pytest

from connectors.log.topics import settings_of
from deploy.local import broker
from deploy.local.broker import java, plan, properties
from deploy.local.processes import StartError
from seeds.topics import ACKS, HEARTBEATS, PUBLIC_ADMINISTRATION, WATCH, topics


def test_one_node_keeps_one_replica_of_everything(tmp_path: Path) -> None:
    [node] = plan(tmp_path, [19092])
    found = properties(node, [node])
    assert node.port == 19092
    assert found["offsets.topic.replication.factor"] == 1
    assert found["transaction.state.log.min.isr"] == 1
    assert found["auto.create.topics.enable"] == "false"
    assert found["group.initial.rebalance.delay.ms"] == 0
    assert found["log.dirs"] == tmp_path / "node-1" / "data"


def test_three_nodes_are_one_cluster_that_can_lose_one(tmp_path: Path) -> None:
    nodes = plan(tmp_path, nodes=3)
    found = [properties(node, nodes) for node in nodes]
    assert len({one["controller.quorum.voters"] for one in found}) == 1
    assert [one["node.id"] for one in found] == [1, 2, 3]
    assert len({one["listeners"] for one in found}) == 3
    assert len({one["log.dirs"] for one in found}) == 3
    for one in found:
        assert one["offsets.topic.replication.factor"] == 3
        assert one["transaction.state.log.min.isr"] == 2
        assert one["unclean.leader.election.enable"] == "false"


def test_nodes_listen_on_loopback_alone(tmp_path: Path) -> None:
    nodes = plan(tmp_path, nodes=3)
    for node in nodes:
        listeners = str(properties(node, nodes)["listeners"]).split(",")
        assert all("//127.0.0.1:" in listener for listener in listeners)


def test_a_cluster_has_one_identifier_that_stays(tmp_path: Path) -> None:
    first = broker._cluster_id(tmp_path)
    assert broker._cluster_id(tmp_path) == first
    assert broker._cluster_id(tmp_path / "other") != first
    assert len(first) == 22
    assert not first.startswith("-")


def test_jars_that_are_missing_are_no_riddle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "JARS", tmp_path)
    with pytest.raises(StartError, match=r"jars are not in .*: run `make setup`"):
        java("kafka.Kafka")


def test_a_write_needs_two_of_three_replicas() -> None:
    topic = topics()[PUBLIC_ADMINISTRATION]
    assert settings_of(topic, 3)["min.insync.replicas"] == "2"
    assert settings_of(topic, 5)["min.insync.replicas"] == "2"
    assert "min.insync.replicas" not in settings_of(topic, 1)
    assert "min.insync.replicas" not in settings_of(topic, 2)


def test_what_is_kept_how_long() -> None:
    found = {name: settings_of(topic, 1) for name, topic in topics().items()}
    forever = {name for name, settings in found.items() if settings["retention.ms"] == "-1"}
    assert forever == topics().keys() - {HEARTBEATS}
    assert {name for name, one in found.items() if one["cleanup.policy"] == "compact"} == {WATCH}
    assert found[ACKS]["cleanup.policy"] == "delete"
    assert {one["compression.type"] for one in found.values()} == {"lz4"}
    assert {one["unclean.leader.election.enable"] for one in found.values()} == {"false"}


def test_set_up_scripts_can_be_run() -> None:
    scripts = list((Path(broker.__file__).parents[1] / "setup").glob("*.sh"))
    assert {script.stem for script in scripts} == {"setup", "debian", "python", "kafka"}
    assert all(script.stat().st_mode & stat.S_IXUSR for script in scripts)
