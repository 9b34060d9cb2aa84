"""Money: integer minor units (fen, cents) inside, Decimal at the edges."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

# ISO 4217: the currencies whose minor unit is not a hundredth, by their number of decimals
_EXCEPTIONS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DIGITS = {code: digits for digits, codes in _EXCEPTIONS.items() for code in codes.split()}


def minor_digits(currency: str) -> int:
    """Decimal places of a currency (ISO 4217): 2 for CNY, 0 for JPY, 3 for KWD."""
    return _DIGITS.get(currency, 2)


def to_minor(amount: Decimal | int | str, currency: str) -> int:
    """Amount in major units -> integer minor units, rounded half up."""
    scaled = Decimal(amount).scaleb(minor_digits(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_major(minor: int, currency: str) -> Decimal:
    """Integer minor units -> amount in major units, exact."""
    return Decimal(int(minor)).scaleb(-minor_digits(currency))
