"""The open dossiers of workers that run, asked over their APIs."""

from collections.abc import Iterator, Sequence
from typing import Any

import httpx

from streams.core.legal.case_file import CaseFileError, read_case
from streams.core.legal.comparison import KnownCase
from streams.shell.peers import merged

# A worker may have to compute the hashes of its state first, and tells many cases in one answer.
PATIENCE_SECONDS = 60.0
STATE, CASES = "/api/state", "/api/cases"


class CannotTellError(Exception):
    """Which worker cannot tell what, and what to do."""


class OpenCases:
    """Every open case of workers that together hold every partition; addresses of their APIs."""

    def __init__(self, addresses: Sequence[str]) -> None:
        """At least one address. Raises CannotTellError when one does not answer, or a partition is
        missing: whom a law would move is not to be told of a part of the province.
        """
        self._addresses = [address.rstrip("/") for address in addresses]
        parts = [_state(address) for address in self._addresses]
        try:
            whole = merged(parts)
        except (ValueError, KeyError, TypeError) as error:
            raise _no_worker(", ".join(self._addresses)) from error
        if not whole["complete"]:
            raise CannotTellError(
                f"these workers do not hold everything: {whole['reason']}; wait until they have "
                "caught up, and name all of them with --worker URL,URL"
            )
        self.now: int = whole["now"]

    def __iter__(self) -> Iterator[KnownCase]:
        """Raises CannotTellError when a worker breaks off."""
        for address in self._addresses:
            yield from _told(address)


def _state(address: str) -> Any:
    try:
        response = httpx.get(address + STATE, params={"local": "1"}, timeout=PATIENCE_SECONDS)
        state = response.json()
        return {"now": int(state["now"]), **state, "partitions": dict(state["partitions"])}
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _unreachable(address, error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise _no_worker(address) from error


def _told(address: str) -> Iterator[KnownCase]:
    query = {"open": "1", "local": "1"}
    try:
        with httpx.stream("GET", address + CASES, params=query, timeout=PATIENCE_SECONDS) as answer:
            if answer.status_code != httpx.codes.OK:
                raise _no_worker(address, f" ({answer.status_code} for {CASES})")
            for number, line in enumerate(answer.iter_lines(), 1):
                if line:
                    yield read_case(f"{address}, case {number}", line)
    except httpx.HTTPError as error:
        raise _unreachable(address, error) from error
    except CaseFileError as error:
        raise CannotTellError(str(error)) from error


def _unreachable(address: str, error: Exception) -> CannotTellError:
    return CannotTellError(
        f"cannot reach a worker at {address}: {type(error).__name__} {error}; start one with "
        "`ioc worker`, or name another with --worker URL"
    )


def _no_worker(address: str, how: str = "") -> CannotTellError:
    return CannotTellError(
        f"{address} does not answer as a worker{how}; name another with --worker URL"
    )
