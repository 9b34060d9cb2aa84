"""Prices by weight of a contract file, as closed models."""

from __future__ import annotations

from itertools import pairwise
from typing import Self

from pydantic import Field, field_validator, model_validator

from planner.domain.weight_units import INCH3_CM3, POUND_G, weight_in_words
from planner.formats.base.units import Measure, Measured
from planner.formats.base.value_types import Money, raise_wrong


class BillableFile(Measured):
    """Billable weight: max(actual, volume / divisor), rounded up to the step (计费重量)."""

    divisor_cm3_per_kg: int = Field(
        0, ge=0, le=100_000, description="Dimensional divisor (抛比); 0: actual weight only."
    )
    divisor_in3_per_lb: float | None = Field(
        None,
        gt=0,
        le=10_000,
        allow_inf_nan=False,
        description="The divisor in cubic inches per pound, such as 139.",
    )
    step_g: Measure | None = Field(
        None,
        ge=1,
        le=100_000,
        description="Rounded up to a multiple of it (进位); none: not beyond a gram.",
    )
    free_g: Measure = Field(
        0,
        ge=0,
        le=100_000,
        description="So many grams beyond a step do not begin the next (免进位).",
    )

    volumetric_above_g: Measure = Field(
        0,
        ge=0,
        le=10_000_000,
        description=(
            "Volumetric weight counts only where it is more than this (0: always; 材积重起计点)."
        ),
    )
    volumetric_share: float = Field(
        1.0,
        gt=0,
        le=1,
        allow_inf_nan=False,
        description=(
            "Share of volumetric weight where it is the larger one, the rest actual "
            "weight; 0.5: half (分抛)."
        ),
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        errors: list[tuple[tuple[str | int, ...], str]] = []
        if abs(self.volumetric_share * 100 - round(self.volumetric_share * 100)) > 1e-9:
            errors.append(
                (("volumetric_share",), f"must be whole hundredths, got {self.volumetric_share:g}")
            )
        idle = [
            key
            for key in ("volumetric_above_g", "volumetric_share")
            if key in self.model_fields_set
        ]
        errors += [
            ((key,), "needs a divisor: without one no volume counts")
            for key in idle
            if not self.divisor
        ]
        if self.free_g >= (self.step_g or 1):
            errors.append(
                (("free_g",), f"must be less than the step of {weight_in_words(self.step_g or 1)}")
            )
        if self.divisor_in3_per_lb is not None and self.divisor_cm3_per_kg:
            errors.append(
                (
                    ("divisor_in3_per_lb",),
                    "states the same as divisor_cm3_per_kg: leave one of them out",
                )
            )
        raise_wrong(errors)
        return self

    @property
    def divisor(self) -> float:
        """Cubic centimetres per kilogram; 0: actual weight only."""
        if self.divisor_in3_per_lb is None:
            return self.divisor_cm3_per_kg
        return self.divisor_in3_per_lb * INCH3_CM3 * 1000 / POUND_G


class BracketFile(Measured):
    """Up to `to_g` grams the parcel costs `price`."""

    to_g: Measure = Field(ge=1, le=10_000_000, description="Upper edge in grams, included.")
    price: Money = Field(description="Price of the parcel.")


class PricesFile(Measured):
    """Prices by weight: brackets (重量段), above them first weight (首重) plus additional weight
    (续重).
    """

    brackets: list[BracketFile] = Field(
        default_factory=list, description="Weight brackets, rising (重量段)."
    )
    first_g: Measure = Field(
        0, ge=0, le=10_000_000, description="First weight in grams (首重); 0: only brackets."
    )
    first_price: Money = Field(0, description="Price up to the first weight (首重价格).")
    step_g: Measure = Field(
        1_000,
        ge=1,
        le=10_000_000,
        description="Additional weight is charged per begun step (续重).",
    )
    step_price: Money = Field(0, description="Price of a step (续重单价).")

    @field_validator("brackets")
    @classmethod
    def _rise(cls, value: list[BracketFile]) -> list[BracketFile]:
        errors: list[tuple[tuple[str | int, ...], str]] = []
        for i, (lower, upper) in enumerate(pairwise(value), 1):
            if upper.to_g <= lower.to_g:
                edges = f"{weight_in_words(upper.to_g)} follows {weight_in_words(lower.to_g)}"
                errors.append(
                    ((i, "to_g"), f"must rise: {edges} (brackets overlap or are out of order)")
                )
        raise_wrong(errors)
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        errors: list[tuple[tuple[str | int, ...], str]] = []
        if not self.brackets and not self.first_g:
            errors.append(((), "must hold brackets or a first weight"))
        if not self.first_g and (self.first_price or self.step_price):
            errors.append(((), "first_price and step_price need a first_g"))
        raise_wrong(errors)
        return self

    def falls(self) -> list[tuple[BracketFile, BracketFile | None, int]]:
        """Where a heavier parcel costs less.

        A bracket, the next one (None: above the last), and the price there.
        """
        falls: list[tuple[BracketFile, BracketFile | None, int]] = []
        falls += [(a, b, b.price) for a, b in pairwise(self.brackets) if b.price < a.price]
        if self.brackets and self.first_g and self._price_just_above() < self.brackets[-1].price:
            falls.append((self.brackets[-1], None, self._price_just_above()))
        return falls

    def _price_just_above(self) -> int:
        """The price of a parcel that is a gram heavier than the last bracket allows."""
        beyond = max(self.brackets[-1].to_g + 1 - self.first_g, 0)
        return self.first_price + int(-(-beyond // self.step_g)) * self.step_price


class RateFile(PricesFile):
    """Prices of a zone."""

    minimum: Money = Field(
        0,
        description=(
            "Least base price of the zone after discount (最低收费); the larger one counts."
        ),
    )
