"""Whether the queries of a board find anything on a real Prometheus."""

import httpx

from dashboards.boards.files import BOARDS
from dashboards.numbers import local
from dashboards.wall.panels import load
from dashboards.wall.prometheus import Prometheus, RefusedQueryError


async def findings(url: str, period: int | None) -> list[str]:
    """Queries that are refused or find no series; raises UnreachableError.

    `period` None: the year of Prometheus' own clock.
    """
    async with httpx.AsyncClient(base_url=url, timeout=10, trust_env=False) as client:
        prometheus = Prometheus(client)
        time = await prometheus.time()
        year = period or local(time).year
        found = []
        for board in BOARDS:
            for panel in load(board):
                for ref in panel.queries:
                    fault = await _fault(prometheus, panel.expression(ref, year), time)
                    if fault:
                        found.append(f"{board.id}, panel {panel.panel.id}, query {ref}: {fault}")
        return found


async def _fault(prometheus: Prometheus, expression: str, time: float) -> str:
    try:
        if await prometheus.samples(expression, time):
            return ""
    except RefusedQueryError as error:
        return f"refused: {error}"
    return f"no series: {expression}"
