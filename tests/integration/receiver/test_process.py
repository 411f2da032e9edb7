"""`ioc connect dvcqg` as a process: it starts, serves, stops cleanly, and explains wrong use."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from connectors.intake.database import only_connector
from connectors.intake.serving import listening
from connectors.log.settings import KafkaSettings
from deploy.commands.connect import command
from deploy.local.broker import Broker
from deploy.local.processes import free_ports
from seeds.topics import HEARTBEATS, PUBLIC_ADMINISTRATION
from tests.integration.receiver.receiving import read_events
from tests.unit.connectors.dvcqg.samples import dossier


@pytest.mark.broker
def test_it_serves_until_it_is_told_to_stop(
    broker: Broker, topic_prefix: str, secrets: Path, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    flags = {
        "port": port,
        "accounts": secrets,
        "data": tmp_path / "data",
        "bootstrap": broker.bootstrap,
        "topic-prefix": topic_prefix,
        "clock-offset": -1_000_000,
    }
    line = [sys.executable, "-m", "deploy", "connect", "dvcqg"]
    line += [f"--{name}={value}" for name, value in flags.items()]
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        try:
            _until_healthy(url, process)
            answer = httpx.post(
                f"{url}/service/DongBoHoSoMC?isUpdating=True&token=secret-of-td.token",
                json=[dossier(), dossier(TrangThaiHoSo="x")],
                headers={"X-IOC-Backlog": "3"},
                timeout=30,
            )
            assert answer.json()["error_code"] == "0"
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "secret-of" not in errors
    assert "Traceback" not in errors
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)
    (event,) = read_events(kafka, PUBLIC_ADMINISTRATION)
    assert abs(event.observed_at / 1e6 - (time.time() - 1_000_000)) < 120
    last = max(read_events(kafka, HEARTBEATS), key=lambda beat: beat.at)
    assert (last.source, last.accepted, last.refused, last.backlog) == ("district", 1, 1, 3)


def _until_healthy(url: str, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/health", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    pytest.fail("the receiver does not become healthy")


def test_wrong_use_is_explained(secrets: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"

    def run(*arguments: str) -> tuple[int, str]:
        found = CliRunner().invoke(command, ["dvcqg", *arguments])
        return found.exit_code, found.output

    accounts = ["--accounts", str(secrets), "--data", str(data)]
    code, words = run("--data", str(data))
    assert (code, "[receiver] accounts is not set" in words) == (2, True), words
    code, words = run("--accounts", str(tmp_path / "missing.toml"))
    assert (code, "missing.toml" in words) == (2, True), words
    code, words = run(*accounts, "--port", "70000")
    assert (code, "--port: 70000 is not allowed; allowed: a whole number" in words) == (2, True)
    with only_connector(data):
        code, words = run(*accounts, "--port", str(free_ports(1)[0]))
        assert (code, "another connector is running on it" in words) == (2, True), words
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, words = run(*accounts, "--port", str(port))
        assert (code, f"cannot serve on 127.0.0.1:{port}" in words) == (1, True), words


@pytest.mark.parametrize("arguments", [[], ["dvcqg"]])
def test_help_has_an_example(arguments: list[str]) -> None:
    found = CliRunner().invoke(command, [*arguments, "--help"])
    assert found.exit_code == 0
    assert " ".join(("Example: ioc connect", *arguments)) in found.output


def test_answers_are_not_held_back_by_nagles_algorithm() -> None:
    """asyncio turns it off only for sockets that say that they are TCP's."""
    with listening("127.0.0.1", free_ports(1)[0]) as served:
        assert served.proto == socket.IPPROTO_TCP
