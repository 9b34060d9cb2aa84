"""What a result says of its levers must be what its plan uses."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from planner.domain.demand_levers import ChosenLevers, Levers, PromiseOption
from planner.domain.problem import Problem
from planner.studies.certification.lever_trials import COLUMNS
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.levers import check_levers
from tests.planning.builders import problem

OPTIONS = Levers(promises=(PromiseOption("north", 72.0, 0),))
USED = {"none": "False", "north 72 h": "True"}


def findings(
    folder: Path, used: dict[str, str] | None, of: Problem | None = None, through_loop: bool = True
) -> list[str]:
    """Findings about a folder whose plan promises 72 hours to the north; `used` None: no table."""
    table = pd.DataFrame("1", index=range(len(used or {})), columns=COLUMNS)
    if used is not None:
        table["levers"], table["used"] = list(used), list(used.values())
        (folder / "tables").mkdir(exist_ok=True)
        table.to_csv(folder / "tables" / "levers.csv")
    evidence: Any = SimpleNamespace(
        folder=folder,
        goes_through_loop=through_loop,
        problem=of or problem(levers=OPTIONS),
        plan=SimpleNamespace(levers=ChosenLevers((("north", 72.0),), ())),
        stands_in=False,
        table=lambda name: table,
    )
    return check_levers(cast(Evidence, evidence)).wrong


def test_the_trial_that_is_used_is_that_of_the_plan(tmp_path: Path) -> None:
    assert findings(tmp_path, USED) == []
    (said,) = findings(tmp_path, {"none": "True", "north 72 h": "False"})
    assert "says none" in said
    assert "are north 72 h" in said


def test_one_choice_is_used_and_the_first_is_without_levers(tmp_path: Path) -> None:
    assert "2 are said" in findings(tmp_path, dict.fromkeys(USED, "True"))[0]
    assert "first trial" in findings(tmp_path, {"north 72 h": "True"})[0]


def test_there_is_a_table_where_there_are_levers(tmp_path: Path) -> None:
    assert "missing" in findings(tmp_path, None)[0]
    assert findings(tmp_path, None, problem()) == []
    assert "no levers were tried" in findings(tmp_path, USED, problem())[0]
    assert findings(tmp_path / "", USED, through_loop=False)
