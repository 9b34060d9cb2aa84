"""A valid scenario becomes the problem it describes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from planner.domain.contracts import HEAVIEST_G
from planner.domain.costs import leftover_beyond_inbound_minor
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.order_history import OpenDay
from planner.domain.problem import Problem, StockRow
from planner.domain.site import Collection
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.errors import InputError
from planner.formats.base.shipped_files import configs_folder, names
from planner.formats.scenario.defaults import (
    assumed_of_demand,
    assumed_of_margins,
    assumed_of_stock,
)
from planner.formats.scenario.reader import read_scenario
from tests.formats.builders import FILES, SCENARIO, TINY, findings_of, write_demand, write_folder


def tiny(tmp_path: Path, text: str) -> Path:
    (tmp_path / "scenario.yaml").write_text(text, "utf-8")
    return tmp_path


def _open_days(opens: str, closes: str) -> str:
    return f"history:\n    path: h.csv\n    open_days: {opens}\n    closed_days: {closes}"


def test_open_and_closed_days_are_dates_of_the_horizon(tmp_path: Path) -> None:
    """A date, or a date and the weekday it is like; outside the horizon or twice is an error with
    its place.
    """
    table = "time,region,orders\n2026-10-01T09:00,east,4\n"
    stated = _open_days('["2026-11-08", {date: "2026-11-09", like: friday}]', '["2026-11-10"]')
    history = read_scenario(write_demand(tmp_path, stated, "h.csv", table)).problem.demand.history
    assert history is not None
    assert history.open_days == (OpenDay(date(2026, 11, 8)), OpenDay(date(2026, 11, 9), 4))
    assert history.closed_days == (date(2026, 11, 10),)
    wrong = _open_days('["2026-11-08", {date: "2026-11-12"}]', '["2026-11-08"]')
    with pytest.raises(InputError) as caught:
        read_scenario(write_demand(tmp_path, wrong, "h.csv", table))
    assert [(f.field, f.message) for f in caught.value.findings] == [
        (
            "demand.history.open_days.1",
            "must lie in the horizon, 2026-11-08 to 2026-11-11, got 2026-11-12",
        ),
        ("demand.history.closed_days.0", "2026-11-08 is stated twice as open or closed"),
    ]


def test_a_tiny_scenario_needs_no_more_than_twenty_lines(tmp_path: Path) -> None:
    """One site, one process, one crew, constant demand: regions, products, contracts and staffing
    may be left out.
    """
    assert len(TINY.splitlines()) <= 20
    problem = read_scenario(tiny(tmp_path, TINY)).problem
    assert problem.region_names == ("all",)
    assert problem.product_names == ("item",)
    assert problem.contracts == ()
    assert problem.roster is None
    assert (problem.service.on_time_share, problem.service.confidence) == (0.98, 0.95)
    assert problem.demand.baseline is not None
    assert problem.demand.baseline.orders_per_hour.tolist() == [100.0] * 72
    assert problem.sites[0].processes[0].cv == 1.0
    assert problem.shifts[0].working(1) == [(DAY_S, 2 * DAY_S)]


def test_the_file_and_its_folder_are_the_same_scenario(tmp_path: Path) -> None:
    """Both name the same root and the same files."""
    folder = write_folder(tmp_path)
    by_file, by_folder = read_scenario(folder / "scenario.yaml"), read_scenario(folder)
    assert (by_file.files, by_file.root, by_file.path) == (
        by_folder.files,
        by_folder.root,
        by_folder.path,
    )
    own = [p for p in by_file.files if p.is_relative_to(tmp_path)]
    assert {p.relative_to(tmp_path).as_posix() for p in own} == set(FILES)


def test_a_scenario_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    """A wrong path is an input error, not a traceback."""
    with pytest.raises(InputError, match="no such scenario"):
        read_scenario(tmp_path / "nowhere")


def test_every_section_arrives_in_the_problem(tmp_path: Path) -> None:
    """Units are converted: money to minor units, times to seconds, names to rows."""
    problem = read_scenario(write_folder(tmp_path)).problem
    site = problem.sites[0]
    assert problem.horizon.start == datetime(2026, 11, 8)
    assert site.opening == (8 * HOUR_S, 26 * HOUR_S)
    assert site.inbound_cost_minor == 20
    assert site.collections == (
        Collection("one", 12 * HOUR_S, 600, 32_000, 2),
        Collection("one", 23 * HOUR_S, 600, 32_000, 2),
    )
    assert (site.receive and site.receive.name, site.received_by) == ("receive", "pack")
    night = problem.shift("night")
    assert (night.start_s, night.end_s, night.breaks) == (
        17 * HOUR_S,
        26 * HOUR_S,
        ((88_200, 90_000),),
    )
    agency = problem.crew("yiwu", "agency")
    assert (agency.temporary, agency.limit, agency.hire_cost_minor, agency.ramp) == (
        True,
        40,
        15_000,
        (0.6, 1.0),
    )
    event = problem.demand.events[0]
    assert (event.at_s, event.ramp_s, event.region_share) == (DAY_S + 20 * HOUR_S, 1200, (0.5, 0.5))
    assert problem.products[0].paid_minor == 4550
    assert [p.supply_units for p in problem.products] == [None, 2000]
    assert problem.stock == (StockRow("yiwu", "small", 2000), StockRow("yiwu", "large", 1500))
    assert problem.planned_on == date(2026, 10, 20)
    assert problem.platform.promise_hours == {"west": 72.0}
    assert (problem.platform.floor_minor, problem.platform.cap_minor) == (500, 3000)
    assert problem.returns is not None
    assert problem.returns.p95_s == 3 * DAY_S
    assert (problem.disruptions[0].from_s, problem.disruptions[0].factor) == (2 * DAY_S, 0.5)
    assert [a.subject for a in problem.assumptions] == [
        "platform rule: rule",
        "contract: one",
        "sizes",
    ]


def test_rows_without_a_date_hold_for_every_day(tmp_path: Path) -> None:
    """The roster repeats, its night shift from the evening before the horizon on; permanent people
    are past any ramp, temporary ones start with the table.
    """
    roster = read_scenario(write_folder(tmp_path)).problem.roster
    assert roster is not None
    assert len(roster) == 3 * 4 + 1
    assert [r.day for r in roster if r.shift == "night"] == [-1, 0, 1, 2, 3]
    assert (
        StaffRow(
            day=2,
            site="yiwu",
            process="pick",
            crew="permanent",
            shift="day",
            since_day=LONG_AGO,
            headcount=5,
        )
        in roster
    )
    assert (
        StaffRow(
            day=2,
            site="yiwu",
            process="pack",
            crew="agency",
            shift="night",
            since_day=-1,
            headcount=4,
        )
        in roster
    )


def test_a_site_says_what_becomes_of_a_task_at_the_end_of_a_shift(tmp_path: Path) -> None:
    """`finish: task` reaches the site; without it tasks are put down; returns keep their stations
    and tours.
    """
    text = SCENARIO.replace(
        "by: pack}", "by: pack, stations: 2, batch_orders: 3, batch_setup_s: 60}"
    )
    assert (
        read_scenario(write_folder(tmp_path / "stop", scenario_yaml=text)).problem.sites[0].finish
        == "stop"
    )
    text = text.replace("    receive: {", "    finish: task\n    receive: {")
    site = read_scenario(write_folder(tmp_path / "task", scenario_yaml=text)).problem.sites[0]
    assert site.finish == "task"
    assert site.receive is not None
    assert (site.receive.stations, site.receive.batch_orders, site.receive.batch_setup_s) == (
        2,
        3,
        60,
    )


def test_shares_that_nearly_sum_to_one_are_scaled(tmp_path: Path) -> None:
    """Rounded shares are accepted and made exact."""
    table = "region,name,share,remote\neast,东,0.7004,0\nwest,西,0.3,1\n"
    problem = read_scenario(write_folder(tmp_path, regions_csv=table)).problem
    assert sum(r.share for r in problem.regions) == pytest.approx(1, abs=1e-12)


def test_tables_may_be_written_out(tmp_path: Path) -> None:
    """Regions, products and staffing can stand in the YAML file itself, with its own types."""
    text = TINY + (
        "regions:\n  - {region: north, share: 0.25, remote: true}\n  - {region: south, share: "
        "0.75}\n"
        "staffing:\n  - {process: pack, crew: people, shift: all, headcount: 4}\n"
    )
    text = text.replace("- name: hall", "- name: hall\n    region: south")
    problem = read_scenario(tiny(tmp_path, text)).problem
    assert [(r.name, r.share, r.remote) for r in problem.regions] == [
        ("north", 0.25, True),
        ("south", 0.75, False),
    ]
    assert problem.roster is not None
    assert sum(r.headcount for r in problem.roster) == 12


def test_a_written_out_row_is_checked_like_a_file(tmp_path: Path) -> None:
    """A wrong cell of an inline row is found at its place, and text is no number there."""
    text = TINY + 'regions:\n  - {region: a, share: "1"}\n'
    assert [str(f) for f in findings_of(tiny(tmp_path, text))] == [
        'scenario.yaml:17:24: regions.0.share: must be a number: write 1 without quotes, got "1"'
    ]


def test_a_weekly_profile_starts_on_monday(tmp_path: Path) -> None:
    """168 weights are laid out by weekday; the mean day is the stated one."""
    weights = ", ".join(["0"] * 24 + ["1"] * 144)
    text = TINY.replace("2400}", f"2400, hourly_profile: [{weights}]}}").replace(
        "days: 3", "days: 7"
    )
    baseline = read_scenario(tiny(tmp_path, text)).problem.demand.baseline
    assert baseline is not None
    assert baseline.orders_per_hour[:24].sum() == 0  # 2026-01-05 is a Monday
    assert baseline.orders_per_hour.sum() == pytest.approx(7 * 2400)


def test_an_event_of_known_size_has_no_spread(tmp_path: Path) -> None:
    """A single number instead of median and p95 is certain."""
    event = '{name: sale, at: "2026-01-06T10:00", orders: 300, half_life_hours: 1}'
    text = TINY.replace("2400}", f"2400, events: [{event}]}}")
    assert read_scenario(tiny(tmp_path, text)).problem.demand.events[0].sigma == 0


def test_the_p95_of_an_event_may_be_its_median(tmp_path: Path) -> None:
    """Both ends the same is a size without spread, not a mistake."""
    event = (
        '{name: sale, at: "2026-01-06T10:00", orders: {median: 300, p95: 300}, half_life_hours: 1}'
    )
    text = TINY.replace("2400}", f"2400, events: [{event}]}}")
    assert read_scenario(tiny(tmp_path, text)).problem.demand.events[0].sigma == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_log_is_counted_per_hour_and_region(tmp_path: Path, encoding: str) -> None:
    """The user's own column names and printed region names are understood; what was not yet known
    is left out, and shows that nothing was ordered in the days before it.
    """
    orders = ("01 09:05:00,东", "01 09:59:59,东", "01 11:00:00,west", "21 00:00:00,东")
    log = "下单时间,省份\n" + "".join(f"2026-10-{order}\n" for order in orders)
    line = "history: {path: log.csv, columns: {ordered_at: 下单时间, region: 省份}}"
    read = read_scenario(write_demand(tmp_path, line, "log.csv", log, encoding))
    history = read.problem.demand.history
    assert history is not None
    assert (
        history.start_hour
        == (datetime(2026, 10, 1, 9) - datetime(1970, 1, 1)).total_seconds() // 3600
    )
    assert history.counts[:3].tolist() == [[2, 0], [0, 0], [0, 1]]
    assert history.counts[3:].sum() == 0
    assert (
        len(history.counts) == 19 * 24 - 9
    )  # from 09:00 on 1 October to the midnight before 20 October
    assert read.problem.demand.baseline is None
    assert read.warnings == ("history: 1 order from 2026-10-20 on left out",)


def test_counts_are_distinguished_from_a_log_by_their_orders_column(tmp_path: Path) -> None:
    """A table of time, region and orders is added up."""
    table = "time,region,orders\n2026-10-01T09:00,east,4\n2026-10-01T10:00,west,3\n"
    history = read_scenario(
        write_demand(tmp_path, "history: {path: h.csv}", "h.csv", table)
    ).problem.demand.history
    assert history is not None
    assert history.counts.tolist() == [[4, 0], [0, 3]]


def test_counts_that_stand_twice_are_added_up_and_it_is_said(tmp_path: Path) -> None:
    """Rows of several channels for one hour and region are one count; a row pasted twice would be
    too.
    """
    table = "time,region,orders\n2026-10-01T09:00,east,4\n2026-10-01T09:00,东,3\n"
    read = read_scenario(write_demand(tmp_path, "history: {path: h.csv}", "h.csv", table))
    assert read.problem.demand.history is not None
    assert read.problem.demand.history.counts.tolist() == [[7, 0]]
    assert (
        "history: 1 row with the time and region of another row: their orders are added up"
        in read.warnings
    )


def test_the_clock_change_is_a_warning(tmp_path: Path) -> None:
    """A horizon with a change of the UTC offset can be planned, and says so."""
    text = TINY.replace("timezone: UTC", "timezone: Europe/Berlin").replace(
        "2026-01-05", "2026-03-28"
    )
    assert any(
        "clocks of Europe/Berlin change" in w for w in read_scenario(tiny(tmp_path, text)).warnings
    )


def test_routing_must_cover_every_region_at_every_moment(tmp_path: Path) -> None:
    """Stated routing with a hole is refused; complete routing is taken."""
    complete = "region,site,contract,share\neast,yiwu,one,1\nwest,yiwu,one,1\n"
    text = SCENARIO.replace("stock: stock.csv", "stock: stock.csv\nrouting: routing.csv")
    folder = write_folder(tmp_path, scenario_yaml=text, routing_csv=complete)
    routing = read_scenario(folder).problem.routing
    assert routing is not None
    assert [(r.region, r.from_s, r.to_s, r.share) for r in routing] == [
        ("east", 0, 4 * DAY_S, 1.0),
        ("west", 0, 4 * DAY_S, 1.0),
    ]
    half = "region,site,contract,from,to,share\neast,yiwu,one,,,1\nwest,yiwu,one,2026-11-09T00:00,2026-11-12T00:00,1\n"
    (folder / "routing.csv").write_text(half, "utf-8")
    assert any(
        "region west must be routed once at every time" in f.message for f in findings_of(folder)
    )


def test_routing_may_tell_weight_classes_apart(tmp_path: Path) -> None:
    """Shares by weight sum to 1 in each class, and every weight is routed once; columns left out
    have no limit.
    """
    text = SCENARIO.replace(
        "stock: stock.csv", "stock: stock.csv\nrouting: routing.csv\nweight_classes_g: [500, 1000]"
    )
    light, heavy = "east,yiwu,one,1,,500\n", "east,yiwu,one,1,500,\n"
    head, west = "region,site,contract,share,above_g,to_g\n", "west,yiwu,one,1,,\n"
    folder = write_folder(tmp_path, scenario_yaml=text, routing_csv=head + light + heavy + west)
    problem = read_scenario(folder).problem
    assert problem.weight_classes_g == (500, 1000)
    assert [(r.region, r.above_g, r.to_g) for r in problem.routing or ()] == [
        ("east", 0, 500),
        ("east", 500, HEAVIEST_G),
        ("west", 0, HEAVIEST_G),
    ]
    for rows, words in (
        (
            heavy + west,
            "routing: region east above 0 g must be routed once at every time of the horizon",
        ),
        (
            light + west,
            "routing: region east above 500 g must be routed once at every time of the horizon",
        ),
        (
            light + heavy.replace("500", "400") + west,
            "routing: region east above 400 g must be routed once",
        ),
        (
            light.replace(",1,", ",0.9,") + heavy + west,
            "routing.csv:2:15: share: shares of region east must sum to 1",
        ),
        (
            light.replace(",,500", ",500,500") + west,
            "routing.csv:2:21: to_g: must be more than above_g, 500",
        ),
        (
            light.replace("500", "1.5") + west,
            'routing.csv:2:18: to_g: must be a whole number, got "1.5"',
        ),
    ):
        (folder / "routing.csv").write_text(head + rows, "utf-8")
        assert any(words in str(f) for f in findings_of(folder)), (
            rows,
            [str(f) for f in findings_of(folder)],
        )


def test_contracts_are_read_for_the_promotion(tmp_path: Path) -> None:
    """Regions go by their printed names as well, and a surcharge on other days is a warning."""
    contract = FILES["contracts/one.yaml"].replace(
        'from: "2026-11-09", to: "2026-11-11"', 'to: "2026-11-07"'
    )
    zones = FILES["contracts/zones.csv"].replace("east", "东").replace("west", "西")
    folder = write_folder(tmp_path, contracts__one_yaml=contract.replace("[west]", "[西]"))
    (folder / "contracts/zones.csv").write_text(zones, "utf-8")
    scenario = read_scenario(folder)
    assert scenario.problem.contracts[0].tariff.zones == {("", "east"): "near", ("", "west"): "far"}
    assert scenario.problem.contracts[0].tariff.surcharges[0].regions == {"west"}
    assert any("surcharges.1: peak lies outside the promotion" in w for w in scenario.warnings)


def test_more_stock_than_a_site_holds_is_worth_a_warning(tmp_path: Path) -> None:
    """More units than a site holds: said, not refused."""
    stock = FILES["stock.csv"].replace("2000", "20000")
    warnings = read_scenario(write_folder(tmp_path, stock_csv=stock)).warnings
    assert any(w.startswith("stock: 21,500 units at yiwu") for w in warnings)


def test_a_site_that_is_closed_in_every_shift_is_worth_a_warning(tmp_path: Path) -> None:
    """Shifts that all lie outside the opening hours leave nobody to work."""
    text = SCENARIO.replace(
        'open: {from: "08:00", to: "02:00"}', 'open: {from: "02:00", to: "07:00"}'
    )
    text = text.replace('at: ["12:00", "23:00"]', 'at: "06:00"')
    warnings = read_scenario(write_folder(tmp_path, scenario_yaml=text)).warnings
    assert warnings == ("site yiwu: every shift lies outside its opening hours, 02:00 to 07:00",)


def test_a_crew_that_is_on_only_while_its_site_is_closed_is_worth_a_warning(tmp_path: Path) -> None:
    """A roster with people who never find the door open says so."""
    text = SCENARIO.replace(
        'open: {from: "08:00", to: "02:00"}', 'open: {from: "08:00", to: "17:00"}'
    )
    text = text.replace('at: ["12:00", "23:00"]', 'at: "12:00"')
    warnings = read_scenario(write_folder(tmp_path, scenario_yaml=text)).warnings
    assert warnings == (
        (
            "staffing: every shift of crew agency at yiwu lies outside the opening hours, 08:00 to "
            "17:00"
        ),
    )


def test_a_shift_in_which_the_site_is_closed_is_worth_a_warning(tmp_path: Path) -> None:
    """The agency has a day shift as well: only its night shift is paid for nothing."""
    text = SCENARIO.replace(
        'open: {from: "08:00", to: "02:00"}', 'open: {from: "08:00", to: "17:00"}'
    )
    text = text.replace('at: ["12:00", "23:00"]', 'at: "12:00"')
    staffing = FILES["staffing.csv"] + "pack,agency,day,1\n"
    warnings = read_scenario(
        write_folder(tmp_path, scenario_yaml=text, staffing_csv=staffing)
    ).warnings
    shift = (
        "staffing: shift night of crew agency at yiwu lies outside the opening hours, 08:00 "
        "to 17:00"
    )
    assert warnings == (shift,)


def test_a_crew_that_can_do_nothing_at_its_site_is_worth_a_warning(tmp_path: Path) -> None:
    """What a crew can do may all lie at another site."""
    second = "sites:\n  - {name: chengdu, region: west, processes: {hand: {orders_per_hour: 9}}}\n"
    crews = "crews:\n  - {name: locals, site: chengdu, headcount: 3}\n"
    crews += "  - {name: idle, site: chengdu, headcount: 3, processes: [pick]}\n"
    text = (
        SCENARIO.replace("sites:\n", second)
        .replace("crews:\n", crews)
        .replace("staffing: staffing.csv\n", "")
    )
    warnings = read_scenario(write_folder(tmp_path, scenario_yaml=text)).warnings
    assert "crew idle: site chengdu has none of the processes it can do (pick)" in warnings


def test_a_contract_that_collects_nowhere_is_worth_a_warning(tmp_path: Path) -> None:
    """A listed contract without a pick-up at any site is never used, and that is said."""
    other = FILES["contracts/one.yaml"].replace("name: one", "name: two")
    text = SCENARIO.replace("[contracts/one.yaml]", "[contracts/one.yaml, contracts/two.yaml]")
    warnings = read_scenario(
        write_folder(tmp_path, scenario_yaml=text, contracts__two_yaml=other)
    ).warnings
    assert warnings == ("contract two: no site has `collections` of it, so it is never used",)


def test_couriers_that_cost_nothing_are_worth_a_warning(tmp_path: Path) -> None:
    """Contracts are listed and no site has collections: the contract and the site are named."""
    collections = SCENARIO[SCENARIO.index("    collections:") : SCENARIO.index("shifts:")]
    text = SCENARIO.replace(collections, "")
    warnings = read_scenario(write_folder(tmp_path, scenario_yaml=text)).warnings
    assert "contract one: no site has `collections` of it, so it is never used" in warnings
    assert any(w.startswith("site yiwu: no contract has `collections` here") for w in warnings)


def test_a_margin_left_out_is_unknown_not_zero(tmp_path: Path) -> None:
    """Without the column, or with an empty cell, the margin is unknown, and what follows is said; 0
    is known.
    """

    def read(margins: str) -> Problem:
        text = f"product,share,weight_g,margin\nsmall,0.6,300,{margins[0].strip()}\nlarge,0.4,1500,{margins[1]}\n"
        return read_scenario(write_folder(tmp_path, products_csv=text)).problem

    first, other = read(" 5").products
    assert (first.margin_known, first.margin_minor, other.margin_known) == (False, 0, True)
    words = "the margin of small is unknown: a lost order costs nothing beyond the service level"
    assert [line.startswith(words) for line in assumed_of_margins(read(" 5"))] == [True]
    zero = read("00")
    assert all(p.margin_known for p in zero.products)
    assert assumed_of_margins(zero) == []
    assert not read_scenario(write_folder(tmp_path / "bare")).problem.margins_known


def test_the_mix_is_as_uncertain_as_stated_and_said_to_be(tmp_path: Path) -> None:
    """Concentrations and correlation reach the demand, an event's own its event; what is assumed
    says how well the largest share is known, and that a mix without a concentration is certain.
    """
    stated = "mix_concentration: 24\n  size_correlation: 0.4\n  day_cv: 0.1"
    text = SCENARIO.replace("day_cv: 0.1", stated)
    read = read_scenario(write_folder(tmp_path, scenario_yaml=text)).problem
    assert read.demand.mix_concentrations == (24.0, 24.0)
    assert read.demand.region_concentrations == (None, None)
    assert read.demand.size_correlation == 0.4
    products, regions = assumed_of_demand(read)
    assert products.startswith("the mix of products, mix_concentration: baseline small 60 +- 9.8 %")
    assert regions.endswith("region_concentration: certain, the same in every promotion")


def test_a_unit_left_over_has_one_price(tmp_path: Path) -> None:
    """Its whole cost, or what it loses of its unit cost on top of bringing it in; both, one half of
    the second, or less than bringing it in are findings.
    """

    def read(*cells: str) -> Problem:
        head = "product,share,weight_g,leftover_cost,unit_cost,salvage_share"
        text = f"{head}\nsmall,0.6,300,{cells[0]}\nlarge,0.4,1500,{cells[1]}\n"
        return read_scenario(write_folder(tmp_path, products_csv=text)).problem

    priced = read("3,,", ",20,0.75")
    assert [p.leftover_minor(20) for p in priced.products] == [300, 520]
    assert leftover_beyond_inbound_minor(read(",,", ",,")).any() == 0
    with pytest.raises(InputError) as error:
        read("3,2,", ",20,")
    assert [f.field for f in error.value.findings] == ["leftover_cost", "salvage_share"]
    with pytest.raises(InputError, match="includes bringing it in") as error:
        read("0.1,,", ",,")
    assert "sites.0.inbound_cost_per_unit" in str(error.value)


def test_goods_without_a_stock_table_say_what_is_assumed(tmp_path: Path) -> None:
    """A supply is one stock over all sites, a site's capacity is not used; a stock table leaves
    nothing to assume.
    """
    bare = read_scenario(
        write_folder(tmp_path, scenario_yaml=SCENARIO.replace("stock: stock.csv\n", ""))
    ).problem
    supply, space = assumed_of_stock(bare)
    assert "supply_units of large from one stock" in supply
    assert "stock_capacity_units of yiwu" in space
    assert assumed_of_stock(read_scenario(write_folder(tmp_path / "stated")).problem) == []


def test_a_cut_of_an_allotment_that_is_not_there_is_worth_a_warning(tmp_path: Path) -> None:
    """A contract without a daily limit has nothing to cut."""
    one = FILES["contracts/one.yaml"].replace("allotment: {per_day: 2000}\n", "")
    folder = write_folder(tmp_path)
    (folder / "contracts/one.yaml").write_text(one, "utf-8")
    assert read_scenario(folder).warnings == (
        "disruptions.0: no contract it affects has an allotment to cut",
    )


@pytest.mark.parametrize("name", names())
def test_every_template_is_valid(name: str) -> None:
    """The shipped scenarios have no findings and no warnings."""
    read = read_scenario(configs_folder() / name)
    assert read.warnings == ()
    assert np.isclose(sum(r.share for r in read.problem.regions), 1)


def test_singles_day_has_what_it_promises() -> None:
    """31 provinces with printed Chinese names, six of them remote, five contracts, three bursts,
    two warehouses.
    """
    problem = read_scenario(configs_folder() / "singles-day").problem
    assert len(problem.regions) == 31
    assert sum(r.remote for r in problem.regions) == 6
    assert all("\u4e00" <= r.label[0] <= "\u9fff" for r in problem.regions)
    assert (len(problem.contracts), len(problem.demand.events), len(problem.sites)) == (5, 3, 2)
    assert problem.platform.name == "kuaishou"
    assert all(problem.contract(c).zone(s, r) for s, r, c in problem.lanes())
