"""One test for every mistake that somebody can make in `ioc.toml`, with what is said about it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy import configuration
from deploy.commands.check import command
from deploy.configuration import Configuration, ConfigurationError, load
from deploy.local.accounts import simulator_account

MISTAKES = {
    "unknown section": (
        "[stak]\nworkers = 2",
        (
            "[stak]: there is no such section; do you mean stack? "
            "allowed: connect, kafka, receiver, source, stack, wall, worker"
        ),
    ),
    "nothing like any section": (
        "[grafana]",
        (
            "[grafana]: there is no such section; "
            "allowed: connect, kafka, receiver, source, stack, wall, worker"
        ),
    ),
    "unknown key": (
        "[stack]\nworker = 2",
        (
            "[stack] worker: there is no such key; do you mean workers? "
            "allowed: alertmanager_port, broker_port, data, feeds_port, prometheus_port, workers"
        ),
    ),
    "a value where a section belongs": (
        "wall = 8800",
        "[wall] must be a section of keys and values",
    ),
    "not in the list": (
        '[kafka]\nsecurity = "TLS"',
        (
            "[kafka] security: 'TLS' is not allowed; "
            "allowed: one of 'PLAINTEXT', 'SSL', 'SASL_SSL', 'SASL_PLAINTEXT'"
        ),
    ),
    "out of range": (
        "[wall]\nport = 70000",
        "[wall] port: 70000 is not allowed; allowed: a whole number from 1 to 65535",
    ),
    "not a number": (
        '[worker]\nport = "eighty"',
        "[worker] port: 'eighty' is not allowed; allowed: a whole number from 1 to 65535",
    ),
    "too short a time": (
        "[wall]\nstale_after = 0",
        "[wall] stale_after: 0 is not allowed; allowed: a number above 0",
    ),
    "no address": (
        '[kafka]\nbootstrap = "kafka"',
        (
            r"[kafka] bootstrap: 'kafka' is not allowed; allowed: a text "
            r"like ^[^\s,]+:\d+(,[^\s,]+:\d+)*$, as '127.0.0.1:19092'"
        ),
    ),
    "a wrong element of a list": (
        '[worker]\nworkers = ["http://a", 3]',
        "[worker] workers.1: 3 is not allowed; allowed: a list, each a text",
    ),
    "a wrong value of a table": (
        '[worker]\nranks = {lgsp = "first"}',
        (
            "[worker] ranks.lgsp: 'first' is not allowed; "
            "allowed: a table of names, each with a whole number"
        ),
    ),
    "a file that is not there": (
        '[kafka]\nca_file = "/nowhere/ca.pem"',
        "[kafka] ca_file: '/nowhere/ca.pem' is no file; allowed: a file that can be read",
    ),
    "a password without a user": (
        '[kafka]\nsecurity = "SASL_SSL"\npassword_file = "/dev/../etc/hostname"',
        "[kafka] username: is missing; security = 'SASL_SSL' needs it",
    ),
    "a user without a password": (
        '[kafka]\nsecurity = "SASL_PLAINTEXT"\nusername = "ioc"',
        "[kafka] password_file: is missing; security = 'SASL_PLAINTEXT' needs it",
    ),
    "accounts that are not there": (
        '[receiver]\naccounts = "/nowhere/accounts.toml"',
        (
            "[receiver] accounts: '/nowhere/accounts.toml' is no file; "
            "allowed: a file that can be read"
        ),
    ),
    "two services on one port": (
        "[wall]\nport = 19090",
        "[wall] port: 19090 is the port of [stack] prometheus_port too; allowed: one of its own",
    ),
    "workers that run into another's port": (
        "[stack]\nworkers = 2\n[worker]\nport = 8799",
        "[worker] port (worker-2): 8800 is the port of [wall] port too; allowed: one of its own",
    ),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ioc.toml"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_said_with_file_key_and_what_is_allowed(file: Path, mistake: str) -> None:
    text, said = MISTAKES[mistake]
    file.write_text(text)
    result = CliRunner().invoke(command, ["--config", str(file)])
    assert result.exit_code == 1
    assert result.output.splitlines() == [f"{file}: {said}"]


def test_mistakes_in_the_accounts_are_said_too(file: Path) -> None:
    account = simulator_account(file.parent / "secrets")
    account.password.chmod(0o644)
    file.write_text(f'[receiver]\naccounts = "{account.accounts}"')
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load(file)
    account.password.chmod(0o600)
    assert load(file).receiver.accounts == account.accounts


def test_all_mistakes_are_said_at_once(file: Path) -> None:
    file.write_text('[wall]\nport = 0\n[kafka]\nsecurity = "x"\n[x]\n')
    with pytest.raises(ConfigurationError) as caught:
        load(file)
    assert len(caught.value.findings) == 3


def test_no_such_file(file: Path) -> None:
    result = CliRunner().invoke(command, ["--config", str(file)])
    assert (result.exit_code, result.output) == (1, f"{file}: there is no such file\n")


def test_no_toml(file: Path) -> None:
    file.write_text("[wall]\nport == 3\n")
    result = CliRunner().invoke(command, ["--config", str(file)])
    assert result.exit_code == 1
    assert result.output.startswith(f"{file}: is no TOML: ")
    assert "at line 2" in result.output


def test_not_even_text(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    result = CliRunner().invoke(command, ["--config", str(file)])
    assert result.exit_code == 1
    assert result.output.startswith(f"{file}: is not UTF-8: save it as that")


def test_what_is_right_is_said_to_be_right(file: Path) -> None:
    file.write_text('[kafka]\nbootstrap = "a:9092,b:9092"\n[worker]\nranks = {lgsp = 1}\n')
    result = CliRunner().invoke(command, ["--config", str(file)])
    assert (result.exit_code, result.output) == (0, f"{file}: right\n")
    assert load(file).kafka.bootstrap == "a:9092,b:9092"


def test_json_for_programs(file: Path) -> None:
    file.write_text("[wall]\nport = 0")
    result = CliRunner().invoke(command, ["--config", str(file), "--json"])
    assert result.exit_code == 1
    assert len(json.loads(result.output)["findings"]) == 1


def test_without_a_file_everything_is_as_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load() == Configuration()
    (tmp_path / configuration.DEFAULT).write_text("[stack]\nworkers = 2")
    assert load().stack.workers == 2


RIGHT = """
[[source]]
name = "stations"
connector = "http-json"
subsystem = "environment-land"
[source.http]
url = "http://127.0.0.1:1/"
[source.readings]
unit = "tram"
time = "gio"
values = { salinity = "man" }
"""
WRONG_SOURCES = {
    "an unknown key": (
        RIGHT.replace('unit = "tram"', 'units_ = "tram"'),
        [
            (
                "readings.units_: there is no such key; do you mean units? allowed: decimal, "
                "indicator, indicators, measure, measures, period, revision, scale, time, "
                "time_format, unit, unit_is, units, value, values"
            )
        ],
    ),
    "an unknown subsystem": (
        RIGHT.replace("environment-land", "enviroment"),
        [
            (
                "subsystem: 'enviroment' is not allowed; allowed: public-administration, health, "
                "education, web-platforms, documents, citizen-feedback, security-traffic, "
                "tourism, socio-economic, environment-land, social-security"
            )
        ],
    ),
    "an unknown indicator": (
        RIGHT.replace("salinity", "salt"),
        [
            (
                "readings.values.salt: 'salt' is no indicator with readings; allowed: "
                "air_quality_index, land_dossiers_open, ph, salinity, temperature, water_level"
            )
        ],
    ),
    "an indicator that is counted from cases": (
        RIGHT.replace("environment-land", "public-administration").replace(
            "salinity", "cases_overdue_rate"
        ),
        ["readings.values.cases_overdue_rate: 'cases_overdue_rate' is no indicator with readings"],
    ),
    "no unit": (
        RIGHT.replace('unit = "tram"', ""),
        ["readings.unit: allowed: exactly one of unit (a column), unit_is (a code)"],
    ),
    "a unit that no list knows": (
        RIGHT.replace('unit = "tram"', 'unit_is = "Trạm 1"'),
        ["readings.unit_is: 'Trạm 1' is no unit; allowed: a code such as tram-01 or site-01"],
    ),
    "a unit's name for a unit of theirs": (
        RIGHT.replace('unit = "tram"', 'unit = "tram"\nunits = { "ST 01" = "Trạm 1" }'),
        ["readings.units.ST 01: 'Trạm 1' is no unit; allowed: a code such as tram-01"],
    ),
    "a unit that the province has not": (
        RIGHT.replace("environment-land", "health")
        .replace("salinity", "outpatient_visits")
        .replace('unit = "tram"', 'unit_is = "9x4"'),
        ["readings.unit_is: '9x4' is no unit; allowed: a code of a unit, such as 94"],
    ),
    "no connector of that name": (
        RIGHT.replace("http-json", "soap"),
        ["connector: 'soap' is not allowed; allowed: one of 'http-json', 'postgresql'"],
    ),
    "another connector's table": (
        RIGHT.replace("http-json", "csv"),
        [
            "http: is not allowed; connector = 'csv' has files",
            "files: is missing; connector = 'csv' needs the table",
        ],
    ),
    "a secret in the file": (
        RIGHT.replace("http://", "http://me:geheim@"),
        ["http.url: what it says is not allowed; allowed: a text like"],
    ),
    "a secret in a header": (
        RIGHT.replace("[source.readings]", 'headers = { X-Api-Key = "geheim" }\n[source.readings]'),
        ["http.headers.X-Api-Key: may be a secret; allowed: token_file with token_header"],
    ),
    "a token that is not there": (
        RIGHT.replace("[source.http]", '[source.http]\ntoken_file = "/nowhere"'),
        ["http.token_file: '/nowhere' is no file; allowed: a file that can be read"],
    ),
    "neither readings nor cases": (
        RIGHT.partition("[source.readings]")[0],
        ["readings: allowed: exactly one of [source.readings], [source.cases]"],
    ),
    "no name": (
        RIGHT.replace('name = "stations"', ""),
        ["name: is missing; allowed: a text like"],
    ),
    "nothing that orders": (
        RIGHT.replace("http-json", "sqlite").replace("[source.http]", "[source.sql]"),
        ["sql.watermark: is missing"],
    ),
}


@pytest.mark.parametrize("mistake", WRONG_SOURCES)
def test_a_mistake_in_a_source_is_said_with_its_name_and_key(file: Path, mistake: str) -> None:
    text, wanted = WRONG_SOURCES[mistake]
    file.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load(file)
    name = "number 1" if mistake == "no name" else "stations"
    said = caught.value.findings
    for words in wanted:
        line = next((one for one in said if words in one), f"{words!r} is not in {said}")
        assert f"{file}: source {name}: {words}" in line
        assert "geheim" not in line


def test_two_sources_may_not_have_one_name(file: Path) -> None:
    file.write_text(RIGHT + RIGHT)
    with pytest.raises(ConfigurationError, match="name: is that of 2 sources"):
        load(file)


def test_a_source_that_is_right_has_what_is_said_and_what_follows(file: Path) -> None:
    file.write_text(RIGHT + "[connect]\nport = 8899\n")
    read = load(file)
    (source,) = read.source
    assert (source.topic, source.kind, source.promise) == (
        "ioc.environment-land",
        "station",
        3600,
    )
    assert read.connect.port == 8899


def test_what_must_be_said_has_no_example(file: Path) -> None:
    file.write_text(RIGHT.replace('"stations"', "3"))
    with pytest.raises(ConfigurationError, match=r"name: 3 is not allowed") as caught:
        load(file)
    assert caught.value.findings[0].endswith("allowed: a text like ^[a-z0-9][a-z0-9_-]{0,62}$")


def test_a_source_is_a_table_of_its_own(file: Path) -> None:
    file.write_text('[source]\nname = "x"')
    with pytest.raises(ConfigurationError, match=r"must be tables of keys and values"):
        load(file)


def test_files_of_subsystems_are_checked_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "twelfth.toml").write_text("order = 12\n")
    monkeypatch.setenv("IOC_SUBSYSTEMS", str(tmp_path))
    result = CliRunner().invoke(command, [])
    assert result.exit_code == 1
    assert str(tmp_path / "twelfth.toml") in result.output
