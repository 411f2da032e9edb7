"""The few calls of Grafana's HTTP API that publishing makes, on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeGrafana:
    """Folders and boards by uid; `writes` lists what was posted; `fault` is answered to all."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.folders: dict[str, Any] = {}
        self.boards: dict[str, Any] = {}
        self.writes: list[str] = []
        self.fault: tuple[int, Any] | None = None

    def answer(self, method: str, path: str, body: Any, authorization: str) -> tuple[int, Any]:
        if self.fault:
            return self.fault
        if authorization != f"Bearer {self.token}":
            return 401, {"message": "Invalid API key"}
        if method == "POST":
            self.writes.append(path)
            return self._write(path, body)
        kept = self.folders if path.startswith("/api/folders/") else self.boards
        found = kept.get(path.rpartition("/")[2])
        return (200, found) if found else (404, {"message": "not found"})

    def _write(self, path: str, body: Any) -> tuple[int, Any]:
        if path == "/api/folders":
            self.folders[body["uid"]] = body
            return 200, body
        board, uid = body["dashboard"], body["dashboard"]["uid"]
        if body["folderUid"] not in self.folders:
            return 400, {"message": "folder not found"}
        version = self.boards[uid]["dashboard"]["version"] + 1 if uid in self.boards else 1
        self.boards[uid] = {
            "dashboard": {**board, "id": 7, "version": version},
            "meta": {"folderUid": body["folderUid"]},
        }
        return 200, {"uid": uid, "version": version}


@contextmanager
def served(fake: FakeGrafana) -> Iterator[str]:
    """Its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            authorization = self.headers.get("authorization", "")
            status, answer = fake.answer(self.command, self.path, body, authorization)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
