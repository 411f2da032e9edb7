"""What the doctor sees on a machine that lacks something."""

import json
import os
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from connectors.log.settings import KafkaSettings
from deploy.commands.doctor import command
from deploy.configuration import Configuration, StackSettings
from deploy.local import broker, doctor
from deploy.local.doctor import Finding, examine
from deploy.local.processes import free_ports


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty PATH, and nothing configured."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def found(configuration: Configuration | None = None) -> dict[str, Finding]:
    return {one.what: one for one in examine(configuration or Configuration())}


def program(directory: Path, name: str, says: str) -> None:
    file = directory / name
    file.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    file.chmod(0o755)


def test_every_program_that_is_missing_is_named_with_its_package(elsewhere: Path) -> None:
    findings = found()
    assert findings["java"].text == (
        "not on this machine: run `make setup`, or "
        "`sudo apt-get install --no-install-recommends default-jre-headless`"
    )
    for name in ("java", "prometheus", "promtool", "prometheus-alertmanager", "setpriv"):
        assert findings[name].state == "fault"
    assert findings["chromium"].state == "note"


def test_programs_that_are_too_old(elsewhere: Path) -> None:
    program(elsewhere, "java", 'openjdk version "11.0.2"')
    program(elsewhere, "prometheus", "prometheus, version 2.24.1")
    findings = found()
    assert findings["java"].text == "11: Apache Kafka needs 17; install a newer one"
    assert findings["prometheus"].text == "2.24: at least 2.42 is needed"
    assert findings["java"].state == findings["prometheus"].state == "fault"


def test_programs_that_are_new_enough(elsewhere: Path) -> None:
    program(elsewhere, "java", 'openjdk version "21.0.2"')
    program(elsewhere, "prometheus", "prometheus, version 3.5.0+ds")
    assert found()["java"].state == found()["prometheus"].state == "ok"


def test_jars_that_are_missing(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "JARS", elsewhere)
    assert found()["kafka"].text == f"its jars are not in {elsewhere}: run `make setup`"


def test_packages_that_are_missing_or_do_not_work(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> bool:
        raise ImportError("No module named 'cramjam'")

    monkeypatch.setitem(doctor.PACKAGES, "cramjam", absent)
    monkeypatch.setitem(doctor.PACKAGES, "lz4", lambda: False)
    findings = found()
    assert findings["cramjam"].text == "No module named 'cramjam': run `make setup`"
    assert findings["lz4"].text == "does not give back what it was given: reinstall it"


def test_our_own_packages_work() -> None:
    assert all(works() for works in doctor.PACKAGES.values())


def test_a_port_that_is_taken(elsewhere: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        finding = found(Configuration(stack=StackSettings(broker_port=port)))["[stack] broker_port"]
    assert finding.state == "note"
    assert finding.text == f"{port} is taken: by a monitor that runs, or by another"


def test_little_room_is_worth_a_note(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_DISK_MIB", 10**9)
    monkeypatch.setattr(doctor, "LEAST_MEMORY_MIB", 10**9)
    findings = found()
    assert "a year of a province wants 1,000,000,000" in findings["disk"].text
    assert findings["disk"].state == findings["memory"].state == "note"


def test_a_broker_that_is_named_must_answer(elsewhere: Path) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    finding = found(Configuration(kafka=KafkaSettings(bootstrap=address)))["broker"]
    assert finding.state == "fault"
    assert finding.text.startswith(f"{address} does not answer")
    assert finding.text.endswith(": start it, or correct [kafka] bootstrap")


def test_exit_code_and_json(elsewhere: Path) -> None:
    result = CliRunner().invoke(command, ["--json"])
    assert result.exit_code == 1
    assert {"what": "setpriv", "state": "fault"}.items() <= next(
        one for one in json.loads(result.output) if one["what"] == "setpriv"
    ).items()


def test_a_machine_that_can_run_it() -> None:
    """This one: the tests of the stack run on it."""
    assert os.environ["PATH"]
    result = CliRunner().invoke(command, [])
    assert result.exit_code == 0, result.output
    assert "FAULT" not in result.output


@pytest.mark.broker
def test_a_broker_that_answers(broker: broker.Broker) -> None:
    finding = found(Configuration(kafka=KafkaSettings(bootstrap=broker.bootstrap)))["broker"]
    assert (finding.state, finding.text) == ("ok", f"{broker.bootstrap}, 1 node(s)")


def test_a_wrong_configuration_is_no_reason_for_guesses(elsewhere: Path) -> None:
    (elsewhere / "ioc.toml").write_text("[wall]\nport = 0")
    result = CliRunner().invoke(command, [])
    assert result.exit_code == 1
    assert "[wall] port: 0 is not allowed" in result.output
