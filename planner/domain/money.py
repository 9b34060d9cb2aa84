"""Money: integer minor units (fen, cents) inside, Decimal at the edges."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_NO_MINOR_UNIT = frozenset({"JPY", "KRW", "VND", "CLP"})


def minor_digits(currency: str) -> int:
    """Decimal places of a currency (ISO 4217): 2 for CNY, 0 for JPY."""
    return 0 if currency in _NO_MINOR_UNIT else 2


def to_minor(amount: Decimal | int | str, currency: str) -> int:
    """Amount in major units -> integer minor units, rounded half up."""
    scaled = Decimal(amount).scaleb(minor_digits(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_major(minor: int, currency: str) -> Decimal:
    """Integer minor units -> amount in major units, exact."""
    return Decimal(int(minor)).scaleb(-minor_digits(currency))


def format_money(minor: int | float, currency: str) -> str:
    """`1234567` fen -> `12,345.67 CNY`."""
    digits = minor_digits(currency)
    return f"{to_major(round(minor), currency):,.{digits}f} {currency}"
