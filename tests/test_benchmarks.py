"""The benchmarks are correct: engines agree, and every script prints the figures it promises (at
its smallest).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


def printed_by(script: str, *options: str) -> Any:
    """The JSON object a benchmark prints."""
    command = [sys.executable, str(BENCHMARKS / script), *options, "--json"]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def test_engines_agree_and_are_compared_with_plain_simpy() -> None:
    """Every engine has its ratio; salabim, plain SimPy, our SimPy model and the compiled one have
    the same seconds; the others hand over nearly as many parcels in the same second.
    """
    found = printed_by(
        "simulation/engines.py", "--orders", "1500", "--days", "2", "--rounds", "1", "--skip-memory"
    )
    assert set(found["ratio_to_plain_simpy"]) == {"simpy", "compiled", "ciw", "salabim"}
    assert found["equal"] is True
    same = found["same_second"]
    assert [same[name] for name in ("plain_simpy", "salabim", "simpy", "compiled")] == [1.0] * 4
    assert found["handed_over_in_the_same_second"]["ciw"] > 0.99
    busy = found["everything"]
    assert busy["equal"] is True
    assert set(busy["ratio_to_plain_simpy"]) == {"simpy", "compiled"}
    assert busy["handed_over_in_the_same_second"]["plain_simpy"] > 0.99
    assert min(busy["handed_over"].values()) > 500
    assert {"draw", "lay out", "play", "records", "rate", "sum up", "all"} == set(
        found["whole_replication_ns_per_order"]
    )


def test_memory_is_measured_in_a_process_of_its_own() -> None:
    """The peak of the SimPy model on 20,000 orders is at least what their seconds take, and not the
    whole process.
    """
    found = printed_by(
        "simulation/engines.py",
        "--orders",
        "20000",
        "--days",
        "1",
        "--memory-of",
        "three stages",
        "simpy",
    )
    assert 50 < found["bytes_per_order"] < 2000


@pytest.mark.slow
def test_replications_have_the_same_results_in_one_and_in_two_processes() -> None:
    """The results of all numbers of processes have one digest; speed-up and overhead are reported."""
    size = [
        "--orders",
        "300",
        "--days",
        "1",
        "--replications",
        "2",
        "--rounds",
        "1",
        "--processes",
        "1",
        "2",
    ]
    found = printed_by("simulation/workers.py", *size)
    assert found["same_results"] is True
    assert set(found["speed_up"]) == {"1 process", "2 processes"}
    assert {"orders", "replications", "seconds", "overhead", "loops", "compiled_loop_s"} <= set(
        found
    )


@pytest.mark.slow
def test_a_dask_cluster_has_the_same_results() -> None:
    """Two local dask workers give what two processes give."""
    size = [
        "--orders",
        "300",
        "--days",
        "1",
        "--replications",
        "3",
        "--rounds",
        "1",
        "--processes",
        "1",
        "2",
    ]
    found = printed_by("simulation/workers.py", *size, "--dask")
    assert found["same_results"] is True
    assert found["dask_to_processes"] > 0


@pytest.mark.slow
def test_scale_tells_time_memory_and_slope() -> None:
    """Every size has its seconds by stage and its peak memory; the slopes are there."""
    found = printed_by("simulation/scaling.py", "--orders", "500", "4000", "--days", "1")
    assert [row["orders"] for row in found["sizes"]] == [500, 4000]
    assert all(
        set(row["seconds"]) == {"draw", "lay out", "play", "records", "rate", "sum up"}
        for row in found["sizes"]
    )
    assert all(seconds > 0 for row in found["sizes"] for seconds in row["seconds"].values())
    assert found["sizes"][1]["peak_bytes"] > 0
    assert {"slope_of_all", "slope_of_loop", "bytes_per_order", "draw_to_loop"} <= set(found)


@pytest.mark.slow
def test_planning_is_timed_apart_by_solver_and_model() -> None:
    """A solved plan within the solver's gap; what the solver takes and the rest add up to the
    whole.
    """
    found = printed_by("planning/scaling.py", "--days", "2", "3", "--sites", "--scenarios")
    assert [row["days"] for row in found["sizes"]] == [2, 3]
    for row in found["sizes"]:
        assert row["status"] in ("optimal", "feasible")
        assert row["solver_calls"] > 0
        assert row["solver"] + row["model"] == pytest.approx(row["seconds"], abs=0.002)
    assert set(found["slopes"]) == {"days"}


@pytest.mark.slow
def test_a_joint_plan_tells_size_gap_and_seconds() -> None:
    """Bound below objective, the gap between them, and the seconds of solving and building."""
    found = printed_by("planning/large_promotion.py", "--quick", "--skip-axes")["large"]
    assert found["bound"] <= found["objective"]
    assert found["gap"] == pytest.approx((found["objective"] - found["bound"]) / found["objective"])
    assert found["solver"] + found["building"] == pytest.approx(found["seconds"], abs=0.002)
    assert (
        min(found[what] for what in ("rows", "columns", "whole_numbers", "nonzeros", "people")) > 0
    )


def test_the_selection_of_contracts_is_proved_twice() -> None:
    """Our solver and SciPy's prove the same least cost of the same program; both times and their
    ratio are reported.
    """
    found = printed_by(
        "planning/contract_selection.py", "--regions", "8", "--contracts", "6", "--rounds", "1"
    )
    assert found["status"] == {"ours": "optimal", "scipy": "optimal"}
    assert max(found["gap"].values()) <= 1e-6
    assert found["agree"] is True
    assert found["objective"]["ours"] == pytest.approx(found["objective"]["scipy"], rel=1e-6)
    assert 1 <= found["signed"] <= 6
    assert found["ratio_to_scipy"] > 0
    assert set(found["seconds"]) == {"ours", "scipy"}


@pytest.mark.slow
def test_startup_tells_every_command_and_import() -> None:
    """Help, check and the heavy libraries are timed."""
    found = printed_by("cli/startup.py", "--rounds", "1", "--skip-compiling")
    assert {"planner --help", "planner check", "import click", "import numba"} <= set(
        found["seconds"]
    )
    assert found["help_to_import_click"] > 0


@pytest.mark.slow
def test_first_use_of_the_compiled_engine_is_timed() -> None:
    """With an empty cache it has to be compiled."""
    found = printed_by("cli/startup.py", "--rounds", "1")
    assert found["compiled_first_use_s"] > 0
    assert found["compiled_next_use_s"] >= 0


@pytest.mark.slow
def test_wrong_certificates_are_counted_next_to_what_arithmetic_says() -> None:
    """Every case reports how many plans that meet the service level too seldom were certified."""
    found = printed_by(
        "trust/certificates.py", "wrong", "--problems", "3", "--played", "1", "--planned", "0"
    )
    assert {row["how"] for row in found["cases"]} == {"by luck", "played"}
    assert all(row["expected"] <= 0.05 for row in found["cases"])
    assert all(
        row["certified"] == 0 for row in found["cases"] if row["chance"] < row["confidence"] - 0.1
    )


@pytest.mark.slow
def test_repairs_and_predictions_are_reported_site_by_site() -> None:
    """One site and one scenario: where the first plan stood, where the last, and what was
    predicted.
    """
    found = printed_by(
        "trust/certificates.py", "repair", "--sites", "1", "--most", "1", "--again", "20"
    )
    assert found["tried"] == 1
    assert found["held_at_first"] + found["failed_at_first"] + found["no_plan"] == 1
    printed = printed_by("trust/certificates.py", "predict", "--scenarios", "2")
    assert set(printed["errors"]) == {"on_time", "cost"}


def test_rolling_origins_are_scored_by_model() -> None:
    """Every synthetic shop and model has its days, coverages, WAPE and bias; closed Saturdays are
    among the days.
    """
    rows = printed_by("trust/forecast_origins.py", "--weeks", "17", "--paths", "40")["rows"]
    assert {row["model"] for row in rows} == {
        "planner",
        "seasonal_naive",
        "mean_of_four",
        "negative_binomial",
    }
    assert len({row["shop"] for row in rows}) == 4
    assert {"days", "coverage_50", "coverage_80", "coverage_90", "wape", "bias"} <= set(rows[0])
    closed = [
        row for row in rows if row["shop"] == "closed on Saturdays" and row["model"] == "planner"
    ]
    assert {row["kind"]: row["days"] for row in closed} == {"ordinary": 56}


def test_every_stated_input_has_its_row() -> None:
    """Expected, simulated and standard error of each input; what is exact has no error, and every
    name stands once.
    """
    found = printed_by("simulation/stated_inputs.py", "--replications", "4")
    assert len({row["input"] for row in found}) == len(found) > 30
    assert {"expected", "simulated", "error", "right"} <= set(found[0])
    exact = [row for row in found if row["input"].startswith("given: whole orders")]
    assert [(row["simulated"], row["error"], row["right"]) for row in exact] == [(0, 0, True)] * 2


@pytest.mark.slow
def test_clauses_priced_from_one_simulation_cost_the_same() -> None:
    """As when each is simulated, to the minor unit."""
    found = printed_by("rating/clauses.py", "--changes", "12", "--rounds", "1")
    assert (found["changes"], found["equal"]) == (12, True)
    assert found["ratio"] > 0


@pytest.mark.slow
def test_generated_scenarios_and_locations_tell_how_they_ended() -> None:
    """Exit codes by form of demand and limit; cost, optimum, bound and gap of an instance."""
    found = printed_by("planning/generated_scenarios.py", "--first", "2", "--count", "2")
    assert (found["scenarios"], found["crashed"], sum(found["exit"].values())) == (2, [], 2)
    assert found["kinds"]["given by region"] == {"0": 1}
    (row,) = printed_by("planning/locations.py", "--first", "1", "--count", "1")["instances"]
    assert row["status"] == "optimal"
    assert {"optimum", "cost", "above", "bound", "gap", "opened", "seconds"} <= set(row)
