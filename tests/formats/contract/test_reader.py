"""Contract files become contracts, alone and with their scenario."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planner.domain.charges import Surcharge
from planner.domain.contracts import Billable, Bracket, Contract, Rate
from planner.domain.service_terms import Transit
from planner.errors import InputError
from planner.formats.base.region_names import RegionNames
from planner.formats.contract.reader import ContractContext, read_contract
from tests.formats.builders import FILES, write_folder

CONTRACT = FILES["contracts/one.yaml"]


def read(
    tmp_path: Path, text: str, currency: str = "CNY", regions: tuple[str, ...] = ("east", "west")
) -> Contract:
    (tmp_path / "c.yaml").write_text(text, "utf-8")
    (tmp_path / "zones.csv").write_text(FILES["contracts/zones.csv"], "utf-8")
    around = ContractContext(currency, RegionNames(regions), ("yiwu",))
    return read_contract(tmp_path / "c.yaml", around)


def test_every_clause_arrives(tmp_path: Path) -> None:
    """Prices in fen, weights in grams, delays in seconds, dates as dates."""
    contract = read_contract(
        write_folder(tmp_path) / "contracts/one.yaml",
        ContractContext("CNY", RegionNames(("east", "west")), ("yiwu",)),
    )
    assert contract.tariff.billable == Billable(6000, 100)
    assert contract.tariff.zones == {("", "east"): "near", ("", "west"): "far"}
    assert contract.tariff.rates["near"] == Rate(
        zone="near",
        brackets=(Bracket(500, 180), Bracket(1000, 240)),
        first_g=1000,
        first_price_minor=240,
        step_g=1000,
        step_price_minor=80,
    )
    assert contract.tariff.surcharges == (
        Surcharge(name="far", per_parcel_minor=100, regions=frozenset({"west"})),
        Surcharge(
            name="peak",
            per_parcel_minor=30,
            regions=frozenset(),
            start=date(2026, 11, 9),
            end=date(2026, 11, 11),
        ),
    )
    assert (
        contract.commitment.parcels,
        contract.commitment.shortfall_minor,
        contract.commitment.allotment_per_day,
    ) == (
        100,
        40,
        2000,
    )
    assert (contract.service.scan_delay.median_s, contract.service.scan_delay.p95_s) == (
        7200,
        32_400,
    )
    assert contract.service.transit == {"near": Transit(2, 3)}
    assert contract.source == "a letter"


@pytest.mark.parametrize(
    "zones",
    [
        "{east: near, west: far}",
        "[{region: east, zone: near}, {region: west, zone: far, site: yiwu}]",
        "zones.csv",
    ],
)
def test_zones_come_in_three_forms(tmp_path: Path, zones: str) -> None:
    """A mapping, rows (also for one site only) or a file."""
    contract = read(tmp_path, CONTRACT.replace("zones: zones.csv", f"zones: {zones}"))
    assert (contract.zone("yiwu", "east"), contract.zone("yiwu", "west")) == ("near", "far")


def test_a_contract_alone_needs_no_scenario(tmp_path: Path) -> None:
    """Without names of regions and sites nothing is checked against them."""
    assert read(tmp_path, CONTRACT, regions=())


def test_a_currency_without_cents_takes_whole_prices_only(tmp_path: Path) -> None:
    """Decimals that the currency does not have are findings."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, CONTRACT.replace("CNY", "JPY"), "JPY")
    assert "must have at most 0 decimals in JPY, got 1.8" in str(caught.value)


def test_a_missing_contract_is_a_finding(tmp_path: Path) -> None:
    """A path that leads nowhere is an input error."""
    with pytest.raises(InputError, match="no such file"):
        read_contract(tmp_path / "none.yaml", ContractContext("CNY"))


@pytest.mark.parametrize("text", ["", "~", "[]", "name: x", "zones: 3"])
def test_a_file_that_is_no_contract_is_a_finding(tmp_path: Path, text: str) -> None:
    """Empty and foreign files are refused."""
    with pytest.raises(InputError):
        read(tmp_path, text)
