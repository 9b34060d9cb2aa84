"""Values that are set from outside (`--set PATH=VALUE`) are read and checked as those of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.domain.demand_path import mean_path
from planner.domain.problem import Problem
from planner.errors import InputError
from planner.formats.scenario.reader import read_scenario
from planner.studies.steps.load import load
from tests.cli.builders import write_small
from tests.formats.builders import write_demand


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small(tmp_path_factory.mktemp("settings") / "small")


def words(path: Path, *settings: str) -> list[str]:
    """The findings of a scenario with these settings, as printed."""
    with pytest.raises(InputError) as caught:
        read_scenario(path, settings=settings)
    return [str(finding) for finding in caught.value.findings]


def test_items_go_by_number_or_by_name(small: Path) -> None:
    """The same value, whichever way its place is written."""
    for event, crew, contract in (("0", "1", "0"), ("live", "agency", "near")):
        scenario = read_scenario(
            small,
            settings=(
                f"demand.events.{event}.orders.median=310",
                f"crews.{crew}.max_headcount=7",
                f"contracts.{contract}.fuel=0.05",
                "sites.yiwu.processes.pack.stations=5",
            ),
        )
        problem = scenario.problem
        assert problem.demand.events[0].median == 310
        assert problem.crews[1].limit == 7
        assert problem.sites[0].processes[1].stations == 5
        assert "0.05" in repr(problem.contracts[0])
    assert scenario.settings[0] == "demand.events.live.orders.median=310"


def test_people_of_one_name_at_several_sites_go_by_site(small: Path, tmp_path: Path) -> None:
    """A name that two crews have is refused with what to write; site/crew is enough."""
    assert (
        read_scenario(small, settings=("crews.yiwu/own.headcount=4",)).problem.crews[0].limit == 4
    )
    again = {"{name: agency, site: yiwu,": "{name: own, site: chengdu,"}
    assert words(write_small(tmp_path / "two", again), "crews.own.wage_per_hour=30")[0] == (
        '--set crews.own.wage_per_hour: several items of crews are called "own": write '
        "crews.yiwu/own or crews.chengdu/own"
    )


def test_sections_that_are_not_stated_are_made(small: Path) -> None:
    """A key of a section that the file leaves out can be set."""
    scenario = read_scenario(small, settings=("returns.median_days=4", "returns.p95_days=9"))
    assert scenario.problem != read_scenario(small).problem
    assert words(small, "returns.median_days=4") == [
        "--set returns.median_days: returns.p95_days: is missing"
    ]


def test_a_part_of_a_process_or_zone_that_is_not_there_is_refused(small: Path) -> None:
    """A misspelt name would add a process next to the one that was meant."""
    settings = (
        "sites.yiwu.processes.pcik.orders_per_hour=50",
        "contracts.near.rates.hom.first_price=5",
    )
    assert words(small, *settings)[:2] == [
        '--set contracts.near.rates.hom.first_price: no such zone, got "hom"; did you mean home? '
        "(a new one is set as a whole)",
        '--set sites.yiwu.processes.pcik.orders_per_hour: no such process, got "pcik"; did you '
        "mean pick? (a new one is set as a whole)",
    ]
    new = "sites.yiwu.processes.label={orders_per_hour: 90}"
    assert len(read_scenario(small, settings=(new,)).problem.sites[0].processes) == 3


def test_a_rule_pack_and_tables_can_be_set(small: Path) -> None:
    """The deadline of the platform, and a share, to which the others keep their proportions."""
    settings = (
        "platform=kuaishou",
        "regions.xizang.share=0.2",
        "regions.xizang.distance_km=4000",
    )
    regions = read_scenario(small, settings=settings).problem.regions
    assert [r.share for r in regions] == pytest.approx([0.6 * 0.8 / 0.9, 0.3 * 0.8 / 0.9, 0.2])
    assert regions[2].distance_km == 4000
    faster = read_scenario(small, settings=("platform.deadline_hours=24",)).problem
    assert faster.platform.deadline_hours == 24
    inline = "regions=[{region: zhejiang, share: 0.5}, {region: xizang, share: 0.5}]"
    assert words(small, inline, "regions.xizang.share=0.2")[0].endswith(
        "sets the same value as --set regions, or a part of it: keep one of them"
    )


def test_rows_in_the_scenario_keep_their_proportions_too(tmp_path: Path) -> None:
    """Regions that the file writes out go by their names."""
    rows = "[{region: zhejiang, share: 0.6}, {region: sichuan, share: 0.3}, {region: xizang, share: 0.1}]"
    folder = write_small(tmp_path / "rows", {"regions: regions.csv": f"regions: {rows}"})
    regions = read_scenario(folder, settings=("regions.zhejiang.share=0.2",)).problem.regions
    assert [r.share for r in regions] == pytest.approx([0.2, 0.6, 0.2])


def test_every_mistake_is_found_at_once(small: Path) -> None:
    """Each at its setting, with what to write."""
    found = words(
        small,
        "demnd.scale=2",
        "demand.scal=2",
        "demand.events.liv.orders.median=2",
        "demand.events.3.orders.median=2",
        "demand.day_cv=-1",
        "contracts.nea.fuel=0.1",
        "contracts.0.fuell=1",
        "platform.deadline_hour=3",
        "regions.xizan.share=0.2",
        "regions.xizang.shar=0.2",
        "seed.x=1",
        "name=",
        "scale",
        "title=[1, {2]",
    )
    assert found == [
        '--set: must be PATH=VALUE, such as demand.scale=1.2, got "scale"',
        "--set contracts.0.fuell: unknown key; did you mean fuel?",
        '--set contracts.nea.fuel: contracts has no item "nea"; its items are numbered 0 to 1; '
        "did you mean near?",
        "--set demand.day_cv: must be at least 0, got -1",
        '--set demand.events.3.orders.median: demand.events has no item "3"; its items are numbered 0',
        '--set demand.events.liv.orders.median: demand.events has no item "liv"; its items are '
        "numbered 0; did you mean live?",
        "--set demand.scal: unknown key; did you mean scale?",
        "--set demnd.scale: demnd: unknown key; did you mean demand?",
        "--set name: has no value; null takes the default of the key",
        "--set platform.deadline_hour: unknown key; did you mean deadline_hours?",
        '--set regions.xizan.share: no such region, got "xizan"; did you mean xizang?',
        "--set regions.xizang.shar: unknown column; did you mean share?",
        "--set seed.x: seed is 11, which has no parts: set seed itself",
        "--set title: misses a comma, or the } that closes the { of line 1",
    ]


def test_files_that_cannot_be_set_are_named_with_those_that_can(tmp_path: Path) -> None:
    """A history cannot be changed cell by cell."""
    folder = write_demand(
        tmp_path, "history: {path: h.csv}", "h.csv", "time,region,orders\n2026-10-01T09:00,east,4\n"
    )
    assert words(folder, "demand.history.path.0=3") == [
        '--set demand.history.path.0: demand.history.path is "h.csv", of which no part can be set '
        "(what can be set in files: parts of regions, products, contracts, platform, "
        "platforms): set demand.history.path, or change the file"
    ]


def test_a_value_is_set_once(small: Path) -> None:
    """By number and by name, or a part and the whole: which one counts is not guessed."""
    assert words(small, "crews.0.headcount=5", "crews.own.headcount=6") == [
        "--set crews.own.headcount: sets the same value as --set crews.0.headcount, or a part of it: "
        "keep one of them"
    ]
    assert words(small, "regions.xizang.share=0.2", "regions.xizang.share=0.3") == [
        "--set regions.xizang.share: sets the same value as --set regions.xizang.share: keep one of "
        "them"
    ]


def test_values_are_those_of_yaml_1_2(small: Path) -> None:
    """A time of day needs no quotes on a command line; `no` is text, and lists are lists."""
    opened = read_scenario(small, settings=("sites.0.open.from=07:00", "sites.0.open.to=23:00"))
    assert opened.problem.sites[0].opening == (7 * 3600, 23 * 3600)
    assert read_scenario(small, settings=("title=no",)).title == "no"
    listed = read_scenario(small, settings=("sites.0.collections.0.at=[10:00, 16:00, 18:00]",))
    assert len(listed.problem.sites[0].collections) == 4
    assert read_scenario(small, settings=("title=null",)).title == "small"


def _expected(problem: Problem) -> float:
    return float(mean_path(problem.demand, problem.horizon).intensity.sum())


def test_the_scale_of_demand_is_a_factor_on_all_orders(small: Path, tmp_path: Path) -> None:
    """Of a stated baseline with events, of a history, and of a given forecast."""
    history = "time,region,orders\n" + "".join(
        f"2026-10-{day:02}T{hour:02}:00,east,{4 + hour % 3}\n"
        for day in range(1, 29)
        for hour in range(24)
    )
    given = "time,region,orders\n2026-11-08T09:00,east,40\n2026-11-09T10:00,east,20\n"
    folders = [
        small,
        write_demand(tmp_path / "history", "history: {path: h.csv}", "h.csv", history),
        write_demand(tmp_path / "given", "given: h.csv", "h.csv", given),
    ]
    for folder in folders:
        plain, more = (load(folder, settings=s).problem for s in ((), ("demand.scale=1.5",)))
        assert _expected(more) == pytest.approx(1.5 * _expected(plain), rel=1e-9)
