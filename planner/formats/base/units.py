"""Weights and volumes in the units people state them in: keys of contracts, columns of tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Any, cast

import numpy as np
from annotated_types import Ge, Le
from pydantic import BeforeValidator, GetJsonSchemaHandler, WithJsonSchema, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from planner.domain.arrays import Floats
from planner.domain.weight_units import CUBIC_CENTIMETRES, GRAMS, TOLERANCE, snapped
from planner.formats.base.number_notation import write_instead
from planner.formats.base.value_types import Closed, raise_wrong, wrong

_KEY_UNITS = {
    "_g": ("lb", "oz"),
    "_cm3": ("in3",),
}  # what a key of a contract may be stated in instead
_LIGHT_G = 60  # parcels and products of a shop are rarely all lighter
_FACTORS = {**GRAMS, **CUBIC_CENTIMETRES}


class _Converted(float):
    """Grams or cubic centimetres that were stated in another unit."""


def _whole_unless_converted(value: Any) -> int | float:
    if isinstance(value, _Converted):
        return snapped(float(value))
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong("must be a whole number" + write_instead(value, whole=True))
    return value


# whole grams or cubic centimetres; fractions where pounds, ounces or cubic inches are stated
Measure = Annotated[
    int | float, BeforeValidator(_whole_unless_converted), WithJsonSchema({"type": "integer"})
]


def other_keys(name: str) -> Iterator[tuple[str, float]]:
    """Keys that state the same in another unit, with the factor to ours: to_g -> to_lb, to_oz."""
    stem, _, unit = name.rpartition("_")
    for other in _KEY_UNITS.get(f"_{unit}", ()) if stem else ():
        yield f"{stem}_{other}", _FACTORS[other]


class Measured(Closed):
    """A mapping whose weights and volumes may also be stated in other units, each once.

    Weights (`..._g`) in pounds or ounces (`..._lb`, `..._oz`), volumes (`..._cm3`) in cubic inches
    (`..._in3`).
    """

    @model_validator(mode="before")
    @classmethod
    def _to_our_units(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        ours, errors = dict(data), list[tuple[tuple[str | int, ...], str]]()
        for name in cls.model_fields:
            for key, factor in other_keys(name):
                if key not in ours:
                    continue
                value = ours.pop(key)
                if name in ours:
                    errors.append(
                        (
                            (key,),
                            f"states the same as {_stated_as(data, name)}: leave one of them out",
                        )
                    )
                elif (
                    isinstance(value, bool)
                    or not isinstance(value, (int, float))
                    or not 0 <= value < 1e9
                ):
                    errors.append(
                        ((key,), f"must be a number, at least 0{write_instead(value)}{_got(value)}")
                    )
                else:
                    ours[name] = _Converted(value * factor)
        raise_wrong(errors)
        return ours

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Add limits and the keys of the other units; make a required key one of several."""
        schema = handler(core)
        inner = handler.resolve_ref_schema(schema)
        properties = cast(dict[str, Any], inner.get("properties", {}))
        cls._add_limits(properties)
        for name in [name for name in cls.model_fields if name in properties]:
            ways = [name, *(key for key, _ in other_keys(name))]
            if len(ways) == 1:
                continue
            for key, factor in other_keys(name):
                unit = key.rpartition("_")[2]
                words = f"The same as {name}, in {unit} ({factor:.10g} {name.rpartition('_')[2]})."
                properties[key] = {"type": "number", "minimum": 0, "description": words}
            if name in inner.get("required", []):
                inner["required"].remove(name)
                inner.setdefault("allOf", []).append(
                    {"oneOf": [{"required": [way]} for way in ways]}
                )
        return schema

    @classmethod
    def _add_limits(cls, properties: dict[str, Any]) -> None:
        """State the limits of weights and volumes, which pydantic leaves out of their schema."""
        for name, info in cls.model_fields.items():
            node = properties.get(name, {})
            whole: dict[str, Any] = next(iter(node.get("anyOf", [node])))
            if whole.get("type") != "integer":
                continue
            for limit in info.metadata:
                if isinstance(limit, Ge):
                    whole["minimum"] = limit.ge
                elif isinstance(limit, Le):
                    whole["maximum"] = limit.le


def _got(value: Any) -> str:
    """The end of a message: the value as it was written."""
    if isinstance(value, str):
        return f', got "{value}"'
    return f", got {value}" if isinstance(value, int | float) else ""


def _stated_as(data: Mapping[str, Any], name: str) -> str:
    """The key under which a value is stated first."""
    return next(key for key in (name, *(other for other, _ in other_keys(name))) if key in data)


def whole_grams(weight_g: Floats) -> Floats:
    """Weights converted to grams without rounding errors: `snapped` for arrays."""
    whole = np.rint(weight_g)
    return np.where(np.abs(weight_g - whole) <= TOLERANCE, whole, weight_g)


def looks_like_kilograms(
    columns: Collection[str], weight_g: Sequence[float], cure: str = "name the column weight_kg"
) -> str | None:
    """Warn where all weights stated in grams are so small that they are likely kilograms.

    Parameters
    ----------
    columns : collection of str
        Columns of the table.
    weight_g : sequence of float
        Weights in its column `weight_g`.
    cure : str
        What to do then.

    Returns
    -------
    str or None
        The warning; None where the weights look right.
    """
    if "weight_g" not in columns or not weight_g or max(weight_g) >= _LIGHT_G:
        return None
    return f"weight_g: weights below {_LIGHT_G} g throughout: kilograms? Then {cure}"
