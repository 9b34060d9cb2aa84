"""Encodings are detected without holding the file in memory."""

from __future__ import annotations

import pytest

from planner.errors import InputError
from planner.formats.tables import text_files
from planner.formats.tables.text_files import text_of_bytes

WORDS = "下单时间,省份\n2026-11-11,浙江\n" * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("piece", [1, 2, 3, 5, 1 << 20])
def test_characters_cut_by_the_pieces_read_are_whole(
    monkeypatch: pytest.MonkeyPatch, encoding: str, piece: int
) -> None:
    """Whatever the size of the pieces, the text is the text."""
    monkeypatch.setattr(text_files, "_PIECE", piece)
    with text_of_bytes(WORDS.encode(encoding), "t.csv").stream() as stream:
        assert stream.read() == WORDS


@pytest.mark.parametrize("piece", [1, 4, 7, 1 << 20])
@pytest.mark.parametrize(
    ("data", "line", "byte"),
    [
        (b"a,b\n1,\xff\n", 2, 6),  # no such byte
        ("a\n浙\n".encode() + b"\xe6\xb5\n", 3, 6),  # a character broken off by a line end
        ("a\n浙\n".encode() + b"x\xe6\xb5", 3, 7),  # a character broken off by the end of the file
        (b"x\n" * 4 + b"S\xe3o\n", 5, 9),  # Latin-1
    ],
)
def test_the_first_byte_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, data: bytes, line: int, byte: int, piece: int
) -> None:
    """Line and offset of the byte, wherever the pieces end."""
    monkeypatch.setattr(text_files, "_PIECE", piece)
    with pytest.raises(
        InputError, match=rf"neither UTF-8 nor GB18030 text \(byte {byte}\); save it"
    ) as caught:
        text_of_bytes(data, "t.csv")
    assert caught.value.findings[0].line == line


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_are_one(line_end: str) -> None:
    """Every line end reads as a line feed, and there are never more lines than were announced."""
    looked_at = text_of_bytes("a,b\n1,2\n".replace("\n", line_end).encode(), "t.csv")
    with looked_at.stream() as stream:
        assert stream.read() == "a,b\n1,2\n"
    assert looked_at.most_lines >= 3
