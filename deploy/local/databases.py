"""PostgreSQL and MariaDB servers of our own, on loopback, without anything of the distribution's
services: for tests and benchmarks.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pymysql

from connectors.sql.settings import SqlSettings
from deploy.local.processes import (
    LOOPBACK,
    MissingProgramError,
    StartError,
    bound_to_parent,
    free_ports,
    tail,
)

NAME, SECRET = "ioc", "a-password-of-loopback"
START_SECONDS = 60.0


def _account(name: str) -> list[str]:
    """Neither server runs as root: the words before a command that make it the package's own."""
    if os.getuid() != 0:
        return []
    return ["setpriv", f"--reuid={name}", f"--regid={name}", "--clear-groups", "--"]


class Server:
    """One database server; `kill` is kill -9, `start` begins it again on the same data.

    Raises MissingProgramError, StartError.
    """

    connector: str
    account: str

    def __init__(self) -> None:
        self.program = self.find()
        self.port = free_ports(1)[0]
        self.folder = Path(tempfile.mkdtemp(prefix=f"ioc-{self.connector}-"))
        self.log = self.folder / "log"
        self.data = self.folder / "data"
        self.password_file = self.folder / "password"
        self.password_file.write_text(SECRET + "\n")
        self.password_file.chmod(0o644)
        if os.getuid() == 0:
            account = pwd.getpwnam(self.account)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._process: subprocess.Popen[bytes] | None = None
        self._run(self.creation())

    def find(self) -> str:
        raise NotImplementedError

    def creation(self) -> Sequence[str]:
        raise NotImplementedError

    def serving(self) -> Sequence[str]:
        raise NotImplementedError

    def connect(self) -> Any:
        raise NotImplementedError

    def start(self) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*_account(self.account), *bound_to_parent(self.serving())],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None:
                raise StartError(f"{self.connector} ended{tail(self.log)}")
            if time.monotonic() > deadline:
                raise StartError(f"{self.connector} does not answer{tail(self.log)}")
            time.sleep(0.1)

    def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            os.killpg(process.pid, 9)
            process.wait()

    def pids(self) -> set[int]:
        return {self._process.pid} if self._process else set()

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def execute(self, *statements: str) -> None:
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            for statement in statements:
                cursor.execute(statement)
            connection.commit()

    def settings(self, **more: Any) -> SqlSettings:
        values: dict[str, Any] = {
            "host": LOOPBACK,
            "port": self.port,
            "user": NAME,
            "password_file": self.password_file,
            "database": NAME,
        }
        return SqlSettings(**(values | more))

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except (psycopg.Error, pymysql.MySQLError, OSError):
            return False
        return True

    def _run(self, command: Sequence[str]) -> None:
        done = subprocess.run([*_account(self.account), *command], capture_output=True, check=False)
        if done.returncode:
            raise StartError(done.stderr.decode(errors="replace"))


class PostgreSql(Server):
    connector, account = "postgresql", "postgres"

    def find(self) -> str:
        return _newest("postgres")

    def creation(self) -> Sequence[str]:
        return [
            *(_newest("initdb"), "-D", str(self.data), "-U", NAME, "--no-sync"),
            *(f"--pwfile={self.password_file}", "--auth=scram-sha-256", "-E", "UTF8"),
        ]

    def serving(self) -> Sequence[str]:
        return [
            *(self.program, "-D", str(self.data), "-p", str(self.port), "-k", ""),
            *("-c", f"listen_addresses={LOOPBACK}", "-c", "fsync=off"),
        ]

    def connect(self) -> Any:
        return psycopg.connect(
            host=LOOPBACK, port=self.port, user=NAME, password=SECRET, dbname="postgres"
        )

    def settings(self, **more: Any) -> SqlSettings:
        return super().settings(**({"database": "postgres"} | more))


class MariaDb(Server):
    connector, account = "mariadb", "mysql"

    def find(self) -> str:
        return _sbin("mariadbd")

    def creation(self) -> Sequence[str]:
        first = self.folder / "first.sql"
        first.write_text(
            "FLUSH PRIVILEGES;\n"
            f"CREATE DATABASE {NAME} CHARACTER SET utf8mb4;\n"
            f"CREATE USER '{NAME}'@'%' IDENTIFIED BY '{SECRET}';\n"
            f"GRANT ALL ON {NAME}.* TO '{NAME}'@'%';\n"
        )
        return [
            *("mariadb-install-db", "--no-defaults", f"--datadir={self.data}"),
            *("--auth-root-authentication-method=normal", "--skip-test-db"),
            f"--extra-file={first}",
        ]

    def serving(self) -> Sequence[str]:
        return [
            *(self.program, "--no-defaults", f"--datadir={self.data}"),
            *(f"--bind-address={LOOPBACK}", f"--port={self.port}", "--skip-name-resolve"),
            *(f"--socket={self.folder}/socket", f"--pid-file={self.folder}/pid"),
            *("--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=32M"),
        ]

    def connect(self) -> Any:
        return pymysql.connect(
            host=LOOPBACK, port=self.port, user=NAME, password=SECRET, database=NAME
        )


def _newest(name: str) -> str:
    """Debian keeps each version's programs in a folder of its own."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found:
        raise MissingProgramError(name, "postgresql")
    return str(found[-1])


def _sbin(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if not found:
        raise MissingProgramError(name, "mariadb-server")
    return found


SERVERS: tuple[Callable[[], Server], ...] = (PostgreSql, MariaDb)
