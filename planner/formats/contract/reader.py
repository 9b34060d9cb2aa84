"""Courier contract files -> Contract: read, checked against the scenario, all findings at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from planner.domain.contracts import Contract
from planner.domain.horizon import Horizon
from planner.domain.problem import Problem
from planner.formats.base import input_limits
from planner.formats.base.columns import ZONES
from planner.formats.base.findings import Findings, shown
from planner.formats.base.region_names import RegionNames, warn_elsewhere, written_twice
from planner.formats.base.settings import Setting, apply_settings
from planner.formats.base.value_types import NO_CURRENCY
from planner.formats.base.yaml_source import Document, load_yaml, of_other_kind
from planner.formats.contract.assemble import to_contract
from planner.formats.contract.checks import check_names, own_regions, warn_about
from planner.formats.contract.schema import ContractFile
from planner.formats.tables.tables import Table, open_table, read_cells, table_of_rows

Zones = dict[tuple[str, str], str]  # (site or "", region) -> zone


@dataclass(frozen=True)
class ContractContext:
    """What a contract is read for; what is empty or None is not checked against.

    Attributes
    ----------
    currency : str
        Of the amounts.
    regions : RegionNames
        Regions of the scenario, in every form of their names.
    sites : Collection[str]
        Names of its sites.
    horizon : Horizon or None
        Its days.
    """

    currency: str
    regions: RegionNames = field(default_factory=RegionNames)
    sites: Collection[str] = ()
    horizon: Horizon | None = None

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """The context of a contract that is not in a problem, but is to be compared there."""
        labels = {region.label: region.name for region in problem.regions}
        regions = RegionNames(problem.region_names, labels.items())
        return cls(problem.currency, regions, problem.site_names, problem.horizon)


def read_contract(
    path: Path,
    around: ContractContext,
    *,
    label: str | None = None,
    warnings: list[str] | None = None,
    files: list[Path] | None = None,
) -> Contract:
    """Read and check one contract file.

    Parameters
    ----------
    path : Path
        The file.
    around : ContractContext
        What it is read for.
    label : str, optional
        Name of the file in findings; its own name by default.
    warnings : list[str], optional
        Warnings are added to it.
    files : list[Path], optional
        The files that the contract refers to are added to it.

    Returns
    -------
    Contract
        The contract, money in minor units.

    Raises
    ------
    InputError
        With all findings in the file and its zone table.
    """
    findings = Findings(
        path.parent,
        warnings=[] if warnings is None else warnings,
        files=[] if files is None else files,
    )
    contract = load_contract(path, label or path.name, around, findings)
    findings.raise_if_any()
    assert contract is not None  # noqa: S101 - no finding means there is a contract
    return contract


def load_contract(
    path: Path,
    file: str,
    around: ContractContext,
    findings: Findings,
    settings: Sequence[Setting] = (),
) -> Contract | None:
    """Read one contract file of several, without raising.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        Its name in findings.
    around : ContractContext
        What it is read for.
    findings : Findings
        What is wrong, and warnings, are added to it.
    settings : sequence of Setting
        Values in place of those of the file.

    Returns
    -------
    Contract or None
        None where a finding was added.
    """
    before = len(findings.found)
    held = findings.inside.get(file)
    document, found = (held, []) if isinstance(held, Document) else load_yaml(path, file)
    other = of_other_kind(document, "contract")
    findings.found += [*found, *other]
    findings.values += len(document.places)
    if document.data is None or other:
        return None
    if isinstance(document.data, dict):
        apply_settings(document, settings, findings)
    currency = around.currency
    stated: ContractFile | None = None
    try:
        stated = ContractFile.model_validate(document.data, context={"currency": currency})
    except ValidationError as error:
        findings.add_errors(document, ContractFile, error)
    inside = Findings(
        path.parent, found=findings.found, warnings=findings.warnings, files=findings.files
    )
    zones = _zones(document, Path(file).parent.as_posix(), around, inside)
    check_names(document, zones, around.regions, inside)
    if stated is not None and stated.currency != currency and currency != NO_CURRENCY:
        inside.add(
            document,
            ("currency",),
            f"must be the scenario's {currency}, got {shown(stated.currency)}",
        )
    if stated is None or zones is None or len(findings.found) > before:
        return None
    contract = to_contract(stated, zones, around.regions or own_regions(document, zones))
    warn_about(stated, contract, file, around.horizon, findings)
    return contract


def _zones(
    document: Document, folder: str, around: ContractContext, inside: Findings
) -> Zones | None:
    """The zone table, from a file, rows or a mapping; None when it cannot be read."""
    stated: Any = document.data.get("zones") if isinstance(document.data, dict) else None
    if isinstance(stated, dict):
        return _zones_of_mapping(document, stated, around.regions, inside)
    if isinstance(stated, str):
        path = inside.open(document, ("zones",), stated, "zones")
        if path is None:
            return None
        name = stated if folder == "." else f"{folder}/{stated}"
        table = open_table(path, name, inside, ZONES, input_limits.TABLES["zones"])
    elif isinstance(stated, list) and all(isinstance(row, dict) for row in stated):
        table = table_of_rows(document, ("zones",))
    else:
        return None
    if table is None:
        return None
    if table.rows == 0:
        inside.found.append(table.finding(-1, "", _no_zones(document.data.get("rates"))))
        return None
    return _zones_of_table(table, around, inside)


def _no_zones(rates: Any) -> str:
    """What to do about an empty zone table, with the zones that have rates."""
    known = f"; zones: {', '.join(rates)}" if isinstance(rates, dict) else ""
    return f"holds no rows: write a row region,zone for each region that the contract serves{known}"


def _zones_of_table(table: Table, around: ContractContext, inside: Findings) -> Zones | None:
    """The zones by site and region; None where cells cannot be read."""
    cells = read_cells(table, ZONES, around.currency, inside)
    if cells is None:
        return None
    zones: Zones = {}
    twice = {} if around.regions else written_twice(cells["region"])
    for row, (site, written, zone) in enumerate(
        zip(cells["site"], cells["region"], cells["zone"], strict=True)
    ):
        region = around.regions.name_of(written)
        if not around.regions.knows(written):
            inside.found.append(table.finding(row, "region", around.regions.wrong(written)))
            continue
        if site and around.sites and site not in around.sites:
            words = f"no such site, got {shown(site)}{inside.hint(site, around.sites)}"
            inside.found.append(table.finding(row, "site", words))
        if written in twice:
            inside.found.append(table.finding(row, "region", _twice(written, twice[written])))
        if (site, region) in zones:
            inside.found.append(table.finding(row, "region", f"stands twice, got {shown(written)}"))
        zones[site, region] = zone
    warn_elsewhere(table.finding(-1, "region", "").file, cells["region"], around.regions, inside)
    return zones


def _zones_of_mapping(
    document: Document, stated: dict[str, Any], regions: RegionNames, inside: Findings
) -> Zones:
    zones: Zones = {}
    twice = {} if regions else written_twice(stated)
    for written, zone in stated.items():
        region = regions.name_of(written)
        if not regions.knows(written):
            inside.add(document, ("zones", written), regions.wrong(written), at_key=True)
        elif written in twice:
            inside.add(document, ("zones", written), _twice(written, twice[written]), at_key=True)
        elif ("", region) in zones:
            inside.add(
                document, ("zones", written), f"stands twice, got {shown(written)}", at_key=True
            )
        elif isinstance(zone, str):
            zones["", region] = zone
    warn_elsewhere(f"{document.file}: zones", stated, regions, inside)
    return zones


def _twice(written: str, earlier: str) -> str:
    return f"is the same place as {earlier}: write it in one way, got {shown(written)}"
