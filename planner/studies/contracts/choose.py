"""Which contracts are compared: those of the scenario by name, or contract files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.domain.contracts import Contract
from planner.domain.problem import Problem
from planner.errors import Finding, InputError
from planner.formats.base.input_files import MISSING, why_unreadable
from planner.formats.contract.reader import ContractContext, read_contract


class UnknownContractError(InputError):
    """A contract that is asked for is neither one of the scenario nor a file."""


@dataclass(frozen=True)
class ChosenContracts:
    """Contracts to compare.

    Parameters
    ----------
    contracts : tuple of Contract
        In the order in which they were named.
    files : tuple of Path
        Files read for them.
    warnings : tuple of str
        What the user should know about these files.
    """

    contracts: tuple[Contract, ...]
    files: tuple[Path, ...] = ()
    warnings: tuple[str, ...] = ()


def chosen_contracts(problem: Problem, wanted: Sequence[str]) -> ChosenContracts:
    """Find the contracts asked for; all of the scenario's where none is named.

    Parameters
    ----------
    problem : Problem
        Its contracts go before files of the same name.
    wanted : sequence of str
        Names of contracts, or paths of contract files.

    Returns
    -------
    ChosenContracts
        The contracts, with the files that were read.

    Raises
    ------
    UnknownContractError
        A name is neither a contract of the scenario nor a file, or there is no contract at all.
    InputError
        A contract file has findings.
    """
    known = ", ".join(problem.contract_names)
    if not wanted and not known:
        words = "the scenario has none; name contract files to compare"
        raise UnknownContractError([Finding("contracts", 0, 0, "", words)])
    contracts: list[Contract] = []
    files: list[Path] = []
    warnings: list[str] = []
    around = ContractContext.of(problem)
    for name in wanted or problem.contract_names:
        if name in problem.contract_names:
            contracts.append(problem.contract(name))
            continue
        path = Path(name)
        if why_unreadable(path) == MISSING:
            words = f"neither a file nor in the scenario, which has {known or 'none'}"
            raise UnknownContractError([Finding(name, 0, 0, "", words)])
        files.append(path)
        contracts.append(read_contract(path, around, label=name, warnings=warnings, files=files))
    return ChosenContracts(tuple(contracts), tuple(files), tuple(warnings))
