"""Instant queries to Prometheus."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Sample:
    """One series at one instant; `labels` without the name of the metric."""

    labels: Mapping[str, str]
    value: float


class UnreachableError(Exception):
    """Prometheus did not answer, or not as Prometheus does."""


class RefusedQueryError(Exception):
    """Prometheus understood the request and will not run the query; the text says why."""


class Prometheus:
    """`client` carries the address and the limit of patience; who makes it closes it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def time(self) -> float:
        """Its own clock, Unix seconds."""
        return float((await self._query("time()", None))[1])

    async def samples(self, expression: str, at: float) -> tuple[Sample, ...]:
        """The finite samples of a vector at an instant; a share of nothing (NaN) is no sample.

        Raises UnreachableError and RefusedQueryError.
        """
        result = await self._query(expression, at)
        try:
            found = (Sample(row["metric"], float(row["value"][1])) for row in result)
            return tuple(sample for sample in found if math.isfinite(sample.value))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise UnreachableError(f"unexpected result of {expression!r}: {error!r}") from error

    async def _query(self, expression: str, at: float | None) -> Any:
        form = {"query": expression} | ({} if at is None else {"time": f"{at:.3f}"})
        try:
            answer = await self._client.post("/api/v1/query", data=form)
            body = answer.json()
            if answer.status_code in {400, 422}:
                raise RefusedQueryError(f"{expression!r}: {body['error']}")
            answer.raise_for_status()
            return body["data"]["result"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            where = self._client.base_url
            raise UnreachableError(f"{where} does not answer as Prometheus: {error!r}") from error
