"""What the wall makes of Prometheus' answers."""

from collections.abc import Callable

import httpx
import pytest

from dashboards.wall.prometheus import Prometheus, RefusedQueryError, Sample, UnreachableError

Answer = Callable[[httpx.Request], httpx.Response]


def prometheus(answer: Answer) -> Prometheus:
    transport = httpx.MockTransport(answer)
    return Prometheus(httpx.AsyncClient(base_url="http://prometheus", transport=transport))


def says(status: int, body: object) -> Answer:
    return lambda _: httpx.Response(status, json=body)


def vector(*rows: tuple[dict[str, str], str]) -> object:
    result = [{"metric": labels, "value": [1.0, value]} for labels, value in rows]
    return {"status": "success", "data": {"resultType": "vector", "result": result}}


async def test_samples_have_labels_and_values() -> None:
    found = await prometheus(says(200, vector(({"a": "b"}, "7")))).samples("x", 1.0)
    assert found == (Sample({"a": "b"}, 7.0),)


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf"])
async def test_a_share_of_nothing_is_no_sample(value: str) -> None:
    assert await prometheus(says(200, vector(({}, value), ({}, "1")))).samples("x", 1.0) == (
        Sample({}, 1.0),
    )


async def test_the_instant_is_sent() -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.read().decode())
        return httpx.Response(200, json=vector())

    await prometheus(answer).samples("sum(x)", 12.5)
    assert seen == ["query=sum%28x%29&time=12.500"]


@pytest.mark.parametrize("status", [400, 422])
async def test_a_refused_query_says_why(status: int) -> None:
    body = {"status": "error", "error": "unknown function"}
    with pytest.raises(RefusedQueryError, match="unknown function"):
        await prometheus(says(status, body)).samples("x", 1.0)


@pytest.mark.parametrize(
    "answer",
    [
        says(503, {"status": "error", "error": "not ready"}),
        says(200, {"something": "else"}),
        says(200, {"data": {"result": [{"metric": {}}]}}),
        says(200, {"data": {"result": [{"metric": {}, "value": [1, "seven"]}]}}),
        says(400, ["no", "object"]),
        lambda _: httpx.Response(200, text="<html>a login page</html>"),
    ],
)
async def test_what_is_no_prometheus_is_unreachable(answer: Answer) -> None:
    with pytest.raises(UnreachableError):
        await prometheus(answer).samples("x", 1.0)


async def test_a_dead_line_is_unreachable() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(UnreachableError, match="http://prometheus"):
        await prometheus(answer).time()
