"""Numbers written in another way: the finding says what to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.errors import InputError
from planner.formats.base.columns import Column, parser
from planner.formats.base.number_notation import write_instead
from planner.formats.contract.reader import ContractContext, read_contract
from planner.formats.scenario.demand_schema import EventFile

CONTRACT = """\
name: c
currency: CNY
fuel: 0.05
zones: {east: near}
billable: {divisor_cm3_per_kg: 6000, step_g: 100}
rates: {near: {first_g: 1000, first_price: 2.40, step_g: 1000, step_price: 0.80}}
commitment: {parcels: 100, shortfall_per_parcel: 0.40}
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("18%", ": write 0.18"),
        ("18 %", ": write 0.18"),
        ("１８％", ": write 0.18"),
        ("5‰", ": write 0.005"),
        ("1,200", ": write 1200"),
        ("1,200.50", ": write 1200.5"),
        ("0,18", ": write 0.18"),
        ("12", ": write 12 without quotes"),
        ("1.2万", ": write 12000"),
        ("3亿", ": write 300000000"),
        ("1.5k", ": write 1500"),
        ("¥3.50", ": write 3.5"),
        ("12元", ": write 12"),
        ("010", ": write 10"),
        ("1,20,3", ""),
        ("8.5折", ""),
        ("many", ""),
        ("", ""),
        (True, ""),
        (None, ""),
    ],
)
def test_what_to_write_instead(text: Any, words: str) -> None:
    """Only what says one number is translated."""
    assert write_instead(text) == words


def test_a_fraction_is_no_advice_where_a_whole_number_is_wanted() -> None:
    """1.2万 are 12,000 pieces; 18 % are none."""
    assert [write_instead(text, whole=True) for text in ("1.2万", "18%", "3.0")] == [
        ": write 12000",
        "",
        ": write 3",
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("fuel: 0.05", 'fuel: "18%"', 'c.yaml:3:7: fuel: must be a number: write 0.18, got "18%"'),
        ("fuel: 0.05", "fuel: 18%", 'fuel: must be a number: write 0.18, got "18%"'),
        (
            "parcels: 100",
            'parcels: "1.2万"',
            "commitment.parcels: must be a whole number: write 12000",
        ),
        (
            "first_price: 2.40",
            'first_price: "2,40"',
            "rates.near.first_price: must be a number: write 2.4",
        ),
        (
            "step_g: 100}",
            'step_g: "100"}',
            "billable.step_g: must be a whole number: write 100 without quotes",
        ),
        (
            "step_g: 100}",
            'step_lb: "1"}',
            "billable.step_lb: must be a number, at least 0: write 1 without quotes",
        ),
    ],
)
def test_a_contract_says_what_to_write(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Shares, counts, prices and weights."""
    (tmp_path / "c.yaml").write_text(CONTRACT.replace(old, new), "utf-8")
    with pytest.raises(InputError) as caught:
        read_contract(tmp_path / "c.yaml", ContractContext("CNY"))
    assert words in str(caught.value)


def test_cells_of_tables_and_sizes_of_events_say_so_as_well() -> None:
    """A percentage in a column of shares, and the number of orders of an event."""
    share = parser(Column("share", "number", "a share"), "CNY", typed=False)
    with pytest.raises(ValueError, match=r"must be a number: write 0\.18"):
        share("18%")
    count = parser(Column("orders", "count", "orders"), "CNY", typed=False)
    with pytest.raises(ValueError, match="must be a whole number: write 1200"):
        count("1,200")
    with pytest.raises(ValueError, match=r"must be a number or {median, p95}: write 12000"):
        EventFile.model_validate(
            {"name": "e", "at": "2026-11-10T20:00", "orders": "1.2万", "half_life_hours": 1}
        )
