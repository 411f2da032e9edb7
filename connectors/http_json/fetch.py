"""One bounded GET, whatever is at the other end. SourceError says what is wrong, what to do."""

import ssl
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec

from connectors.http_json.settings import HttpJsonSettings
from connectors.runner.adapter import SourceError

MAX_REDIRECTS = 5
_WORDS = {
    401: "it does not know our token: look at token_file",
    403: "it does not let us read: look at token_file",
    404: "there is nothing at that address: look at url",
    **dict.fromkeys(
        (301, 302, 303, 307, 308),
        "it redirects, where a token in token_header is not sent: put the new address into url",
    ),
}


class Answer(NamedTuple):
    """The decoded JSON, and the marks by which an unchanged one is known again."""

    content: object
    etag: str | None
    modified: str | None


class Fetcher:
    def __init__(self, settings: HttpJsonSettings) -> None:
        self._settings = settings
        # A query may be long, and is nobody's business.
        self._name = settings.url.partition("?")[0]
        self._client: httpx.Client | None = None

    def fetch(
        self, question: Mapping[str, str], etag: str | None, modified: str | None
    ) -> Answer | None:
        """The answer; None when it is still that of these marks. Raises SourceError."""
        marks = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: mark for name, mark in marks.items() if mark} | self._authorization()
        url = httpx.URL(self._settings.url).copy_merge_params(question)
        try:
            with self._connected().stream("GET", url, headers=headers) as answer:
                if answer.status_code == httpx.codes.NOT_MODIFIED:
                    return None
                if answer.status_code != httpx.codes.OK:
                    raise self.wrong(f"answers {answer.status_code}{_hint(answer.status_code)}")
                body = self._body(answer)
        except httpx.TooManyRedirects:
            raise self.wrong(f"redirects more than {MAX_REDIRECTS} times: look at url") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            self.close()
            raise self.wrong(f"cannot be reached: {str(error) or type(error).__name__}") from None
        try:
            content = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            kind = answer.headers.get("content-type", "of no type")[:60]
            raise self.wrong(f"does not answer with JSON: {len(body)} bytes, {kind}") from None
        return Answer(content, answer.headers.get("etag"), answer.headers.get("last-modified"))

    def wrong(self, problem: str) -> SourceError:
        return SourceError(f"{self._name} {problem}")

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _authorization(self) -> dict[str, str]:
        file = self._settings.token_file
        if file is None:
            return {}
        try:
            token = file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise self.wrong(f"needs the token of {file}: {type(error).__name__}") from None
        if not (token and token.isprintable()):
            # The HTTP library would refuse it with words that quote it.
            raise self.wrong(f"needs the token of {file}: allowed: one line, and nothing else")
        header = self._settings.token_header
        return {header: token} if header else {"Authorization": f"Bearer {token}"}

    def _connected(self) -> httpx.Client:
        if self._client is None:
            settings = self._settings
            self._client = httpx.Client(
                verify=_trusted(settings.ca_file),  # http may be redirected to https
                headers=dict(settings.headers) | {"Accept": "application/json"},
                timeout=settings.timeout_seconds,
                # To another host the library sends no Authorization on, but any other header.
                follow_redirects=settings.token_header is None,
                max_redirects=MAX_REDIRECTS,
                trust_env=False,
            )
        return self._client

    def _body(self, answer: httpx.Response) -> bytes:
        """Bounded in size, and in time also where bytes come one by one."""
        settings, body = self._settings, bytearray()
        deadline = time.monotonic() + 6 * settings.timeout_seconds
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > settings.max_bytes:
                raise self.wrong(f"answers with more than max_bytes = {settings.max_bytes}")
            if time.monotonic() > deadline:
                raise self.wrong("is too slow: its answer does not end")
        return bytes(body)


@cache
def _trusted(ca_file: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file)


def _hint(status: int) -> str:
    return f": {_WORDS[status]}" if status in _WORDS else ""
