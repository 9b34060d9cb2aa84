"""The Problem: everything that is given, checked once, never changed.

A variant is made with `dataclasses.replace`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from operator import methodcaller
from typing import Literal

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.backlog import Backlog
from planner.domain.contracts import HEAVIEST_G, Contract
from planner.domain.demand import Demand
from planner.domain.demand_levers import NO_LEVERS, Levers
from planner.domain.demand_path import DemandPath
from planner.domain.horizon import DAY_S, Horizon, Phase, Shift
from planner.domain.named_staff import Members, Person
from planner.domain.platform import PlatformPart, PlatformRule
from planner.domain.products import Product, Region, Returns
from planner.domain.site import Site
from planner.domain.stress import Stress
from planner.domain.under_way import Came
from planner.domain.workforce import Crew, StaffRow

DisruptionKind = Literal["allotment_cut", "missed_collection", "absence_wave", "site_closed"]
PROMO_TAIL_DAYS = (
    2  # days after an event that still belong to its phase: the backlog is worked off then
)


@dataclass(frozen=True, slots=True)
class Target:
    """A target of one's own: this share of the orders, so many hours after they were placed.

    The platform's clock counts, as for its deadline.
    """

    within_hours: float
    share: float


@dataclass(frozen=True, slots=True)
class Service:
    """The aim: P(share of orders on time >= `on_time_share`, and each target met) >= `confidence`.

    `also`: the targets in addition to the platform's deadline.
    """

    on_time_share: float
    confidence: float
    also: tuple[Target, ...] = ()

    @property
    def shares(self) -> tuple[float, ...]:
        """Shares of the orders: on time, then of each target."""
        return (self.on_time_share, *(target.share for target in self.also))


@dataclass(frozen=True, slots=True, kw_only=True)
class Disruption:
    """Something that goes wrong in [from_s, to_s); empty names mean all.

    Parameters
    ----------
    kind : {"allotment_cut", "missed_collection", "absence_wave", "site_closed"}
        Allotment times `factor`; collections that do not come; absence of the crew at the site
        becomes `factor`; a closed site.
    from_s, to_s : int
        Seconds of the horizon.
    site, contract, crew : str
        What it concerns.
    factor : float
        See `kind`.
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


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class ShareRow:
    """Share of a region's orders that a site ships with a contract.

    Parameters
    ----------
    region, site, contract : str
        Names; contract "": no courier.
    from_s, to_s : int
        Seconds of the horizon, [from, to).
    share : float
        Share of the orders of this region, time and weight class.
    above_g, to_g : int
        Weight class in grams of actual weight, (above, to].
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
    """A figure that somebody must be able to check.

    Parameters
    ----------
    subject, value : str
        What it is about, and the figure.
    source, retrieved, grade : str
        Where it comes from, when it was looked up, how far to trust it.
    """

    subject: str
    value: str
    source: str
    retrieved: str = ""
    grade: str = ""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Problem:
    """What is given.

    Names are unique within their kind; rows refer to each other by name.

    Parameters
    ----------
    name, currency : str
        Name of the scenario; ISO 4217 code of all amounts.
    horizon : Horizon
        The days that are planned, with their tail.
    seed : int
        Seed of all random streams.
    service : Service
        The aim.
    platform : PlatformRule
        Deadlines and compensation.
    other_platforms : tuple of PlatformPart
        Further platforms that orders come from; `platform` has what they leave.
    regions, products, demand : tuple of Region, tuple of Product, Demand
        Where orders come from, what is sold, and how much of it.
    sites, shifts, crews : tuple of Site, tuple of Shift, tuple of Crew
        Where work is done, when, and by whom.
    contracts : tuple of Contract
        Couriers that may be signed.
    returns : Returns, optional
        How parcels come back.
    disruptions : tuple of Disruption
        What goes wrong.
    risks : tuple of Stress
        What may go wrong, each with its probability.
    roster, stock, routing : tuple of rows, optional
        What the scenario states for a run without a plan; None: nothing.
    planned_on : date, optional
        Day on which the plan is made: later history is not used, and bookings keep their notice
        from it; None: the start of the horizon, without notice.
    weight_classes_g : tuple of int
        Upper edges of the weight classes that routing tells apart; heavier is one more class.
    assumptions : tuple of Assumption
        Figures with their sources, for documents.
    people : tuple of Person
        Named people; what a crew has in addition are people without a name.
    levers : Levers
        What may be decided before the promotion in addition to the rows of the plan.
    backlog : Backlog, optional
        Orders that are open when the horizon begins; None: none.
    came : tuple of Came
        Who came to the shifts of a promotion under way, where that is known.

    Raises
    ------
    ValueError
        A name stands twice or refers to nothing.
    """

    name: str
    currency: str
    horizon: Horizon
    seed: int
    service: Service
    platform: PlatformRule
    other_platforms: tuple[PlatformPart, ...] = ()
    regions: tuple[Region, ...]
    products: tuple[Product, ...]
    demand: Demand
    sites: tuple[Site, ...]
    shifts: tuple[Shift, ...]
    crews: tuple[Crew, ...]
    contracts: tuple[Contract, ...] = ()
    returns: Returns | None = None
    disruptions: tuple[Disruption, ...] = ()
    risks: tuple[Stress, ...] = ()
    roster: tuple[StaffRow, ...] | None = None
    stock: tuple[StockRow, ...] | None = None
    routing: tuple[ShareRow, ...] | None = None
    planned_on: date | None = None
    weight_classes_g: tuple[int, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    people: tuple[Person, ...] = ()
    levers: Levers = NO_LEVERS
    backlog: Backlog | None = None
    came: tuple[Came, ...] = ()

    def __post_init__(self) -> None:
        """Check the names once; the readers report the same with file and line before."""
        self._check_names_are_unique()
        self._check_crews()
        self._check_people()
        self._check_collections()

    def _check_names_are_unique(self) -> None:
        names_of = {
            "region": self.region_names,
            "product": self.product_names,
            "site": self.site_names,
            "shift": tuple(s.name for s in self.shifts),
            "contract": self.contract_names,
            "crew": tuple(f"{c.site}/{c.name}" for c in self.crews),
            "person": tuple(f"{p.site}/{p.name}" for p in self.people),
        }
        for kind, names in names_of.items():
            if len(set(names)) != len(names):
                raise ValueError(f"two of the {kind}s have the same name")

    def _check_crews(self) -> None:
        extended = {s.name for s in self.shifts if s.extends}
        for crew in self.crews:
            if crew.site not in self.site_names:
                raise ValueError(f"crew {crew.name}: no site {crew.site}")
            if not extended.issuperset(crew.extended):
                raise ValueError(f"crew {crew.name}: no extended shifts {', '.join(crew.extended)}")

    def _check_people(self) -> None:
        crews = {(c.site, c.name) for c in self.crews}
        for who in self.people:
            if (who.site, who.crew) not in crews:
                raise ValueError(f"{who.name}: no crew {who.crew} at {who.site}")
        for crew in self.crews:
            if self.members(crew).unnamed < 0:
                raise ValueError(
                    f"crew {crew.name}: more named people than the {crew.limit} there are"
                )

    def _check_collections(self) -> None:
        for site in self.sites:
            for collection in site.collections:
                if collection.contract not in self.contract_names:
                    raise ValueError(f"site {site.name}: no contract {collection.contract}")

    def __repr__(self) -> str:
        """The sizes of the problem instead of its content."""
        parts = (
            f"{self.horizon.days} days",
            *(
                f"{len(items)} {what}"
                for what, items in (
                    ("sites", self.sites),
                    ("regions", self.regions),
                    ("products", self.products),
                    ("contracts", self.contracts),
                    ("crews", self.crews),
                )
            ),
        )
        return f"<Problem {self.name}: {', '.join(parts)}>"

    @cached_property
    def targets(self) -> tuple[Problem, ...]:
        """The problem of each target of one's own: its hours are the deadline, its share the aim.

        What counts and judges lateness under the platform's deadline so does it for the targets.
        """
        return tuple(
            replace(
                self.with_rules(methodcaller("with_deadline", target.within_hours)),
                service=Service(target.share, self.service.confidence),
            )
            for target in self.service.also
        )

    @cached_property
    def platforms(self) -> tuple[PlatformRule, ...]:
        """The rules of all platforms, in order."""
        return (self.platform, *(part.rule for part in self.other_platforms))

    def with_rules(self, change: Callable[[PlatformRule], PlatformRule]) -> Problem:
        """The problem with the rule of every platform changed."""
        others = tuple(replace(part, rule=change(part.rule)) for part in self.other_platforms)
        return replace(self, platform=change(self.platform), other_platforms=others)

    @property
    def counts_labels_only(self) -> bool:
        """Whether on every platform an order is done when its label is printed."""
        return all(rule.counts == "label" for rule in self.platforms)

    @cached_property
    def region_names(self) -> tuple[str, ...]:
        """Names of the regions, in order."""
        return tuple(r.name for r in self.regions)

    @cached_property
    def product_names(self) -> tuple[str, ...]:
        """Names of the products, in order."""
        return tuple(p.name for p in self.products)

    @property
    def works_after_hours(self) -> bool:
        """Whether people of any site finish the task in progress when their shift has ended."""
        return any(site.finish == "task" for site in self.sites)

    @cached_property
    def site_names(self) -> tuple[str, ...]:
        """Names of the sites, in order."""
        return tuple(s.name for s in self.sites)

    @cached_property
    def contract_names(self) -> tuple[str, ...]:
        """Names of the contracts, in order."""
        return tuple(c.name for c in self.contracts)

    @cached_property
    def process_names(self) -> tuple[str, ...]:
        """Every process name of every site, in order of appearance: rows of per-process arrays."""
        return tuple(dict.fromkeys(p.name for s in self.sites for p in s.processes))

    def opening_rates(self, path: DemandPath) -> Floats:
        """Expected orders before the horizon, open when it begins [component, slot before it]."""
        if self.backlog is None:
            return np.zeros((len(path.intensity), 0))
        return self.backlog.rates(self.demand, path)

    def site(self, name: str) -> Site:
        """The site of this name."""
        return self.sites[self.site_names.index(name)]

    def contract(self, name: str) -> Contract:
        """The contract of this name."""
        return self.contracts[self.contract_names.index(name)]

    def shift(self, name: str) -> Shift:
        """The shift of this name."""
        return self._shift_of[name]

    def crew(self, site: str, name: str) -> Crew:
        """The crew of this name at a site."""
        return self._crew_of[site, name]

    def members(self, crew: Crew) -> Members:
        """The people of a crew, with and without a name."""
        return Members(crew, self._named.get((crew.site, crew.name), ()))

    @cached_property
    def _shift_of(self) -> dict[str, Shift]:
        """Every shift by name."""
        return {shift.name: shift for shift in self.shifts}

    @cached_property
    def _crew_of(self) -> dict[tuple[str, str], Crew]:
        """Every crew by (site, name)."""
        return {(crew.site, crew.name): crew for crew in self.crews}

    @cached_property
    def _named(self) -> dict[tuple[str, str], tuple[Person, ...]]:
        """The named people of every (site, crew)."""
        found: dict[tuple[str, str], list[Person]] = {}
        for person in self.people:
            found.setdefault((person.site, person.crew), []).append(person)
        return {crew: tuple(people) for crew, people in found.items()}

    @property
    def top_priority(self) -> int:
        """Highest priority that an order can have; 0: all are ordinary."""
        drawn = int(self.demand.priority_share > 0)
        return max(drawn, *(product.priority for product in self.products))

    @property
    def margins_known(self) -> bool:
        """Whether every product states what an order leaves; if not, no sum of margins is
        complete.
        """
        return all(product.margin_known for product in self.products)

    @cached_property
    def counts_losses(self) -> bool:
        """Whether a lost parcel can be late: some contract loses parcels where the delivery
        counts.
        """
        return any(
            contract.service.loss_share > 0
            and contract.counted_clock(region, rule.counts) == "delivered"
            for contract in self.contracts
            for region in self.region_names
            for rule in self.platforms
        )

    @property
    def weight_bands(self) -> list[tuple[int, int]]:
        """(above_g, to_g] of every weight class, from light to heavy."""
        edges = (0, *self.weight_classes_g, HEAVIEST_G)
        return list(pairwise(edges))

    def carriers_at(self, site: Site) -> tuple[str, ...]:
        """Contracts that collect at a site, in order; ("",) where orders are done when packed."""
        collected = {c.contract for c in site.collections}
        return tuple(n for n in self.contract_names if n in collected) or ("",)

    def lanes(self) -> list[tuple[str, str, str]]:
        """Every (site, region, contract) where the contract collects at the site and serves the
        region.
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
        """Before, during and after the events; each has its own routing shares (one without
        events). The tail shares those of the last phase.
        """
        if not self.demand.events:
            return (Phase("whole", 0, self.horizon.end_s),)
        days = [e.at_s // DAY_S for e in self.demand.events]
        own = self.horizon.reported_days
        first, last = max(min(days), 0), min(max(days) + 1 + PROMO_TAIL_DAYS, own)
        edges = [("before", 0, first), ("promotion", first, last), ("after", last, own)]
        phases = [Phase(name, a * DAY_S, b * DAY_S) for name, a, b in edges if b > a]
        return (*phases[:-1], replace(phases[-1], to_s=self.horizon.end_s))
