"""The Problem: everything that is given, checked once, never changed (vary it with
`dataclasses.replace`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Literal

from planner.domain.contracts import HEAVIEST_G, Contract
from planner.domain.demand import Demand
from planner.domain.demand_levers import NO_LEVERS, Levers
from planner.domain.horizon import DAY_S, Horizon, Phase, Shift
from planner.domain.named_staff import Members, Person
from planner.domain.platform import PlatformRule
from planner.domain.products import Product, Region, Returns
from planner.domain.site import Site
from planner.domain.workforce import Crew, StaffRow

DisruptionKind = Literal["allotment_cut", "missed_collection", "absence_wave", "site_closed"]
PROMO_TAIL_DAYS = (
    2  # days after an event that still belong to its phase: the backlog is worked off then
)


@dataclass(frozen=True, slots=True)
class Service:
    """The aim: P(share of orders on time >= `on_time_share`) >= `confidence`."""

    on_time_share: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Disruption:
    """Something that goes wrong in [from_s, to_s): an allotment times `factor`, collections that do
    not come, an absence wave (the absence of the crew at the site becomes `factor`), or a closed
    site. Empty names mean all.
    """

    kind: DisruptionKind
    from_s: int
    to_s: int
    site: str = ""
    contract: str = ""
    crew: str = ""
    factor: float = 0.0


@dataclass(frozen=True, slots=True)
class StockRow:
    """Units of a product placed at a site before the promotion."""

    site: str
    product: str
    units: int


@dataclass(frozen=True, slots=True, order=True)
class ShareRow:
    """Share of a region's orders in [from_s, to_s) of more than `above_g` and up to `to_g` grams
    (actual weight) that a site ships with a contract ("" = no courier).
    """

    region: str
    site: str
    contract: str
    from_s: int
    to_s: int
    share: float
    above_g: int = 0
    to_g: int = HEAVIEST_G


@dataclass(frozen=True, slots=True)
class Assumption:
    """A figure somebody must be able to check: where it comes from, when it was looked up, how far
    to trust it.
    """

    subject: str
    value: str
    source: str
    retrieved: str = ""
    grade: str = ""


@dataclass(frozen=True, eq=False)
class Problem:
    """What is given. Names are unique within their kind; rows refer to each other by name.

    `roster`, `stock`, `routing`: what the scenario states for a run without a plan (None: nothing
    stated). `people`: the named ones; what a crew has beyond them are people without a name.
    `levers`: what may be decided before the promotion beside the plan's rows, and what of it is in
    force here. `weight_classes_g`: upper edges of the weight classes that routing tells apart;
    heavier is one more class. Raises ValueError when a name refers to nothing (the readers report
    such things with file and line before).
    """

    name: str
    currency: str
    horizon: Horizon
    seed: int
    service: Service
    platform: PlatformRule
    regions: tuple[Region, ...]
    products: tuple[Product, ...]
    demand: Demand
    sites: tuple[Site, ...]
    shifts: tuple[Shift, ...]
    crews: tuple[Crew, ...]
    contracts: tuple[Contract, ...] = ()
    returns: Returns | None = None
    disruptions: tuple[Disruption, ...] = ()
    roster: tuple[StaffRow, ...] | None = None
    stock: tuple[StockRow, ...] | None = None
    routing: tuple[ShareRow, ...] | None = None
    planned_on: date | None = None
    weight_classes_g: tuple[int, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    people: tuple[Person, ...] = ()
    levers: Levers = NO_LEVERS

    def __post_init__(self) -> None:
        sites = {s.name for s in self.sites}
        contracts = {c.name for c in self.contracts}
        for kind, names in (
            ("region", self.region_names),
            ("product", self.product_names),
            ("site", self.site_names),
            ("shift", tuple(s.name for s in self.shifts)),
            ("contract", self.contract_names),
            ("crew", tuple(f"{c.site}/{c.name}" for c in self.crews)),
            ("person", tuple(f"{p.site}/{p.name}" for p in self.people)),
        ):
            if len(set(names)) != len(names):
                raise ValueError(f"two of the {kind}s have the same name")
        for crew in self.crews:
            if crew.site not in sites:
                raise ValueError(f"crew {crew.name}: no site {crew.site}")
            if not {s.name for s in self.shifts if s.extends}.issuperset(crew.extended):
                raise ValueError(f"crew {crew.name}: no extended shifts {', '.join(crew.extended)}")
        crews = {(c.site, c.name) for c in self.crews}
        for who in self.people:
            if (who.site, who.crew) not in crews:
                raise ValueError(f"{who.name}: no crew {who.crew} at {who.site}")
        for crew in self.crews:
            if self.members(crew).unnamed < 0:
                raise ValueError(
                    f"crew {crew.name}: more named people than the {crew.limit} there are"
                )
        for site in self.sites:
            for c in site.collections:
                if c.contract not in contracts:
                    raise ValueError(f"site {site.name}: no contract {c.contract}")

    @cached_property
    def region_names(self) -> tuple[str, ...]:
        return tuple(r.name for r in self.regions)

    @cached_property
    def product_names(self) -> tuple[str, ...]:
        return tuple(p.name for p in self.products)

    @property
    def works_after_hours(self) -> bool:
        """Is there a site whose people finish the task in hand when their shift has ended?"""
        return any(site.finish == "task" for site in self.sites)

    @cached_property
    def site_names(self) -> tuple[str, ...]:
        return tuple(s.name for s in self.sites)

    @cached_property
    def contract_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.contracts)

    @cached_property
    def process_names(self) -> tuple[str, ...]:
        """Every process name of every site, in the order of first appearance: the rows of
        per-process arrays.
        """
        return tuple(dict.fromkeys(p.name for s in self.sites for p in s.processes))

    def site(self, name: str) -> Site:
        return self.sites[self.site_names.index(name)]

    def contract(self, name: str) -> Contract:
        return self.contracts[self.contract_names.index(name)]

    def shift(self, name: str) -> Shift:
        return next(s for s in self.shifts if s.name == name)

    def crew(self, site: str, name: str) -> Crew:
        return next(c for c in self.crews if c.site == site and c.name == name)

    def members(self, crew: Crew) -> Members:
        """The people of a crew, with and without a name."""
        return Members(crew, self._named.get((crew.site, crew.name), ()))

    @cached_property
    def _named(self) -> dict[tuple[str, str], tuple[Person, ...]]:
        """The named people of every (site, crew)."""
        found: dict[tuple[str, str], list[Person]] = {}
        for person in self.people:
            found.setdefault((person.site, person.crew), []).append(person)
        return {crew: tuple(people) for crew, people in found.items()}

    @property
    def margins_known(self) -> bool:
        """Does every product state what an order leaves?

        If not, no amount of lost margin is complete.
        """
        return all(product.margin_known for product in self.products)

    @cached_property
    def counts_losses(self) -> bool:
        """Can a lost parcel be late: is there a contract that loses some, on a way on which the
        delivery counts?
        """
        return any(
            contract.loss_share > 0
            and contract.counted_clock(region, self.platform.counts) == "delivered"
            for contract in self.contracts
            for region in self.region_names
        )

    @property
    def weight_bands(self) -> list[tuple[int, int]]:
        """(above_g, to_g] of every weight class, from light to heavy."""
        edges = (0, *self.weight_classes_g, HEAVIEST_G)
        return list(pairwise(edges))

    def carriers_at(self, site: Site) -> tuple[str, ...]:
        """Contracts that collect at a site, in the order of the problem; ("",) where orders are
        done when packed.
        """
        collected = {c.contract for c in site.collections}
        return tuple(n for n in self.contract_names if n in collected) or ("",)

    def lanes(self) -> list[tuple[str, str, str]]:
        """Every (site, region, contract) that can be used: the contract collects at the site and
        serves the region.
        """
        return list(self._lanes)

    @cached_property
    def _lanes(self) -> tuple[tuple[str, str, str], ...]:
        return tuple(
            (site.name, region, contract)
            for site in self.sites
            for region in self.region_names
            for contract in self.carriers_at(site)
            if not contract or self.contract(contract).zone(site.name, region) is not None
        )

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """Before, during and after the events (one phase when there are none): each has its own
        routing shares.
        """
        if not self.demand.events:
            return (Phase("whole", 0, self.horizon.end_s),)
        days = [e.at_s // DAY_S for e in self.demand.events]
        first, last = max(min(days), 0), min(max(days) + 1 + PROMO_TAIL_DAYS, self.horizon.days)
        edges = [
            ("before", 0, first),
            ("promotion", first, last),
            ("after", last, self.horizon.days),
        ]
        return tuple(Phase(name, a * DAY_S, b * DAY_S) for name, a, b in edges if b > a)
