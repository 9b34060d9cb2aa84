"""A result goes only to an ordinary place: everything else is refused by name, with what to do."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.errors import PlannerError
from planner.output import FILE, FOLDER, named, refuse

KINDS = [FOLDER, FILE]
Make = Callable[[Path], Path]


def _linked(target: str, below: str = "") -> Make:
    def make(folder: Path) -> Path:
        (folder / "link").symlink_to(target)
        return folder / "link" / below

    return make


def _fifo(folder: Path) -> Path:
    os.mkfifo(folder / "fifo")
    return folder / "fifo"


def _link_to_fifo(folder: Path) -> Path:
    (folder / "link").symlink_to(_fifo(folder))
    return folder / "link"


def _socket(folder: Path) -> Path:
    before = os.getcwd()
    os.chdir(folder)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket")
    os.chdir(before)
    return folder / "socket"


def _open_pipe(folder: Path) -> Path:
    """As /dev/stdout is one behind `|`."""
    return Path(f"/dev/fd/{os.pipe()[1]}")


def _below_a_file(folder: Path) -> Path:
    (folder / "notes").write_text("mine")
    return folder / "notes/deep/out"


ODD: dict[str, tuple[Make, str]] = {
    "device": (lambda _: Path("/dev/null"), "/dev/null: is a device"),
    "below a device": (lambda _: Path("/dev/null/out"), "/dev/null: is a device, in which"),
    "link to a device": (_linked("/dev/null"), "link: is a link to /dev/null, a device"),
    "FIFO": (_fifo, "fifo: is a FIFO"),
    "link to a FIFO": (_link_to_fifo, "link: is a link to .*fifo, a FIFO"),
    "open pipe": (_open_pipe, r"is a link to .*pipe.*, a FIFO"),
    "socket": (_socket, "socket: is a socket"),
    "dangling link": (_linked("nowhere"), "link: is a link to nowhere, which does not exist"),
    "below a dangling link": (_linked("nowhere", "out"), "link: is a link to nowhere"),
    "link to itself": (_linked("link"), "link: is a link that cannot be followed"),
    "below a link to itself": (_linked("link", "out"), "link: is a link that cannot be followed"),
    "below a file": (_below_a_file, "notes: is a file, in which no folder can be made"),
    "long name": (
        lambda folder: folder / ("促" * 100),
        r"促\.\.\.: this name has 300 bytes; choose one of at most 255",
    ),
    "undecodable name": (
        lambda folder: folder / "a\udcff",
        r"a\\udcff: holds bytes that are not text",
    ),
    "NUL": (lambda folder: folder / "a\0b", r"a\\x00b: holds bytes that are not text"),
    "undecodable folder": (lambda folder: folder / "a\udcff/out", "holds bytes that are not text"),
}


@pytest.fixture(params=ODD)
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    make, words = ODD[request.param]
    return make(tmp_path), words


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_ordinary_place_is_refused(
    odd: tuple[Path, str], kind: str, force: bool
) -> None:
    """At once, by name, whether or not it would be replaced; the message ends with what to do."""
    path, words = odd
    with pytest.raises(PlannerError, match=words) as refused:
        refuse(path, force=force, kind=kind)
    assert "choose" in str(refused.value)


def test_a_file_is_no_folder_and_a_folder_no_file(tmp_path: Path) -> None:
    """Each is refused where the other is written."""
    (tmp_path / "file").touch()
    with pytest.raises(PlannerError, match="is a file, not a folder"):
        refuse(tmp_path / "file", force=True)
    with pytest.raises(PlannerError, match="is a folder, not a file"):
        refuse(tmp_path, force=True, kind=FILE)


def test_links_to_ordinary_folders_are_followed(tmp_path: Path) -> None:
    """A result behind a link is written where the link leads."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert refuse(tmp_path / "link") == tmp_path / "real"
    assert refuse(tmp_path / "link/new/out") == tmp_path / "real/new/out"
    assert refuse(tmp_path / "missing/../out") == tmp_path / "out"


def test_a_mount_point_is_refused() -> None:
    """It cannot be renamed; better known before the work than after it."""
    with pytest.raises(PlannerError, match=r"mount point.*name a new folder in it"):
        refuse(Path("/"), force=True)


def test_a_relative_name_in_a_removed_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what is wrong, rather than as a file that does not exist; a full path is used."""
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    for path in ("out", "../out"):
        with pytest.raises(
            PlannerError, match=f"^{path}: the current folder does not exist any more; give a full"
        ):
            refuse(Path(path))
    assert refuse(tmp_path / "out") == tmp_path / "out"


def test_a_read_only_parent_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first folder that exists is where something would have to be made."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(PlannerError, match=f"^{tmp_path}: is read-only; choose another folder$"):
        refuse(tmp_path / "new/out")


@pytest.mark.parametrize("force", [False, True])
def test_inputs_are_never_replaced(tmp_path: Path, force: bool) -> None:
    """The input itself, a folder that holds it, and both behind links and other names; next to it
    is allowed.
    """
    scenario = tmp_path / "promo"
    (scenario / "tables").mkdir(parents=True)
    (scenario / "tables/history.csv").touch()
    os.link(scenario / "tables/history.csv", tmp_path / "same.csv")
    (tmp_path / "link").symlink_to("promo")
    inputs = [tmp_path / "link", tmp_path / "link/tables/history.csv", tmp_path / "missing.csv"]
    for path in (scenario, tmp_path / "link", scenario / "../promo"):
        with pytest.raises(
            PlannerError, match="promo: is read by this command; choose another folder"
        ):
            refuse(path, inputs, force)
    for path in (tmp_path, scenario / "tables"):
        with pytest.raises(
            PlannerError, match=r"holds .*, which this command reads; choose another folder"
        ):
            refuse(path, inputs, force)
    for path in (tmp_path / "same.csv", scenario / "tables/history.csv"):
        with pytest.raises(PlannerError, match="is read by this command; choose another file"):
            refuse(path, inputs, force, FILE)
    assert refuse(scenario / "out", inputs, force) == scenario / "out"


def test_what_exists_is_replaced_only_when_asked(tmp_path: Path) -> None:
    """An empty folder is used; a command without --force does not offer it."""
    refuse(tmp_path, force=False)
    (tmp_path / "file").touch()
    for path, kind in ((tmp_path, FOLDER), (tmp_path / "file", FILE)):
        with pytest.raises(
            PlannerError, match=f"already exists; choose another {kind} or replace it with --force"
        ):
            refuse(path, force=False, kind=kind)
    with pytest.raises(
        PlannerError, match="exists and is not empty; choose another folder: nothing was written"
    ):
        refuse(tmp_path, force=None)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("促销/a b", "促销/a b"),
        ("a\nscenario.yaml:1:1: no\x1b[2J", "a\\nscenario.yaml:1:1: no\\x1b[2J"),
        ("a\u202egnp", "a\\u202egnp"),
        ("a/" + "n" * 300, "a/" + "n" * 60 + "..."),
    ],
)
def test_a_path_in_a_message_is_one_printable_line(path: str, shown: str) -> None:
    """Line breaks, escapes and bidirectional marks of a name are made visible."""
    assert named(path) == shown
