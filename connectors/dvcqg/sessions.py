"""Sessions: random, short-lived, forgotten by a restart. Senders log in again."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from connectors.dvcqg.accounts import Account

MOST = 10_000
MOST_PER_ACCOUNT = 100


class Sessions:
    """`lifetime` in seconds from the login, however much a session is used."""

    def __init__(self, lifetime: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lifetime = lifetime
        self._clock = clock
        # Oldest first, since all live equally long.
        self._open: OrderedDict[str, tuple[Account, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, account: Account) -> str:
        """A new session; the oldest of an account that has very many ends."""
        self._forget_expired()
        own = [name for name, (owner, _) in self._open.items() if owner == account]
        for name in own[: max(0, len(own) - MOST_PER_ACCOUNT + 1)]:
            del self._open[name]
        while len(self._open) >= MOST:
            self._open.popitem(last=False)
        session = secrets.token_urlsafe(32)
        self._open[session] = account, self._clock() + self._lifetime
        return session

    def account(self, session: str) -> Account | None:
        """Whose session it is; None when it is not known or over."""
        self._forget_expired()
        found = self._open.get(session)
        return found[0] if found else None

    def _forget_expired(self) -> None:
        now = self._clock()
        while self._open:
            _, ends = next(iter(self._open.values()))
            if ends > now:
                return
            self._open.popitem(last=False)
