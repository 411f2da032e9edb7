"""A Prometheus for the wall's tests: it answers each query of the board from a table.

Every figure is invented: units are real, what they did is not.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from dashboards.boards.files import BOARDS
from dashboards.wall.panels import load
from seeds.province import agencies
from seeds.topics import PUBLIC_ADMINISTRATION
from tests.unit.dashboards.fake_province import mixed

Labels = dict[str, str]
Table = dict[tuple[str, str], list[tuple[Labels, float]]]

# The clock of the figures: 2024-01-02 08:00:05 in Vietnam. And Prometheus' own, far from it.
NOW = 1_704_157_205
TIME = 1_790_000_000.0
PERIOD = 2023

OVERDUE = {
    "941": (38, 1480), "942": (9, 610), "943": (0, 702), "944": (21, 655), "945": (12, 388),
    "946": (4, 640), "947": (17, 811), "948": (30, 492), "949": (3, 575), "950": (61, 997),
    "951": (44, 745),
}  # fmt: skip
AGENCIES = {
    "000.18.38.H51": (7, 41), "000.11.32.H51": (6, 52), "000.00.11.H51": (12, 118),
    "000.15.39.H51": (5, 60), "000.00.36.H51": (19, 240), "000.00.04.H51": (2, 84),
    "000.12.31.H51": (0, 33),
}  # fmt: skip


def whole_year(**changed: float) -> Table:
    """A quiet morning after the year 2023; `changed` replaces single figures, as `late__A=3`."""
    received, resolved, late = 605_859, 596_864, 1230
    overdue = sum(count for count, _ in OVERDUE.values())
    table: Table = {
        ("clock", "A"): [({}, NOW * 1000)],
        ("origin", "A"): [({}, 1)],
        ("origin", "B"): [({}, 1)],
        **mixed(NOW, TIME),
        ("on-time-rate", "A"): [({}, (resolved - late) / resolved)],
        ("on-time-rate", "B"): [({}, (resolved - late) / (resolved + overdue))],
        ("late", "A"): [({}, late)],
        ("received", "A"): [({}, received)],
        ("resolved", "A"): [({}, resolved)],
        ("early-or-on-time", "A"): [({}, resolved - late)],
        ("open", "A"): [({}, received - resolved)],
        ("open", "B"): [({}, overdue)],
        ("full-online", "A"): [({}, 329_350 / resolved)],
        ("paid-online", "A"): [({}, 5574 / received)],
        **places("districts", OVERDUE),
        **places("agencies", AGENCIES),
        ("sources", "A"): [({"source": "simulator"}, 0)],
        ("sources", "B"): [({"source": "simulator"}, (NOW - 3) * 1000)],
        ("sources", "C"): [({"source": "simulator"}, (NOW - 40) * 1000)],
        ("sources", "D"): [({"source": "simulator", "kind": "simulator"}, 1)],
    }
    for name, value in changed.items():
        panel, _, ref = name.partition("__")
        table[panel.replace("_", "-"), ref] = [({}, value)]
    return table


def of_dossiers(table: Table, ref: str, value: float | None) -> Table:
    """With another completeness of the dossiers' topic; None: none."""
    others = [row for row in table["completeness", ref] if row[0]["topic"] != PUBLIC_ADMINISTRATION]
    own = [] if value is None else [({"topic": PUBLIC_ADMINISTRATION}, value)]
    return table | {("completeness", ref): others + own}


def loading() -> Table:
    """A third of the year is in, and the source says how much is left."""
    backlog = 405_859
    table = whole_year(
        received__A=200_000,
        resolved__A=190_312,
        early_or_on_time__A=189_940,
        late__A=372,
        open__A=9688,
    )
    table = of_dossiers(table, "C", backlog)
    return table | {("sources", "A"): [({"source": "simulator"}, backlog)]}


def stale() -> Table:
    """A partition has had no owner for twelve minutes."""
    table = of_dossiers(whole_year(), "B", (TIME - 740) * 1000)
    return of_dossiers(table, "A", None)


def without_data() -> Table:
    """Nothing has ever been counted; the clock and the sources are there."""
    known = {"clock", "origin"}
    return {key: rows for key, rows in whole_year().items() if key[0] in known}


def places(panel: str, counts: dict[str, tuple[int, int]]) -> Table:
    """The three queries of a map or a ranking, from overdue and open dossiers by code."""
    labels = {code: _labels(panel, code) for code in counts}
    return {
        (panel, "A"): [(labels[code], late / whole) for code, (late, whole) in counts.items()],
        (panel, "B"): [(labels[code], late) for code, (late, _) in counts.items()],
        (panel, "C"): [(labels[code], whole) for code, (_, whole) in counts.items()],
    }


def _labels(panel: str, code: str) -> Labels:
    if panel == "districts":
        return {"district": code}
    return {"agency": code, "name": agencies()[code].name}


class FakePrometheus:
    """`table` holds what is answered to the queries of all boards, by panel and ref; what two
    boards ask alike is answered as the first one's.

    It and `time` may be changed while it runs; `down` makes it answer 503. `runs` counts what asked
    for the time, `unknown` keeps queries of no panel.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.down = False
        self.time = TIME
        self.runs = 0
        self.unknown: list[str] = []
        self._keys = {
            panel.expression(ref, PERIOD): (panel.panel.id, ref)
            for board in reversed(BOARDS)
            for panel in load(board)
            for ref in panel.queries
        }

    def answer(self, query: str) -> object:
        now = self.time
        if query == "time()":
            self.runs += 1
            return {"resultType": "scalar", "result": [now, str(now)]}
        if query not in self._keys:
            self.unknown.append(query)
        rows = self.table.get(self._keys.get(query, ("", "")), [])
        result = [{"metric": labels, "value": [now, str(value)]} for labels, value in rows]
        return {"resultType": "vector", "result": result}


@contextmanager
def served(fake: FakePrometheus) -> Iterator[str]:
    """Its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            data = fake.answer(form["query"][0])
            body = json.dumps({"status": "success", "data": data}).encode()
            self.send_response(503 if fake.down else 200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        # The wall asks all queries at once.
        request_queue_size = 128

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
