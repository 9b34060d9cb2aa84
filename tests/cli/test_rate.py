"""`planner rate` as a user calls it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import Result, call, call_here

CONTRACT = """\
name: express
currency: CNY
billable: {divisor_cm3_per_kg: 6000, step_g: 100}
zones: {zhejiang: near, sichuan: far}
rates:
  near: {brackets: [{to_g: 300, price: 2.10}], first_g: 1000, first_price: 2.60, step_g: 1000, step_price: 0.80}
  far: {brackets: [{to_g: 2000, price: 9.00}]}
discount: 0.1
surcharges:
  - {name: peak, from: "2026-11-10", to: "2026-11-16", per_parcel: 0.50}
  - {name: label, per_parcel: 0.05}
commitment: {parcels: 5, shortfall_per_parcel: 0.80}
fixed_fee: 100.00
"""
PARCELS = """\
parcel,region,weight_g,volume_cm3,date,note
A1,zhejiang,250,0,2026-11-09,"first, of all"
A2,zhejiang,400,15000,2026-11-10,
A3,sichuan,2500,0,2026-11-11,=1+1
A4,tibet,100,0,2026-11-11,x
"""
# A1: 2.10 - 0.21 + label 0.05 = 1.94
# A2: 15000 / 6000 = 2.5 kg: 2.60 + 2 x 0.80 = 4.20; - 0.42 + peak 0.50 + label 0.05 = 4.33
RESULT = """\
parcel,base,discount,minimum,fuel,peak,label,total,refused,note
A1,2.10,-0.21,0.00,0.00,0.00,0.05,1.94,,"first, of all"
A2,4.20,-0.42,0.00,0.00,0.50,0.05,4.33,,
A3,,,,,,,,too heavy for the contract,'=1+1
A4,,,,,,,,no zone for this region,x
"""


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, Path]:
    return written(tmp_path, CONTRACT, PARCELS)


def written(folder: Path, contract: str, parcels: str) -> tuple[Path, Path]:
    (folder / "express.yaml").write_text(contract, encoding="utf-8")
    (folder / "parcels.csv").write_text(parcels, encoding="utf-8")
    return folder / "express.yaml", folder / "parcels.csv"


def test_parcels_go_to_stdout_line_by_line(given: tuple[Path, Path]) -> None:
    """Without a file stdout is the table, and what a person reads goes to stderr: refused parcels
    are named.
    """
    result = call("rate", *given)
    assert (result.code, result.out) == (0, RESULT)
    assert "2 parcels are refused" in result.err
    assert "too heavy for the contract: 1" in result.err
    assert "A3, A4" in result.err


def test_a_file_gets_the_parcels_and_stdout_the_invoice(
    given: tuple[Path, Path], tmp_path: Path
) -> None:
    """1.94 + 4.33, 100.00 fixed, 3 of 5 parcels short at 0.80: 108.67; nothing is left next to the
    result.
    """
    result = call_here("rate", *given, "-o", tmp_path / "out" / "priced.csv")
    assert result.code == 0
    assert (tmp_path / "out" / "priced.csv").read_text(encoding="utf-8") == RESULT
    shown = {
        line.split()[0]: line.split()[1]
        for line in result.out.splitlines()
        if len(line.split()) > 1
    }
    assert (shown["fixed_fee"], shown["shortfall"], shown["total"]) == ("100.00", "2.40", "108.67")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["priced.csv"]


def test_json_has_the_invoice(given: tuple[Path, Path]) -> None:
    """Lines, total, counts and the refused parcels as one object."""
    found = call_here("rate", *given, "--json", "--collections", 2).json()
    assert found["total"] == 108.67
    assert sum(found["lines"].values()) == pytest.approx(108.67)
    assert (found["lines"]["base"], found["lines"]["peak"], found["lines"]["shortfall"]) == (
        6.3,
        0.5,
        2.4,
    )
    assert (found["parcels"], found["refused"]["count"], found["refused"]["parcels"]) == (
        2,
        2,
        ["A3", "A4"],
    )


def test_regions_are_known_by_every_usual_form(tmp_path: Path) -> None:
    """浙江省, ZJ and an address in Zhejiang pay what zhejiang pays; so do Texas and TX, each in its
    own contract.
    """
    rows = "".join(
        f"P{i},{region},250,0,2026-11-09,\n"
        for i, region in enumerate(["浙江省", "ZJ", "浙江省杭州市某区"])
    )
    result = call_here(
        "rate", *written(tmp_path, CONTRACT, PARCELS.splitlines(keepends=True)[0] + rows)
    )
    assert [line.split(",")[7] for line in result.out.splitlines()[1:]] == ["1.94"] * 3
    american = CONTRACT.replace("zhejiang: near, sichuan: far", "Texas: near, NY: far")
    rows = "P1,TX,250,0,2026-11-09,\nP2,TEXAS,250,0,2026-11-09,\nP3,New York,250,0,2026-11-09,\n"
    result = call_here(
        "rate", *written(tmp_path, american, PARCELS.splitlines(keepends=True)[0] + rows)
    )
    assert [line.split(",")[7] for line in result.out.splitlines()[1:]] == ["1.94", "1.94", "8.15"]


def test_places_not_served_are_distinguished_from_misspelt_ones(tmp_path: Path) -> None:
    """A place without a zone is not served; a name near one of the contract's regions is probably
    meant to be it.
    """
    rows = "".join(
        f"P{i},{name},250,0,2026-11-09,\n"
        for i, name in enumerate(["西藏", "tibet", "XJ", "zhejang"])
    )
    result = call_here(
        "rate", *written(tmp_path, CONTRACT, PARCELS.splitlines(keepends=True)[0] + rows)
    )
    assert (
        "the contract does not serve 2 regions of the parcels: 西藏 (2), 新疆 (1)\n" in result.err
    )
    assert (
        'region: no such region, got "zhejang"; did you mean zhejiang? (1 parcel)\n' in result.err
    )


def test_one_place_in_two_spellings_of_a_zone_table_is_a_finding(tmp_path: Path) -> None:
    """Which of the two zones counts for Zhejiang would be a guess."""
    twice = CONTRACT.replace("zhejiang: near, sichuan: far", "zhejiang: near, 浙江省: far")
    result = call_here("rate", *written(tmp_path, twice, PARCELS))
    assert result.code == 3
    assert 'is the same place as zhejiang: write it in one way, got "浙江省"' in result.err


def test_only_ten_refused_parcels_are_named(tmp_path: Path) -> None:
    """The rest is counted."""
    rows = "".join(f"P{k},nowhere,100,,2026-11-09\n" for k in range(12))
    result = call_here(
        "rate", *written(tmp_path, CONTRACT, "parcel,region,weight_g,volume_cm3,date\n" + rows)
    )
    assert "P9 and 2 more" in result.err
    assert "P10" not in result.err


def test_everything_wrong_is_found_at_once(tmp_path: Path) -> None:
    """Contract and parcels are checked together, every finding with its line; exit 3, nothing
    written.
    """
    contract = CONTRACT.replace("first_price: 2.60", "first_price: -2.60")
    parcels = "parcel,region,weight_g,total\nA,zhejiang,0,1\nB,,100,2\n"
    result = call_here("rate", *written(tmp_path, contract, parcels), "-o", tmp_path / "out.csv")
    assert result.code == 3
    for place in (
        "express.yaml:6:",
        "parcels.csv:2:12: weight_g: must be more than 0",
        "parcels.csv:3:3: region: is em",
    ):
        assert place in result.err
    assert not (tmp_path / "out.csv").exists()


def test_a_column_of_the_result_cannot_pass_through(tmp_path: Path) -> None:
    """A table that has a column `total` already is refused rather than mixed up with ours."""
    result = call_here(
        "rate",
        *written(
            tmp_path, CONTRACT, "parcel,region,weight_g,date,total\nA,zhejiang,1,2026-11-09,1\n"
        ),
    )
    assert result.code == 3
    assert "parcels.csv:1:29: total: is a column of the result" in result.err


def test_dates_are_needed_only_where_a_clause_depends_on_them(tmp_path: Path) -> None:
    """With a dated surcharge every parcel needs its day; without one the column may be missing."""
    parcels = "parcel,region,weight_g\nA,zhejiang,250\n"
    result = call_here("rate", *written(tmp_path, CONTRACT, parcels))
    assert result.code == 3
    assert "parcels.csv:1: date: column is missing" in result.err
    undated = CONTRACT.replace('from: "2026-11-10", to: "2026-11-16", ', "")
    assert (
        call_here("rate", *written(tmp_path, undated, parcels), "--json").json()["lines"]["peak"]
        == 0.5
    )
    half = "parcel,region,weight_g,date\nA,zhejiang,250,\n"
    assert (
        "parcels.csv:2:16: date: is empty"
        in call_here("rate", *written(tmp_path, CONTRACT, half)).err
    )


def test_a_misspelt_column_is_named(tmp_path: Path) -> None:
    """`volume_cm` would leave volumes out of the price without a word."""
    parcels = "parcel,region,weight_g,volume_cm,date\nA,zhejiang,250,15000,2026-11-09\n"
    result = call_here("rate", *written(tmp_path, CONTRACT, parcels))
    assert result.code == 0
    assert "did you mean volume_cm3?" in result.err


def test_the_result_of_an_earlier_time_is_not_replaced_unasked(
    given: tuple[Path, Path], tmp_path: Path
) -> None:
    """An existing file needs --force; what is read is never replaced."""
    out = tmp_path / "out.csv"
    out.write_text("mine", encoding="utf-8")
    assert call_here("rate", *given, "-o", out).code == 1
    assert out.read_text(encoding="utf-8") == "mine"
    refused = call_here("rate", *given, "-o", out, "--force")
    assert (refused.code, "out.csv: is not a result of this command" in refused.err) == (1, True)
    out.write_text("parcel,total\n", encoding="utf-8")
    assert call_here("rate", *given, "-o", out, "--force").code == 0
    assert call_here("rate", *given, "-o", given[1], "--force").code == 1
    assert given[1].read_text(encoding="utf-8") == PARCELS


def test_another_currency_than_expected_is_an_error(given: tuple[Path, Path]) -> None:
    """The contract's own currency counts, and can be asked for."""
    assert call_here("rate", *given, "--currency", "CNY").code == 0
    result = call_here("rate", *given, "--currency", "USD")
    assert (result.code, result.err) == (3, 'express.yaml: currency: must be USD, got "CNY"\n')


def test_a_currency_without_minor_digits_is_written_without(tmp_path: Path) -> None:
    """Yen have no sen: 2,100 less 10 % is 1,890."""
    contract = (
        "name: yubin\ncurrency: JPY\nzones: {tokyo: t}\nrates: {t: {first_g: 1000, "
        "first_price: 2100}}\n"
    )
    paths = written(tmp_path, contract + "discount: 0.1\n", "parcel,region,weight_g\nA,tokyo,800\n")
    result = call_here("rate", *paths)
    assert result.out.splitlines()[1] == "A,2100,-210,0,0,1890,"
    assert call_here("rate", *paths, "--json").json()["total"] == 1890


def test_excel_is_read_as_csv_is(given: tuple[Path, Path], tmp_path: Path) -> None:
    """The same table from a workbook, dates as dates, gives the same result."""
    frame = pd.read_csv(given[1], keep_default_na=False, parse_dates=["date"])
    frame["date"] = frame["date"].dt.date
    with pd.ExcelWriter(
        tmp_path / "parcels.xlsx",
        engine="xlsxwriter",
        engine_kwargs={"options": {"strings_to_formulas": False}},
    ) as book:
        frame.to_excel(book, index=False)
    result: Result = call_here("rate", given[0], tmp_path / "parcels.xlsx")
    assert (result.code, result.out) == (0, RESULT)
