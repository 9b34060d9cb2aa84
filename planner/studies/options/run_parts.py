"""Parts of a run: what may be left out, and what is made only when asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from planner.domain.choices import ADDITIONS, PARTS, Addition, Part

# A part that is made of another one is left out with it.
MADE_OF: Final[Mapping[Part, Part]] = {"clauses": "contracts", "breakevens": "contracts"}
# Tables that only this part makes. Without `baselines` the table of that name has the plan alone.
TABLES_OF: Final[Mapping[Part, tuple[str, ...]]] = {
    "baselines": (),
    "contracts": ("contracts", "contract_terms", "contracts_by_region", "remote"),
    "clauses": ("clauses",),
    "breakevens": ("breakevens",),
    "rules": ("rules", "rules_cost"),
    "hindsight": ("hindsight",),
    "stress": ("stress",),
    "whatif": ("what_if",),
}


@dataclass(frozen=True)
class RunParts:
    """What a run consists of, apart from its forecast, its plan and the certificate.

    Parameters
    ----------
    added : tuple of str
        Some of `ADDITIONS`, in that order.
    left_out : tuple of str
        Some of `PARTS`, in that order, with all that is made of them.
    """

    added: tuple[Addition, ...] = ()
    left_out: tuple[Part, ...] = ()

    def has(self, part: Part) -> bool:
        """Whether the run has a part."""
        return part not in self.left_out

    def adds(self, addition: Addition) -> bool:
        """Whether the run has what is made only when asked for."""
        return addition in self.added

    def as_options(self) -> dict[str, list[str]]:
        """What `run.json` says of it."""
        return {"with": list(self.added), "without": list(self.left_out)}


def chosen_parts(added: Collection[str] = (), left_out: Collection[str] = ()) -> RunParts:
    """Parts of a run from names in any order, each as often as one likes.

    Parameters
    ----------
    added : collection of str
        Names among `ADDITIONS`.
    left_out : collection of str
        Names among `PARTS`.

    Returns
    -------
    RunParts
        The same for all ways to say the same.
    """
    return RunParts(
        tuple(name for name in ADDITIONS if name in added),
        tuple(name for name in PARTS if name in left_out or MADE_OF.get(name) in left_out),
    )


def stated_parts(options: Mapping[str, Any]) -> RunParts:
    """Parts of a run from the options in its `run.json`."""
    return chosen_parts(options.get("with") or (), options.get("without") or ())
