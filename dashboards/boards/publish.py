"""Putting the committed boards into a Grafana; running it again changes nothing."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from grafana_client.api import GrafanaApi
from grafana_client.client import (
    GrafanaBadInputError,
    GrafanaClientError,
    GrafanaException,
    GrafanaUnauthorizedError,
)

from dashboards.boards.definition import Board
from dashboards.boards.files import BOARDS, FOLDER, file_of

FOLDER_UID = "ioc"
FOLDER_TITLE = "IOC"
PATIENCE_SECONDS = 10.0
# What Grafana adds to a board by itself.
_ITS_OWN = {"id", "version"}


class PublishError(Exception):
    """Says what is wrong, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Published:
    board: str
    outcome: Literal["created", "updated", "unchanged"]
    url: str


def token_from(file: Path) -> str:
    """The service account token in a file; raises PublishError when there is none."""
    try:
        token = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise PublishError(
            f"{file}: cannot be read: {error.strerror}; put a token there"
        ) from error
    if not token or len(token.split()) > 1:
        raise PublishError(f"{file}: holds no token; put the token of a service account there")
    return token


def publish(url: str, token: str, folder: Path = FOLDER) -> list[Published]:
    """Every board, into the folder `ioc` of the Grafana at `url`; raises PublishError.

    A board that is the same there is not written again, so that its history stays readable.
    """
    if urlsplit(url).username:
        raise PublishError("--url: a user or password in it is not allowed; use --token-file")
    # The library is annotated in parts only.
    grafana: Any = GrafanaApi.from_url(url, credential=token, timeout=PATIENCE_SECONDS)
    with contextlib.closing(grafana.client.s):
        return _spoken_to(url, lambda: _publish(grafana, url.rstrip("/"), folder))


def _publish(grafana: Any, url: str, folder: Path) -> list[Published]:
    if _found(lambda: grafana.folder.get_folder(FOLDER_UID)) is None:
        grafana.folder.create_folder(FOLDER_TITLE, uid=FOLDER_UID)
    return [_put(grafana, url, board, folder) for board in BOARDS]


def _put(grafana: Any, url: str, board: Board, folder: Path) -> Published:
    document = json.loads(file_of(board, folder).read_text(encoding="utf-8"))
    there = _found(lambda: grafana.dashboard.get_dashboard(board.uid))
    address = f"{url}/d/{board.uid}"
    if there and _same(there, document):
        return Published(board.id, "unchanged", address)
    grafana.dashboard.update_dashboard(
        {"dashboard": document, "folderUid": FOLDER_UID, "overwrite": True}
    )
    return Published(board.id, "updated" if there else "created", address)


def _same(there: dict[str, Any], document: dict[str, Any]) -> bool:
    kept = {key: value for key, value in there["dashboard"].items() if key not in _ITS_OWN}
    return kept == document and there.get("meta", {}).get("folderUid") == FOLDER_UID


def _found(question: Callable[[], Any]) -> Any:
    """None for what is not there."""
    try:
        return question()
    except GrafanaClientError as error:
        if error.status_code == 404:
            return None
        raise


def _spoken_to(url: str, action: Callable[[], list[Published]]) -> list[Published]:
    try:
        return action()
    except GrafanaUnauthorizedError as error:
        raise PublishError(
            f"{url}: the token is refused; give one of a service account with the role Editor"
        ) from error
    except GrafanaBadInputError as error:
        raise PublishError(f"{url}: Grafana refuses a board: {error.message}") from error
    except GrafanaException as error:
        raise PublishError(
            f"{url}: Grafana answers {error.status_code}: {error.message}"
        ) from error
    except OSError as error:
        raise PublishError(f"{url}: cannot be reached: {error}; is it a Grafana's URL?") from error
