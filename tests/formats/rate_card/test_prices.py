"""Cells of prices in rate cards."""

from __future__ import annotations

import pytest

from planner.formats.rate_card.prices import (
    is_not_served,
    looks_like_price,
    other_currency,
    parse_price,
)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("￥2.10", 210),
        ("2.1元", 210),
        ("２．１", 210),
        ("1,200", 120_000),
        ("CNY 3", 300),
        ("12元/票", 1200),
        ("2.0999999999999996", 210),
    ],
)
def test_prices_are_understood(text: str, minor: int) -> None:
    """Signs, full-width digits, thousands, and the digits a formula leaves."""
    assert parse_price(text, "CNY") == minor


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the price is empty"),
        ("面议", 'must be a price, got "面议"'),
        ("-", 'must be a price, got "-"'),
        ("$2.10", r'must be a price in CNY .--currency names another., got "\$2.10"'),
        ("2.10 USD", 'must be a price in CNY .--currency names another., got "2.10 USD"'),
        ("-2", 'must be at least 0, got "-2"'),
        ("2.105", 'must have at most 2 decimals in CNY, got "2.105"'),
        ("2.1.1", "must be a price"),
        ("2.1元/kg", 'must be the price of a parcel, got "2.1元/kg"'),
    ],
)
def test_what_is_no_price_is_refused(text: str, words: str) -> None:
    """Words, signs of other currencies, fractions of a fen."""
    with pytest.raises(ValueError, match=words):
        parse_price(text, "CNY")


def test_a_price_per_kilogram_is_one_of_additional_weight() -> None:
    """续重 2元/kg says twice what it is for."""
    assert parse_price("2元/kg", "CNY", per_weight=True) == 200


@pytest.mark.parametrize(
    "text", ["不接", "不通", "停发", "暂不派", "-", "—", "/", "×", "N/A", "无", "not served"]
)
def test_words_for_no_service(text: str) -> None:
    """The courier does not carry such a parcel: no price, and no number either."""
    assert is_not_served(text)
    assert looks_like_price(text)


@pytest.mark.parametrize("text", ["", "面议", "2.10", "普通", "浙江"])
def test_other_cells_are_not_words_for_no_service(text: str) -> None:
    """An empty cell is not a promise, nor is any other word."""
    assert not is_not_served(text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Rates in USD", "USD"),
        ("单位：美元", "USD"),
        ("$ per parcel", "$"),
        ("单位：元", None),
        ("RMB", None),
        ("Usdorf", None),
        ("人民币", None),
    ],
)
def test_another_currency_of_a_title_is_seen(text: str, other: str | None) -> None:
    """Codes, names and signs; a sign that several currencies share stays a sign."""
    assert other_currency(text, "CNY") == other
