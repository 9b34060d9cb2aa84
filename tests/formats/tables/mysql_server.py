"""What a MySQL server says to a driver, in its protocol: no database, but the bytes of one."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

DECIMAL, LONGLONG, TIMESTAMP, DATETIME, VARCHAR = 0, 8, 7, 12, 253
_BINARY, _UTF8 = 63, 45
_PATIENCE_S = 10
_OK = b"\x00\x00\x00\x02\x00\x00\x00"
_EOF = b"\xfe\x00\x00\x02\x00"
_CAPABILITIES = 0x000FF7FF & ~0x0800 & ~0x0020  # everything of 4.1 but TLS and compression
_VARIABLES = {
    "version": "8.0.36",
    "sql_mode": "",
    "transaction_isolation": "REPEATABLE-READ",
    "lower_case_table_names": "0",
    "character_set_client": "utf8mb4",
}
Rows = Sequence[Sequence[str | None]]


@dataclass
class FakeServer:
    """Answers one query with rows; `asked`: what it was sent.

    Attributes
    ----------
    columns : sequence of (str, int)
        Names and types of the columns of the result.
    rows : sequence
        Its rows.
    ends_after : int or None
        Rows after which the connection is closed in the middle of the result.
    error : (int, str) or None
        What it answers instead.
    """

    columns: Sequence[tuple[str, int]] = ()
    rows: Rows = ()
    ends_after: int | None = None
    error: tuple[int, str] | None = None
    asked: list[str] = field(default_factory=list)
    broken_off: bool = False  # the other side has closed the connection before it had all
    port: int = 0

    @property
    def address(self) -> str:
        """Its address, as a user writes it."""
        return f"mysql://planner@127.0.0.1:{self.port}/shop"

    @contextmanager
    def running(self) -> Iterator[FakeServer]:
        """Serve one connection after the other in a thread."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = listening.getsockname()[1]
            thread = threading.Thread(target=self._serve, args=(listening,))
            thread.start()
            try:
                yield self
            finally:
                listening.shutdown(socket.SHUT_RDWR)
                thread.join()

    def _serve(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            connection.settimeout(_PATIENCE_S)
            with connection:
                try:
                    self._talk(connection)
                except OSError:
                    self.broken_off = True

    def _talk(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        _send(connection, 0, [_greeting()])
        _receive(stream)
        _send(connection, 2, [_OK])
        while request := _receive(stream):
            if request[0] == 1:  # COM_QUIT
                return
            text = request[1:].decode("utf-8") if request[0] == 3 else ""
            self.asked += [text] if text else []
            if not self._answer(connection, text):
                return

    def _answer(self, connection: socket.socket, text: str) -> bool:
        """Whether the connection stays open."""
        variable = re.fullmatch(r"(?i)select (?:@@(?:session\.)?)?(\w+)(?:\(\))?", text.strip())
        if variable:
            name = variable[1].lower()
            _send(connection, 1, _result([(name, VARCHAR)], [[_VARIABLES.get(name, "shop")]]))
        elif not re.match(r"(?i)\s*(select|with)\b", text):
            _send(connection, 1, [_OK])
        elif self.error is not None:
            code, words = self.error
            _send(connection, 1, [struct.pack("<BH", 255, code) + b"#HY000" + words.encode()])
        else:
            packets = _result(self.columns, self.rows)
            until = None if self.ends_after is None else 2 + len(self.columns) + self.ends_after
            _send(connection, 1, packets[:until])
            return until is None
        return True


def _greeting() -> bytes:
    low, high = _CAPABILITIES & 0xFFFF, _CAPABILITIES >> 16
    return (
        b"\x0a8.0.36\x00"
        + struct.pack("<I", 7)
        + b"saltsalt\x00"
        + struct.pack("<HBHHB", low, _UTF8, 2, high, 21)
        + bytes(10)
        + b"saltsaltsalt\x00mysql_native_password\x00"
    )


def _text(text: str) -> bytes:
    data = text.encode()
    size = len(data)
    return (bytes([size]) if size < 251 else b"\xfc" + struct.pack("<H", size)) + data


def _result(columns: Sequence[tuple[str, int]], rows: Rows) -> list[bytes]:
    heads = [
        b"".join(map(_text, ("def", "shop", "orders", "orders", name, name)))
        + struct.pack("<BHIBHBH", 12, _UTF8 if kind == VARCHAR else _BINARY, 1000, kind, 0, 0, 0)
        for name, kind in columns
    ]
    body = [b"".join(b"\xfb" if cell is None else _text(cell) for cell in row) for row in rows]
    return [bytes([len(columns)]), *heads, _EOF, *body, _EOF]


def _send(connection: socket.socket, first: int, packets: Sequence[bytes]) -> None:
    connection.sendall(
        b"".join(
            struct.pack("<I", len(packet))[:3] + bytes([(first + k) % 256]) + packet
            for k, packet in enumerate(packets)
        )
    )


def _receive(stream: object) -> bytes:
    head = stream.read(4)
    return stream.read(int.from_bytes(head[:3], "little")) if head else b""
