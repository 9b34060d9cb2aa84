"""Weight headers of rate cards: what is understood, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planner.formats.rate_card.weight_headers import (
    Amount,
    Weight,
    begin_of,
    is_unit_only,
    parse_weight,
    unit_of,
)


def grams(number: float) -> Amount:
    return Amount(Decimal(str(number)), "g")


def bracket(to: Amount, above: Amount | None = None) -> Weight:
    return Weight("bracket", to, above)


def kg(number: float) -> Amount:
    return Amount(Decimal(str(number)), "kg")


def lb(number: float) -> Amount:
    return Amount(Decimal(str(number)), "lb")


@pytest.mark.parametrize(
    ("header", "weight"),
    [
        ("0-0.3kg", bracket(kg(0.3), kg(0))),
        ("0.3-0.5kg", bracket(kg(0.5), kg(0.3))),
        ("500g-1kg", bracket(kg(1), grams(500))),
        ("０．５～１公斤", bracket(kg(1), kg(0.5))),
        ("0.5<W≤1kg", bracket(kg(1), kg(0.5))),
        ("0kg<X<=0.3kg", bracket(kg(0.3), kg(0))),
        ("1 kg to 2 kg", bracket(kg(2), kg(1))),
        ("0.5-1公斤（含）", bracket(kg(1), kg(0.5))),
        ("≤1kg", bracket(kg(1))),
        ("1kg以内", bracket(kg(1))),
        ("0.5公斤", bracket(kg(0.5))),
        ("1斤", bracket(Amount(Decimal(1), "jin"))),
        ("up to 500 g", bracket(grams(500))),
        ("2 lbs", bracket(lb(2))),
        ("1-2 lb", bracket(lb(2), lb(1))),
        ("Not over 1 pound", bracket(lb(1))),
        ("15.99 oz", bracket(Amount(Decimal("15.99"), "oz"))),
        ("0-2kg(元/kg)", Weight("bracket", kg(2), kg(0), kg(1))),
        ("首重1kg", Weight("first", kg(1))),
        ("首重（0.5kg）", Weight("first", kg(0.5))),
        ("首重", Weight("first", None)),
        ("first kg", Weight("first", kg(1))),
        ("First 500 g", Weight("first", grams(500))),
        ("续重", Weight("step", None)),
        ("续重/kg", Weight("step", kg(1))),
        ("续重（元/kg）", Weight("step", kg(1))),
        ("续重(元/0.5kg)", Weight("step", kg(0.5))),
        ("additional kg", Weight("step", kg(1))),
        ("each additional lb", Weight("step", lb(1))),
        ("each additional 100 g", Weight("step", grams(100))),
        ("省份", None),
        ("时效", None),
        ("2.10", None),
        ("2.1元", None),
        ("", None),
    ],
)
def test_weight_headers_are_understood(header: str, weight: Weight | None) -> None:
    """Brackets, first and additional weight in the ways people write them; other words are no
    weights.
    """
    assert parse_weight(header) == weight


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("0-0.5", "must have a unit, kg, g, lb or oz"),
        ("≤3", "must have a unit, kg, g, lb or oz"),
        ("首重1", "must have a unit, kg, g, lb or oz"),
        ("1-0.5kg", "must end above its beginning: 1,000 g to 500 g"),
        ("3kg以上", "has no upper edge"),
        ("over 3 kg", "has no upper edge"),
        ("0.0001kg", "must be a whole number of grams"),
        ("续重0kg", "must be more than 0 g"),
    ],
)
def test_weight_headers_that_do_not_say_which_are_refused(header: str, words: str) -> None:
    """A weight without a unit or an end is not guessed."""
    with pytest.raises(ValueError, match=words):
        parse_weight(header)


def test_pounds_are_exact() -> None:
    """A pound is 453.59237 g and has 16 ounces; kilograms must be whole grams, pounds need not."""
    assert lb(2).grams == Decimal("907.18474")
    ounces = Amount(Decimal("15.99"), "oz")
    assert ounces.grams * 16 == lb(1).grams * Decimal("15.99")
    assert str(ounces) == "15.99 oz"


@pytest.mark.parametrize(
    ("header", "begin"),
    [("3kg以上", kg(3)), ("Over 150 lbs", lb(150)), ("超过3kg", kg(3)), ("华东", None)],
)
def test_headers_that_begin_at_a_weight(header: str, begin: Amount | None) -> None:
    """Above which weight first and additional weight count."""
    assert begin_of(header) == begin


@pytest.mark.parametrize(
    ("header", "unit", "alone"),
    [
        ("lbs", "lb", True),
        ("Weight (KG)", "kg", True),
        ("重量（公斤）", "kg", True),
        ("Zone / lbs", "lb", False),
        ("省份\\重量kg", "kg", False),
        ("Zone", None, False),
        ("weight", None, True),
        ("", None, False),
    ],
)
def test_the_corner_of_a_table_names_the_unit(header: str, unit: str | None, alone: bool) -> None:
    """A unit among other words, or alone."""
    assert (unit_of(header), is_unit_only(header)) == (unit, alone)


def test_bare_numbers_have_the_unit_of_the_corner() -> None:
    """Without one they are no weights."""
    assert parse_weight("2", "lb") == bracket(lb(2))
    assert parse_weight("0-0.5", "kg") == bracket(kg(0.5), kg(0))
    assert parse_weight("2") is None
