"""What Prometheus publishes: the figures that boards and alerts read."""

from typing import Any

import httpx

from deploy.verification.comparison import Labels

_PUBLISHED = '{__name__=~"ioc:(cases_.+|reading|reading_timestamp_seconds):last"}'


class PrometheusAway(Exception):
    """Prometheus did not answer, or answered with an error; the message says which."""


def query(address: str, expression: str) -> list[dict[str, Any]]:
    """The instant vector of an expression: a list of {metric, value: [time, text]}.

    Raises PrometheusAway.
    """
    try:
        answer = httpx.get(f"{address}/api/v1/query", params={"query": expression}, timeout=30)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise PrometheusAway(f"Prometheus at {address} does not answer: {error}") from error
    result: list[dict[str, Any]] = answer.json()["data"]["result"]
    return result


def published_series(address: str) -> dict[tuple[str, Labels], float]:
    """Every `ioc:cases_*:last` and `ioc:reading*:last`, under the name of the metric that it
    publishes (`ioc_cases_*`).
    """
    return {_key(row["metric"]): float(row["value"][1]) for row in query(address, _PUBLISHED)}


def _key(metric: dict[str, str]) -> tuple[str, Labels]:
    name = "ioc_" + metric["__name__"].removeprefix("ioc:").removesuffix(":last")
    return name, frozenset((key, value) for key, value in metric.items() if key != "__name__")
