"""`planner import --contract`: a courier's rate table becomes a contract that the other commands
read as it is.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from planner.domain.contracts import Bracket, Rate
from planner.formats.contract.reader import ContractContext, read_contract
from planner.formats.scenario.reader import read_scenario
from tests.cli.conftest import call, call_here

SINGLES_DAY = Path(__file__).parents[2] / "configs/singles-day"
TABLE = """\
省份,0-0.3kg,0.3-0.5kg,0.5-1kg,续重/kg
浙江省、江苏省、上海市,￥2.10,2.2元,２．６,0.8
北京;天津,2.5,2.6,3.0,1
"""


def write(folder: Path, text: str = TABLE, encoding: str = "utf-8-sig") -> Path:
    path = folder / "rates.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_rate_table_becomes_a_contract(tmp_path: Path) -> None:
    """The contract and its zone table stand in the folder; the summary says what they hold."""
    result = call("import", write(tmp_path), "-o", tmp_path / "out", "--contract", "zto", "--json")
    assert (result.code, result.err) == (0, "")
    summary = result.json()
    assert sorted(summary.pop("outputs")) == ["zto-zones.csv", "zto.yaml"]
    assert summary == {
        "contract": "zto",
        "currency": "CNY",
        "files": ["zto.yaml", "zto-zones.csv"],
        "regions": 5,
        "zones": 2,
        "brackets_g": [300, 500, 1000],
        "first_g": 1000,
        "step_g": 1000,
        "refused_above_g": None,
        "prices": "brackets up to 300 g, 500 g, 1,000 g; first 1,000 g and each 1,000 g more",
        "surcharges": [],
        "warnings": [],
    }
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "zto-zones.csv",
        "zto.summary.json",
        "zto.yaml",
    ]
    contract = read_contract(tmp_path / "out/zto.yaml", ContractContext("CNY"))
    near = Rate(
        zone="z1",
        brackets=(Bracket(300, 210), Bracket(500, 220), Bracket(1000, 260)),
        first_g=1000,
        first_price_minor=260,
        step_g=1000,
        step_price_minor=80,
    )
    assert contract.tariff.rates[contract.zone("", "浙江") or ""] == near


def test_a_scenario_reads_it_as_it_is(tmp_path: Path) -> None:
    """Provinces of the table are the regions of the scenario, by their printed names; the card is
    imported next to the contracts that are there.
    """
    folder = tmp_path / "scenario"
    shutil.copytree(SINGLES_DAY, folder)
    result = call_here(
        "import",
        write(tmp_path, encoding="gb18030"),
        "-o",
        folder / "contracts",
        "--contract",
        "zto",
    )
    assert result.code == 0
    text = (folder / "scenario.yaml").read_text("utf-8")
    assert text.count("contracts/premium-d.yaml") == 1
    text = text.replace(
        "contracts/premium-d.yaml", "contracts/premium-d.yaml\n  - contracts/zto.yaml"
    )
    (folder / "scenario.yaml").write_text(text, "utf-8")
    contract = read_scenario(folder).problem.contract("zto")
    served = {"zhejiang": "z1", "jiangsu": "z1", "shanghai": "z1", "beijing": "z2", "tianjin": "z2"}
    assert contract.tariff.zones == {("", region): zone for region, zone in served.items()}


def test_what_has_no_price_is_said(tmp_path: Path) -> None:
    """Without additional weight heavier parcels are refused: a warning, and a line of the
    result.
    """
    text = TABLE.replace(",续重/kg", "").replace(",0.8", "").replace(",1\n", "\n")
    result = call_here("import", write(tmp_path, text), "-o", tmp_path / "out", "--contract", "zto")
    assert (
        result.err
        == "warning: parcels above 1,000 g are refused: the table has no price for them\n"
    )
    assert result.out.splitlines()[:2] == [
        "contract zto: 5 regions in 2 zones, in CNY",
        (
            "prices: brackets up to 300 g, 500 g, 1,000 g; nothing above 1,000 g: such a parcel is "
            "refused"
        ),
    ]


def test_bad_cells_are_findings_and_nothing_is_written(tmp_path: Path) -> None:
    """Exit 3, every bad cell with its place, no folder."""
    text = TABLE.replace("2.5,", "面议,").replace("3.0,1", ",1").replace("0.5-1kg", "0.6-1kg")
    result = call_here("import", write(tmp_path, text), "-o", tmp_path / "out", "--contract", "zto")
    assert (result.code, result.out) == (3, "")
    for words in (
        'rates.csv:1:4: D1: leaves a gap: no price from 500 g to 600 g, got "0.6-1kg"',
        'rates.csv:3:2: B3: must be a price, got "面议"',
        "rates.csv:3:4: D3: the price is empty",
    ):
        assert words in result.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--contract", "a/b"], "must be the name of a file"),
        (["--contract", "a\x1bb"], "must not hold control characters"),
        (["--contract", "\U00020000" * 70], "takes more than 240 bytes"),
        (["--contract", "a", "--currency", "RMB1"], "must be three capital letters"),
        (["--contract", "a", "--skip-bad-rows"], "are for order logs"),
        (["--currency", "CNY"], "are for rate cards"),
    ],
)
def test_options_that_do_not_fit_are_a_usage_error(
    tmp_path: Path, options: list[str], words: str
) -> None:
    """Options of order logs and of rate tables do not mix; the contract's name becomes a file's."""
    result = call_here("import", write(tmp_path), "-o", tmp_path / "out", *options)
    assert result.code == 2
    assert words in result.err


def test_the_contract_is_in_the_currency_asked_for(tmp_path: Path) -> None:
    """Prices with the sign of another currency are refused; a currency without cents takes whole
    prices.
    """
    assert (
        call_here(
            "import", write(tmp_path), "-o", tmp_path / "a", "--contract", "a", "--currency", "USD"
        ).code
        == 3
    )
    text = "region,1kg,additional kg\nTokyo,¥800,100\n"
    assert (
        call_here(
            "import",
            write(tmp_path, text),
            "-o",
            tmp_path / "b",
            "--contract",
            "b",
            "--currency",
            "JPY",
        ).code
        == 0
    )
    assert read_contract(tmp_path / "b/b.yaml", ContractContext("JPY")).tariff.rates["z1"] == Rate(
        zone="z1",
        brackets=(Bracket(1000, 800),),
        first_g=1000,
        first_price_minor=800,
        step_g=1000,
        step_price_minor=100,
    )


def test_a_contract_is_added_to_its_folder(tmp_path: Path) -> None:
    """Other contracts and a person's files stay, whatever their names; only files of the same name
    ask for --force.
    """
    folder = tmp_path / "contracts"
    assert call_here("import", write(tmp_path), "-o", folder, "--contract", "one").code == 0
    (folder / "notes.txt").write_text("my notes", "utf-8")
    (folder / "summary.json").write_text("{}", "utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert call_here("import", write(tmp_path), "-o", folder, "--contract", "two").code == 0
    assert (
        call_here("import", write(tmp_path), "-o", folder, "--contract", "two", "--force").code == 0
    )
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name: after[name] for name in before} == before
    assert sorted(set(after) - set(before)) == ["two-zones.csv", "two.summary.json", "two.yaml"]
    refused = call_here("import", write(tmp_path), "-o", folder, "--contract", "two")
    assert refused.code == 1
    assert "holds two-zones.csv, two.summary.json, two.yaml already" in refused.err
    assert "replace them with --force" in refused.err


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure on the way leaves the folder as it was, and makes none."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device", "zto.yaml")

    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/notes.txt").write_text("my notes", "utf-8")
    monkeypatch.setattr("planner.studies.import_rates.write_contract", fail)
    for name in ("kept", "new/deep"):
        result = call_here("import", write(tmp_path), "-o", tmp_path / name, "--contract", "zto")
        assert (result.code, result.err) == (1, "zto.yaml: No space left on device\n")
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["notes.txt"]
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_written_to_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only folder, and a file where the folder should be."""
    (tmp_path / "out").mkdir()
    monkeypatch.setattr("planner.output.places.os.access", lambda path, mode: not mode & os.W_OK)
    result = call_here("import", write(tmp_path), "-o", tmp_path / "out", "--contract", "zto")
    assert (result.code, result.err) == (
        1,
        f"{tmp_path / 'out'}: is read-only; choose another folder\n",
    )
    result = call_here("import", write(tmp_path), "-o", tmp_path / "rates.csv", "--contract", "zto")
    assert (result.code, result.err) == (
        1,
        (
            f"{tmp_path / 'rates.csv'}: is a file, in which no folder can be made; choose another "
            "folder\n"
        ),
    )


POUNDS = "Weight,Zone 2,Zone 3\n1 lb,9.50,9.90\n2 lb,9.72,10.20\n3 lb,9.94,10.50\n"


def priced(contract: Path, parcels: str) -> list[str]:
    """The total of each parcel, or why it is refused."""
    table = contract.parent / "parcels.csv"
    table.write_text(parcels, "utf-8")
    result = call_here("rate", contract, table)
    assert result.code == 0, result.err
    head, *rows = (line.split(",") for line in result.out.splitlines())
    return [row[head.index("total")] or row[head.index("refused")] for row in rows]


def test_a_card_by_zone_and_pound_prices_parcels(tmp_path: Path) -> None:
    """Messages alone lead to a price: the zone table is written without rows, named by import and
    by rate, and filled by hand or by --zones; 1 lb pays the price of 1 lb, 1.9 and 2 lb that of 2
    lb.
    """
    card = write(tmp_path, POUNDS)
    options = ("import", card, "-o", tmp_path / "out", "--contract", "ups", "--currency", "USD")
    result = call_here(*options)
    ask = (
        "write a row region,zone for each region into ups-zones.csv, or import again with "
        "--zones FILE; zones: 2, 3"
    )
    assert (result.code, ask in result.err) == (0, True)
    assert result.out.splitlines()[:2] == [
        "contract ups: 0 regions in 2 zones, in USD",
        "prices: brackets up to 1 lb, 2 lb, 3 lb; nothing above 3 lb: such a parcel is refused",
    ]
    parcels = (
        "parcel,region,weight_lb\na,NJ,1.0\nb,NJ,1.9\nc,NJ,2.0\nd,NJ,2.01\ne,CA,3\nf,CA,3.01\n"
    )
    (tmp_path / "parcels.csv").write_text(parcels, "utf-8")
    asked = call_here("rate", tmp_path / "out/ups.yaml", tmp_path / "parcels.csv")
    ask = (
        "ups-zones.csv:1: holds no rows: write a row region,zone for each region that the "
        "contract serves; zones: 2, 3"
    )
    assert (asked.code, asked.err) == (3, f"{ask}\n")
    (tmp_path / "zones.csv").write_text("region,zone\nNJ,2\nCA,Zone 3\n", "utf-8")
    assert call_here(*options, "--zones", tmp_path / "zones.csv", "--force").code == 0
    expected = ["9.50", "9.72", "9.72", "9.94", "10.50", "too heavy for the contract"]
    assert priced(tmp_path / "out/ups.yaml", parcels) == expected
    grams = "parcel,region,weight_g\na,NJ,453\nb,NJ,862\nc,NJ,907\nd,NJ,908\n"
    assert priced(tmp_path / "out/ups.yaml", grams) == ["9.50", "9.72", "9.72", "9.94"]


def test_first_and_additional_pounds_hold_their_edges(tmp_path: Path) -> None:
    """Without brackets too, weight is not rounded up to grams: a pound costs the first pound.

    The currency is asked.
    """
    card = write(tmp_path, "State,First lb,Each additional lb\nNJ,3.00,0.50\n")
    result = call_here("import", card, "-o", tmp_path / "out", "--contract", "ups")
    assert (
        result.code,
        "taken to be in CNY; name another currency, as in --currency USD" in result.err,
    ) == (0, True)
    parcels = "parcel,region,weight_lb\na,NJ,0.5\nb,NJ,1\nc,NJ,1.01\nd,NJ,2\ne,NJ,30\n"
    assert priced(tmp_path / "out/ups.yaml", parcels) == ["3.00", "3.00", "3.50", "3.50", "17.50"]
    result = call_here(
        "import", card, "-o", tmp_path / "out", "--contract", "usd", "--currency", "USD"
    )
    assert "--currency" not in result.err


def test_a_zone_table_filled_by_hand_is_kept(tmp_path: Path) -> None:
    """Importing a corrected card again replaces the prices, not the regions that a person wrote."""
    options = (
        "import",
        write(tmp_path, POUNDS),
        "-o",
        tmp_path / "out",
        "--contract",
        "ups",
        "--currency",
        "USD",
    )
    assert call_here(*options).code == 0
    (tmp_path / "out/ups-zones.csv").write_text("region,zone\nNJ,3\n", "utf-8")
    result = call_here(*options, "--force")
    assert (result.code, "ups-zones.csv was there already and is kept" in result.err) == (0, True)
    assert priced(tmp_path / "out/ups.yaml", "parcel,region,weight_lb\na,NJ,1\n") == ["9.90"]


def test_zones_must_be_those_of_the_card(tmp_path: Path) -> None:
    """A zone without prices is a finding; a card that names regions takes no zones."""
    zones = tmp_path / "zones.csv"
    zones.write_text("region,zone\nNJ,9\n", "utf-8")
    options = ("-o", tmp_path / "out", "--contract", "ups", "--zones", zones)
    result = call_here("import", write(tmp_path, POUNDS), *options)
    assert (result.code, result.err) == (
        3,
        'zones.csv:2:4: zone: the rate card has no such zone, got "9"; known: 2, 3\n',
    )
    result = call_here("import", write(tmp_path), *options)
    assert (result.code, "A1: names regions itself: leave --zones out" in result.err) == (3, True)
    assert not (tmp_path / "out").exists()


def test_fees_and_falling_prices_reach_the_contract(tmp_path: Path) -> None:
    """A waybill fee is a line of its own; a parcel in a cheaper bracket pays the cheaper price, and
    it is said.
    """
    text = "省份,0-3kg,3-5kg,首重1kg,续重1kg,面单费\n浙江省,4.10,4.05,3.20,0.60,0.3\n新疆,9,9,9,6,0.5\n"
    result = call_here("import", write(tmp_path, text), "-o", tmp_path / "out", "--contract", "zto")
    assert (
        result.code,
        "row 2: the price falls with weight above 3,000 g: 浙江" in result.err,
    ) == (0, True)
    parcels = "parcel,region,weight_g\na,浙江,2900\nb,浙江,4000\nc,浙江,5100\nd,新疆,5100\n"
    assert priced(tmp_path / "out/zto.yaml", parcels) == ["4.40", "4.35", "6.50", "39.50"]
