"""Contracts side by side on the same parcels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from planner.domain.charges import Tier, TieredDiscount
from planner.domain.contracts import Bracket, Contract, Rate
from planner.domain.demand import Baseline, Demand
from planner.domain.horizon import DAY_S
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.random_streams import Streams
from planner.simulation.inputs.orders import draw_orders
from planner.studies.contracts import carrier_only, comparison
from planner.studies.contracts.alternatives import TOGETHER, with_own_names
from planner.studies.contracts.carriage import WORLD
from planner.studies.contracts.carrier_only import packed_at_once, plan_cases
from planner.studies.contracts.comparison import COLUMNS, REGION_COLUMNS, TERM_COLUMNS
from planner.studies.runs.budget import Budget
from planner.studies.runs.executor import Executor
from planner.studies.runs.run_context import RunContext
from tests.builders import with_terms
from tests.rating.builders import promotion
from tests.rating.contract_builders import (
    EAST,
    FAR,
    FIRST_DATE,
    REGIONS,
    SITES,
    contract,
    surcharge,
)
from tests.rating.reference import Parcel, price
from tests.studies.contracts.builders import compared
from tests.studies.recording_listener import RecordingListener

BY_REGION = {("", "zhejiang"): "east", ("", "sichuan"): "east", ("", "xinjiang"): "far"}
ALONE = RunContext()
A = contract(
    name="a", zones=BY_REGION, fuel=0.03, surcharges=(surcharge("peak", 50, start="2026-11-10"),)
)
# more expensive at home, cheaper far away
B = contract(
    name="b",
    zones=BY_REGION,
    rates={
        "east": replace(EAST, brackets=(Bracket(1000, 340),)),
        "far": replace(FAR, first_price_minor=900),
    },
)
CHEAPER = with_terms(
    B,
    name="cheaper",
    rates={
        "east": Rate(zone="east", brackets=(), first_g=1000, first_price_minor=100),
        "far": Rate(zone="far", brackets=(), first_g=1000, first_price_minor=100),
    },
)


def found(
    problem: Problem, contracts: Sequence[Contract], replications: int = 4, seed: int = 5
) -> pd.DataFrame:
    """The table of contracts, to be read as table.loc[contract, group]."""
    table = compared(problem, contracts, replications, seed, ALONE)["contracts"]
    assert tuple(table.columns) == COLUMNS
    return table.set_index(["contract", "region_group"])


def ranked_alone(table: pd.DataFrame) -> list[str]:
    """The contracts that are alone, best first."""
    alone = table.xs("all", level="region_group")
    return list(alone[alone["members"] == 1].sort_values("rank").index)


def test_the_cost_per_order_is_that_of_the_invoices() -> None:
    """One replication, priced order by order with the oracle, gives the figures of each alone,
    group by group.
    """
    undated = with_terms(A, surcharges=())
    problem = promotion([undated, B])
    table = found(problem, [undated, B], replications=1)
    orders = draw_orders(problem, Streams(5, WORLD, 0))
    paid: dict[tuple[str, str], list[int]] = {}
    for j in range(len(orders)):
        region, offers = int(orders.region[j]), []
        on = FIRST_DATE + timedelta(days=int(orders.ordered_at_s[j]) // DAY_S)
        for chosen in (undated, B):
            sent = Parcel(
                SITES[0], REGIONS[region], int(orders.weight_g[j]), int(orders.volume_cm3[j]), on
            )
            lines = price(chosen, sent)
            assert lines is not None
            offers.append(sum(lines.values()))
        for group in ("all", "remote" if REGIONS[region] == "xinjiang" else "other"):
            for name, amount in zip(("a", "b", TOGETHER), (*offers, min(offers)), strict=True):
                paid.setdefault((name, group), []).append(amount)
    assert set(table.index) == set(paid)
    for row, amounts in paid.items():
        assert table.loc[row, "parcels"] == len(amounts)
        if row[0] != TOGETHER:
            assert table.loc[row, "cost_per_order"] == pytest.approx(
                np.mean(amounts) / 100, abs=5e-5
            )


@pytest.mark.parametrize("replications", [1, 2, 5])
@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 3))])
def test_a_contract_never_differs_from_itself(replications: int, seed: int) -> None:
    """On the same parcels the difference of a contract to itself is exactly 0, whatever is
    drawn.
    """
    fees = with_terms(A, fixed_fee_minor=12_345, commitment_parcels=5000, shortfall_minor=7)
    table = found(promotion([A]), [fees, fees], replications, seed)
    for name in ("a", "a (2)", TOGETHER):
        assert (table.loc[name, "difference"] == 0).all()
        assert not (table.loc[name, ["difference_low", "difference_high"]].abs() > 0).any(axis=None)
    assert (
        table.loc[("a", "all"), "cost_per_order"] == table.loc[("a (2)", "all"), "cost_per_order"]
    )


def test_progress_counts_the_replications_alone() -> None:
    """Plans made on the way are no steps of the comparison."""
    heard = RecordingListener()
    context = RunContext(listener=heard)
    context.begin("planning")
    compared(promotion([A]), [A, B], 2, 5, context)
    assert heard.stages[1:] == [("comparing contracts", 2)]
    assert heard.steps == [0, 1]


def test_every_alternative_has_a_name_of_its_own() -> None:
    """Names that are taken, also by the row of all together, get a number."""
    given = [replace(A, name=name) for name in ("a", "a", "a (2)", "together")]
    assert [c.name for c in with_own_names(given)] == ["a", "a (2)", "a (2) (2)", "together (2)"]


def test_other_names_give_the_same_figures() -> None:
    """A contract is known by its clauses: exchanging the names exchanges the rows and changes no
    figure.
    """
    problem = promotion([])
    plain = found(problem, [A, B])
    renamed = found(problem, [replace(A, name="b"), replace(B, name="a")])
    assert plain.loc["a"].equals(renamed.loc["b"])
    assert plain.loc["b"].equals(renamed.loc["a"])
    assert plain.loc[TOGETHER].equals(renamed.loc[TOGETHER])


def test_the_order_of_the_contracts_does_not_matter() -> None:
    """Named in another order, the same contracts get the same figures."""
    problem = promotion([])
    one, other = found(problem, [A, B]), found(problem, [B, A])
    for name in ("a", "b", TOGETHER):
        assert one.loc[name].equals(other.loc[name])


def test_a_dominated_contract_never_lowers_the_common_cost() -> None:
    """Adding a contract that is more expensive for every parcel leaves the cost of all together as
    it was.
    """
    expensive = with_terms(
        B, name="expensive", surcharges=(surcharge("extra", 1),), fixed_fee_minor=100_000
    )
    problem = promotion([])
    before, after = found(problem, [A, B]), found(problem, [A, B, expensive])
    figures = [column for column in COLUMNS[3:] if column != "rank"]
    assert before.loc[TOGETHER, figures].equals(after.loc[TOGETHER, figures])


def test_all_together_never_cost_more_than_the_best_alone() -> None:
    """Without fees and allotments every parcel may choose, so together is at most each one alone,
    and less when one is cheaper at home and the other far away.
    """
    table = found(promotion([A, B]), [A, B])
    for group in ("all", "remote", "other"):
        costs = [table.loc[(name, group), "cost_per_order"] for name in ("a", "b")]
        assert table.loc[(TOGETHER, group), "cost_per_order"] <= min(costs)
    assert min(table.loc[(name, "all"), "difference_low"] for name in ("a", "b")) > 0
    assert table.loc[(TOGETHER, "all"), "rank"] == 1


def test_ten_times_the_prices_cost_ten_times_as_much() -> None:
    """Money scales: all prices times ten give all figures times ten."""

    def tenfold(chosen: Contract) -> Contract:
        rates = {
            zone: replace(
                rate,
                brackets=tuple(Bracket(b.to_g, 10 * b.price_minor) for b in rate.brackets),
                first_price_minor=10 * rate.first_price_minor,
                step_price_minor=10 * rate.step_price_minor,
            )
            for zone, rate in chosen.tariff.rates.items()
        }
        return with_terms(
            chosen,
            rates=rates,
            fixed_fee_minor=10 * chosen.commitment.fixed_fee_minor,
            shortfall_minor=10 * 7,
        )

    plain = [
        with_terms(B, fixed_fee_minor=12_345, commitment_parcels=5000, shortfall_minor=7),
        CHEAPER,
    ]
    problem = promotion([])
    one = found(problem, plain)
    ten = found(problem, [tenfold(c) for c in plain])
    money = ["cost_per_order", "low", "high", "difference", "difference_low", "difference_high"]
    assert np.allclose(ten[money].astype(float), 10 * one[money].astype(float), atol=1e-3)
    assert ten["parcels"].equals(one["parcels"])


def test_fees_are_spread_over_the_parcels_carried() -> None:
    """1000.00 fixed and 0.80 for each parcel missing to the commitment come on top, per order."""
    fees = with_terms(A, fixed_fee_minor=100_000, commitment_parcels=4000, shortfall_minor=80)
    problem = promotion([])
    bare, full = found(problem, [A], replications=1), found(problem, [fees], replications=1)
    n = bare.loc[("a", "all"), "parcels"]
    extra = (1000 + 0.8 * (4000 - n)) / n
    for group in ("all", "remote", "other"):
        more = full.loc[("a", group), "cost_per_order"] - bare.loc[("a", group), "cost_per_order"]
        assert more == pytest.approx(extra, abs=2e-4)


def test_a_contract_nobody_uses_pays_no_fees() -> None:
    """Together, a contract that carries nothing adds neither fixed fee nor shortfall."""
    idle = with_terms(
        A, name="idle", fixed_fee_minor=10**6, commitment_parcels=10**5, shortfall_minor=100
    )
    problem = promotion([])
    alone, both = found(problem, [CHEAPER]), found(problem, [CHEAPER, idle])
    assert (
        both.loc[(TOGETHER, "all"), "cost_per_order"]
        == alone.loc[("cheaper", "all"), "cost_per_order"]
    )


def test_refused_parcels_are_counted_not_averaged_in() -> None:
    """A contract that does not serve Xinjiang refuses those parcels; its mean is over the others,
    and the difference is taken on the parcels both carry.
    """
    home = with_terms(
        A, name="home", zones={key: zone for key, zone in BY_REGION.items() if zone == "east"}
    )
    table = found(promotion([]), [A, home])
    assert table.loc[("home", "remote"), "refused"] == 1
    assert table.loc[("home", "other"), "refused"] == 0
    assert table.loc[("home", "all"), "refused"] == pytest.approx(1 / 3, abs=0.05)
    assert pd.isna(table.loc[("home", "remote"), "cost_per_order"])
    assert (
        table.loc[("home", "all"), "cost_per_order"]
        == table.loc[("home", "other"), "cost_per_order"]
    )
    assert table.loc[("home", "all"), "difference"] == 0
    assert table.loc[(TOGETHER, "all"), "refused"] == 0


def test_a_contract_that_takes_little_is_not_the_best_for_it() -> None:
    """Who carries only the cheap parcels is ranked with the others at the highest price: the one
    for all is best.
    """
    home = with_terms(A, name="home", zones={("", "zhejiang"): "east"})
    table = found(promotion([]), [home, A, B])
    assert ranked_alone(table)[-1] == "home"
    assert table.loc[("home", "all"), "fails"] == "refused"
    assert table.loc[("a", "all"), "fails"] == ""
    assert table.loc[("a", "all"), "ranked_cost"] == pytest.approx(
        table.loc[("a", "all"), "cost_per_order"], abs=1e-4
    )
    assert table.loc[("home", "all"), "ranked_cost"] > table.loc[("home", "all"), "cost_per_order"]


def test_who_refuses_more_than_the_service_level_allows_is_not_the_best() -> None:
    """Cheaper for all it takes, but without Xinjiang (1 % of orders): best where 98 % on time are
    promised, and last where 99.5 % are.
    """
    home = with_terms(
        CHEAPER, name="home", zones={key: zone for key, zone in BY_REGION.items() if zone == "east"}
    )
    few_far = promotion([])
    few_far = replace(
        few_far, demand=replace(few_far.demand, region_share=np.array([0.5, 0.49, 0.01]))
    )
    strict = replace(few_far, service=Service(0.995, 0.95))
    for problem, order in ((few_far, ["home", "a", "b"]), (strict, ["a", "b", "home"])):
        assert ranked_alone(found(problem, [A, B, home])) == order


def test_over_the_allotment_goes_to_the_next() -> None:
    """With room for 100 parcels a day the cheap contract alone is late nearly always; together it
    is full every day and the rest goes with the other, in time.
    """
    narrow = with_terms(CHEAPER, allotment_per_day=100)
    urgent = promotion(
        [], platform=PlatformRule(name="scan", counts="first_scan", deadline_hours=30)
    )
    tables = compared(urgent, [narrow, B], 2, 5, ALONE)
    table = tables["contracts"].set_index(["contract", "region_group"])
    assert table.loc[("cheaper", "all"), "on_time_share"] < 0.5
    assert table.loc[("cheaper", "all"), "kept"] == 0
    assert table.loc[(TOGETHER, "all"), "on_time_share"] > 0.98
    costs = table["cost_per_order"]
    assert costs["cheaper", "all"] < costs[TOGETHER, "all"] < costs["b", "all"]
    terms = tables["contract_terms"].set_index(["alternative", "contract"])
    assert 0 < terms.loc[(TOGETHER, "cheaper"), "parcels"] <= 400
    assert terms.loc[("cheaper", "cheaper"), "full_days"] == 4


def test_a_contract_ships_from_the_site_with_the_cheapest_lane() -> None:
    """Sichuan is near for Chengdu, Zhejiang for Yiwu; where it does not collect, a contract does
    not ship from.
    """
    zones = {(site, region): "far" for site in SITES for region in REGIONS}
    zones.update({("chengdu", "sichuan"): "east", ("yiwu", "zhejiang"): "east"})
    near = contract(name="near", zones=zones)
    sites = {}
    for name, problem in (
        ("everywhere", promotion([near])),
        ("yiwu", promotion([near], {"yiwu": ["near"]})),
    ):
        case = plan_cases([packed_at_once(problem, [near])], ALONE)[0]
        sites[name] = {row.region: row.site for row in case.plan.routing if row.share > 0.99}
    assert sites["everywhere"]["zhejiang"] == "yiwu"
    assert sites["everywhere"]["sichuan"] == "chengdu"
    assert set(sites["yiwu"].values()) == {"yiwu"}


def test_volume_terms_are_reported_by_alternative() -> None:
    """A tier that is always reached is reached in every replication and its discount is that share
    of the base price; a commitment out of reach is missed in every one, and is the money at risk.
    """
    tiers = TieredDiscount((Tier(10, 0.10), Tier(10**6, 0.50)))
    keen = with_terms(
        B, name="keen", volume_discount=tiers, commitment_parcels=10**5, shortfall_minor=1
    )
    tables = compared(promotion([]), [keen], 1, 5, ALONE)
    row = tables["contract_terms"].iloc[0]
    assert (row["tier_from"], row["tier_reached"], row["commitment"], row["commitment_missed"]) == (
        10,
        1,
        10**5,
        1,
    )
    whole = tables["contracts"].iloc[0]
    assert row["shortfall"] == pytest.approx((10**5 - row["parcels"]) / 100)
    assert whole["money_at_risk"] >= row["shortfall"]
    plain = found(promotion([]), [B], 1)
    saved = plain.loc[("b", "all"), "cost_per_order"] - (
        whole["cost_per_order"] - row["shortfall"] / row["parcels"]
    )
    assert saved == pytest.approx(row["discount"] / row["parcels"], abs=2e-4)
    assert row["discount"] > 0


def test_two_that_exclude_each_other_are_no_combination_that_uses_both() -> None:
    """A contract that wants all regions for itself is never in a plan with another."""
    jealous = with_terms(CHEAPER, name="jealous", exclusive=frozenset(REGIONS))
    terms = compared(promotion([]), [jealous, A], 2, 5, ALONE)["contract_terms"].set_index(
        ["alternative", "contract"]
    )
    assert terms.loc[(TOGETHER, "a"), "parcels"] == 0


def test_regions_add_up_to_the_whole() -> None:
    """Parcels by region sum to all parcels, and their mean cost weighted by parcels is the mean
    cost.
    """
    tables = compared(promotion([]), [A, B], 1, 5, ALONE)
    regions, table = (
        tables["contracts_by_region"],
        tables["contracts"].set_index(["contract", "region_group"]),
    )
    assert tuple(regions.columns) == REGION_COLUMNS
    for name, rows in regions.groupby("contract"):
        assert rows["parcels"].sum() == table.loc[(name, "all"), "parcels"]
        mean = np.average(rows["cost_per_order"], weights=rows["parcels"])
        assert mean == pytest.approx(table.loc[(name, "all"), "cost_per_order"], abs=1e-4)


@pytest.mark.slow
def test_two_processes_give_the_same_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of jobs changes nothing, from the first task on or later."""
    problem = promotion([A, B])
    one = compared(problem, [A, B], 4, 5, ALONE)
    monkeypatch.setattr(carrier_only, "START_S", 0.0)
    monkeypatch.setattr(comparison, "START_S", 0.0)
    two = compared(problem, [A, B], 4, 5, RunContext(budget=Budget(4), executor=Executor(2)))
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, two[name], check_exact=True)


def test_a_comparison_of_nothing_is_empty() -> None:
    """A scenario without contracts gives tables with headings and no rows."""
    tables = compared(promotion([]), [], 2, 1, ALONE)
    assert {name: len(table) for name, table in tables.items()} == dict.fromkeys(tables, 0)
    assert tuple(tables["contract_terms"].columns) == TERM_COLUMNS


def test_groups_without_regions_are_left_out() -> None:
    """Where no region is remote there is no row for remote areas."""
    problem = promotion([A])
    flat = replace(problem, regions=tuple(replace(r, remote=False) for r in problem.regions))
    assert set(compared(flat, [A], 2, 1, ALONE)["contracts"]["region_group"]) == {"all", "other"}


def test_a_promotion_without_orders_has_no_price() -> None:
    """No orders: no cost per order, no difference, and no failure."""
    problem = promotion([A])
    quiet = replace(
        problem,
        demand=Demand(
            events=(),
            region_share=np.full(3, 1 / 3),
            product_share=np.array([0.75, 0.25]),
            baseline=Baseline(np.zeros(96)),
        ),
    )
    table = found(quiet, [A, B])
    assert (table["parcels"] == 0).all()
    assert table["cost_per_order"].isna().all()
    assert table["difference"].isna().all()


@pytest.mark.slow
def test_paired_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Over 200 comparisons of 10 replications, 95 % intervals of a difference hold its long-run
    mean in 90 to 99 %.
    """
    problem = promotion([A, B])
    truth = found(problem, [A, B], 400, 999).loc[("a", "all"), "difference"]
    inside = 0
    for seed in range(200):
        row = found(problem, [A, B], 10, seed).loc[("a", "all")]
        inside += row["difference_low"] <= truth <= row["difference_high"]
    assert 180 <= inside <= 198
