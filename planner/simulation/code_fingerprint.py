"""Which program this is: what decides the bytes of a replication apart from its input."""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import planner

LIBRARIES = ("numpy", "scipy", "simpy", "numba")


@lru_cache(maxsize=1)
def program() -> dict[str, str]:
    """Versions that decide the bytes of a replication: planner, its source, Python, libraries."""
    python = ".".join(platform.python_version_tuple()[:2])
    found = {"planner": planner.__version__, "planner's source": source_digest(), "python": python}
    return {**found, **{name: version(name) for name in LIBRARIES}}


def source_digest() -> str:
    """The first 12 digits of the SHA-256 of all modules of the planner."""
    root = Path(planner.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]
