"""Who may ask: whoever has the token, from a browser that asked for this machine by name."""

from __future__ import annotations

import secrets
from email.message import Message
from hmac import compare_digest
from threading import Lock
from urllib.parse import parse_qs

TOKEN_BYTES = 32
HOSTS = ("127.0.0.1", "localhost")
TOKEN, KEY = "token", "key"  # names in the query of an address


class Access:
    """Decides on requests to one server.

    The token comes in the query of the first address and then as a cookie. A browser that is
    started for the user gets a key instead, which opens once: other users of the machine see the
    commands that start programs. The host that was asked for must be this machine, so that a name
    that somebody else has pointed here opens nothing.

    Parameters
    ----------
    port : int
        Port of the server.
    """

    def __init__(self, port: int) -> None:
        self._hosts = {f"{host}:{port}" for host in HOSTS}
        self._cookie = f"planner-{port}"  # ports of a machine share their cookies
        self._lock = Lock()
        self._key: str | None = None
        self.token = secrets.token_urlsafe(TOKEN_BYTES)

    def new_key(self) -> str:
        """A key that opens once."""
        with self._lock:
            self._key = secrets.token_urlsafe(TOKEN_BYTES)
            return self._key

    def is_for_us(self, headers: Message) -> bool:
        """Whether exactly one host was asked for, and it is this machine."""
        hosts = headers.get_all("Host", [])
        return len(hosts) == 1 and hosts[0] in self._hosts

    def enters(self, query: str) -> bool:
        """Whether the query of an address holds the token, or the key."""
        try:
            given = parse_qs(query, max_num_fields=10)
        except ValueError:
            return False
        tokens, keys = given.get(TOKEN, []), given.get(KEY, [])
        return any(_equal(text, self.token) for text in tokens) or any(map(self._opens, keys))

    def is_known(self, headers: Message) -> bool:
        """Whether the cookie holds the token."""
        pairs = (
            part.strip().partition("=")
            for line in headers.get_all("Cookie", [])
            for part in line.split(";")
        )
        return any(name == self._cookie and _equal(value, self.token) for name, _, value in pairs)

    @property
    def cookie(self) -> str:
        """The cookie that a browser keeps after its first request."""
        return f"{self._cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict"

    def _opens(self, key: str) -> bool:
        """Whether this is the key, which it then is no longer."""
        with self._lock:
            if self._key is None or not _equal(key, self._key):
                return False
            self._key = None
            return True


def _equal(given: str, secret: str) -> bool:
    """Compare in a time that tells nothing of the secret."""
    return compare_digest(given.encode("utf-8", "replace"), secret.encode())
