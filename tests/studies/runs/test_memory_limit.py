"""Memory needed by replications is reported and compared with the memory available, before any
work.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.domain.backlog import Backlog
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.stress import Stress
from planner.errors import ExtremeNumberError, InputError
from planner.studies.diagnosis import repairs
from planner.studies.diagnosis.repair_candidates import RelaxationSteps
from planner.studies.diagnosis.repairs import (
    FeasibleStep,
    FindFeasibleStep,
    ProveRepair,
)
from planner.studies.runs import memory_limit
from planner.studies.runs.memory_limit import (
    bytes_needed,
    in_gigabytes,
    memory_words,
    orders_at_most,
    refuse_too_large,
)
from planner.studies.steps.load import load
from tests.formats.builders import TINY


def folder(tmp_path: Path, orders: str) -> Path:
    """The tiny scenario with so many orders a day."""
    (tmp_path / "scenario.yaml").write_text(TINY.replace("2400", orders), encoding="utf-8")
    return tmp_path


def test_more_orders_than_any_machine_holds_are_a_finding(tmp_path: Path) -> None:
    """At the demand, with the number and what to do."""
    with pytest.raises(InputError) as caught:
        load(folder(tmp_path, "1e8"))
    assert str(caught.value) == (
        "scenario.yaml:6:9: demand: a promotion may have 3e+08 orders; at most 100,000,000 can be "
        "simulated: "
        "state fewer orders"
    )


def test_events_count_with_a_size_that_is_rarely_exceeded(tmp_path: Path) -> None:
    """The median times the spread to the power of 3.09; without spread the size itself."""
    problem = load(folder(tmp_path, "2400")).problem
    sure = Event(name="a", at_s=0, median=1000.0, p95=1000.0, ramp_s=0.0, half_life_s=3600.0)
    wide = Event(name="b", at_s=0, median=1000.0, p95=5000.0, ramp_s=0.0, half_life_s=3600.0)
    assert orders_at_most(problem) == pytest.approx(7200)
    for events, orders in (((sure,), 8200), ((wide,), 7200 + 1000 * 5 ** (3.09 / 1.6448536))):
        changed = replace(problem, demand=replace(problem.demand, events=events))
        assert orders_at_most(changed) == pytest.approx(orders)


def test_orders_open_at_the_start_count(tmp_path: Path) -> None:
    """A number of them, the orders themselves, or those of some hours of the first day, of which
    as many more may come as on all days.
    """
    problem = replace(load(folder(tmp_path, "2400")).problem, backlog=None)
    stated = np.zeros((70, 3), dtype=np.int64)
    for backlog, orders in (
        (Backlog(begins_s=-DAY_S, orders=5_000_000), 5_000_000),
        (Backlog(begins_s=-DAY_S, stated=stated), 70),
        (Backlog(begins_s=-6 * HOUR_S), 600),
    ):
        waiting = replace(problem, backlog=backlog)
        assert orders_at_most(waiting) == pytest.approx(7200 + orders)
        assert bytes_needed(waiting) > bytes_needed(problem)


def test_risks_of_more_demand_count(tmp_path: Path) -> None:
    """All of them strike at once, on what waits for hours as well; a risk of less adds nothing."""
    problem = replace(load(folder(tmp_path, "2400")).problem, backlog=Backlog(begins_s=-6 * HOUR_S))
    more = Stress(name="more", kind="demand", strength=0.5, probability=0.1)
    absent = Stress(name="ill", kind="absence_wave", strength=0.5, probability=0.1)
    assert orders_at_most(replace(problem, risks=(absent,))) == pytest.approx(7800)
    assert orders_at_most(replace(problem, risks=(more, absent))) == pytest.approx(1.5 * 7800)
    twice = (more, replace(more, name="more still", strength=1.0))
    assert orders_at_most(replace(problem, risks=twice)) == pytest.approx(3.0 * 7800)


def test_too_little_memory_names_the_need_the_memory_available_and_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fewer jobs where fewer fit, else fewer orders; nothing where there is enough or nobody
    knows.
    """
    scenario = load(folder(tmp_path, "1000000"))
    each = bytes_needed(scenario.problem)
    assert each == 3_000_000 * 140
    for there, jobs, words in (
        (3 * each, 8, "8 at once need 3.4 GB, and 1.3 GB are available: use --jobs 3"),
        (each - 1, 8, "state fewer orders, or use a larger machine"),
        (8 * each, 8, ""),
        (None, 8, ""),
    ):
        monkeypatch.setattr(memory_limit, "bytes_available", lambda there=there: there)
        assert words in memory_words(scenario.problem, jobs)
        if words:
            with pytest.raises(InputError, match="a replication of up to 3,000,000 orders"):
                refuse_too_large(scenario, jobs)
        else:
            refuse_too_large(scenario, jobs)


def test_limits_of_the_process_and_of_its_group_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The least of all that is known; `max` and huge numbers are no limits."""
    for name, text in {
        "most": "5000\n",
        "used": "2000\n",
        "none": "max\n",
        "huge": f"{1 << 62}\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="ascii")
    used = tmp_path / "used"
    for most, there in (("most", 3000), ("none", None), ("huge", None), ("missing", None)):
        monkeypatch.setattr(memory_limit, "_CGROUPS", ((tmp_path / most, used),))
        assert memory_limit._of_cgroup() == there
    monkeypatch.setattr(memory_limit, "_CGROUPS", ((tmp_path / "most", used),))
    assert memory_limit.bytes_available() == 3000


def test_a_repair_with_numbers_beyond_a_solver_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other repairs are looked at; the plan does not end with an error."""

    def fail(*_: object) -> None:
        raise ExtremeNumberError("too large")

    monkeypatch.setattr(repairs, "in_solver_process", fail)
    problem = load(folder(tmp_path, "2400")).problem
    candidate = RelaxationSteps(())
    assert FindFeasibleStep(problem, (candidate,))(0) is None
    assert ProveRepair(problem, (FeasibleStep(candidate, 0, 0.0),), 1)(0) is None


def test_memory_in_words() -> None:
    """No replication needs "0.0 MB"."""
    sizes = (4_800, 50_000, 18_100_000, 1_400_000_000)
    assert list(map(in_gigabytes, sizes)) == ["less than 0.1 MB", "0.1 MB", "18.1 MB", "1.4 GB"]
