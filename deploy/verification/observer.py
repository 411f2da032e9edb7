"""What an installation shows at one instant, against the truth of that instant."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

import httpx

from connectors.simulator.truth import Truth
from deploy.local.supervisor import Supervisor
from deploy.verification.comparison import (
    Labels,
    Tally,
    broken_laws,
    differences,
    meanwhile,
    tallies,
)
from deploy.verification.installation import Installation, folded_to, log_ends
from deploy.verification.prometheus import published_series, query
from deploy.verification.province import ProvinceTruth

SETTLE_SECONDS = 300.0
# The first rules of the group of totals tell when what they are made of was scraped, the last rule
# is recorded when all others are.
_SCRAPED, _LAST_RULE = "ioc:topic_complete_timestamp_seconds:last", "ioc:ledger_imbalance"
_PUBLISHED_SINCE = (
    f"min({_SCRAPED}) >= {{}} and min(timestamp({_LAST_RULE})) >= max(timestamp({_SCRAPED}))"
)
SAMPLED_CASES = 50
LOOKS = 3
VIETNAM = timezone(timedelta(hours=7))


class NotSettledError(Exception):
    """The fold or Prometheus did not get to the end of the log in time."""


@dataclass(frozen=True, slots=True)
class Look:
    """`when` in words, `now` in Unix seconds; `findings` is empty when every figure is right."""

    when: str
    now: int
    families: dict[str, Tally]
    findings: list[str]

    @property
    def compared(self) -> int:
        return sum(tally.compared for tally in self.families.values())

    @property
    def differ(self) -> int:
        return sum(tally.differ for tally in self.families.values())

    def __str__(self) -> str:
        at = datetime.fromtimestamp(self.now, UTC).astimezone(VIETNAM)
        families = ", ".join(
            f"{family} {tally.compared}" + (f" ({tally.differ} differ)" if tally.differ else "")
            for family, tally in self.families.items()
        )
        return (
            f"{self.when + ',':<12} {at:%Y-%m-%d %H:%M}: {self.compared} series compared, "
            f"{self.differ} differ: {families}"
        )


class Observer:
    """Of one installation that runs; `hash` is known after the first look.

    Raises NotSettledError.
    """

    def __init__(
        self,
        place: Installation,
        truth: Truth,
        province: ProvinceTruth | None,
        supervisor: Supervisor,
    ) -> None:
        self._place = place
        self._truth = truth
        self._province = province
        self._supervisor = supervisor
        self.hash = ""

    def look(self, when: str) -> Look:
        """What is published between two scrapes of one evaluation may not fit together, so that a
        finding counts only when another look finds the same.
        """
        state = self._settled()
        self.hash = state["hash"]
        look = self._look(when, state)
        for _ in range(LOOKS - 1):
            if not look.findings:
                break
            before, look = look, self._look(when, state)
            if look.findings == before.findings:
                break
        return look

    def _look(self, when: str, state: dict[str, Any]) -> Look:
        since = self._now()
        published = partial(self._published_since, time.time())
        if not self._supervisor.run_until(published, SETTLE_SECONDS):
            raise NotSettledError("Prometheus publishes nothing new; see its log")
        found = published_series(self._place.folding.prometheus_url)
        now = self._now() + 1
        expected = meanwhile(self._expected(since), self._expected(now), found)
        differing = differences(expected, found)
        findings = [
            *map(str, differing),
            *broken_laws(found),
            *state["laws"],
            *self._wrong_cases(),
            *(f"the fold refused an event: {refusal}" for refusal in state["refusals"]),
        ]
        if state["imbalance"]:
            findings.append(f"the ledger is out of balance by {state['imbalance']}")
        return Look(when, now, tallies(expected.keys() | found.keys(), differing), findings)

    def _expected(self, now: int) -> dict[tuple[str, Labels], float]:
        others = self._province.series(now) if self._province else {}
        return {**self._truth.series(now), **others}

    def _settled(self) -> dict[str, Any]:
        """The state of the worker when it has folded the whole log."""
        ends = log_ends(self._place.folding.kafka)
        states: list[dict[str, Any]] = []

        def folded() -> bool:
            state = folded_to(self._place.worker, ends)
            states.extend([state] if state else [])
            return bool(states)

        if not self._supervisor.run_until(folded, SETTLE_SECONDS):
            raise NotSettledError(
                f"the worker did not fold the log to {ends} in {SETTLE_SECONDS:g} s"
            )
        return states[-1]

    def _now(self) -> int:
        return int(self._place.folding.clock_offset_seconds + time.time())

    def _published_since(self, second: float) -> bool:
        """Whether all totals are of scrapes since then, and of one evaluation that is over."""
        return bool(query(self._place.folding.prometheus_url, _PUBLISHED_SINCE.format(second)))

    def _wrong_cases(self) -> Iterator[str]:
        """Of a sample of dossiers, what the API says otherwise than the truth."""
        for case in self._sampled():
            answer = httpx.get(f"{self._place.worker}/api/cases/{case}", timeout=30).json()
            wanted = asdict(self._truth.expectation(case, answer.get("now", self._now())))
            for name, value in wanted.items():
                found = answer.get("id" if name == "case" else name)
                if found != value:
                    yield f"dossier {case}: {name}: expected {value!r}, found {found!r}"

    def _sampled(self) -> set[str]:
        """One of each kind that there is, and some from everywhere."""
        cases, now = self._truth.sample(), self._now()
        kinds = {
            (replace(found, case="", due=None), found.due is None): case
            for case in cases
            for found in [self._truth.expectation(case, now)]
        }
        return {*kinds.values(), *cases[:: max(1, len(cases) // SAMPLED_CASES)]}
