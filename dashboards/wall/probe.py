"""Whether the queries of a board find anything on a real Prometheus."""

import httpx

from dashboards.boards.definition import Query
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
                for query in panel.panel.queries:
                    expression = panel.expression(query.ref, year)
                    if fault := await _fault(prometheus, query, expression, time):
                        where = f"{board.id}, panel {panel.panel.id}, query {query.ref}"
                        found.append(f"{where}: {fault}")
        return found


async def _fault(prometheus: Prometheus, query: Query, expression: str, time: float) -> str:
    """A query that looks back may find nothing: Prometheus may be younger."""
    try:
        if await prometheus.samples(expression, time) or query.history:
            return ""
    except RefusedQueryError as error:
        return f"refused: {error}"
    return f"no series: {expression}"
