"""`planner diff`: what differs between two finished results, and what cannot be compared."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.domain.statistics import t_interval, welch_interval
from planner.output import hashes
from tests.cli.builders import write_small
from tests.cli.conftest import call_here
from tests.cli.forging import seal_again

PLAN = ("--method", "average", "--replications", 14, "--jobs", 1, "--quiet")
Json = dict[str, Any]


def planned(folder: Path, changes: dict[str, str] | None = None, *options: object) -> Path:
    """The small scenario with changes, planned by a rule of thumb."""
    write_small(folder / "scenario", changes)
    out = folder / "result"
    done = call_here("plan", folder / "scenario", "-o", out, *(options or PLAN))
    assert done.code == 0, done.err
    return out


def diff(a: Path, b: Path) -> Json:
    done = call_here("diff", a, b, "--json")
    assert done.code == 0, done.err
    found: Json = json.loads(done.out)
    return found


@pytest.fixture(scope="module")
def peak(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another plan of the same scenario: the same orders."""
    out = tmp_path_factory.mktemp("peak") / "result"
    options = ("--method", "peak", "--replications", 10, "--jobs", 1, "--quiet")
    assert call_here("plan", small, "-o", out, *options).code == 0
    return out


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Other wages and another event."""
    changes = {
        "wage_per_hour: 26": "wage_per_hour: 30",
        "median: 300, p95: 420": "median: 400, p95: 520",
    }
    return planned(tmp_path_factory.mktemp("changed"), changes)


def test_a_result_does_not_differ_from_itself(average: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(average, tmp_path / "copy")
    (copy / "notes.txt").write_text("a file of the user's own")
    done = call_here("diff", average, copy)
    assert done.code == 0
    assert "No difference." in done.out
    found = diff(average, copy)
    assert found["equal"] is True
    assert not found["differences"]
    assert found["means"]["on_time_share"]["difference"] == 0


def test_the_same_command_again_makes_no_difference(average: Path, tmp_path: Path) -> None:
    assert diff(average, planned(tmp_path))["equal"] is True


def test_inputs_are_named_by_path_with_both_values(average: Path, changed: Path) -> None:
    rows = diff(average, changed)["differences"]["inputs"]
    assert [(row["file"], row["place"], row["a"], row["b"]) for row in rows] == [
        ("scenario.yaml", "demand.events.live.orders.median", 300, 400),
        ("scenario.yaml", "demand.events.live.orders.p95", 420, 520),
        ("scenario.yaml", "crews.own.wage_per_hour", 26, 30),
    ]


def test_a_value_that_was_set_is_a_value(average: Path, tmp_path: Path) -> None:
    """`--set` in the scenario counts like the file; in a file it names, it is named as it was set."""
    settings = ("--set", "crews.own.wage_per_hour=31", "--set", "contracts.near.minimum_charge=2.5")
    found = diff(average, planned(tmp_path, None, *PLAN, *settings))
    rows = [(r["file"], r["place"], r["a"], r["b"]) for r in found["differences"]["inputs"]]
    assert rows == [
        ("scenario.yaml", "crews.own.wage_per_hour", 26, 31),
        ("--set", "contracts.near.minimum_charge", None, "2.5"),
    ]
    assert found["means"]["on_time_share"]["paired"] is True


def test_set_demand_is_other_demand(average: Path, tmp_path: Path) -> None:
    found = diff(average, planned(tmp_path, None, *PLAN, "--set", "demand.scale=1.1"))
    assert found["means"]["cost"]["why_not_paired"]["reason"] == "demand"


def test_a_renamed_contract_file_is_the_same_contract(average: Path, tmp_path: Path) -> None:
    write_small(tmp_path / "scenario", {"contracts: [near.yaml": "contracts: [next.yaml"})
    near = (tmp_path / "scenario" / "near.yaml").rename(tmp_path / "scenario" / "next.yaml")
    near.write_text(near.read_text().replace("2.10", "2.20"))
    out = tmp_path / "result"
    assert call_here("plan", tmp_path / "scenario", "-o", out, *PLAN).code == 0
    rows = diff(average, out)["differences"]["inputs"]
    assert [(row["file"], row["place"], row["a"], row["b"]) for row in rows] == [
        ("near.yaml -> next.yaml", "rates.home.first_price", 2.10, 2.20),
    ]


def test_a_contract_more_is_named(average: Path, tmp_path: Path) -> None:
    write_small(
        tmp_path / "scenario", {"contracts: [near.yaml": "contracts: [more.yaml, near.yaml"}
    )
    near = (tmp_path / "scenario" / "near.yaml").read_text()
    (tmp_path / "scenario" / "more.yaml").write_text(near.replace("name: near", "name: more"))
    out = tmp_path / "result"
    assert call_here("plan", tmp_path / "scenario", "-o", out, *PLAN).code == 0
    (row,) = diff(average, out)["differences"]["inputs"]
    assert (row["file"], row["a"]) == ("more.yaml", None)


def test_a_workbook_states_what_its_folder_states(average: Path, tmp_path: Path) -> None:
    """The same scenario as a workbook: no input differs, and neither do the plan and the orders."""
    write_small(tmp_path / "scenario")
    book, out = tmp_path / "book.xlsx", tmp_path / "result"
    assert call_here("convert", tmp_path / "scenario", book, "--quiet").code == 0
    assert call_here("plan", book, "-o", out, *PLAN).code == 0
    found = diff(average, out)
    assert "inputs" in found["equal_parts"]
    assert found["means"]["cost"]["paired"] is True
    assert found["means"]["cost"]["difference"] == 0


def test_costs_add_up_to_the_difference_of_the_totals(average: Path, peak: Path) -> None:
    rows = diff(average, peak)["differences"]["costs"]
    parts = sum(row["difference"] for row in rows if row["cost"] != "total")
    (total,) = (row["difference"] for row in rows if row["cost"] == "total")
    assert total == pytest.approx(parts, abs=0.01)
    expected = [
        pd.read_csv(folder / "tables" / "costs.csv")["amount"].sum() for folder in (average, peak)
    ]
    assert total == pytest.approx(expected[1] - expected[0], abs=0.01)


def test_people_are_those_of_the_staffing_tables(average: Path, peak: Path) -> None:
    keys = ["date", "shift", "site", "process"]
    a, b = (
        pd.read_csv(folder / "tables" / "staffing.csv").groupby(keys)["headcount"].sum()
        for folder in (average, peak)
    )
    difference = b.sub(a, fill_value=0)
    expected = {key: value for key, value in difference.items() if value}
    rows = diff(average, peak)["differences"]["people"]
    assert {tuple(row[key] for key in keys): row["difference"] for row in rows} == expected


def test_replications_of_the_same_orders_are_paired(average: Path, peak: Path) -> None:
    """14 and 10 replications of one scenario: the ten that both have, one by one."""
    found = diff(average, peak)["means"]["on_time_share"]
    assert found["paired"] is True
    assert found["replications"] == [10, 10]
    a, b = (
        1 - pd.read_csv(folder / "tables" / "replications.csv")["late_share"].to_numpy()[:10]
        for folder in (average, peak)
    )
    mean, low, high = t_interval(b - a)
    assert [found[name] for name in ("difference", "low", "high")] == pytest.approx(
        [mean, low, high]
    )


def test_other_demand_is_not_paired_and_says_so(average: Path, changed: Path) -> None:
    found = diff(average, changed)["means"]["cost"]
    assert found["paired"] is False
    assert found["why_not_paired"]["reason"] == "demand"
    a, b = (
        pd.read_csv(folder / "tables" / "replications.csv")["cost"].to_numpy()
        for folder in (average, changed)
    )
    expected = welch_interval(a, b)
    assert [found[name] for name in ("difference", "low", "high")] == pytest.approx(expected)
    assert (
        "not paired, 14 and 14 replications: the demand differs"
        in call_here("diff", average, changed).out
    )


def test_another_wage_leaves_the_orders_as_they_are(average: Path, tmp_path: Path) -> None:
    other = planned(tmp_path, {"wage_per_hour: 26": "wage_per_hour: 27"})
    assert diff(average, other)["means"]["on_time_share"]["paired"] is True


def test_another_seed_is_not_paired(average: Path, tmp_path: Path) -> None:
    other = planned(tmp_path, None, *PLAN, "--seed", 12)
    found = diff(average, other)
    assert found["means"]["cost"]["why_not_paired"]["reason"] == "seed"
    assert {row["option"]: (row["a"], row["b"]) for row in found["differences"]["options"]} == {
        "seed": (11, 12)
    }


def test_a_draft_is_compared_as_planned(average: Path, tmp_path: Path) -> None:
    draft = planned(tmp_path, None, "--draft", "--method", "average", "--jobs", 1, "--quiet")
    found = diff(draft, average)
    assert found["a"]["verdict"] == "draft"
    assert [part["part"] for part in found["left_out"]] == ["means"]
    assert "costs" not in found["differences"]
    assert "costs_planned" in [*found["differences"], *found["equal_parts"]]


def test_a_result_without_a_plan_is_compared_by_its_inputs(average: Path, tmp_path: Path) -> None:
    write_small(tmp_path / "scenario", {"wage_per_hour: 26": "wage_per_hour: 28"})
    out = tmp_path / "forecast"
    options = ("--replications", 20, "--quiet")
    assert call_here("forecast", tmp_path / "scenario", "-o", out, *options).code == 0
    found = diff(average, out)
    assert found["left_out"][0]["words"] == "B is a result of planner forecast, which holds no plan"
    assert found["differences"]["inputs"][0]["place"] == "crews.own.wage_per_hour"
    assert not {"costs", "settings", "files"} & found["differences"].keys()
    options = {row["option"] for row in found["differences"]["options"]}
    assert "service" not in options  # which the forecast does not state


def test_amounts_of_two_currencies_are_not_subtracted(average: Path, tmp_path: Path) -> None:
    write_small(tmp_path / "scenario", {"currency: CNY": "currency: EUR"})
    for name in ("near", "far"):
        path = tmp_path / "scenario" / f"{name}.yaml"
        path.write_text(path.read_text().replace("CNY", "EUR"))
    out = tmp_path / "result"
    assert call_here("plan", tmp_path / "scenario", "-o", out, *PLAN).code == 0
    found = diff(average, out)
    assert found["notes"][0]["reason"] == "currencies"
    assert {row["difference"] for row in found["differences"]["costs"]} == {None}
    assert "cost" not in found["means"]
    assert found["means"]["on_time_share"]["paired"] is True
    assert "CNY / EUR" in call_here("diff", average, out).out


def test_other_days_are_compared_where_both_have_them(average: Path, tmp_path: Path) -> None:
    other = planned(tmp_path, {"days: 4": "days: 3"})
    found = diff(average, other)
    assert found["notes"][0]["reason"] == "horizons"
    assert all(row["date"] <= "2026-11-11" for row in found["differences"].get("people", []))
    assert found["means"]["cost"]["why_not_paired"]["reason"] == "days"


def test_no_common_day_leaves_people_out(average: Path, tmp_path: Path) -> None:
    changes = {"2026-11-09T00:00": "2026-12-09T00:00", "2026-11-10T20:00": "2026-12-10T20:00"}
    parts = [part["part"] for part in diff(average, planned(tmp_path, changes))["left_out"]]
    assert parts == ["people", "routing"]


def test_a_changed_file_is_named_and_not_compared(average: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(average, tmp_path / "copy")
    staffing = copy / "tables" / "staffing.csv"
    text = staffing.read_text()
    staffing.write_text(text + text.splitlines()[-1] + "\n")
    found = diff(average, copy)
    assert found["equal"] is False
    assert found["b"]["changed"] == ["tables/staffing.csv: changed since the run"]
    assert [part["part"] for part in found["left_out"]] == ["people"]
    done = call_here("diff", average, copy)
    assert "No difference." not in done.out
    assert "tables/staffing.csv of B is not as it was written" in done.out


def test_a_forged_document_is_left_out(average: Path, tmp_path: Path) -> None:
    """Its hash is right and its content is not: the rest is compared."""
    copy = shutil.copytree(average, tmp_path / "copy")
    plan = json.loads((copy / "plan.json").read_text())
    plan["signed"] = "<script>"
    (copy / "plan.json").write_text(json.dumps(plan))
    seal_again(copy)
    found = diff(average, copy)
    assert {part["part"] for part in found["left_out"]} == {"stock", "contracts", "levers"}
    assert found["left_out"][0]["words"] == "plan.json of B cannot be read"
    assert found["equal"] is False
    assert "people" in found["equal_parts"]


def test_a_folder_that_is_no_result_is_refused(average: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = call_here("diff", average, tmp_path / "empty")
    assert done.code == 3
    assert "run.json: is missing" in done.err


def test_a_damaged_manifest_is_refused(average: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(average, tmp_path / "copy")
    manifest = json.loads((copy / "run.json").read_text())
    manifest["outputs"]["../../etc/passwd"] = "0" * 64
    (copy / "run.json").write_text(json.dumps(manifest))
    done = call_here("diff", copy, average)
    assert done.code == 3
    assert "must be the name of a file in the folder" in done.err


def test_nothing_is_written_into_the_folders(average: Path, peak: Path) -> None:
    before = [hashes(folder, "") for folder in (average, peak)]
    call_here("diff", average, peak)
    assert [hashes(folder, "") for folder in (average, peak)] == before


def test_the_page_is_one_file_and_never_replaces_another(
    average: Path, peak: Path, tmp_path: Path
) -> None:
    page = tmp_path / "diff.html"
    done = call_here("diff", average, peak, "--html", page)
    assert done.code == 0
    assert done.out.splitlines()[-1] == str(page)
    first = page.read_bytes()
    assert b"http://" not in first.replace(b"http://www.w3.org", b"")
    again = call_here("diff", average, peak, "--html", page)
    assert again.code == 1
    assert "already exists" in again.err
    assert call_here("diff", average, peak, "--html", page, "--force").code == 0
    assert page.read_bytes() == first
    page.write_text("<!DOCTYPE html>\n<p>mine")
    refused = call_here("diff", average, peak, "--html", page, "--force")
    assert "is not a result of this command" in refused.err


def test_the_page_does_not_go_into_the_results(average: Path, peak: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(peak)
    for place in (average / "diff.html", peak / "tables" / "diff.html", link / "diff.html"):
        done = call_here("diff", average, peak, "--html", place)
        assert done.code == 1
        assert "which this command only reads" in done.err
        assert not place.exists()


def test_long_parts_are_cut_and_say_so(average: Path, tmp_path: Path) -> None:
    hours = ", ".join(["1"] * 12)
    changes = {
        "  baseline_orders_per_day: 300": f"  hourly_profile: [{hours}, {hours}]\n  baseline_orders_per_day: 200"
    }
    done = call_here("diff", average, planned(tmp_path, changes))
    assert max(map(len, done.out.splitlines())) < 400
    assert "hourly_profile" in done.out


def test_chinese_speaks_chinese(average: Path, peak: Path) -> None:
    out = call_here("diff", average, peak, "--lang", "zh").out
    assert "主要指标" not in out  # the key figures need no heading
    assert "每日各班人数" in out
    assert "次模拟逐一配对，两边订单相同" in out


def test_the_interval_of_independent_samples_is_that_of_scipy() -> None:
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(3)
    a, b = rng.normal(1, 1, 20), rng.normal(2, 3, 35)
    interval = ttest_ind(b, a, equal_var=False).confidence_interval(0.95)
    assert welch_interval(a, b)[1:] == pytest.approx((interval.low, interval.high))
