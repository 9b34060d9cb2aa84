"""`planner import --contract`: a courier's rate table becomes a contract that the other commands read as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from planner.domain.carriers import Bracket, Rate
from planner.formats.contracts import read_contract
from planner.formats.scenario import read_scenario
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
    assert result.json() == {
        "contract": "zto",
        "currency": "CNY",
        "files": ["zto.yaml", "zto-zones.csv"],
        "regions": 5,
        "zones": 2,
        "brackets_g": [300, 500, 1000],
        "first_g": 1000,
        "step_g": 1000,
        "refused_above_g": None,
        "surcharges": [],
        "warnings": [],
    }
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["zto-zones.csv", "zto.summary.json", "zto.yaml"]
    contract = read_contract(tmp_path / "out/zto.yaml", "CNY")
    near = Rate("z1", (Bracket(300, 210), Bracket(500, 220), Bracket(1000, 260)), 1000, 260, 1000, 80)
    assert contract.rates[contract.zone("", "浙江") or ""] == near


def test_a_scenario_reads_it_as_it_is(tmp_path: Path) -> None:
    """Provinces of the table are the regions of the scenario, by their printed names."""
    result = call_here("import", write(tmp_path, encoding="gb18030"), "-o", tmp_path / "out", "--contract", "zto")
    assert result.code == 0
    folder = tmp_path / "scenario"
    shutil.copytree(SINGLES_DAY, folder)
    for name in ("zto.yaml", "zto-zones.csv"):
        shutil.copy(tmp_path / "out" / name, folder / "contracts" / name)
    text = (folder / "scenario.yaml").read_text("utf-8")
    assert text.count("contracts/premium-d.yaml") == 1
    text = text.replace("contracts/premium-d.yaml", "contracts/premium-d.yaml\n  - contracts/zto.yaml")
    (folder / "scenario.yaml").write_text(text, "utf-8")
    contract = read_scenario(folder).problem.contract("zto")
    served = {"zhejiang": "z1", "jiangsu": "z1", "shanghai": "z1", "beijing": "z2", "tianjin": "z2"}
    assert contract.zones == {("", region): zone for region, zone in served.items()}


def test_what_has_no_price_is_said(tmp_path: Path) -> None:
    """Without additional weight heavier parcels are refused: a warning, and a line of the result."""
    text = TABLE.replace(",续重/kg", "").replace(",0.8", "").replace(",1\n", "\n")
    result = call_here("import", write(tmp_path, text), "-o", tmp_path / "out", "--contract", "zto")
    assert result.err == "warning: parcels above 1,000 g are refused: the table has no price for them\n"
    assert result.out.splitlines()[:2] == [
        "contract zto: 5 regions in 2 zones, in CNY",
        "prices: brackets up to 300, 500, 1,000 g; nothing above 1,000 g: such a parcel is refused",
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
        (["--contract", "=1"], "must not begin with ="),
        (["--contract", "a", "--currency", "RMB1"], "must be three capital letters"),
        (["--contract", "a", "--skip-bad-rows"], "are for order logs"),
        (["--currency", "CNY"], "are for rate cards"),
        (["--sheet", "one"], "are for rate cards"),
    ],
)
def test_options_that_do_not_fit_are_a_usage_error(tmp_path: Path, options: list[str], words: str) -> None:
    """Options of order logs and of rate tables do not mix; the contract's name becomes a file's."""
    result = call_here("import", write(tmp_path), "-o", tmp_path / "out", *options)
    assert result.code == 2
    assert words in result.err


def test_the_contract_is_in_the_currency_asked_for(tmp_path: Path) -> None:
    """Prices with the sign of another currency are refused; a currency without cents takes whole prices."""
    assert call_here("import", write(tmp_path), "-o", tmp_path / "a", "--contract", "a", "--currency", "USD").code == 3
    text = "region,1kg,additional kg\nTokyo,¥800,100\n"
    assert (
        call_here("import", write(tmp_path, text), "-o", tmp_path / "b", "--contract", "b", "--currency", "JPY").code
        == 0
    )
    assert read_contract(tmp_path / "b/b.yaml", "JPY").rates["z1"] == Rate(
        "z1", (Bracket(1000, 800),), 1000, 800, 1000, 100
    )
