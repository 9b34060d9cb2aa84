"""How the numbers of a contract are negotiated, declared where they are held.

A part of a contract lists its numbers that people negotiate in `negotiable`: what each is called,
its unit, and the usual step. `term_changes` finds these lists by walking a contract, so that a
number is studied as soon as it is declared. `naming` of a part says how the clauses within one of
its fields are called.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, fields, is_dataclass, replace
from typing import Any, Protocol, Self, runtime_checkable

# units; anything else is the unit of a count (parcels, g)
MONEY = "money"  # amounts in minor units
SHARE = "share"
FUEL_SHARE = "fuel share"  # a flag: the contract's share of fuel is charged on it
DAYS, HOURS = "days", "h"

LESS, MORE = 0.75, 1.25  # of counts, fees and delays
POINT = 0.01  # of a share

PathStep = str | int
Path = tuple[PathStep, ...]
CLAUSE = "{clause}"


@dataclass(frozen=True, slots=True)
class NegotiableTerm:
    """A number of a part of a contract that is negotiated, and the change whose value is studied.

    Attributes
    ----------
    field : str
        Field of the part. Where it holds parts by zone or in a row, each of them is changed.
    phrase : str
        What tables call it; `{name}`, `{number}` and `{zone}` stand for those of the part.
    unit : str
        `MONEY`, `SHARE`, `FUEL_SHARE`, `DAYS`, `HOURS`, or the unit of a count.
    factor : float
        Times what it is now.
    plus : float
        Added to a share.
    digits : int
        To which a share is rounded.
    unless : float or None
        A value that is not negotiated; neither is 0.
    rising : bool
        It stays above the same number of the part before it in the row.
    among_several : bool
        Only where there are several parts.
    """

    field: str
    phrase: str
    unit: str
    factor: float = 1.0
    _: KW_ONLY
    plus: float = 0.0
    digits: int = 6
    unless: float | None = None
    rising: bool = False
    among_several: bool = False


@runtime_checkable
class Negotiated(Protocol):
    """A value of several numbers that are negotiated together."""

    @property
    def quoted(self) -> float | None:
        """The number people name for it; None where there is nothing to negotiate."""

    def negotiated(self, factor: float) -> Self:
        """The value after it was negotiated by a factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermChange:
    """A number of a contract as it is and as it might be.

    Money in minor units. `value` is to stand at `path` then.
    """

    path: Path
    clause: str
    unit: str
    now: float
    changed: float
    value: Any


@dataclass(frozen=True, slots=True)
class _Part:
    """A value of a contract: that of a field, or one of those it holds.

    `path` leads to it; `names`: what stands in phrases; `before`: the same value of the part
    before.
    """

    value: Any
    path: Path
    names: Mapping[str, Any]
    before: Any = None


def term_changes(contract: Any) -> Iterator[TermChange]:
    """Every number of a contract that can be negotiated, part by part."""
    return _changes_in(_Part(contract, (), {}), CLAUSE, contract)


def _changes_in(owner: _Part, words: str, contract: Any) -> Iterator[TermChange]:
    """The changes within a part; `words`: how its clauses are called."""
    terms = {term.field: term for term in getattr(owner.value, "negotiable", ())}
    naming: Mapping[str, str] = getattr(owner.value, "naming", {})
    others = [field.name for field in fields(owner.value) if field.name not in terms]
    for name in [*terms, *others]:
        parts, term = _parts(owner, name), terms.get(name)
        for part in parts:
            if term is not None and (len(parts) > 1 or not term.among_several):
                phrase = words.replace(CLAUSE, term.phrase).format(**part.names)
                yield from _change(part, term, phrase, contract)
            if is_dataclass(part.value):
                within = words.replace(CLAUSE, naming.get(name, CLAUSE))
                yield from _changes_in(part, within, contract)


def _parts(owner: _Part, field: str) -> list[_Part]:
    """The parts of a mapping by key or of a tuple in order; any other value is one part."""
    value, path = getattr(owner.value, field), (*owner.path, field)
    names = {**owner.names, "name": getattr(owner.value, "name", "")}
    if isinstance(value, dict):
        return [_Part(part, (*path, key), {**names, "zone": key}) for key, part in value.items()]
    if isinstance(value, tuple):
        return [
            _Part(part, (*path, k), {**names, "number": k + 1}, value[k - 1] if k else None)
            for k, part in enumerate(value)
        ]
    before = None if owner.before is None else getattr(owner.before, field)
    return [_Part(value, path, names, before)]


def _change(part: _Part, term: NegotiableTerm, phrase: str, contract: Any) -> Iterator[TermChange]:
    """The change of one number, where there is anything to negotiate."""
    value = part.value
    if isinstance(value, Negotiated):
        other = value.negotiated(term.factor)
        if value.quoted is not None:
            yield _changed(part, phrase, term.unit, (value.quoted, other.quoted or 0.0), other)
    elif term.unit == FUEL_SHARE:
        fuel = contract.tariff.fuel
        if value and fuel:
            yield _changed(part, phrase, SHARE, (fuel, 0.0), False)
    elif value and value != term.unless:
        least = 1 if part.before is None else part.before + 1
        if not term.rising or value > least:
            wanted = _after(value, term)
            number = max(wanted, least) if term.rising else wanted
            yield _changed(part, phrase, term.unit, (value, number), number)


def _changed(
    part: _Part, phrase: str, unit: str, figures: tuple[float, float], value: Any
) -> TermChange:
    """A change of a part; `figures`: now and then."""
    now, changed = figures
    return TermChange(
        path=part.path, clause=phrase, unit=unit, now=now, changed=changed, value=value
    )


def _after(value: float, term: NegotiableTerm) -> float:
    """A number after a negotiation; an amount is rounded away from what it is."""
    wanted = value * term.factor + term.plus
    if term.unit == MONEY:
        return math.floor(wanted) if term.factor < 1 else math.ceil(wanted)
    if term.unit == SHARE:
        return round(min(max(wanted, 0.0), 1.0), term.digits)
    return round(wanted, 3) if term.unit == DAYS else round(wanted)


def put_at(thing: Any, path: Sequence[PathStep], value: object) -> Any:
    """The same with another value at the end of a path.

    Parameters
    ----------
    thing : Any
        Dataclasses, mappings and tuples within each other.
    path : Sequence[PathStep]
        Names of fields, keys of mappings, places in tuples.
    value : object
        The new value.

    Returns
    -------
    Any
        A copy of `thing`.
    """
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(thing, dict):
        return {**thing, step: put_at(thing[step], rest, value)}
    if isinstance(thing, tuple):
        return tuple(
            put_at(part, rest, value) if k == step else part for k, part in enumerate(thing)
        )
    return replace(thing, **{str(step): put_at(getattr(thing, str(step)), rest, value)})
