"""A folder of runs that a server shows, made once."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.run_browser.server import RunServer
from tests.cli.builders import write_small
from tests.cli.conftest import call_here
from tests.cli.forging import seal_again

HOSTILE = "x<img src=x onerror=alert(1)>&'\""
UNSEEN = "nobody may read this"
REPORT = """<!DOCTYPE html>
<title>report</title>
<script>
let seen = [];
try { seen.push(document.cookie) } catch { seen.push("no cookie") }
fetch("/").then(() => seen.push("a page"), () => seen.push("no page"))
  .then(() => { document.title = seen.join(", ") });
</script>
"""  # what a page could try that somebody has changed and sealed
OPTIONS = ("--replications", 10, "--jobs", 1, "--quiet")


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, a copy under a hostile name, and what must not be shown."""
    root = tmp_path_factory.mktemp("open") / "reports"
    for name, changes in (("a", None), ("b", {"headcount: 3}": "headcount: 4}"})):
        write_small(root.parent / name, changes)
        assert call_here("simulate", root.parent / name, "-o", root / name, *OPTIONS).code == 0
    shutil.copytree(root / "a", root / "deep" / HOSTILE)
    (root / "b" / "report.html").write_text(REPORT)
    seal_again(root / "b")
    (root.parent / "secret.txt").write_text(UNSEEN)
    (root / "secret.txt").write_text(UNSEEN)
    (root / "a" / "notes.txt").write_text(UNSEEN)
    shutil.copytree(root / "a", root / ".b.draft")
    shutil.copytree(root / "a", root.parent / "outside")
    (root / "linked").symlink_to(root.parent / "outside")
    (root / "broken").mkdir()
    (root / "broken" / "run.json").write_text('{"name": ')
    return root


@pytest.fixture(scope="session")
def server(runs: Path) -> Iterator[RunServer]:
    with RunServer(runs, 0, "en", lambda words: None) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()
