"""The other workers: what they hold, asked over their APIs, and the whole that comes of it."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from seeds.subsystem import CASE_KINDS
from seeds.topics import topics
from streams.core.digests import HASH_MODULUS
from streams.shell.holdings import folded_topics

# A peer may have to compute hashes first: half a million in three seconds. Who asks for a case
# is a one-stop system that itself waits for six seconds.
PART_PATIENCE_SECONDS, CASE_PATIENCE_SECONDS = 10.0, 2.0

# What a worker says of itself when it is asked with local=1: of partitions, whether they are open
# there, and what it knows by them.
Part = Mapping[str, Any]


class Peers:
    def __init__(self, session: aiohttp.ClientSession, addresses: Sequence[str]) -> None:
        self._session = session
        self._addresses = [address.rstrip("/") for address in addresses]

    async def parts(self, path: str, **query: str) -> list[Part]:
        """The own part of each peer; of one that does not answer, the reason."""
        answers = await asyncio.gather(
            *(self._ask(one, path, PART_PATIENCE_SECONDS, **query) for one in self._addresses)
        )
        return [
            answer[0] if answer else {"reason": f"{address} does not answer", "partitions": {}}
            for address, answer in zip(self._addresses, answers, strict=True)
        ]

    async def case(
        self, case_id: str, kind: str, part: str = "", **query: str
    ) -> tuple[Part, int] | None:
        """The answer of the peer that holds the case's partition; None when none does.

        `part` is what is asked about the case, as its road ends; "": the case itself.
        """
        path = f"/api/cases/{quote(case_id, safe='')}" + (part and f"/{part}")
        asked = {"kind": kind, **query}
        answers = await asyncio.gather(
            *(self._ask(one, path, CASE_PATIENCE_SECONDS, **asked) for one in self._addresses)
        )
        return next((answer for answer in answers if answer and answer[1] in (200, 404)), None)

    async def _ask(
        self, address: str, path: str, patience: float, **query: str
    ) -> tuple[Part, int] | None:
        url = URL(f"{address}{path}?{urlencode({'local': '1', **query})}", encoded=True)
        timeout = aiohttp.ClientTimeout(total=patience)
        try:
            async with self._session.get(url, timeout=timeout) as response:
                return await response.json(), response.status
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return None


def merged(parts: Sequence[Part]) -> dict[str, Any]:
    """One answer from the parts of all workers, the own one first.

    Complete when every partition of every folded topic is open at exactly one of them.
    """
    held = _held(parts)
    opened = [one for one in held if one[2]["open"]]
    reason = missing(parts, folded_topics())
    return {
        "now": parts[0]["now"],
        "complete": reason is None,
        "reason": reason,
        "hash": f"{sum(int(one['hash'], 16) for *_, one in opened) % HASH_MODULUS:032x}",
        "offsets": _nested((topic, number, one["next"]) for topic, number, one in opened),
        "cases": sum(one["cases"] for *_, one in opened),
        "readings": sum(one.get("readings", 0) for *_, one in opened),
        **_figures(parts),
        "kinds": {
            kind: _figures([part.get("kinds", {}).get(kind, {}) for part in parts])
            for kind in CASE_KINDS
        },
        "imbalance": sum(one["imbalance"] for *_, one in opened),
        "laws": _all("laws", parts),
        "refused": sum(one["refused"] for *_, one in opened),
        "refusals": _all("refusals", parts),
        "partitions": _nested(sorted(held, key=lambda one: bool(one[2]["open"]))),
    }


def _held(parts: Sequence[Part]) -> list[tuple[str, str, Any]]:
    return [
        (topic, number, partition)
        for part in parts
        for topic, partitions in part["partitions"].items()
        for number, partition in partitions.items()
    ]


def missing(parts: Sequence[Part], of_topics: Iterable[str]) -> str | None:
    """Why these parts are not the whole of those topics, or None."""
    owners = Counter((topic, number) for topic, number, one in _held(parts) if one["open"])
    wanted = [(topic, str(n)) for topic in of_topics for n in range(topics()[topic].partitions)]
    absent = [f"{topic}/{number}" for topic, number in wanted if not owners[topic, number]]
    doubled = [f"{topic}/{number}" for topic, number in wanted if owners[topic, number] > 1]
    if not absent and not doubled:
        return None
    reasons = [part["reason"] for part in parts if part.get("reason")]
    if absent:
        reasons.append(f"open at no worker: {', '.join(absent)}")
    if doubled:
        reasons.append(f"open at several workers: {', '.join(doubled)}")
    return "; ".join(reasons)


def _nested(items: Iterable[tuple[str, str, Any]]) -> dict[str, dict[str, Any]]:
    nested: dict[str, dict[str, Any]] = {}
    for topic, number, item in items:
        nested.setdefault(topic, {})[number] = item
    return nested


def _summed(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(total)


def _figures(parts: Sequence[Part]) -> dict[str, Any]:
    return {
        "totals": _summed_years(parts),
        "open": _summed(part.get("open", {}) for part in parts),
    }


def _summed_years(parts: Sequence[Part]) -> dict[str, dict[str, int]]:
    years = sorted({year for part in parts for year in part.get("totals", {})})
    return {year: _summed(part.get("totals", {}).get(year, {}) for part in parts) for year in years}


def _all(name: str, parts: Sequence[Part]) -> list[Any]:
    return [item for part in parts for item in part.get(name, [])]
