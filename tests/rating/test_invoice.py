"""Invoices of a period: parcels, fixed fee, commitment."""

from __future__ import annotations

import pytest

from planner.domain.contracts import Contract
from planner.rating.invoice import invoice
from planner.rating.parcel_price import price_parcels
from tests.builders import with_terms
from tests.rating.contract_builders import FIRST_DATE, PLACES, contract, parcel, parcels, surcharge

FEES = contract(
    zones={("", "zhejiang"): "letter"},
    fixed_fee_minor=50_000,
    commitment_parcels=5,
    shortfall_minor=80,
    surcharges=(surcharge("label", 5),),
)


def bill(chosen: Contract, *weights: int) -> dict[str, int]:
    sent = parcels([parcel(w) for w in weights])
    found = invoice(chosen, price_parcels(chosen, sent, PLACES), sent.day, FIRST_DATE)
    assert found.total == sum(found.lines.values())
    return {name: amount for name, amount in found.lines.items() if amount}


def test_a_period_is_the_sum_of_its_parcels_and_the_fees() -> None:
    """Three letters at 3.33 with a label at 0.05, 500.00 fixed, and 2 of 5 committed parcels short
    at 0.80.
    """
    assert bill(FEES, 100, 200, 300) == {
        "base": 999,
        "label": 15,
        "fixed_fee": 50_000,
        "shortfall": 160,
    }


def test_a_met_commitment_costs_nothing_more() -> None:
    """From the fifth parcel on there is no shortfall."""
    assert bill(FEES, *[100] * 5) == {"base": 1665, "label": 25, "fixed_fee": 50_000}
    assert bill(FEES, *[100] * 6) == {"base": 1998, "label": 30, "fixed_fee": 50_000}


def test_fees_are_due_while_the_contract_is_signed() -> None:
    """A signed contract that carried nothing costs its fixed fee, the vehicles that came and the
    whole shortfall; one that is not signed costs nothing.
    """
    chosen, nothing = with_terms(FEES, collection_fee_minor=700), parcels([])
    priced = price_parcels(chosen, nothing, PLACES)
    signed = invoice(chosen, priced, nothing.day, FIRST_DATE, collections=3)
    assert {k: v for k, v in signed.lines.items() if v} == {
        "collection_fees": 2100,
        "fixed_fee": 50_000,
        "shortfall": 400,
    }
    assert invoice(chosen, priced, nothing.day, FIRST_DATE, collections=3, signed=False).total == 0


def test_refused_parcels_do_not_count_towards_the_commitment() -> None:
    """One letter and one parcel too heavy: four of five are short."""
    assert bill(FEES, 100, 2500) == {"base": 333, "label": 5, "fixed_fee": 50_000, "shortfall": 320}
    sent = parcels([parcel(100), parcel(2500)])
    found = invoice(FEES, price_parcels(FEES, sent, PLACES), sent.day, FIRST_DATE)
    assert (found.parcels, found.refused) == (1, 1)


@pytest.mark.parametrize(("parcels_sent", "fee"), [(1, 320), (4, 80), (5, 0), (9, 0)])
def test_the_shortfall_falls_to_zero_with_the_parcels(parcels_sent: int, fee: int) -> None:
    """Each missing parcel costs the stated fee, and no more are missing than were committed."""
    assert FEES.commitment.shortfall_fee_minor(parcels_sent) == fee
