"""What a worker tells of its open cases is what `ioc law diff` reads."""

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from connectors.contract.codec import CaseFacts, ProgressRow, Supplement
from connectors.contract.identity import case_event
from connectors.contract.partitions import partition_of
from deploy.open_cases import OpenCases
from seeds.topics import topics
from streams.core import facts as fold
from streams.core.ledger import Cells
from streams.core.legal.comparison import KnownCase
from streams.core.partition import Context, PartitionState
from streams.shell.api import Api
from streams.shell.holdings import Partition, folded_topics
from streams.shell.peers import Peers
from streams.shell.worker import Worker

NOW = 1_704_157_200
DAY = 86_400
DOSSIERS, FEEDBACK = "ioc.public-administration", "ioc.citizen-feedback"


class WorkerOfEverything:
    """All that the API asks of a worker, which holds every partition."""

    def __init__(self) -> None:
        context = Context(Cells((), ()))
        self.settings = SimpleNamespace(name="worker-1")
        self.states = {
            Partition(topic, number): PartitionState(topic, number, count, context)
            for topic in folded_topics()
            for count in [topics()[topic].partitions]
            for number in range(count)
        }
        self.holdings = SimpleNamespace(states=self.states, context=context)

    def fold(self, topic: str, kind: str, case: str, *rows: ProgressRow, **facts: Any) -> None:
        state = self.states[Partition(topic, partition_of(case, topics()[topic].partitions))]
        told = case_event(
            source="a", kind=kind, case=case, revision=0, observed_at=1,
            facts=CaseFacts(**facts), progress=rows,
        )  # fmt: skip
        state.fold(state.next, b"", [told])

    def now(self) -> int:
        return NOW

    def doubt(self) -> None:
        return None

    def unready(self) -> None:
        return None

    def open_states(self) -> Iterator[tuple[Partition, PartitionState]]:
        return iter(self.states.items())

    async def brought_up_to_hash(self) -> None: ...


async def test_open_cases_of_every_kind_come_as_they_are() -> None:
    worker = WorkerOfEverything()
    stop = (NOW - 5 * DAY, NOW - 4 * DAY, None, NOW + DAY)
    worker.fold(
        DOSSIERS, "dossier", "H-1", ProgressRow(NOW - DAY, 4, department="Phòng", due=NOW),
        received=NOW - 9 * DAY, procedure="1.000931", supplements=(Supplement(*stop),),
        traits=("fee_bearing",),
    )  # fmt: skip
    worker.fold(DOSSIERS, "dossier", "H-2", received=NOW - 9 * DAY, finished=NOW, status=9)
    worker.fold(FEEDBACK, "feedback", "P-1", submitted=NOW - DAY)
    for state in worker.states.values():
        for _ in state.opening(NOW):
            pass
    async with aiohttp.ClientSession() as session:
        app = web.Application()
        app.add_routes(Api(cast("Worker", worker), Peers(session, ())).routes())
        async with TestServer(app) as server:
            address = str(server.make_url(""))
            told = await asyncio.to_thread(lambda: OpenCases([address]))
            found = await asyncio.to_thread(lambda: list(told))
    assert told.now == NOW
    dossier = fold.Facts(
        procedure="1.000931", received=NOW - 9 * DAY, supplements=(fold.Supplement(*stop),)
    )
    row = fold.Row(NOW - DAY, 4, None, "Phòng", None, NOW)
    assert sorted(found, key=lambda known: known.case) == [
        KnownCase("H-1", "dossier", dossier, [row]),
        KnownCase("P-1", "feedback", fold.Facts(submitted=NOW - DAY), []),
    ]
