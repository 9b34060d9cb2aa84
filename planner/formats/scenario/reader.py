"""A scenario's folder or workbook -> Problem.

Every file is read, every finding collected, then all of them are raised together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from planner.domain.contracts import Contract
from planner.domain.horizon import Horizon
from planner.domain.problem import Problem
from planner.domain.stress import Stress
from planner.errors import Finding, InputError
from planner.formats.base import input_limits
from planner.formats.base.columns import TABLES
from planner.formats.base.findings import Findings, shown
from planner.formats.base.input_files import MISSING, why_unreadable
from planner.formats.base.region_names import RegionNames
from planner.formats.base.timezones import parse_timezone
from planner.formats.base.value_types import LONGEST_NAME, parse_name, stated_currency
from planner.formats.base.yaml_source import Document, found_at, of_other_kind
from planner.formats.contract.reader import ContractContext, load_contract
from planner.formats.scenario import assemble, checks, demand, staff, table_rows
from planner.formats.scenario.calendars import ShiftDays, open_site, shift_days, to_shift
from planner.formats.scenario.extended_shifts import extended_shifts
from planner.formats.scenario.given_demand import load_given
from planner.formats.scenario.opening_backlog import load_orders
from planner.formats.scenario.partial_scenario import PartialScenario
from planner.formats.scenario.platforms import load_platforms
from planner.formats.scenario.references import (
    check_references,
    declared,
    process_names,
    temporary_crews,
)
from planner.formats.scenario.region_references import settle_regions
from planner.formats.scenario.scenario_settings import set_in_scenario, stated_name
from planner.formats.scenario.schema import ScenarioFile
from planner.formats.scenario.sources import FILE, catalogue_for, document_of, name_of
from planner.formats.scenario.stresses import (
    Known,
    check_stresses,
    load_catalogue,
    to_stress,
)
from planner.formats.scenario.table_rows import CheckedTable, KnownNames
from planner.formats.scenario.table_settings import shares_in_proportion, with_settings
from planner.formats.tables.tables import Table, open_table, table_of_rows


@dataclass(frozen=True, kw_only=True, repr=False)
class Scenario:
    """A scenario that was read.

    Attributes
    ----------
    problem : Problem
        What is given.
    files : tuple of Path
        Files it was read from, in order of reading.
    warnings : tuple of str
        What may be wrong.
    root, path : Path
        Its folder, and its YAML file or workbook.
    document : Document
        What that file states, and where.
    title : str
        As printed.
    is_named : bool
        It states its name; otherwise that is the name of its folder.
    stresses : tuple of Stress
        What a plan is tried under: the folder's own catalogue, or the shipped one.
    settings : tuple of str
        Values that were set from outside, each PATH=VALUE.
    """

    problem: Problem
    files: tuple[Path, ...]
    warnings: tuple[str, ...]
    root: Path
    path: Path
    document: Document
    title: str = ""
    is_named: bool = True
    stresses: tuple[Stress, ...] = ()
    settings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """The problem in a line, and the number of files."""
        return f"<Scenario of {len(self.files)} files: {self.problem!r}>"


def read_scenario(
    path: Path,
    called: str | None = None,
    catalogue: Path | None = None,
    settings: Sequence[str] = (),
    *,
    whole_history: bool = False,
) -> Scenario:
    """Read a scenario and all files it names.

    Parameters
    ----------
    path : Path
        `scenario.yaml`, its folder, or a workbook.
    called : str, optional
        Name of the scenario's folder, where a copy in another folder is read.
    catalogue : Path, optional
        Catalogue of stresses instead of that of the folder, or the shipped one.
    settings : sequence of str
        Values in place of those of its files, each PATH=VALUE.
    whole_history : bool
        Read past orders to their end, to look back on them; a plan knows only those before it.

    Returns
    -------
    Scenario
        What was read.

    Raises
    ------
    InputError
        With all findings.
    """
    file = path / FILE if os.path.isdir(path) else path
    if words := why_unreadable(file):
        missing = Finding(
            str(path), 0, 0, "", f"no such scenario (a {FILE}, its folder, or a workbook)"
        )
        raise InputError([missing if words == MISSING else Finding(str(file), 0, 0, "", words)])
    findings = Findings(file.parent)
    folder = file.parent.resolve()
    file = folder / file.name
    findings.files.append(file)
    document = document_of(file, findings)
    if document.data is None:
        findings.raise_if_any()
    if not isinstance(document.data, dict):
        findings.add(document, (), "must be a mapping of keys such as name, horizon, sites")
        findings.raise_if_any()
    if other := of_other_kind(document, "scenario"):
        raise InputError([*findings.found, *other])
    applied = set_in_scenario(document, settings, findings)
    read = _read_parts(document, findings)
    read.whole_history = whole_history
    read.settings = tuple((setting.path, setting.written) for setting in applied)
    _read_tables(document, read, findings)
    _read_names(document, read, findings)
    checks.check_sections(document, read, findings)
    _read_stresses(document, read, catalogue or catalogue_for(file, findings), findings)
    name = _own_name(document, read, called or name_of(file), findings)
    findings.raise_if_any()
    problem = assemble.to_problem(read, name)
    checks.check_problem(document, problem, findings)
    findings.raise_if_any()
    title = read.parts["title"] or problem.name
    is_named = document.data.get("name") is not None
    return Scenario(
        problem=problem,
        files=tuple(findings.files),
        warnings=tuple(findings.warnings),
        root=folder,
        path=file,
        document=document,
        title=title,
        is_named=is_named,
        stresses=tuple(to_stress(s, problem.horizon) for s in read.stresses),
        settings=tuple(settings),
    )


def _own_name(document: Document, read: PartialScenario, folder: str, findings: Findings) -> str:
    """The scenario's name: as stated, else that of its folder, shortened where it is too long."""
    if document.data.get("name") is not None:
        return read.parts["name"] or ""  # a wrong one is a finding already
    try:
        return parse_name(folder[:LONGEST_NAME].strip())
    except ValueError as error:
        words = f"state a name; the folder's cannot be used: it {error}, got {shown(folder)}"
        findings.add(document, ("name",), words)
        return ""


def _read_parts(document: Document, findings: Findings) -> PartialScenario:
    """The sections of the YAML file.

    A wrong one is None and does not keep the others from being checked.
    """
    currency = stated_currency(document.data.get("currency"))
    context = {"currency": currency}
    try:
        whole = ScenarioFile.model_validate(document.data, context=context)
        return PartialScenario(
            parts={name: getattr(whole, name) for name in ScenarioFile.model_fields},
            currency=currency,
        )
    except ValidationError as error:
        findings.add_errors(document, ScenarioFile, error)
    return PartialScenario(
        parts={name: _salvaged(name, document, context) for name in ScenarioFile.model_fields},
        currency=currency,
    )


def _salvaged(name: str, document: Document, context: dict[str, str]) -> Any:
    """A section by itself: its value, its default, or None where it is wrong."""
    info = ScenarioFile.model_fields[name]
    if name not in document.data:
        return None if info.is_required() else info.get_default(call_default_factory=True)
    annotation: Any = info.rebuild_annotation()
    try:
        return TypeAdapter(annotation).validate_python(
            document.data[name], strict=True, context=context
        )
    except ValidationError:
        return None


def _read_tables(document: Document, read: PartialScenario, findings: Findings) -> None:
    """Read regions, products, contracts, platform and history, which later sections refer to."""
    regions, products = (
        _table(document, "regions", findings),
        _table(document, "products", findings),
    )
    if regions is not None:
        read.regions = table_rows.to_regions(regions, read.currency, findings)
    elif document.data.get("regions") is None:
        read.regions = (assemble.EVERYWHERE,)
    if products is not None:
        read.products = table_rows.to_products(products, read.currency, findings)
    elif document.data.get("products") is None:
        read.products = (assemble.ITEM,)
    read.contracts = _contracts(document, read, findings)
    stated, parts = read.parts["platform"], read.parts["platforms"] or ()
    read.platforms = load_platforms(document, stated, parts, read.currency, findings)
    settle_regions(document, read, findings)
    read.demand = _demand(document, read, findings)
    if horizon := _horizon(read):
        zone = _stated_timezone(document)
        read.backlog = load_orders(document, read, horizon, zone, findings)


def _table(document: Document, key: str, findings: Findings) -> Table | None:
    """The table a key names or holds; None when there is none or it cannot be read."""
    stated = document.data.get(key)
    if isinstance(stated, list) and stated and all(isinstance(row, dict) for row in stated):
        return shares_in_proportion(table_of_rows(document, (key,)), key, document, findings)
    if not isinstance(stated, str) or not stated:
        if stated == []:
            findings.add(document, (key,), "holds no rows")
        return None
    path = findings.open(document, (key,), stated, key)
    if path is None:
        return None
    table = open_table(
        path,
        stated,
        findings,
        TABLES.get(key, ()),
        input_limits.TABLES.get(key, input_limits.TABLE),
    )
    changed = document.in_files.get((key,), ())
    return with_settings(table, key, changed, findings) if table and changed else table


def _contracts(
    document: Document, read: PartialScenario, findings: Findings
) -> tuple[Contract, ...] | None:
    """Every contract file; None when one of them is wrong."""
    around = ContractContext(
        read.currency,
        RegionNames.of(read.regions or ()),
        declared(document.data, "sites", "*", "name"),
        _horizon(read),
    )
    loaded: list[Contract | None] = []
    stated = document.data.get("contracts")
    places = (
        [(("contracts",), stated)]
        if isinstance(stated, str)
        else [*found_at(document.data, ("contracts", "*"))]
    )
    if len(places) > input_limits.CONTRACTS:
        findings.add(
            document,
            ("contracts",),
            f"names {len(places):,} files; at most {input_limits.CONTRACTS} are read",
        )
        return None
    for path, name in places:
        if findings.values > input_limits.CONTRACT_VALUES:
            most = f"{input_limits.CONTRACT_VALUES:,} values"
            findings.add(
                document, path, f"is not read: the contracts before it hold more than {most}"
            )
            return None
        if isinstance(name, str):
            file = findings.open(document, path, name, "contract")
            changed = document.in_files.get(path, ())
            contract = load_contract(file, name, around, findings, changed) if file else None
            if contract is not None and contract.name in [c.name for c in loaded if c]:
                findings.add(document, path, f"two contracts have the name {shown(contract.name)}")
            loaded.append(contract)
            held = stated_name(file, findings.inside.get(name))
            read.contract_names.append(contract.name if contract else held)
    return None if None in loaded else tuple(c for c in loaded if c)


def _horizon(read: PartialScenario) -> Horizon | None:
    """The horizon; None where its section is wrong."""
    stated = read.parts["horizon"]
    zone = read.parts["timezone"] or "UTC"
    return stated.to_horizon(zone) if stated else None


def _stated_timezone(document: Document) -> str | None:
    """The scenario's time zone; None where it states none.

    UTC in place of one that does not exist, which is a finding of its own.
    """
    name = document.data.get("timezone")
    try:
        return name if name is None else parse_timezone(str(name)).key
    except ValueError:
        return "UTC"


def _demand(document: Document, read: PartialScenario, findings: Findings) -> Any:
    """Demand; None when its section, a file of it, regions, products or the horizon are wrong."""
    stated, horizon = read.parts["demand"], _horizon(read)
    if stated is None or horizon is None:
        return None
    demand.check_events(document, stated, horizon, findings)
    demand.check_open_days(document, stated, horizon, findings)
    if read.regions is None or read.products is None:
        return None
    before = len(findings.found)
    history = given = None
    zone = _stated_timezone(document)
    if stated.history is not None:
        planned_on = read.parts["planned_on"]
        until = assemble.EVER if read.whole_history else assemble.known_until(planned_on, horizon)
        request = demand.HistoryRequest(stated.history, read.regions, until, zone)
        history = demand.load_history(document, request, findings)
    if stated.given is not None:
        given = load_given(
            document,
            stated.given,
            findings,
            horizon=horizon,
            regions=read.regions,
            products=read.products,
            timezone=zone,
        )
    if len(findings.found) > before:
        return None
    return demand.to_demand(
        stated, horizon, read.regions, read.products, history=history, given=given
    )


def _read_names(document: Document, read: PartialScenario, findings: Findings) -> None:
    """Read everything that refers to something else by name."""
    contracts = [name for name in read.contract_names if name]
    known = {
        "product": {p.name for p in read.products} if read.products else None,
        "site": declared(document.data, "sites", "*", "name"),
        "process": process_names(document.data),
        "crew": declared(document.data, "crews", "*", "name"),
        "shift": declared(document.data, "shifts", "*", "name"),
        "event": declared(document.data, "demand", "events", "*", "name"),
        "contract": None if None in read.contract_names else contracts,
    }
    check_references(document, known, findings)
    names, horizon, currency = _known_names(document, read), _horizon(read), read.currency
    checked: dict[str, CheckedTable] = {}
    for key in ("staffing", "staff", "stock", "routing"):
        table = _table(document, key, findings)
        if table is not None:
            checked[key] = CheckedTable(table, names, findings)
    if "stock" in checked:
        read.stock = table_rows.to_stock(checked["stock"], currency)
    if horizon is None:
        return
    if "staffing" in checked:
        read.roster = table_rows.to_roster(checked["staffing"], horizon, currency)
    if "staff" in checked:
        read.people = staff.to_people(checked["staff"], horizon, currency)
    if "routing" in checked:
        read.routing = table_rows.to_routing(checked["routing"], horizon, currency)


def _read_stresses(
    document: Document, read: PartialScenario, catalogue: Path, findings: Findings
) -> None:
    """The catalogue of stresses, and the risks, whose names must refer to something."""
    horizon = read.parts["horizon"]
    if horizon is None:
        return
    known: Known = {
        "product": [p.name for p in read.products] if read.products else None,
        "site": declared(document.data, "sites", "*", "name"),
        "crew": declared(document.data, "crews", "*", "name"),
        "temporary crew": temporary_crews(document.data),
        "contract": None
        if None in read.contract_names
        else [name for name in read.contract_names if name],
    }
    read.stresses = load_catalogue(catalogue.resolve(), horizon, known, findings)
    check_stresses(
        document, ("risks",), read.parts["risks"] or (), horizon, known=known, findings=findings
    )


def _extended(read: PartialScenario) -> dict[tuple[str, str], list[str]]:
    """Names of the extended shifts of every (site, crew)."""
    crews, shifts, sites = (read.parts[key] for key in ("crews", "shifts", "sites"))
    if not (crews and shifts and sites):
        return {}
    regular = [stated.to_shift() for stated in shifts]
    longer = zip(crews, extended_shifts(crews, regular, sites), strict=True)
    return {
        (crew.site or sites[0].name, crew.name): [s.name for s in of_crew]
        for crew, of_crew in longer
    }


def _shift_days(read: PartialScenario) -> dict[tuple[str, str], ShiftDays]:
    """When each shift is worked at each site, by (site, shift)."""
    crews, shifts, sites = (read.parts[key] for key in ("crews", "shifts", "sites"))
    horizon = _horizon(read)
    if not (crews and shifts and sites and horizon):
        return {}
    patterns = [to_shift(stated, horizon) for stated in shifts]
    for of_crew in extended_shifts(crews, tuple(patterns), sites):
        patterns += of_crew
    return shift_days([open_site(site, horizon) for site in sites], patterns, horizon)


def _known_names(document: Document, read: PartialScenario) -> KnownNames:
    """Names as written, so that tables are checked even where another section is wrong."""
    crews: dict[tuple[str, str], bool] = {}
    abilities: dict[tuple[str, str], tuple[str, ...]] = {}
    limits: dict[tuple[str, str], int] = {}
    for at, crew in _stated_crews(document):
        crews[at] = "max_headcount" in crew
        able = crew.get("processes")
        abilities[at] = tuple(str(p) for p in able) if isinstance(able, list) else ()
        people = crew.get("headcount", crew.get("max_headcount"))
        if isinstance(people, int):
            limits[at] = people
    return KnownNames(
        sites=declared(document.data, "sites", "*", "name"),
        regions=read.regions or (),
        products=dict.fromkeys(p.name for p in read.products or ()),
        contracts=[c.name for c in read.contracts or ()],
        shifts=declared(document.data, "shifts", "*", "name"),
        crews=crews,
        processes=_stated_processes(document),
        abilities=abilities,
        limits=limits,
        extended=_extended(read),
        shift_days=_shift_days(read),
    )


def _stated_crews(document: Document) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """((site, name), mapping as written) of the crews that have both names."""
    sites = declared(document.data, "sites", "*", "name")
    only_site = sites[0] if len(sites) == 1 else None
    for _, crew in found_at(document.data, ("crews", "*")):
        if not isinstance(crew, dict):
            continue
        name, site = crew.get("name"), crew.get("site", only_site)
        if isinstance(name, str) and isinstance(site, str):
            yield (site, name), crew


def _stated_processes(document: Document) -> dict[str, tuple[str, ...]]:
    """Site -> its processes, as written."""
    processes: dict[str, tuple[str, ...]] = {}
    for _, site in found_at(document.data, ("sites", "*")):
        if not isinstance(site, dict):
            continue
        name, stated = site.get("name"), site.get("processes")
        if isinstance(name, str) and isinstance(stated, dict):
            processes[name] = tuple(stated)
    return processes
