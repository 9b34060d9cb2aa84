"""Forges result folders: a genuine folder, one to three changes, and the hashes made to fit."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
from collections.abc import Callable
from copy import deepcopy as copy_of
from pathlib import Path
from typing import Any

from planner.output import sha256
from planner.studies.runs.manifest import result_files

JSON_FILES = ("run.json", "plan.json", "explanation.json")
NUMBERS: tuple[Any, ...] = (
    *(
        0,
        -1,
        1,
        2,
        0.5,
        1.5,
        -0.0,
        1e-320,
        1e15,
        1e18,
        1e19,
        1e308,
        10**30,
        10**400,
        1_000_000_000,
        401,
        2**63,
    ),
    *(float("nan"), float("inf"), float("-inf")),
)
TEXTS: tuple[str, ...] = (
    *(
        "",
        " ",
        "nan",
        "inf",
        "1e308",
        "-1",
        "None",
        "true",
        "x" * 100_000,
        "仓" * 3_000,
        "a\nb",
        "\x1b[31mred\x1b[0m",
    ),
    *(
        "\x00",
        "\u202eabc",
        "\ufeff",
        "=1+1",
        "</script>",
        r"$\frac{",
        "{0}",
        "%s",
        "{lang}",
        "..",
        "../../etc/passwd",
    ),
    *(
        "/dev/zero",
        "all",
        "together",
        "2026-11-31",
        "2026-11-10",
        "9999-12-31",
        "0001-01-01",
        "2026-11-10 24:00",
    ),
    *(
        "2026-11-10T20:00:61",
        "24:00",
        "25:00",
        "\udcff",
        "a + " * 500,
        "a'b\"c,d;e",
        "１２",
        "1_000",
        "0x10",
    ),
)
WRONG_KINDS: tuple[Any, ...] = (None, True, False, [], {}, [[]], {"a": {}}, "text", 3, 2.5)


def forge(honest: Path, copy: Path, seed: int) -> list[str]:
    """A forged copy of a genuine folder; what was done to it, in words.

    The same seed forges the same folder.
    """
    rng = random.Random(seed)  # noqa: S311
    shutil.copytree(honest, copy)
    done = [rng.choice(FORGERIES)(copy, rng) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    if rng.random() < 0.9:
        seal(copy)
        done.append("sealed again")
    return done


def seal(folder: Path) -> None:
    """Make the hashes in run.json fit, as far as it can still be read."""
    path = folder / "run.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        content["outputs"] = {name: sha256(folder / name) for name in result_files(folder)}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2)
        path.write_text(text + "\n", encoding="utf-8")
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return


def change_json(folder: Path, rng: random.Random) -> str:
    """A value, a key or an item of a document is replaced, removed, added, renamed or doubled."""
    path = rng.choice(
        [folder / name for name in JSON_FILES if (folder / name).is_file()] or [folder / "run.json"]
    )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return f"{path.name}: left as it is"
    places = [
        place
        for place in _places(content)
        if not place or place[0] not in ("outputs", "inputs", "versions")
    ]
    places = places if rng.random() < 0.9 else list(_places(content))
    if not places:
        return f"{path.name}: has no values"
    *above, last = rng.choice(places)
    target = content
    for step in above:
        target = target[step]
    how = rng.choice(("drop", "replace", "replace", "replace", "add", "rename", "swap"))
    if how == "drop":
        del target[last]
    elif how == "add" and isinstance(target, dict):
        target[rng.choice((*TEXTS[:12], "extra"))] = target[last]
    elif how == "add":
        target.extend(target * rng.choice((1, 50)))
    elif how == "rename" and isinstance(target, dict):
        target[f"{last}x"] = target.pop(last)
    elif how == "swap":
        other = rng.choice(places)
        target[last] = copy_of(_at(content, other))
    else:
        target[last] = rng.choice(rng.choice((NUMBERS, TEXTS, WRONG_KINDS)))
    _write(
        path, json.dumps(content, ensure_ascii=rng.random() < 0.5, sort_keys=True, indent=2) + "\n"
    )
    return f"{path.name}: {how} {'.'.join(map(str, (*above, last)))}"


def change_json_text(folder: Path, rng: random.Random) -> str:
    """A document that is no proper JSON any more, or that is deep, long or has a key twice."""
    path = rng.choice(
        [folder / name for name in JSON_FILES if (folder / name).is_file()] or [folder / "run.json"]
    )
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else "{}"
    how = rng.choice(
        ("cut", "twice", "deep", "mark", "array", "digits", "empty", "utf-16", "comma")
    )
    changed = {
        "cut": text[: rng.randrange(len(text) + 1)],
        "twice": text.replace("{", '{"seed": 1, "seed": 2, ', 1),
        "deep": "[" * 100_000 + "]" * 100_000,
        "mark": "\ufeff" + text,
        "array": f"[{text}]",
        "digits": text.replace("{", '{"gap": ' + "9" * 5_000 + ", ", 1),
        "empty": "",
        "utf-16": text,
        "comma": text.replace(",", ",,", 1),
    }[how]
    path.write_bytes(changed.encode("utf-16" if how == "utf-16" else "utf-8", "replace"))
    return f"{path.name}: {how}"


TABLE_CHANGES = (
    *("cell", "cell", "cell", "cell", "column", "drop", "double"),
    *("shuffle", "swap", "rename", "empty", "many", "wide"),
)


def change_table(folder: Path, rng: random.Random) -> str:
    """Cells, rows or columns of a table are changed."""
    path, rows = _table(folder, rng)
    if not rows:
        return "no table to change"
    header, body = rows[0], rows[1:]
    column = rng.randrange(len(header)) if header else 0
    how = rng.choice(TABLE_CHANGES)
    change_cells(how, header, body, column, rng)
    body = changed_rows(how, body, column, rng)
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([header, *body])
    _write(path, stream.getvalue())
    return f"{path.name}: {how} {header[column] if header else ''}"[:120]


def change_cells(
    how: str, header: list[str], body: list[list[str]], column: int, rng: random.Random
) -> None:
    """Cells of a column, its place or its name."""
    if how == "cell" and body:
        value = _cell(rng)
        for row in rng.sample(body, min(len(body), rng.choice((1, 1, 3)))):
            row[column] = value
    elif how == "column":
        value = _cell(rng)
        for row in body:
            row[column] = value
    elif how == "swap" and header:
        other = rng.randrange(len(header))
        for row in body:
            row[column], row[other] = row[other], row[column]
    elif how == "rename" and header:
        header[column] = rng.choice(("", header[0], "unknown", "x" * 5_000))


def changed_rows(
    how: str, body: list[list[str]], column: int, rng: random.Random
) -> list[list[str]]:
    """Fewer, more or wider rows, or another order."""
    if how == "drop":
        del body[rng.randrange(len(body) + 1) :: rng.choice((1, 2, 1_000_000))]
    elif how == "double":
        return body + body[: rng.choice((1, 20))]
    elif how == "shuffle":
        rng.shuffle(body)
    elif how == "empty":
        return []
    elif how == "many" and body:
        first = body[0]
        return [
            [*first[:column], f"{first[column]}{k}", *first[column + 1 :]] for k in range(3_000)
        ]
    elif how == "wide":
        return [[*row, "1"] if rng.random() < 0.2 else row for row in body]
    return body


def change_table_text(folder: Path, rng: random.Random) -> str:
    """A table in another encoding, cut off, with a quotation mark that never closes, or without its
    header.
    """
    path, _ = _table(folder, rng)
    if not path.is_file():
        return "no table to change"
    data = path.read_bytes()
    how = rng.choice(
        ("cut", "utf-16", "gbk", "quote", "headless", "empty", "nul", "cr", "bytes", "semicolon")
    )
    changed = {
        "cut": data[: rng.randrange(len(data) + 1)],
        "utf-16": data.decode("utf-8", "replace").encode("utf-16"),
        "gbk": data.decode("utf-8", "replace").encode("gbk", "replace") + "仓\n".encode("gbk"),
        "quote": data.replace(b"\n", b'\n"', 1),
        "headless": data.partition(b"\n")[2],
        "empty": b"",
        "nul": data.replace(b",", b"\x00,", 1),
        "cr": data.replace(b"\n", b"\r"),
        "bytes": data + rng.randbytes(200),
        "semicolon": data.replace(b",", b";"),
    }[how]
    path.write_bytes(changed)
    return f"{path.name}: {how}"


def change_files(folder: Path, rng: random.Random) -> str:
    """A file is missing, foreign, a link, a folder or a pipe."""
    files = sorted(
        p for p in folder.rglob("*") if p.is_file() and p.suffix in (".csv", ".json", ".yaml")
    )
    path = rng.choice(files)
    how = rng.choice(
        ("missing", "missing", "link", "loop", "folder", "pipe", "zero", "foreign", "exchanged")
    )
    other = rng.choice(files).read_bytes()
    if how == "foreign":
        (path.parent / rng.choice(("notes.csv", "x.json", "a b.txt"))).write_bytes(other)
        return f"{how} next to {path.name}"
    path.unlink()
    if how == "link":
        path.symlink_to(folder / "missing")
    elif how == "loop":
        path.symlink_to(path)
    elif how == "zero":
        path.symlink_to("/dev/zero")
    elif how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    elif how == "exchanged":
        path.write_bytes(other)
    return f"{path.relative_to(folder)}: {how}"


FORGERIES: tuple[Callable[[Path, random.Random], str], ...] = (
    *(change_json,) * 5,
    change_json_text,
    *(change_table,) * 6,
    change_table_text,
    change_files,
)


def _places(content: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every value of a document stands."""
    found: list[tuple[Any, ...]] = [above] if above else []
    steps = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    for step, inner in steps:
        found += _places(inner, (*above, step))
    return found


def _at(content: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        content = content[step]
    return content


def _cell(rng: random.Random) -> str:
    return str(rng.choice(rng.choice((NUMBERS, TEXTS))))[:100_000]


def _table(folder: Path, rng: random.Random) -> tuple[Path, list[list[str]]]:
    """A table of a folder and its rows."""
    paths = sorted(p for p in (folder / "tables").glob("*.csv") if p.is_file()) or [
        folder / "none.csv"
    ]
    path = rng.choice(paths)
    try:
        return path, list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, csv.Error):
        return path, []


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
