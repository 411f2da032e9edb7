"""Apache Kafka on loopback: one or several KRaft nodes, each broker and controller at once."""

import base64
import subprocess
import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kafka.errors import KafkaError

from connectors.log.admin import connected
from connectors.log.settings import KafkaSettings
from deploy.local.processes import (
    LOOPBACK,
    StartError,
    end,
    free_ports,
    listens,
    program,
    spawn,
    wait_until,
)

JARS = Path(sys.prefix) / "share" / "kafka" / "libs"
LOGGING = Path(__file__).parents[1] / "kafka" / "log4j2.properties"
HEAP = "-Xmx512m"


@dataclass(frozen=True, slots=True)
class Node:
    number: int
    port: int
    controller_port: int
    directory: Path

    @property
    def properties(self) -> Path:
        return self.directory / "server.properties"

    @property
    def log(self) -> Path:
        return self.directory / "broker.log"

    def command(self) -> list[str]:
        return java("kafka.Kafka", str(self.properties))


def java(main: str, *arguments: str) -> list[str]:
    """The command line of a class of the broker; raises StartError when its jars are missing."""
    if not any(JARS.glob("kafka_2.13-*.jar")):
        raise StartError(f"the broker's jars are not in {JARS}: run `make setup`")
    return [
        program("java", "default-jre-headless"),
        "-Xms64m",
        HEAP,
        "-XX:+ExitOnOutOfMemoryError",
        f"-Dlog4j2.configurationFile={LOGGING}",
        "-cp",
        f"{JARS}/*",
        main,
        *arguments,
    ]


def plan(directory: Path, ports: Sequence[int] = (), nodes: int = 1) -> list[Node]:
    """Nodes under a directory; `ports` of the brokers, free ones when empty."""
    ports = ports or free_ports(nodes)
    controllers = free_ports(len(ports))
    return [
        Node(number, port, controller, directory / f"node-{number}")
        for number, (port, controller) in enumerate(zip(ports, controllers, strict=True), start=1)
    ]


def prepare(nodes: Sequence[Node]) -> None:
    """Write each node's configuration and format its storage; data that is there stays."""
    cluster = _cluster_id(nodes[0].directory.parent)
    running = [_format(node, nodes, cluster) for node in nodes]
    for node, process in zip(nodes, running, strict=True):
        output, _ = process.communicate()
        if process.returncode:
            text = output.decode(errors="replace").strip()
            raise StartError(f"broker storage in {node.directory} cannot be formatted: {text}")


def _format(node: Node, nodes: Sequence[Node], cluster: str) -> subprocess.Popen[bytes]:
    node.directory.mkdir(parents=True, exist_ok=True)
    lines = [f"{key}={value}" for key, value in properties(node, nodes).items()]
    node.properties.write_text("\n".join(lines) + "\n", encoding="utf-8")
    arguments = ("format", "--ignore-formatted", "-t", cluster, "-c", str(node.properties))
    return subprocess.Popen(
        java("kafka.tools.StorageTool", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _cluster_id(directory: Path) -> str:
    file = directory / "cluster.id"
    if not file.exists():
        directory.mkdir(parents=True, exist_ok=True)
        # "A" in front: the identifier is an argument of a program and may not begin with "-".
        identifier = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        file.write_text("A" + identifier[1:], encoding="utf-8")
    return file.read_text(encoding="utf-8")


def properties(node: Node, nodes: Sequence[Node]) -> dict[str, object]:
    """The configuration of a node; replicas of internal topics as many as there are nodes, ≤ 3."""
    replicas = min(3, len(nodes))
    in_sync = max(1, replicas - 1)
    voters = ",".join(f"{peer.number}@{LOOPBACK}:{peer.controller_port}" for peer in nodes)
    return {
        "process.roles": "broker,controller",
        "node.id": node.number,
        "controller.quorum.voters": voters,
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{LOOPBACK}:{node.port},"
        f"CONTROLLER://{LOOPBACK}:{node.controller_port}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{node.port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": node.directory / "data",
        "auto.create.topics.enable": "false",
        "unclean.leader.election.enable": "false",
        # A group forms at once: nobody waits for more members on one machine.
        "group.initial.rebalance.delay.ms": 0,
        "offsets.topic.num.partitions": 4,
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.num.partitions": 4,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": replicas,
        "share.coordinator.state.topic.min.isr": in_sync,
        "log.cleaner.dedupe.buffer.size": 32 * 1024 * 1024,
        "num.network.threads": 2,
        "num.io.threads": 4,
    }


def ready(bootstrap: str, nodes: int = 1) -> bool:
    """Whether so many brokers of the cluster answer and are part of it."""
    try:
        with connected(KafkaSettings(bootstrap=bootstrap), timeout_seconds=5.0) as admin:
            return len(admin.describe_cluster()["brokers"]) >= nodes
    except (KafkaError, OSError):
        return False


class Broker:
    """A cluster that this process owns; `start` returns when every node serves."""

    def __init__(self, directory: Path, *, nodes: int = 1, ports: Sequence[int] = ()) -> None:
        self.nodes = plan(directory, ports, nodes)
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    @cached_property
    def bootstrap(self) -> str:
        return ",".join(f"{LOOPBACK}:{node.port}" for node in self.nodes)

    def pids(self) -> set[int]:
        return {process.pid for process in self._processes.values() if process.poll() is None}

    def start(self) -> None:
        """Raises StartError when a node does not become ready; nothing is left running then."""
        prepare(self.nodes)
        try:
            for node in self.nodes:
                self._processes[node.number] = spawn(node.command(), node.log)
            for node in self.nodes:
                self._wait(node)
        except StartError:
            self.kill()
            raise

    def stop(self, number: int | None = None) -> None:
        """Stop one node, or all; data stays."""
        end(self._chosen(number), budget_seconds=20.0)

    def kill(self, number: int | None = None) -> None:
        """End with SIGKILL one node, or all; data stays."""
        for process in self._chosen(number):
            process.kill()
            process.wait()

    def restart(self, number: int | None = None) -> None:
        """Start again what does not run, on the same ports and data."""
        for node in self.nodes:
            if number in (None, node.number) and self._processes[node.number].poll() is not None:
                self._processes[node.number] = spawn(node.command(), node.log)
        for node in self.nodes:
            if number in (None, node.number):
                self._wait(node)

    def _chosen(self, number: int | None) -> list[subprocess.Popen[bytes]]:
        return [process for key, process in self._processes.items() if number in (None, key)]

    def _wait(self, node: Node) -> None:
        up = sum(process.poll() is None for process in self._processes.values())
        wait_until(
            lambda: listens(node.port) and ready(f"{LOOPBACK}:{node.port}", up),
            self._processes[node.number],
            name=f"broker node {node.number}",
            log=node.log,
        )
