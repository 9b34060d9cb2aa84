"""What a proof found: what is wrong, what holds, and what was not computed again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class CheckResult:
    """The result of one check.

    `wrong`: what contradicts the inputs; `proved`, `not_proved`: sentences for a person; `files`:
    names of the files whose whole content was derived again (taken back when anything is wrong);
    `named`: of those of which `not_proved` says what was left.
    """

    wrong: list[str] = field(default_factory=list)
    proved: list[str] = field(default_factory=list)
    not_proved: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)


@dataclass(kw_only=True)
class Proof:
    """All checks of a result folder.

    `checks`: how often each kind was made; `findings`: what is wrong; `not_comparable`: simulations
    and plans that came out differently here, where the result was made with other versions.
    """

    checks: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    not_comparable: list[str] = field(default_factory=list)
    proved: list[str] = field(default_factory=list)
    not_proved: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)

    @property
    def verified(self) -> bool:
        """Whether everything that was checked holds."""
        return not self.findings and not self.not_comparable

    def add(self, name: str, outcome: CheckResult, other_versions: str = "") -> None:
        """Take in a check.

        Parameters
        ----------
        name : str
            Kind of the check.
        outcome : CheckResult
            What it found.
        other_versions : str
            Where the result was made with other versions: how they differ, in words. What is wrong
            may then be due to them.
        """
        self.checks[name] = self.checks.get(name, 0) + 1
        self.not_proved += outcome.not_proved
        self.named |= outcome.named
        if not outcome.wrong:
            self.proved += outcome.proved
            self.files |= outcome.files
        elif other_versions:
            self.not_comparable += [f"{words} ({other_versions})" for words in outcome.wrong]
        else:
            self.findings += outcome.wrong

    def as_object(self) -> dict[str, Any]:
        """The proof for programs."""
        return {
            "verified": self.verified,
            "checks": self.checks,
            "findings": self.findings,
            "not_comparable": self.not_comparable,
            "proved": self.proved,
            "not_proved": self.not_proved,
        }
