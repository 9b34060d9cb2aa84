"""A listener that records the progress of a study."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class RecordingListener:
    """Stages with their numbers of steps, steps done, and messages, in the order they came."""

    stages: list[tuple[str, int]] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def stage(self, name: str, steps: int) -> None:
        self.stages.append((name, steps))

    def step(self, k: int) -> None:
        self.steps.append(k)

    def tell(self, message: str) -> None:
        self.messages.append(message)
