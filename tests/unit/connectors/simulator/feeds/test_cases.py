"""Documents, feedback and incidents: when they come, how they live, how their systems show them."""

import pytest

from connectors.simulator.feeds.cases import Cases, case_systems
from connectors.simulator.feeds.days import after_work, is_open
from connectors.simulator.feeds.lives import Life, Step
from connectors.simulator.feeds.schedule import Pace
from connectors.simulator.worktime import vietnam
from seeds.province import agencies
from seeds.registry import subsystems

NOW = vietnam(2024, 1, 2, 8)
PACE = Pace(NOW, 30)
SYSTEMS = sorted(case_systems())


@pytest.fixture(params=SYSTEMS)
def cases(request: pytest.FixtureRequest) -> Cases:
    return Cases(request.param, 7, PACE)


def test_each_kind_of_case_of_the_registry_is_kept_somewhere() -> None:
    kept = {(name, kind.kind) for name, kind in case_systems().items()}
    wanted = {
        (name, kind)
        for name, subsystem in subsystems().items()
        for kind in subsystem.case_kinds
        if kind != "dossier"
    }
    assert kept == wanted


def test_lives_are_those_of_agencies_and_in_order(cases: Cases) -> None:
    lives = list(cases.lives(cases.begins, NOW + 3_600))
    assert len({life.case for life in lives}) == len(lives)
    for life in lives:
        times = [step.at for step in life.steps]
        assert times == sorted(times)
        assert life.agency in agencies()
        assert {step.status for step in life.steps} <= cases.kind.statuses.keys()
        assert life.channel is None or life.channel in cases.kind.channels
        assert len([step.fact for step in life.steps if step.fact]) <= 3


def test_a_life_does_not_depend_on_when_one_looks(cases: Cases) -> None:
    whole = list(cases.lives(cases.begins, NOW + 900))
    parts = [*cases.lives(cases.begins, NOW - 77), *cases.lives(NOW - 77, NOW + 900)]
    assert sorted(parts, key=lambda life: life.case) == sorted(whole, key=lambda life: life.case)


def test_more_come_from_the_beginning_of_the_demonstration_on() -> None:
    documents = Cases("documents", 7, PACE)
    before = len(list(documents.lives(vietnam(2023, 12, 29, 8), vietnam(2023, 12, 29, 9))))
    since = len(list(documents.lives(NOW, NOW + 3_600)))
    assert since > 15 * before > 0


def test_documents_come_while_offices_work() -> None:
    documents = Cases("documents", 7, PACE)
    assert all(is_open(life.submitted) for life in documents.lives(documents.begins, NOW))


def test_some_have_a_deadline_and_some_miss_it() -> None:
    for name in ("documents", "citizen-feedback", "web-platforms"):
        lives = list(Cases(name, 7, Pace(NOW)).lives(0, NOW))
        due = [life for life in lives if life.due]
        assert 0 < len(due) < len(lives)
        ends = [(life, life.at(10**11)) for life in due]
        assert 0 < sum(
            1 for life, end in ends if end and end.facts.get("finished", 0) > (life.due or 0)
        ) < len(due) / 3  # fmt: skip
    assert not any(life.due for life in Cases("security-traffic", 7, Pace(NOW)).lives(0, NOW))


def test_a_system_shows_only_what_has_happened() -> None:
    steps = (
        Step(100, "MOI"), Step(200, "TIEP_NHAN", "received"), Step(300, "XONG", "finished")
    )  # fmt: skip
    life = Life("PA-1", "000.01.29.H51", None, "phan-anh", steps, 250)
    assert life.at(99) is None
    seen = [
        (one.status, one.changed, one.revision, one.due, one.facts)
        for now in (199, 200, 10_000)
        if (one := life.at(now))
    ]
    assert seen == [
        ("MOI", 100, 1, None, {}),
        ("TIEP_NHAN", 200, 2, 250, {"received": 200}),
        ("XONG", 300, 3, 250, {"received": 200, "finished": 300}),
    ]


@pytest.mark.parametrize(
    ("hours", "ends"),
    [
        (1, vietnam(2023, 12, 29, 17)),
        (1.5, vietnam(2024, 1, 2, 7, 30)),
        (9, vietnam(2024, 1, 2, 17)),
    ],
)
def test_office_hours_pass_over_new_year(hours: float, ends: int) -> None:
    assert after_work(vietnam(2023, 12, 29, 16), int(hours * 3600)) == ends
