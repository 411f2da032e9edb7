"""What happens to a source drives exactly its score below the promise, and back: on the real thing.

Broker, feeds, connectors, fold and Prometheus with its rules run as they do in life. Everything
that can happen happens at once, each to another source, and is watched until all is over; the tests
look at what was seen. The sources that the scores are about are those of a twelfth subsystem, which
comes every second: five lost slots are then over within a minute.
"""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from subprocess import CompletedProcess

import pytest

from deploy.prometheus.quality import DEAD, FRESH, LATE, UNHEARD
from deploy.prometheus.subsystems import CRITICAL
from tests.integration.happenings.monitor import Monitor
from tests.integration.happenings.rehearsal import UNHEARD as UNHEARD_SOURCE

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

WATCHED_SECONDS = 100.0
# Each at the source of its name -> the one score that falls.
SCORED = {
    "silent": "live",
    "wrong-unit": "correct",
    "duplicate-storm": "clean",
    "lost": "complete",
}
SECONDS = {"silent": 30, "wrong-unit": 20, "duplicate-storm": 20, "lost": 20}
# To the province, and to a source whose scores it leaves alone.
ELSEWHERE = ("salinity-intrusion", "portal-outage", "fire", "late-correction")
UNSCORED_SECONDS = 40
OPENED = ("fires open", "faults open")
WANTED = set(SCORED.items())

FIGURES = {
    "salinity": 'max(ioc:reading:last{indicator="salinity"})',
    "availability": 'min(ioc:reading:last{indicator="availability"})',
    "corrected": 'sum(ioc:source_observations_total:last{source="tourism-database",'
    'outcome="corrected"})',
    "tourism": 'sum(ioc:reading:last{subsystem="tourism"})',
    "fires open": 'sum(ioc:cases_open:last{topic="ioc.security-traffic"})',
    "fires out": 'sum(ioc:cases_resolved:last{topic="ioc.security-traffic"})',
    "faults open": 'sum(ioc:cases_open:last{topic="ioc.web-platforms"})',
    "faults over": 'sum(ioc:cases_resolved:last{topic="ioc.web-platforms"})',
}


@dataclass(slots=True)
class Look:
    """One look at everything; sources and subsystems by name."""

    below: set[tuple[str, str]]
    red: dict[str, float]
    critical: set[str]
    figures: dict[str, float]


@dataclass(slots=True)
class Seen:
    """`listed`: what `ioc sources` printed while all four scores were down."""

    looks: list[Look] = field(default_factory=list)
    listed: CompletedProcess[str] | None = None

    @property
    def below(self) -> set[tuple[str, str]]:
        """All that ever were."""
        return {one for look in self.looks for one in look.below}

    def figure(self, name: str) -> list[float]:
        return [look.figures[name] for look in self.looks]


def look_at(monitor: Monitor) -> Look:
    """But for the source that nobody asks."""
    states = monitor.states()
    return Look(
        below={one for one in monitor.below() if one[0] != UNHEARD_SOURCE},
        red={name: it for name, it in states.items() if it != FRESH and name != UNHEARD_SOURCE},
        critical=set(monitor.by("subsystem", f"ioc:subsystem_state == {CRITICAL}")),
        figures={name: monitor.figure(expression) for name, expression in FIGURES.items()},
    )


def is_quiet(monitor: Monitor) -> bool:
    """Every declared source has spoken, and every score is at its promise."""
    told = monitor.by("source", "ioc:source_live:ratio > 0").keys()
    declared = monitor.by("source", "ioc_source_declared").keys()
    found = {(name, score) for name in SCORED for score in SCORED.values()}
    look = look_at(monitor)
    everybody = declared - {UNHEARD_SOURCE} == told != set()
    return everybody and found <= monitor.scores().keys() and not look.below and not look.red


@pytest.fixture(scope="module")
def monitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitor]:
    """Of a province in which nothing has happened: then no score is below its promise."""
    started = Monitor(tmp_path_factory.mktemp("rehearsal"))
    try:
        started.until(started.is_running, "start")
        started.until(lambda: is_quiet(started), "quiet")
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="module")
def seen(monitor: Monitor) -> Seen:
    """Everything happens, and is over; or the time is up."""
    seen = Seen([look_at(monitor)])
    for name in SCORED:
        monitor.happen(name, name, SECONDS[name])
    for name in ELSEWHERE:
        monitor.happen(name, None, UNSCORED_SECONDS)
    began = time.monotonic()
    while time.monotonic() < began + WATCHED_SECONDS:
        look = look_at(monitor)
        seen.looks.append(look)
        if look.below >= WANTED and seen.listed is None:
            seen.listed = monitor.listed()
        if is_over(seen, time.monotonic() - began):
            break
        time.sleep(1)
    return seen


def is_over(seen: Seen, seconds: float) -> bool:
    first, last = seen.looks[0], seen.looks[-1]
    calm = not last.below and not last.red and last.critical == first.critical
    return calm and seconds > UNSCORED_SECONDS and seen.figure("fires out")[-1] > 0 and out(seen)


def out(seen: Seen) -> bool:
    """What was opened for a fire and a fault is closed."""
    return all(seen.figure(name)[-1] <= seen.figure(name)[0] for name in OPENED)


@pytest.mark.parametrize(("source", "score"), SCORED.items())
def test_a_happening_drives_exactly_its_score_below_the_promise_and_back(
    seen: Seen, source: str, score: str
) -> None:
    assert {one for name, one in seen.below if name == source} == {score}
    assert not [one for name, one in seen.looks[-1].below if name == source]


def test_no_score_of_another_source_falls(seen: Seen) -> None:
    assert seen.below == WANTED


def test_only_a_silent_source_is_late_and_then_no_more(seen: Seen) -> None:
    assert [look.red for look in seen.looks if look.red and look.red != {"silent": LATE}] == []
    assert {"silent": LATE} in [look.red for look in seen.looks]
    assert seen.looks[-1].red == {}


def test_the_list_of_sources_marks_what_is_down(seen: Seen) -> None:
    assert seen.listed is not None
    assert seen.listed.returncode == 1, seen.listed.stderr
    rows = {line.split()[0]: line for line in seen.listed.stdout.splitlines()}
    assert {name for name, line in rows.items() if "!" in line} == {*SCORED, UNHEARD_SOURCE}
    for name in SCORED:
        assert rows[name].count("!") == 1, rows[name]
    assert "never heard of" in rows[UNHEARD_SOURCE]
    assert " late " in rows["silent"]


def test_a_late_correction_is_counted_and_changes_the_figures(seen: Seen) -> None:
    corrected, tourism = seen.figure("corrected"), seen.figure("tourism")
    assert corrected[-1] >= corrected[0] + 11
    assert tourism[-1] > tourism[0]


def test_saline_intrusion_makes_its_subsystem_critical_by_the_law_s_threshold(seen: Seen) -> None:
    name, figures = "environment-land", seen.figure("salinity")
    assert [name in look.critical for look in (seen.looks[0], seen.looks[-1])] == [False, False]
    assert figures[0] < 4 < max(figures)
    assert any(name in look.critical for look in seen.looks)


def test_an_outage_of_the_portal_is_measured_and_is_an_incident(seen: Seen) -> None:
    figures, opened = seen.figure("availability"), seen.figure("faults open")
    assert (min(figures), figures[-1]) == (0, figures[0])
    assert max(opened) == opened[0] + 1
    assert seen.figure("faults over")[-1] == seen.figure("faults over")[0] + 1


def test_a_fire_is_an_incident_until_it_is_out(seen: Seen) -> None:
    opened = seen.figure("fires open")
    assert max(opened) == opened[0] + 1
    assert seen.figure("fires out")[-1] == seen.figure("fires out")[0] + 1


def test_a_source_never_heard_of_is_red(monitor: Monitor) -> None:
    assert monitor.states()[UNHEARD_SOURCE] == UNHEARD


def test_sources_of_a_connector_that_was_killed_are_dead_until_it_is_back(
    seen: Seen, monitor: Monitor
) -> None:
    """After all that happens: the connector knows what it had read, and repeats nothing."""
    assert seen.looks
    monitor.process.send_signal(signal.SIGSTOP)  # nobody starts it again for now
    os.kill(monitor.pid("connect"), signal.SIGKILL)
    asked = monitor.by("source", "ioc_source_declared").keys() - {UNHEARD_SOURCE}
    dead = dict.fromkeys(asked, DEAD) | {UNHEARD_SOURCE: UNHEARD}
    monitor.until(lambda: monitor.states() == dead, "dead")
    assert monitor.listed().returncode == 1
    monitor.process.send_signal(signal.SIGCONT)
    monitor.until(lambda: look_at(monitor).red == {}, "back")
    assert {score for _, score in monitor.below()} <= {"live"}
