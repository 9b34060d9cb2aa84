"""How a contract prices weight, as closed models: billable weight, brackets, first and additional weight."""

from __future__ import annotations

from itertools import pairwise
from typing import Self

from pydantic import Field, field_validator, model_validator

from planner.formats.values import Closed, Money, raise_wrong


class BillableFile(Closed):
    """Billable weight: max(actual, volume / divisor), rounded up to the step (计费重量)."""

    divisor_cm3_per_kg: int = Field(
        0, ge=0, le=100_000, description="Dimensional divisor (抛比); 0: actual weight only."
    )
    step_g: int = Field(1, ge=1, le=100_000, description="Rounded up to a multiple of it (进位).")
    free_g: int = Field(0, ge=0, le=100_000, description="So many grams beyond a step do not begin the next (免进位).")

    @model_validator(mode="after")
    def _free_within_a_step(self) -> Self:
        if self.free_g >= self.step_g:
            raise_wrong([(("free_g",), f"must be less than the step of {self.step_g} g")])
        return self


class BracketFile(Closed):
    """Up to `to_g` grams the parcel costs `price`."""

    to_g: int = Field(ge=1, le=10_000_000, description="Upper edge in grams, included.")
    price: Money = Field(description="Price of the parcel.")


class PricesFile(Closed):
    """Prices by weight: brackets (重量段), above them first weight (首重) plus additional weight (续重)."""

    brackets: list[BracketFile] = Field(default_factory=list, description="Weight brackets, rising (重量段).")
    first_g: int = Field(0, ge=0, le=10_000_000, description="First weight in grams (首重); 0: only brackets.")
    first_price: Money = Field(0, description="Price up to the first weight (首重价格).")
    step_g: int = Field(1_000, ge=1, le=10_000_000, description="Additional weight is charged per begun step (续重).")
    step_price: Money = Field(0, description="Price of a step (续重单价).")

    @field_validator("brackets")
    @classmethod
    def _rise(cls, value: list[BracketFile]) -> list[BracketFile]:
        errors: list[tuple[tuple[str | int, ...], str]] = []
        for i, (lower, upper) in enumerate(pairwise(value), 1):
            if upper.to_g <= lower.to_g:
                words = f"must rise: {upper.to_g} g follows {lower.to_g} g (brackets overlap or are out of order)"
                errors.append(((i, "to_g"), words))
            elif upper.price < lower.price:
                errors.append(((i, "price"), f"the price falls with weight at {upper.to_g} g"))
        raise_wrong(errors)
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        errors: list[tuple[tuple[str | int, ...], str]] = []
        if not self.brackets and not self.first_g:
            errors.append(((), "must hold brackets or a first weight"))
        if not self.first_g and (self.first_price or self.step_price):
            errors.append(((), "first_price and step_price need a first_g"))
        if self.brackets and self.first_g and self._price_just_above() < self.brackets[-1].price:
            errors.append(((), f"the price falls with weight above {self.brackets[-1].to_g} g"))
        raise_wrong(errors)
        return self

    def _price_just_above(self) -> int:
        beyond = max(self.brackets[-1].to_g + 1 - self.first_g, 0)
        return self.first_price + -(-beyond // self.step_g) * self.step_price


class RateFile(PricesFile):
    """Prices of a zone."""

    minimum: Money = Field(
        0, description="Least base price of the zone after discount (最低收费); the larger one counts."
    )
