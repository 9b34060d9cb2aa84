"""Where the simplex method starts when scenarios join a model that is solved already.

The model of more scenarios has the columns and rows of the model before, and for every scenario
that joins those of its consequences. Given the decisions of the model before, these are solved as
well (`evaluate_recourse`). The two bases together are a basis: the consequences of one scenario
depend on the decisions, but on no other scenario.
"""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Ints
from planner.planning.formulation.model import Model
from planner.planning.milp.answer import Basis
from planner.planning.milp.builder import VariableBlock

EVERY = -1  # of a column or row that belongs to no single scenario


def joining_basis(
    full: Model, before: Model, basis: Basis, consequences: Basis, active: tuple[int, ...]
) -> Basis | None:
    """A basis of the model of more scenarios.

    Parameters
    ----------
    full : Model
        The model over all scenarios.
    before : Model
        The model of some of them.
    basis : Basis
        Basis of its solution.
    consequences : Basis
        Basis of the consequences of that solution in every scenario, in the full model.
    active : tuple of int
        Scenarios of the model to be solved, among them those of the model before.

    Returns
    -------
    Basis | None
        The basis; None where a block of columns depends on the scenarios in another way than by one
        axis.
    """
    columns = _scenario_of_columns(full, before)
    if columns is None:
        return None
    rows = _scenario_of_rows(full, columns)
    return Basis(
        _joined(columns, before.parameters.active, basis.columns, consequences.columns, active),
        _joined(rows, before.parameters.active, basis.rows, consequences.rows, active),
    )


def _joined(
    scenario: Ints,
    before: tuple[int, ...],
    known: Ints,
    consequences: Ints,
    active: tuple[int, ...],
) -> Ints:
    """Statuses of columns or rows in the model of the active scenarios."""
    statuses = consequences.copy()
    solved = _of(scenario, before)
    if len(solved) == len(known):
        statuses[solved] = known
    return statuses[_of(scenario, active)]


def _of(scenario: Ints, active: tuple[int, ...]) -> Ints:
    """Numbers in the full model of the columns or rows of some scenarios, and of no single one."""
    return np.flatnonzero((scenario == EVERY) | np.isin(scenario, active))


def _scenario_of_columns(full: Model, part: Model) -> Ints | None:
    """Scenario of every column of the full model.

    A block has one axis of scenarios: the one along which the model of fewer of them is shorter.
    """
    wholes, parts = full.milp.variable_blocks, part.milp.variable_blocks
    if len(wholes) != len(parts):
        return None
    count, fewer = len(full.parameters.active), len(part.parameters.active)
    found = np.full(full.milp.columns, EVERY)
    for whole, block in zip(wholes, parts, strict=True):
        shorter = _shorter_axes(whole, block)
        if not shorter:
            continue
        if [(whole.shape[a], block.shape[a]) for a in shorter] != [(count, fewer)]:
            return None
        along = np.indices(whole.shape, sparse=True)[shorter[0]]
        size = int(np.prod(whole.shape))
        found[whole.first : whole.first + size] = np.broadcast_to(along, whole.shape).ravel()
    return found


def _shorter_axes(whole: VariableBlock, part: VariableBlock) -> list[int]:
    """Axes along which a block has another length in a part of the model."""
    return [a for a, (n, k) in enumerate(zip(whole.shape, part.shape, strict=True)) if n != k]


def _scenario_of_rows(full: Model, columns: Ints) -> Ints:
    """Scenario of every row of the full model: that of its columns."""
    entries = full.milp.arrays().matrix.tocoo()
    found = np.full(full.milp.rows, EVERY)
    single = columns[entries.col] != EVERY
    found[entries.row[single]] = columns[entries.col[single]]
    return found
