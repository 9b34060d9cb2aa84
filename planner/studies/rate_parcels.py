"""A parcel table priced by one contract, and the invoice of its period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.arrays import Ints
from planner.domain.contracts import Contract
from planner.domain.money import minor_digits
from planner.errors import Finding, InputError
from planner.formats.base.findings import Findings, shown
from planner.formats.base.region_names import RegionNames, listed
from planner.formats.base.value_types import NO_CURRENCY
from planner.formats.base.yaml_source import load_yaml
from planner.formats.contract.reader import ContractContext, read_contract
from planner.formats.parcels import ParcelTable, read_parcels
from planner.rating.invoice import Invoice, invoice
from planner.rating.parcel_price import REFUSALS, Parcels, Places, PricedParcels, PriceTable
from planner.rating.volume_clauses import TierReached, depends_on_days

MOST_NAMED = 10  # refused parcels
TOTAL, REFUSED = "total", "refused"
BEGINS = b"parcel,"  # every table of priced parcels


@dataclass(frozen=True, kw_only=True)
class Rated:
    """Parcels with their prices line by line, and the invoice over all of them."""

    contract: Contract
    currency: str
    table: ParcelTable
    priced: PricedParcels
    invoice: Invoice
    warnings: tuple[str, ...]


def rate(
    contract_path: Path,
    parcels_path: Path,
    currency: str | None,
    all_parcels: int | None,
    collections: int,
) -> Rated:
    """Price a parcel table by a contract of any scenario or none.

    Parameters
    ----------
    contract_path : Path
        The contract's file.
    parcels_path : Path
        The table of parcels.
    currency : str or None
        The currency that is expected; None: the contract's own.
    all_parcels : int or None
        Parcels of the whole shop in the period, see `invoice`.
    collections : int
        Vehicles that came in the period, see `invoice`.

    Returns
    -------
    Rated
        The parcels with their prices, and the invoice.

    Raises
    ------
    InputError
        With the findings in both files.
    """
    findings = Findings(contract_path.parent)
    contract, currency = _read_contract(contract_path, currency, findings)
    dated, by_residence, taken = False, False, ()
    if contract is not None:
        dated, by_residence = depends_on_days(contract), contract.tariff.by_residence
        taken = (*PriceTable(contract, Places((), (), date.min)).clauses, TOTAL, REFUSED)
    table = read_parcels(parcels_path, dated, by_residence, taken, findings)
    if contract is None or table is None or findings.found:
        raise InputError(findings.found)
    places, parcels = laid_out(table, contract)
    priced = PriceTable(contract, places).priced(parcels)
    bill = invoice(
        contract,
        priced,
        parcels.day,
        places.first_date,
        all_parcels=all_parcels,
        collections=collections,
        signed=True,
    )
    warnings = (*findings.warnings, *_warnings(contract, table, priced))
    return Rated(
        contract=contract,
        currency=currency,
        table=table,
        priced=priced,
        invoice=bill,
        warnings=warnings,
    )


def _read_contract(
    path: Path, currency: str | None, findings: Findings
) -> tuple[Contract | None, str]:
    """The contract in the currency it states; None with findings."""
    stated = load_yaml(path, path.name)[0].data
    own = stated.get("currency") if isinstance(stated, dict) else None
    used = own if isinstance(own, str) else NO_CURRENCY
    if currency is not None and own != currency:
        findings.found.append(
            Finding(path.name, 0, 0, "currency", f"must be {currency}, got {shown(own)}")
        )
    try:
        return read_contract(path, ContractContext(used), warnings=findings.warnings), used
    except InputError as error:
        findings.found += error.findings
        return None, used


def laid_out(table: ParcelTable, contract: Contract) -> tuple[Places, Parcels]:
    """The parcels as arrays, and what their indices refer to.

    Begun grams and cubic centimetres count whole, unless the contract is in pounds. Regions are
    those of the contract in any usual form of their names, or the addresses that lie in them.
    """
    known = served(contract)
    sites, site = _numbered(table.site)
    written, row = _numbered(table.region)
    regions, region = _numbered([known.find_in_log(text) for text in written])
    region = region[row]
    first = min((on for on in table.date if on is not None), default=date(1970, 1, 1))
    day = np.array([0 if on is None else (on - first).days for on in table.date], dtype=np.int64)
    weight, volume = (np.array(x, dtype=float) for x in (table.weight_g, table.volume_cm3))
    if contract.parts_per_g == 1:
        weight, volume = (np.ceil(x).astype(np.int64) for x in (weight, volume))
    to_home = (
        np.array([0.0 if home else 1.0 for home in table.residential])
        if contract.tariff.by_residence
        else None
    )
    return Places(sites, regions, first), Parcels(
        site=site, region=region, weight_g=weight, volume_cm3=volume, day=day, residential_u=to_home
    )


def served(contract: Contract) -> RegionNames:
    """Names of the regions that the contract serves."""
    through_hub = contract.hub.regions if contract.hub is not None else frozenset()
    return RegionNames(
        sorted({region for _, region in contract.tariff.zones} | through_hub), whose="the contract"
    )


def _numbered(names: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """The distinct names, and the number of each name given."""
    number = {name: k for k, name in enumerate(dict.fromkeys(names))}
    return tuple(number), np.array([number[name] for name in names], dtype=np.int64)


def _warnings(contract: Contract, table: ParcelTable, priced: PricedParcels) -> Iterator[str]:
    """What a person should know before the invoice is believed."""
    names = refused_names(table, priced)
    if names:
        more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
        reasons = "; ".join(
            f"{reason}: {count:,}" for reason, count in refusal_reasons(priced).items()
        )
        yield (
            f"{len(names):,} parcels are refused and not priced ({reasons}): "
            f"{', '.join(names[:MOST_NAMED])}{more}"
        )
    yield from _region_warnings(contract, table)
    twice = [name for name, count in Counter(table.parcel).items() if count > 1]
    if twice:
        yield (
            f"{len(twice):,} parcels stand more than once and are priced each time, the first "
            f"is {twice[0]}"
        )
    if any(site for site, _ in contract.tariff.zones) and not any(table.site):
        yield "the contract's zones tell sites apart, but no parcel has a site"
    if contract.tariff.billable.divisor_cm3_per_kg and not any(table.volume_cm3):
        yield "the contract bills volume, but no parcel has one: volume_cm3 is 0 throughout"


def _region_warnings(contract: Contract, table: ParcelTable) -> Iterator[str]:
    """Places that the contract does not serve, and texts that are no place.

    They may be misspelt.
    """
    known, count = served(contract), Counter(table.region)
    unserved: Counter[str] = Counter()
    unknown: dict[str, int] = {}
    for text, parcels in count.items():
        region = known.find_in_log(text)
        if known.elsewhere(region):
            unserved[known.name_of(region)] += parcels
        elif known.find(region) is None:
            unknown[text] = parcels
    if unserved:
        named = listed([f"{name} ({parcels:,})" for name, parcels in unserved.most_common()])
        yield (
            f"the contract does not serve {_counted(len(unserved), 'region')} of the parcels: "
            f"{named}"
        )
    for text in list(unknown)[:MOST_NAMED]:
        yield f"region: {known.wrong(text)} ({_counted(unknown[text], 'parcel')})"
    if len(unknown) > MOST_NAMED:
        yield f"region: {len(unknown) - MOST_NAMED:,} more names that are no region of the contract"


def _counted(number: int, what: str) -> str:
    """A number of things in words."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def refused_names(table: ParcelTable, priced: PricedParcels) -> list[str]:
    """The parcels without a price."""
    return [
        name for name, refused in zip(table.parcel, priced.refused.tolist(), strict=True) if refused
    ]


def refusal_reasons(priced: PricedParcels) -> dict[str, int]:
    """How many parcels are refused for which reason."""
    counts = np.bincount(priced.refusal, minlength=len(REFUSALS)).tolist()
    return {
        reason: count for reason, count in zip(REFUSALS, counts, strict=True) if reason and count
    }


def result_table(rated: Rated) -> pd.DataFrame:
    """A row for each parcel: its price by clause, in major units as text.

    Columns: parcel, each clause, total (empty where there is no price), why it is refused, and the
    other columns of the table as they were.
    """
    digits = minor_digits(rated.currency)
    refused = rated.priced.refused
    columns: dict[str, Any] = {"parcel": rated.table.parcel}
    for name, minor in zip(rated.priced.clauses, rated.priced.amounts, strict=True):
        columns[name] = _in_words(minor, refused, digits)
    columns[TOTAL] = _in_words(rated.priced.total, refused, digits)
    columns[REFUSED] = np.array(REFUSALS, dtype=object)[rated.priced.refusal]
    return pd.DataFrame({**columns, **rated.table.others})


def _in_words(minor: Ints, refused: Ints | Any, digits: int) -> Any:
    """Amounts in major units as text; each that occurs is written once."""
    values, which = np.unique(minor, return_inverse=True)
    texts = np.array([_major(value, digits) for value in values.tolist()], dtype=object)
    return np.where(refused, "", texts[which])


def _major(minor: int, digits: int) -> str:
    """An amount of minor units as text in major units."""
    whole, part = divmod(abs(minor), 10**digits)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}.{part:0{digits}d}" if digits else f"{sign}{whole}"


def summarise(rated: Rated) -> dict[str, Any]:
    """The period's invoice as JSON has it: amounts in major units."""
    scale = 10 ** minor_digits(rated.currency)
    bill = rated.invoice
    names = refused_names(rated.table, rated.priced)
    return {
        "contract": rated.contract.name,
        "currency": rated.currency,
        "lines": {name: minor / scale for name, minor in bill.lines.items()},
        "total": bill.total / scale,
        "parcels": bill.parcels,
        "refused": {
            "count": bill.refused,
            "parcels": names[:MOST_NAMED],
            "reasons": refusal_reasons(rated.priced),
        },
        "tiers": [_tier(rated.contract, reached) for reached in bill.tiers],
    }


def _tier(contract: Contract, reached: TierReached) -> dict[str, Any]:
    """A period, its parcels and the tier they reach.

    The period is null for the whole table, the tier below the first one.
    """
    tiers = contract.volume.discount.tiers if contract.volume.discount is not None else ()
    return {
        "period": None if reached.period == date.min else reached.period.isoformat(),
        "parcels": reached.parcels,
        "from": tiers[reached.tier].from_parcels if reached.tier >= 0 else None,
    }
