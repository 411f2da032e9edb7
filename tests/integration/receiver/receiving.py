"""What tests of the receiver share: a client, and eyes on the log."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from kafka import KafkaConsumer, TopicPartition

from connectors.clock import Clock
from connectors.contract.codec import decode_bundle
from connectors.dvcqg.server import prepare, serving
from connectors.dvcqg.settings import ReceiverSettings
from connectors.intake.letters import DeadLetter, Settlement, decode_letters
from connectors.intake.serving import http_server, listening
from connectors.log.settings import KafkaSettings
from deploy.local.processes import free_ports
from seeds.topics import DEAD_LETTERS


@dataclass
class Running:
    """A receiver that serves over real HTTP."""

    url: str
    http: httpx.AsyncClient
    settings: ReceiverSettings
    kafka: KafkaSettings

    async def post(self, path: str, content: Any, **headers: str) -> dict[str, Any]:
        """The protocol's answer; `content` as JSON unless it is bytes."""
        encoded = content if isinstance(content, bytes) else json.dumps(content).encode()
        answer = await self.http.post(path, content=encoded, headers=headers)
        assert answer.status_code == 200
        reply: dict[str, Any] = answer.json()
        return reply

    async def log_in(self, username: str = "opencps") -> str:
        reply = await self.post(
            "/login", {"username": username, "password": f"secret-of-{username}.password"}
        )
        assert reply["error_code"] == "0", reply
        return str(reply["session"])

    async def call(self, session: str, service: str, **members: Any) -> dict[str, Any]:
        body = {"session": session, "madonvi": "000.00.04.H51", "service": service, **members}
        return await self.post("/service", body)

    async def metric(self, name: str) -> float:
        text = (await self.http.get("/metrics")).text
        return next(
            float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name)
        )


Start = Callable[..., AbstractAsyncContextManager[Running]]


@asynccontextmanager
async def started(
    accounts: Path, data: Path, kafka: KafkaSettings, **changes: Any
) -> AsyncIterator[Running]:
    (port,) = free_ports(1)
    settings = ReceiverSettings(accounts=accounts, data=data, port=port, **changes)
    url = f"http://127.0.0.1:{port}"
    async with serving(prepare(settings), kafka, Clock(), heartbeat_seconds=0.2) as app:
        server = http_server(app.application)
        with listening(settings.host, settings.port) as served:
            task = asyncio.create_task(server.serve(sockets=[served]))
            async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
                yield Running(url, http, settings, kafka)
            server.should_exit = True
            await task


def read_log(kafka: KafkaSettings, topic: str) -> list[bytes]:
    """The values of every message of a topic, by partition and offset."""
    consumer = KafkaConsumer(**kafka.client_options(), auto_offset_reset="earliest")
    physical = kafka.topic(topic)
    places = [TopicPartition(physical, n) for n in consumer.partitions_for_topic(physical)]
    consumer.assign(places)
    ends = consumer.end_offsets(places)
    values = []
    while any(consumer.position(place) < end for place, end in ends.items()):
        for records in consumer.poll(timeout_ms=500).values():
            values += [record.value for record in records]
    consumer.close()
    return values


def read_events(kafka: KafkaSettings, topic: str) -> list[Any]:
    return [event for value in read_log(kafka, topic) for event in decode_bundle(value)]


def read_letters(kafka: KafkaSettings) -> list[DeadLetter | Settlement]:
    return [letter for value in read_log(kafka, DEAD_LETTERS) for letter in decode_letters(value)]
