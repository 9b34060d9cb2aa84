"""Listens on this machine alone, and answers GET and HEAD of those who have the token."""

from __future__ import annotations

import socketserver
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from planner.domain.choices import Language
from planner.errors import PlannerError
from planner.run_browser.access import KEY, TOKEN, Access
from planner.run_browser.routes import Answer, Routes, entry, in_words, refused
from planner.run_browser.runs import RunFolders

LOOPBACK = "127.0.0.1"
PATIENCE_S = 20  # for the request of somebody who is connected
PART = 1 << 16  # bytes sent at once
NO_ACCESS = "No access: open the address that planner open has printed."
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
Tell = Callable[[str], None]


class RunServer(ThreadingHTTPServer):
    """Serves the runs below a folder.

    Parameters
    ----------
    folder : Path
        The folder.
    port : int
        Port to listen on; 0: a free one.
    lang : {"en", "zh"}
        Language that pages show first.
    tell : callable
        Takes what went wrong within the server.

    Raises
    ------
    PlannerError
        The port cannot be used.
    """

    daemon_threads = True

    def __init__(self, folder: Path, port: int, lang: Language, tell: Tell) -> None:
        self.routes = Routes(RunFolders(folder), lang)
        self.tell = tell
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except OSError as error:
            words = f"port {port} cannot be used ({error.strerror}); leave out --port"
            raise PlannerError(words) from None
        self.access = Access(self.server_port)

    def server_bind(self) -> None:
        """Bind without asking the network for the name of this machine, as HTTPServer does."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    @property
    def address(self) -> str:
        """The address with the token."""
        return f"http://{LOOPBACK}:{self.server_port}/?{TOKEN}={self.access.token}"

    def address_once(self) -> str:
        """An address that opens once."""
        return f"http://{LOOPBACK}:{self.server_port}/?{KEY}={self.access.new_key()}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no error, and nothing else gets here."""


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: RunServer
    timeout = PATIENCE_S
    server_version, sys_version = "planner", ""

    def do_GET(self) -> None:
        """Answer with headers and content."""
        self._answer()

    def do_HEAD(self) -> None:
        """Answer with headers alone."""
        self._answer()

    def _answer(self) -> None:
        path, _, query = self.path.partition("?")
        access = self.server.access
        if not access.is_for_us(self.headers):
            self._send(in_words(HTTPStatus.FORBIDDEN, NO_ACCESS))
        elif access.enters(query):
            self._send(entry(path), {"Set-Cookie": access.cookie})
        elif access.is_known(self.headers):
            self._send(self._found(path))
        else:
            self._send(in_words(HTTPStatus.FORBIDDEN, NO_ACCESS))

    def _found(self, path: str) -> Answer:
        try:
            return self.server.routes.answer(path)
        except PlannerError as error:
            return refused(error)
        except Exception as error:
            self.server.tell(f"internal error: {type(error).__name__}: {error}")
            return in_words(HTTPStatus.INTERNAL_SERVER_ERROR, "An error of the planner.")

    def _send(self, answer: Answer, more: dict[str, str] | None = None) -> None:
        with answer.content as content, suppress(ConnectionError, TimeoutError):
            self.send_response(answer.status)
            said = {
                "Content-Type": answer.kind,
                "Content-Length": str(answer.length),
                "Content-Security-Policy": answer.policy,
                **HEADERS,
                **answer.headers,
                **(more or {}),
            }
            for name, value in said.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                while part := content.read(PART):
                    self.wfile.write(part)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that is none, or of a method that there is not, in plain words.

        Parameters
        ----------
        code : int
            The status; 501 for another method.
        message, explain : str, optional
            Words of the library, which may repeat what was asked and are not sent.
        """
        self.close_connection = True
        headers, access = getattr(self, "headers", None), self.server.access
        if code != HTTPStatus.NOT_IMPLEMENTED:
            self._send(in_words(HTTPStatus(code), HTTPStatus(code).phrase))
        elif headers is not None and access.is_for_us(headers) and access.is_known(headers):
            words = "Runs are only read: GET and HEAD."
            self._send(in_words(HTTPStatus.METHOD_NOT_ALLOWED, words), {"Allow": "GET, HEAD"})
        else:
            self._send(in_words(HTTPStatus.FORBIDDEN, NO_ACCESS))

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged: an address may hold the token."""
