"""Axes of a grid as a person writes them."""

from __future__ import annotations

import pytest

from planner.errors import InputError
from planner.studies.sweep.axes import Axis, points_of, read_axes


def test_a_range_has_both_ends() -> None:
    """Steps are decimal: no 1.2000000000000002."""
    (axis,) = read_axes(["demand.scale=0.8:1.4:0.1"])
    assert axis == Axis("demand.scale", ("0.8", "0.9", "1.0", "1.1", "1.2", "1.3", "1.4"))
    assert read_axes(["crews.0.headcount=1:9:4"])[0].values == ("1", "5", "9")


def test_steps_that_miss_the_end_are_a_finding() -> None:
    """Its last point would be left out in silence; both ways out are named."""
    with pytest.raises(InputError) as caught:
        read_axes(["crews.0.headcount=1:10:4"])
    words = "steps of 4 do not lead from 1 to 10: end at 9 or 13"
    assert [str(f.message) for f in caught.value.findings] == [words]


def test_a_list_may_hold_lists_and_times() -> None:
    """Commas within brackets and quotes belong to the value; a time of day is no range."""
    (axis,) = read_axes(['sites.0.collections.0.at=[10:00, 12:00],"18:00",19:00'])
    assert axis.values == ("[10:00, 12:00]", '"18:00"', "19:00")


def test_a_grid_is_every_pair() -> None:
    """The last axis is the fastest."""
    assert points_of(read_axes(["a=1,2", "b=x,y"])) == [
        ("a=1", "b=x"),
        ("a=1", "b=y"),
        ("a=2", "b=x"),
        ("a=2", "b=y"),
    ]


def test_every_wrong_axis_is_found_at_once() -> None:
    """Each at its place."""
    with pytest.raises(InputError) as caught:
        read_axes(
            [
                "a",
                "b=2:1:0.1",
                "c=1:2:0",
                "d=1,,2",
                "e=1,1",
                "f=1",
                "f=2",
                "g=0:1:0.0001",
                "seed=1,2",
            ]
        )
    assert [str(finding) for finding in caught.value.findings] == [
        '--vary a: must be PATH=A:B:STEP or PATH=LIST, got "a"',
        "--vary b: a range runs upwards: A:B:STEP with A at most B and STEP above 0",
        "--vary c: a range runs upwards: A:B:STEP with A at most B and STEP above 0",
        '--vary d: has an empty value, got "1,,2"',
        '--vary e: names a value twice, got "1,1"',
        "--vary f: stands twice: give all its values in one list",
        "--vary g: has 10,001 values; at most 1,000 are planned",
        "--vary seed: all points have the same seed, so that they can be compared",
    ]
    with pytest.raises(InputError, match="makes a grid of 10,201 points"):
        read_axes(["a=0:1:0.01", "b=0:1:0.01"])
