"""The ports of the local stack, and whether somebody has them already."""

import errno
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deploy.configuration import Configuration
from deploy.local.processes import LOOPBACK, free_ports


@dataclass(frozen=True, slots=True)
class Ports:
    broker: int
    receiver: int
    connect: int
    feeds: int
    workers: Sequence[int]
    prometheus: int
    alertmanager: int
    wall: int

    def named(self) -> Iterator[tuple[str, int]]:
        """Service -> port."""
        yield "broker", self.broker
        yield "receiver", self.receiver
        yield "connect", self.connect
        yield "feeds", self.feeds
        for number, port in enumerate(self.workers, start=1):
            yield f"worker-{number}", port
        yield "prometheus", self.prometheus
        yield "alertmanager", self.alertmanager
        yield "wall", self.wall


class PortTakenError(Exception):
    """Ports that others listen on: each with the service that wants it, and what to do."""

    def __init__(self, taken: Sequence[tuple[str, int]]) -> None:
        lines = [
            f"port {port}, which {service} needs, is taken: end what listens there "
            f"(`ss -ltnp 'sport = :{port}'` names it)"
            for service, port in taken
        ]
        super().__init__("\n".join([*lines, "or take free ports: ioc up --ports auto"]))


def configured(configuration: Configuration, workers: int) -> Ports:
    first = configuration.worker.port
    return Ports(
        broker=configuration.stack.broker_port,
        receiver=configuration.receiver.port,
        connect=configuration.connect.port,
        feeds=configuration.stack.feeds_port,
        workers=range(first, first + workers),
        prometheus=configuration.stack.prometheus_port,
        alertmanager=configuration.stack.alertmanager_port,
        wall=configuration.wall.port,
    )


def automatic(workers: int) -> Ports:
    """Free ports."""
    broker, receiver, connect, feeds, prometheus, alertmanager, wall, *folds = free_ports(
        7 + workers
    )
    return Ports(broker, receiver, connect, feeds, folds, prometheus, alertmanager, wall)


def refuse_taken(ports: Ports, *, own_broker: bool = True) -> None:
    """Raises PortTakenError naming all that are taken."""
    wanted = [one for one in ports.named() if own_broker or one[0] != "broker"]
    if taken := [(service, port) for service, port in wanted if is_taken(port)]:
        raise PortTakenError(taken)


def is_taken(port: int) -> bool:
    """Whether a server could not listen there now."""
    with socket.socket() as candidate:
        # Connections of a server that has just ended do not hinder a new one.
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise
    return False
