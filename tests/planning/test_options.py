"""The tuned values of planning: each described, each in run.json."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

from planner.documents.manifest import PlanningManifest
from planner.planning.options import PlanningOptions, RuleOfThumbOptions, SearchOptions
from planner.studies.runs.manifest import algorithm_options

GROUPS = (*SearchOptions().groups(), RuleOfThumbOptions())


@pytest.mark.parametrize("options", [*GROUPS, PlanningOptions()], ids=lambda o: type(o).__name__)
def test_every_option_is_described(options: Any) -> None:
    """The docstring of an option class has a line for each field."""
    described = {
        line.split(" : ")[0].strip()
        for line in (type(options).__doc__ or "").splitlines()
        if " : " in line
    }
    assert described == {field.name for field in fields(options)}


def test_run_json_names_every_tuned_value() -> None:
    """By class and field, as JSON, and as the model of run.json accepts it."""
    found = algorithm_options()
    for options in GROUPS:
        assert found[type(options).__name__].keys() == {field.name for field in fields(options)}
    assert json.loads(json.dumps(found)) == found
    field = PlanningManifest.model_fields["algorithm_options"]
    assert field.default_factory is not None
