"""Ports, secrets and the record of the local stack."""

import json
import socket
import stat
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.accounts import simulator_account
from deploy.local.layout import Layout, Running, write_record
from deploy.local.ports import Ports, PortTakenError, automatic, refuse_taken


def test_a_taken_port_is_named_with_its_service_and_what_to_do() -> None:
    ports = automatic(2)
    with socket.socket() as wall, socket.socket() as worker:
        for taken, port in ((wall, ports.wall), (worker, ports.workers[1])):
            taken.bind(("127.0.0.1", port))
            taken.listen()
        with pytest.raises(PortTakenError) as caught:
            refuse_taken(ports)
    assert str(caught.value) == (
        f"port {ports.workers[1]}, which worker-2 needs, is taken: end what listens there "
        f"(`ss -ltnp 'sport = :{ports.workers[1]}'` names it)\n"
        f"port {ports.wall}, which wall needs, is taken: end what listens there "
        f"(`ss -ltnp 'sport = :{ports.wall}'` names it)\n"
        "or take free ports: ioc up --ports auto"
    )


def test_a_port_taken_on_all_addresses_is_taken() -> None:
    ports = automatic(1)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("0.0.0.0", ports.receiver))
        taken.listen()
        with pytest.raises(PortTakenError, match="receiver"):
            refuse_taken(ports)


def test_the_port_of_a_broker_elsewhere_is_not_ours_to_want() -> None:
    ports = automatic(1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", ports.broker))
        taken.listen()
        refuse_taken(ports, own_broker=False)


def test_free_ports_are_all_different() -> None:
    ports = [port for _, port in automatic(3).named()]
    assert len(ports) == len(set(ports)) == 10


def test_names_of_services() -> None:
    names = [name for name, _ in Ports(1, 2, 3, 4, [5, 6], 7, 8, 9).named()]
    assert names == [
        "broker", "receiver", "connect", "feeds", "worker-1", "worker-2",
        "prometheus", "alertmanager", "wall",
    ]  # fmt: skip


def test_secrets_are_random_kept_and_ours_alone(tmp_path: Path) -> None:
    account = simulator_account(tmp_path / "secrets")
    first = account.password.read_text()
    assert simulator_account(tmp_path / "secrets").password.read_text() == first
    assert simulator_account(tmp_path / "others").password.read_text() != first
    assert len(first.strip()) >= 32
    for file in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_the_accounts_file_names_the_source_as_a_simulator(tmp_path: Path) -> None:
    account = simulator_account(tmp_path)
    [entry] = tomllib.loads(account.accounts.read_text())["account"]
    assert entry == {
        "username": "simulator",
        "password_file": str(account.password),
        "source": "simulator",
        "kind": "simulator",
    }


def test_the_record_of_what_runs(tmp_path: Path) -> None:
    layout = Layout(tmp_path / ".ioc")
    started = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
    wall = Running("wall", 17, "http://127.0.0.1:8800", "wall.log")
    write_record(
        layout.record, [wall], started_at=started, scenario="year-2023", clock_offset_seconds=-1.5
    )
    record = json.loads(layout.record.read_text())
    assert record["started_at"] == "2026-11-24T19:00:00+00:00"
    assert record["scenario"] == "year-2023"
    assert record["clock_offset_seconds"] == -1.5
    assert record["services"] == [
        {"name": "wall", "pid": 17, "address": "http://127.0.0.1:8800", "log": "wall.log"}
    ]
    assert [file.name for file in layout.root.iterdir()] == ["stack.json"]


def test_data_of_a_scenario_and_of_the_province_are_apart(tmp_path: Path) -> None:
    own, scenario = Layout(tmp_path), Layout(tmp_path, "year-2023")
    for layout in (own, scenario):
        layout.data.mkdir(parents=True)
    scenario.clear()
    assert own.data.exists()
    assert not scenario.data.exists()


def test_the_logs_of_the_last_run_stay_beside(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.rotate_logs()
    layout.log("wall").write_text("old")
    layout.rotate_logs()
    layout.log("wall").write_text("new")
    assert (layout.logs / "wall.log.1").read_text() == "old"
