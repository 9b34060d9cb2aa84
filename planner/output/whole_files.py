"""Files that appear under their name only when they are complete."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def replace_file(file: Path, content: Iterable[bytes | memoryview]) -> None:
    """Write a file; whoever reads it meanwhile finds what was there before.

    Raises
    ------
    OSError
        The disk does not take it; nothing is left of it.
    """
    descriptor, draft = tempfile.mkstemp(prefix=file.stem, suffix=".tmp", dir=file.parent)
    try:
        with open(descriptor, "wb") as stream:
            stream.writelines(content)
        os.replace(draft, file)
    except BaseException:
        os.unlink(draft)
        raise
