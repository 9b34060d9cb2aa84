"""The levers section: what may be decided, what is wrong with it, and plans that use it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from planner.domain.demand_levers import NO_LEVERS, CapOption, Levers, PromiseOption
from planner.errors import ConflictError, InputError
from planner.formats.plan_files import read_plan, write_plan
from planner.formats.scenario.reader import read_scenario
from tests.builders import a_plan
from tests.formats.builders import FILES, SCENARIO, findings_of, write_folder

LEVERS = """\
levers:
  promise_hours:
    - {region: east, hours: [72, 96], cost_per_order: 0.80}
    - {region: west, hours: [120], cost_per_order: 0.30}
  order_caps:
    - {event: opening, orders: [1200, 900]}
"""


PRODUCTS = "product,name,share,weight_g,paid,margin,supply_units\nsmall,小,0.6,300,45.50,12,\nlarge,大,0.4,1500,99,20,2000\n"


def small(folder: Path, levers: str = LEVERS, **files: str) -> Path:
    """The small scenario with levers, and margins without which a cap has no price."""
    return write_folder(
        folder, **{"scenario_yaml": SCENARIO + levers, "products_csv": PRODUCTS, **files}
    )


def test_levers_are_read_in_their_order(tmp_path: Path) -> None:
    """Every number of hours and orders is an option; nothing is in force; money is in minor
    units.
    """
    assert read_scenario(small(tmp_path)).problem.levers == Levers(
        promises=(
            PromiseOption("east", 72.0, 80),
            PromiseOption("east", 96.0, 80),
            PromiseOption("west", 120.0, 30),
        ),
        caps=(CapOption("opening", 1200), CapOption("opening", 900)),
    )


def test_no_section_no_levers(tmp_path: Path) -> None:
    """Without the section nothing may be decided but the plan's rows."""
    assert read_scenario(write_folder(tmp_path)).problem.levers == NO_LEVERS


WRONG = [
    (
        "region: east",
        "region: eastt",
        'levers.promise_hours.0.region: no such region, got "eastt"; did you mean east?',
    ),
    (
        "event: opening",
        "event: opening night",
        'levers.order_caps.0.event: no such event, got "opening night"',
    ),
    ("[72, 96]", "[72, 48]", "hours.1: must be longer than the 48 h promised to east now, got 48"),
    (
        "[120]",
        "[60]",
        "levers.promise_hours.1.hours.0: must be longer than the 72 h promised to west now, got 60",
    ),
    ("[72, 96]", "[72, 72]", "levers.promise_hours.0.hours.1: stands twice for east, got 72"),
    ("[72, 96]", "[]", "levers.promise_hours.0.hours: must hold at least 1"),
    ("[72, 96]", "[.nan]", "levers.promise_hours.0.hours.0: must be a finite number"),
    ("0.80", "-0.80", "levers.promise_hours.0.cost_per_order: must be at least 0"),
    ("[1200, 900]", "[1200, 0]", "levers.order_caps.0.orders.1: must be at least 1, got 0"),
    (
        "[1200, 900]",
        "[1200, 1200]",
        "levers.order_caps.0.orders.1: stands twice for opening, got 1200",
    ),
    ("[1200, 900]", "[900.5]", "levers.order_caps.0.orders.0: must be a whole number"),
    ("order_caps", "order_cap", "levers.order_cap: unknown key; did you mean order_caps?"),
]


@pytest.mark.parametrize(("old", "new", "words"), WRONG)
def test_a_wrong_lever_is_found_where_it_stands(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    """One finding with its place and what to do."""
    assert LEVERS.count(old) == 1
    (found,) = findings_of(small(tmp_path, LEVERS.replace(old, new)))
    assert words in str(found)


def test_working_days_cannot_be_promised_in_hours(tmp_path: Path) -> None:
    """A platform that counts working days has no hours that a region could be promised instead."""
    rule = "name: rule\ncurrency: CNY\ncounts: handover\ndeadline_working_days: 2\ncountry: CN\n"
    (found,) = findings_of(small(tmp_path, rule_yaml=rule))
    assert "levers.promise_hours: the platform counts working days" in str(found)


def test_a_cap_needs_a_margin_to_lose(tmp_path: Path) -> None:
    """Where no product states a margin, refusing orders would look like a saving: that is a
    finding.
    """
    (found,) = findings_of(small(tmp_path, products_csv=FILES["products.csv"]))
    assert "levers.order_caps: no product states a margin" in str(found)


def test_a_plan_with_levers_is_read_back(tmp_path: Path) -> None:
    """plan.json says which promise and which cap; what is read is what was written."""
    problem = read_scenario(small(tmp_path / "in")).problem
    plan = a_plan(problem, staffing=(), promises=(("east", 72.0),), caps=(("opening", 900),))
    (tmp_path / "out" / "tables").mkdir(parents=True)
    write_plan(tmp_path / "out", problem, plan)
    stated = json.loads((tmp_path / "out" / "plan.json").read_text("utf-8"))
    assert (stated["promises"], stated["caps"]) == ({"east": 72.0}, {"opening": 900})
    back = read_plan(tmp_path / "out", problem)
    assert (back.promises, back.caps) == (plan.promises, plan.caps)


@pytest.mark.parametrize(
    ("levers", "words"),
    [
        ({"promises": (("east", 80.0),)}, "promise of 80 h to east"),
        ({"caps": (("opening", 77),)}, "cap of 77 orders for opening"),
    ],
)
def test_a_plan_with_levers_the_scenario_does_not_allow_is_refused(
    tmp_path: Path, levers: dict[str, tuple[tuple[str, float], ...]], words: str
) -> None:
    """A plan of another scenario's levers is a conflict, in words."""
    problem = read_scenario(small(tmp_path / "in")).problem
    (tmp_path / "out" / "tables").mkdir(parents=True)
    write_plan(tmp_path / "out", problem, replace(a_plan(problem, staffing=()), **levers))
    with pytest.raises(ConflictError, match=words):
        read_plan(tmp_path / "out", problem)


@pytest.mark.parametrize("bad", ['{"opening": "many"}', '{"opening": 1.5}', "[]"])
def test_damaged_caps_in_a_plan_are_findings(tmp_path: Path, bad: str) -> None:
    """A plan.json whose caps are no whole numbers by event is refused."""
    problem = read_scenario(small(tmp_path / "in")).problem
    (tmp_path / "out" / "tables").mkdir(parents=True)
    write_plan(tmp_path / "out", problem, a_plan(problem, staffing=()))
    file = tmp_path / "out" / "plan.json"
    file.write_text(file.read_text("utf-8").replace('"caps": {}', f'"caps": {bad}'), "utf-8")
    with pytest.raises(InputError, match="caps"):
        read_plan(tmp_path / "out", problem)
