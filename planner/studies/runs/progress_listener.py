"""Receivers of the progress of a study."""

from __future__ import annotations

from typing import Protocol


class ProgressListener(Protocol):
    """Receives the progress of a study, for instance to show it on a terminal."""

    def stage(self, name: str, steps: int) -> None:
        """Note that a stage begins, of so many steps (0: not known); the one before is done."""

    def step(self, k: int) -> None:
        """Note that step k of the current stage is done."""

    def tell(self, message: str) -> None:
        """Note a message for the user."""


class SilentListener:
    """Ignores all progress."""

    def stage(self, name: str, steps: int) -> None:
        """Ignore the stage."""

    def step(self, k: int) -> None:
        """Ignore the step."""

    def tell(self, message: str) -> None:
        """Ignore the message."""
