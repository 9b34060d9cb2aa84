"""The files of the package, and tests that hold for each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "planner"
FILES = sorted(PACKAGE.rglob("*.py"))

Check = Callable[[Path], None]


def layer_of(path: Path) -> str:
    """The package, or the file next to the packages, that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def of_every_file(files: Sequence[Path] = FILES) -> Callable[[Check], Callable[[str], None]]:
    """Make a check of one file a test of all: one for each layer, which names every file that
    fails.
    """

    def test_of(check: Check) -> Callable[[str], None]:
        @pytest.mark.parametrize("layer", sorted({layer_of(path) for path in files}))
        def test(layer: str) -> None:
            failed = {}
            for path in (path for path in files if layer_of(path) == layer):
                try:
                    check(path)
                except AssertionError as error:
                    failed[path.relative_to(PACKAGE).as_posix()] = str(error)
            assert not failed, "\n".join(f"{name}: {why}" for name, why in failed.items())

        test.__doc__ = check.__doc__
        return test

    return test_of
