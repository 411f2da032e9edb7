"""TraCuuHoSo: whether a dossier exists, asked of the workers. Never "not found" for "not known".

A real sender chooses between insert and update by the answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from connectors.dvcqg.values import VIETNAM

TIMEOUT_SECONDS = 3.0
_TIMES = {
    "NgayNopHoSo": "submitted",
    "NgayTiepNhan": "received",
    "NgayHenTra": "due",
    "NgayKetThucXuLy": "finished",
    "NgayTra": "returned",
    "NgayTuChoi": "refused",
}


class LookupUnavailableError(Exception):
    """No worker could say whether the dossier exists."""


class Lookup:
    """Asks the workers one after the other; each answers for all of them when it can."""

    def __init__(self, workers: Sequence[str], http: httpx.AsyncClient) -> None:
        self._workers = [worker.rstrip("/") for worker in workers]
        self._http = http

    async def find(self, case: str) -> list[dict[str, str]]:
        """One object of the protocol, or none when there is no such dossier.

        Raises LookupUnavailableError.
        """
        why = "no worker is named: set [receiver] worker_api"
        for worker in self._workers:
            try:
                answer = await self._http.get(f"{worker}/api/cases/{quote(case, safe='')}")
                body = answer.json()
            except (httpx.HTTPError, ValueError) as error:
                why = f"{worker}: {type(error).__name__}"
                continue
            known = body if isinstance(body, dict) else {}
            # A 404 without a reason is of a server that is no worker.
            if answer.status_code == httpx.codes.NOT_FOUND and "reason" in known:
                return []
            if answer.status_code == httpx.codes.OK and "facts" in known:
                return _dossiers(case, known["facts"])
            why = f"{worker}: HTTP {answer.status_code}"
        raise LookupUnavailableError(why)


def client() -> httpx.AsyncClient:
    """For asking workers; no proxy stands between."""
    return httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)


def _dossiers(case: str, facts: dict[str, Any] | None) -> list[dict[str, str]]:
    """Only what is no personal data. A dossier of which only progress came was never inserted."""
    if facts is None:
        return []
    times = {name: _written(facts.get(fact)) for name, fact in _TIMES.items()}
    status = facts.get("status")
    return [{"MaHoSo": case, "TrangThaiHoSo": str(status) if status else "", **times}]


def _written(seconds: int | None) -> str:
    return datetime.fromtimestamp(seconds, VIETNAM).strftime("%Y%m%d%H%M%S") if seconds else ""
