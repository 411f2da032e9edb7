"""The recording rules under `promtool test rules`, and proof that each of those tests can fail."""

import re
import subprocess
from collections.abc import Collection
from pathlib import Path

import pytest

from deploy.alertmanager import configuration as alertmanager
from deploy.prometheus import configuration as prometheus
from deploy.prometheus.quality import BEGUN, EVENT_AGE, HEARTBEAT_AGE, DeclaredSource
from deploy.prometheus.rules import COMPLETE, OWNERS, SOURCES, TOTALS, rule_files
from streams.core.ledger import CaseCell, FieldCell, SourceCell
from streams.shell.metric_names import METRICS

TESTS = Path(prometheus.__file__).parent / "tests"


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    prometheus.write_rules(tmp_path, [DeclaredSource("s", "ioc.health", "file", 60)])
    return tmp_path


def failing(rules: Path, name: str, among: Collection[str] = ("",)) -> set[str]:
    """The names of the tests in a file that fail, of those whose names have one of these parts;
    promtool itself does not say them.
    """
    head, *tests = re.split(r"(?m)^(?=  - name: )", (TESTS / f"{name}.test.yml").read_text())
    found = set()
    for test in tests:
        title = test.splitlines()[0].removeprefix("  - name: ")
        if any(part in title for part in among):
            (rules / "one.test.yml").write_text(head + test)
            if run("promtool", "test", "rules", rules / "one.test.yml").returncode:
                found.add(title)
    return found


@pytest.mark.parametrize("name", [test.name.split(".")[0] for test in sorted(TESTS.glob("*.yml"))])
def test_rules_do_what_their_tests_say(rules: Path, name: str) -> None:
    whole = rules / f"{name}.test.yml"
    whole.write_text((TESTS / whole.name).read_text())
    passed = run("promtool", "test", "rules", whole).returncode == 0
    assert passed, failing(rules, name)


# What to replace in the rules, by what, and the tests that must notice.
WRONG = [
    ("totals", r" == on \(topic\) ioc_topic_partitions", "", {"no owner", "another topic"}),
    ("totals", re.escape(f"{OWNERS} == 1"), f"{OWNERS} >= 1", {"two owners"}),
    (
        "totals",
        re.escape(f" and on (topic) {COMPLETE}"),
        "",
        {"two owners", "no owner", "another topic"},
    ),
    (
        "totals",
        r"or \((ioc:cases_\w+):last unless",
        r"or (last_over_time(\1[6h]) unless",
        {"become empty"},
    ),
    ("totals", r" or \((ioc:\w+:last) unless on \(topic\) .*\)", "", {"two owners", "no owner"}),
    ("totals", r"sum by \(topic, kind", "sum by (topic, kind, instance", {"one owner of"}),
    ("totals", r'"vector\(3\)"', '"vector(4)"', {"one owner of"}),
    ("totals", r'expr: "sum', 'expr: "vector(0) or sum', {"no data"}),
    ("sources", r"max by", "min by", {"of two owners"}),
    ("sources", r" or \(.*\)", "", {"without an owner"}),
    (
        "sources",
        r" unless on \(source\) ioc_source_info",
        "",
        {"another kind", "no backlog any more"},
    ),
    ("sources", r'expr: "max', 'expr: "vector(0) or max', {"no source"}),
    ("quality", re.escape(f"({EVENT_AGE}) >"), f"({EVENT_AGE}) <", {"breaks its promise"}),
    ("quality", re.escape(f"({HEARTBEAT_AGE}) > 30"), f"({HEARTBEAT_AGE}) > 99", {"is silent"}),
    ("quality", r"abs", "", {"ran ahead is dead", "from the future is late"}),
    ("quality", r" or on \(source, topic\) .*\"", '"', {"never heard of", "without a worker"}),
    (
        "quality",
        r" unless on \(source\) ioc:source_last_event\S+:last",
        "",
        {"and brings is fresh"},
    ),
    (
        "quality",
        r"unless (on \(source\) ioc:source_last_event\S+:last)",
        r"and \1",
        {"never brought"},
    ),
    ("quality", r'expr: "1 -', 'expr: "vector(1) or 1 -', {"nothing was counted"}),
    ("quality", re.escape(f" and on (source) {BEGUN}"), "", {"held against it"}),
    ("quality", r"refused\|unknown", "refused", {"cannot be read"}),
    ("quality", r"ioc:source_cases_contradicted:last", "ioc:source_cases:last * 0", {"contradict"}),
    ("quality", r'state=\\"filled\\"', 'state=\\"promised\\"', {"holes are not complete"}),
    ("quality", r'outcome=\\"repeated\\"', 'outcome=\\"new\\"', {"repetitions not clean"}),
    ("subsystems", r"\* 0 \+ 0\)", "* 0 + 1)", {"figures good is well"}),
    ("subsystems", r">= 4\)", "> 4)", {"at its threshold"}),
    ("subsystems", r"\* 0 \+ 1 or on", "* 0 + 0 or on", {"overdue cases"}),
    (
        "subsystems",
        r"max by \(topic\) \(ioc:source_state\) > 0",
        "max by (topic) (ioc:source_state) > 9",
        {"dead connector"},
    ),
    ("subsystems", r"\* 0 \+ 2 or on", "* 0 + 3 or on", {"critical in silence"}),
    ("subsystems", r"<= 60\)", "<= 600)", {"not whole any more"}),
    (
        "subsystems",
        r"ioc:source_backlog:last\)\) > 0",
        "ioc:source_backlog:last)) > 999",
        {"to send"},
    ),
    ("subsystems", r"info \* 0 \+ 4", "info * 0 + 0", {"nothing heard"}),
    ("subsystems", r"\* 0 \+ time", "* 0 - time", {"that settled"}),
    ("seeds", r'level: "commune"', 'level: "district"', {"agencies are known"}),
]


@pytest.mark.parametrize(("name", "pattern", "replacement", "noticed"), WRONG)
def test_a_wrong_rule_is_noticed(
    rules: Path, name: str, pattern: str, replacement: str, noticed: set[str]
) -> None:
    file = rules / f"{name}.yml"
    text = file.read_text()
    wrong = re.sub(pattern, replacement, text)
    assert wrong != text
    file.write_text(wrong)
    failed = failing(rules, name, noticed)
    assert all(any(part in test for test in failed) for part in noticed), failed


RESOLVED = CaseCell(
    kind="dossier",
    agency="000.18.29.H51",
    channel="online",
    phase="resolved",
    registered=2023,
    received=2023,
    closed=2023,
    timeliness="late",
    cause="unknown",
    full_online=True,
    paid_online=True,
    reported_done=False,
    level="none",
    mismatch=False,
    contradicted=True,
    intake_overdue=False,
)
CELLS: list[CaseCell | FieldCell | SourceCell] = [
    RESOLVED,
    RESOLVED._replace(phase="processing", reported_done=True, mismatch=True),
    RESOLVED._replace(phase="withdrawn"),
    RESOLVED._replace(phase="awaiting_intake", intake_overdue=True),
    SourceCell(source="s", contradicted=True),
    FieldCell(kind="dossier", field="ho-tich", phase="resolved", closed=2023, late=True),
]


def test_totals_are_by_all_labels_that_a_worker_gives() -> None:
    given: dict[str, set[str]] = {}
    for cell in CELLS:
        for metric, labels, year in cell.contributions():
            period = {"period"} if year is not None and metric != "ioc_cases_by_field" else set()
            given[metric] = {name for name, _ in labels} | period
    counted = {name for name in TOTALS if name.startswith(("cases_", "source_cases"))}
    assert given == {f"ioc_{name}": set(TOTALS[name]) for name in counted}


def test_rules_read_what_workers_export() -> None:
    files = rule_files([DeclaredSource("s", "ioc.health", "file", 60)])
    rules = [rule for groups in files.values() for group in groups for rule in group["rules"]]
    read = {name for rule in rules for name in re.findall(r"\bioc_\w+", rule["expr"])}
    assert read - {rule["record"] for rule in rules} <= METRICS.keys()
    assert {f"ioc_{name}" for name in TOTALS} <= METRICS.keys()
    assert {f"ioc_{name}" for name in SOURCES} <= METRICS.keys()


def test_every_rule_test_has_been_seen_to_fail() -> None:
    names = {
        name
        for test in TESTS.glob("*.yml")
        for name in re.findall(r"- name: (.*)", test.read_text())
    }
    noticed = set().union(*(case[3] for case in WRONG))
    assert {name for name in names if not any(part in name for part in noticed)} == set()


def test_the_configuration_is_one_that_the_programs_accept(tmp_path: Path) -> None:
    targets = {"worker": {"worker-1": "127.0.0.1:8810"}, "receiver": {"r": "127.0.0.1:8801"}}
    file = prometheus.write(tmp_path, targets, ["127.0.0.1:19093"])
    checked = run("promtool", "check", "config", file)
    assert checked.returncode == 0, checked.stderr
    assert f"{len(rule_files())} rule files found" in checked.stdout
    assert 'instance: "worker-1"' in file.read_text()
    assert run("amtool", "check-config", alertmanager.write(tmp_path)).returncode == 0


def test_rules_of_another_version_do_not_stay(tmp_path: Path) -> None:
    (tmp_path / "former.yml").write_text("groups: []\n")
    assert tmp_path / "former.yml" not in prometheus.write_rules(tmp_path)
    assert not (tmp_path / "former.yml").exists()
