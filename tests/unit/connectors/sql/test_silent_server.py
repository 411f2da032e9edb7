"""A database server that takes a connection, and never answers again."""

import socket
import threading
from contextlib import suppress

import pytest

from connectors.clock import Clock
from connectors.runner.adapter import SourceError
from connectors.sql import databases
from connectors.sql.adapter import open_adapter
from connectors.sql.settings import SqlSettings

# PostgreSQL's protocol: authentication is right, and queries may come.
WELCOME = b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I"


def _answer(listener: socket.socket) -> None:
    with suppress(OSError):
        client, _ = listener.accept()
        with client:
            client.recv(8)  # asks for TLS
            client.sendall(b"N")
            client.recv(4096)
            client.sendall(WELCOME)
            while client.recv(4096):
                pass


def test_a_source_waits_for_no_answer_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "ANSWER_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=_answer, args=(listener,), daemon=True)
        server.start()
        settings = SqlSettings(
            host="127.0.0.1", port=listener.getsockname()[1], user="u", database="d", table="t",
            watermark="w", key="k", timeout_seconds=0.2,
        )  # fmt: skip
        with pytest.raises(SourceError, match="cannot be read now"):
            open_adapter(settings, "postgresql", Clock()).poll(None, 10)
        server.join(5)
        assert not server.is_alive()
