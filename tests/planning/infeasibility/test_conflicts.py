"""Problems with one planted cause: it is named, with its numbers, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.domain.problem import Problem, Service
from planner.domain.products import Region
from planner.domain.site import Process
from planner.errors import Blame, ExitCode, NoPlanError
from planner.planning.solution.scenario_generation import plan_joint
from tests.planning.builders import (
    EXACT,
    LATE_SHIFT,
    collections,
    contract,
    courier_problem,
    crew,
    lane_prices,
    problem,
    scenarios,
    site,
)

NORTH_SOUTH = ("north", "south")


def refused(given: Problem) -> NoPlanError:
    with pytest.raises(NoPlanError) as caught:
        plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
    return caught.value


def blamed(given: Problem) -> list[str]:
    return [b.rule for b in refused(given).blame]


@pytest.mark.parametrize("people", [1, 2, 3])
def test_too_few_permanent_people(people: int) -> None:
    """800 orders a day at 140 a shift need six people: with fewer the crew is to blame."""
    given = problem(per_hour=33.0, crews=(crew(limit=people),))
    assert blamed(given) == ["crew"]


@pytest.mark.parametrize("people", [1, 2])
def test_too_few_agency_people(people: int) -> None:
    """Where the agency can send more, it is the agency's limit that is named, with day, allowed and
    needed.
    """
    agency = crew(name="agency", temporary=True, limit=people, wage_minor_per_hour=2_500)
    given = problem(per_hour=40.0, crews=(crew(limit=1), agency))
    error = refused(given)
    assert [b.rule for b in error.blame] == ["crew"]
    assert error.blame[0].words.startswith("agency people at east on 11 Nov")
    assert f": {people} {'person' if people == 1 else 'people'} allowed, " in error.blame[0].words
    assert error.exit_code == ExitCode.NO_PLAN


@pytest.mark.parametrize("stations", [1, 2, 3])
def test_too_few_stations(stations: int) -> None:
    """Enough people, too few places to stand at."""
    given = problem(
        per_hour=33.0,
        crews=(crew(limit=30),),
        sites=(site(processes=(Process(name="pack", orders_per_hour=20.0, stations=stations),)),),
    )
    error = refused(given)
    assert [b.rule for b in error.blame] == ["stations"]
    assert f": {stations} station{'' if stations == 1 else 's'} allowed, " in error.blame[0].words


@pytest.mark.parametrize("days_off", [2, 3])
def test_too_many_days_off(days_off: int) -> None:
    """Everybody is needed every day, but may only work some of them."""
    given = problem(days=5, per_hour=33.0, crews=(crew(limit=6, max_days_per_week=5 - days_off),))
    assert blamed(given) == ["days"]


@pytest.mark.parametrize("capacity", [40, 60, 80])
def test_too_small_collections(capacity: int) -> None:
    """240 parcels a day, two collections a day that take less: the collections are named."""
    given = courier_problem(
        contracts=(contract("fast", NORTH_SOUTH),),
        sites=(site(collections=collections("fast", capacity_parcels=capacity)),),
    )
    error = refused(given)
    assert [b.rule for b in error.blame] == ["collection"]
    assert "collection of fast at east on 10 Nov 23:00" in error.blame[0].words


@pytest.mark.parametrize("parcels", [50, 100, 150])
def test_too_small_an_allotment(parcels: int) -> None:
    """240 parcels a day and a contract that takes fewer."""
    given = courier_problem(
        contracts=(contract("fast", NORTH_SOUTH, allotment_per_day=parcels),),
        sites=(site(collections=collections("fast")),),
    )
    error = refused(given)
    assert [b.rule for b in error.blame] == ["allotment"]
    assert f": {parcels} parcels allowed, " in error.blame[0].words


@pytest.mark.parametrize("units", [100, 300])
def test_too_little_supply(units: int) -> None:
    """480 orders and fewer units of the ordered product."""
    base = problem()
    given = replace(base, products=(replace(base.products[0], supply_units=units),))
    error = refused(given)
    assert [b.rule for b in error.blame] == ["supply"]
    assert error.blame[0].words.startswith(f"supply of box: {units} units allowed, ")


@pytest.mark.parametrize("units", [100, 300])
def test_too_little_space(units: int) -> None:
    """480 orders and space for fewer units."""
    error = refused(problem(sites=(site(stock_capacity_units=units),)))
    assert [b.rule for b in error.blame] == ["space"]
    assert error.blame[0].unit == "units"


def test_a_service_level_nobody_can_meet() -> None:
    """Orders of the evening due in four hours, and nobody works at night: the promise itself is
    named.
    """
    base = problem()
    error = refused(replace(base, platform=replace(base.platform, deadline_hours=4.0)))
    assert [b.rule for b in error.blame] == ["service"]
    assert "98.0% on time" in error.blame[0].words


def test_a_region_nobody_serves() -> None:
    """A region outside every contract is named before anything is solved."""
    given = courier_problem(
        regions=(Region("north", "North", 0.6), Region("island", "Island", 0.4))
    )
    assert [b.words for b in refused(given).blame] == [
        "region island: no site has a contract that serves it"
    ]


def test_two_causes_are_both_named() -> None:
    """Too little supply of the goods and too few people: neither alone would do."""
    base = problem(per_hour=33.0, crews=(crew(limit=2),))
    given = replace(base, products=(replace(base.products[0], supply_units=300),))
    assert sorted(blamed(given)) == ["crew", "supply"]


def test_blame_is_largest_first() -> None:
    """The limit with the largest relative excess comes first."""
    base = problem(per_hour=33.0, crews=(crew(limit=2),))
    given = replace(base, products=(replace(base.products[0], supply_units=100),))
    blame: list[Blame] = refused(given).blame
    assert [b.rule for b in blame] == ["supply", "crew"]
    assert blame[0].excess > blame[1].excess


def test_what_is_blamed_really_helps() -> None:
    """Raising the named limit to what is said to be needed (integer headcounts, one more to round) makes
    a plan.
    """
    given = problem(per_hour=33.0, crews=(crew(limit=2),), shifts=(LATE_SHIFT,))
    (cause,) = refused(given).blame
    helped = replace(given, crews=(crew(limit=int(2 + cause.excess) + 2),))
    assert plan_joint(helped, scenarios(helped), lane_prices(helped), options=EXACT).objective


def test_a_crew_of_nobody_is_to_blame() -> None:
    """With nobody at all on the books the crew's limit of zero is what has to change."""
    assert blamed(problem(crews=(crew(limit=0),), service=Service(0.9, 0.9))) == ["crew"]
