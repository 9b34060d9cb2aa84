"""Text files: looked through once, then read as a stream.

UTF-8 with or without BOM, UTF-16 with BOM, else GB18030 that reads as Chinese. Nothing here holds a
whole file: a log of many gigabytes is checked chunk by chunk.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from planner.errors import Finding, InputError

_PIECE = 1 << 20
_LAST_COMMON_ROW = 0xD7
_HANZI_ENOUGH = (
    0.8  # of the characters beyond ASCII must be everyday Chinese before a file counts as GB18030
)
_JUDGED = 1_000_000  # characters from the beginning by which that is decided


@dataclass(frozen=True, kw_only=True)
class TextFile:
    """A readable text file.

    It knows its encoding, its size in bytes, an upper bound of its lines, and whether it holds
    quotes.
    """

    open: Callable[[], BinaryIO]
    name: str
    encoding: str
    size: int
    most_lines: int
    has_quotes: bool
    has_returns: bool

    def stream(self) -> TextIO:
        r"""The text from its beginning, without BOM, line ends as `\n`."""
        line_ends = None if self.has_returns else "\n"
        text = io.TextIOWrapper(self.open(), encoding=self.encoding, newline=line_ends)
        if self.encoding != "utf-8-sig" and text.read(1) != "\ufeff":
            text.seek(0)
        return text


def text_of_file(path: Path, name: str) -> TextFile:
    """Look a file through. Raises InputError when it is no text in an encoding we know."""
    return look_through(lambda: path.open("rb"), name)


def text_of_bytes(data: bytes, name: str) -> TextFile:
    """The same for bytes at hand."""
    return look_through(lambda: io.BytesIO(data), name)


def look_through(open_: Callable[[], BinaryIO], name: str) -> TextFile:
    """One pass over the bytes: encoding, control characters, line ends, quotes.

    Raises InputError.
    """
    size = lines = 0
    quotes = returns = controls = False
    with open_() as stream:
        for chunk in _as_utf8(stream, name) if _is_utf16(open_) else _chunks(stream):
            size += len(chunk)
            lines += chunk.count(b"\n")
            controls = controls or b"\x00" in chunk or b"\x1b" in chunk
            quotes = quotes or b'"' in chunk
            if b"\r" in chunk:
                returns = True
                lines += chunk.count(b"\r")
    encoding = "utf-16" if _is_utf16(open_) else _encoding(open_, name)
    if controls:
        raise InputError(
            [
                Finding(
                    name, 0, 0, "", "holds control characters (another encoding?); save it as UTF-8"
                )
            ]
        )
    return TextFile(
        open=open_,
        name=name,
        encoding=encoding,
        size=size,
        most_lines=lines + 1,
        has_quotes=quotes,
        has_returns=returns,
    )


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_PIECE):
        yield chunk


def _is_utf16(open_: Callable[[], BinaryIO]) -> bool:
    """Whether a text begins with the byte order mark of UTF-16.

    Excel saves such files as Unicode text.
    """
    with open_() as stream:
        head = stream.read(4)
    return head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) and head != codecs.BOM_UTF32_LE


def _as_utf8(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """UTF-16 as UTF-8, chunk by chunk. Raises InputError."""
    decoder = codecs.getincrementaldecoder("utf-16")()
    try:
        for chunk in _chunks(stream):
            yield decoder.decode(chunk).encode("utf-8")
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise InputError(
            [Finding(name, 0, 0, "", "is damaged UTF-16 text; save it as UTF-8")]
        ) from error


def _encoding(open_: Callable[[], BinaryIO], name: str) -> str:
    """Strict UTF-8, else strict GB18030 that reads as Chinese.

    Else InputError with the first byte that is neither.
    """
    at = _first_byte_not_utf8(open_)
    if at < 0:
        return "utf-8-sig"
    if not _is_chinese_gb18030(open_):
        with open_() as stream:
            line = _line_ends_before(stream, at) + 1
        words = f"is neither UTF-8 nor GB18030 text (byte {at:,}); save it as UTF-8"
        raise InputError([Finding(name, line, 0, "", words)])
    return "gb18030"


def _first_byte_not_utf8(open_: Callable[[], BinaryIO]) -> int:
    """Offset of the first byte that is not UTF-8; -1 when there is none."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    begin, kept = 0, 0  # `kept`: bytes of a character that the chunk before has begun
    with open_() as stream:
        for chunk in _chunks(stream):
            if kept or not chunk.isascii():
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    return begin - kept + error.start
                kept = len(decoder.getstate()[0])
            begin += len(chunk)
    return begin - kept if kept else -1


def _line_ends_before(stream: BinaryIO, at: int) -> int:
    count = 0
    for chunk in _chunks(stream):
        count += chunk.count(b"\n", 0, max(at, 0))
        at -= len(chunk)
        if at <= 0:
            break
    return count


def _is_chinese_gb18030(open_: Callable[[], BinaryIO]) -> bool:
    decoder = codecs.getincrementaldecoder("gb18030")()
    looked_at = foreign = chinese = 0
    with open_() as stream:
        try:
            for chunk in _chunks(stream):
                text = decoder.decode(chunk)
                beyond_ascii = [c for c in text[: _JUDGED - looked_at] if ord(c) > 127]
                looked_at = min(looked_at + len(text), _JUDGED)
                foreign += len(beyond_ascii)
                chinese += sum(_is_everyday_chinese(c) for c in beyond_ascii)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return foreign > 0 and chinese >= _HANZI_ENOUGH * foreign


def _is_everyday_chinese(character: str) -> bool:
    """In the first level of GB 2312 (3,755 common characters) or among its symbols and letters."""
    try:
        return character.encode("gb2312")[0] <= _LAST_COMMON_ROW
    except UnicodeEncodeError:
        return False
