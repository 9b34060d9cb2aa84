"""`planner compare` as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import call


@pytest.fixture(scope="module")
def compared(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("compare") / "result"
    result = call("compare", small, "-o", out, "--replications", 10, "--jobs", 1)
    assert result.code == 0, result.err
    return out


def test_compare_shows_each_alone_and_all_together(compared: Path) -> None:
    """Without names all contracts of the scenario are compared, by remote and other areas."""
    table = pd.read_csv(compared / "tables" / "contracts.csv")
    assert list(table["contract"].unique()) == ["near", "far", "together"]
    assert set(table["region_group"]) == {"all", "remote", "other"}
    regions = pd.read_csv(compared / "tables" / "contracts_by_region.csv")
    assert set(regions["region"]) == {"zhejiang", "sichuan", "xizang"}
    dearer = table.set_index(["contract", "region_group"]).loc[("near", "remote")]
    assert dearer["difference"] == dearer["difference_low"] == 4.0  # 15.00 against 11.00, the same steps


def test_json_names_the_best_and_the_second(small: Path, tmp_path: Path, compared: Path) -> None:
    """stdout is one JSON object with the rows of the table and the ranking; two jobs write the bytes of one."""
    result = call("compare", small, "-o", tmp_path / "two", "--replications", 10, "--jobs", 2, "--json")
    summary = json.loads(result.out)
    assert (summary["best"], summary["second"], summary["second_differs"]) == ("far", "near", True)
    assert len(summary["contracts"]) == 9
    for path in compared.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "two" / path.relative_to(compared)).read_bytes()


@pytest.mark.parametrize(("lang", "words"), [("en", "no difference"), ("zh", "无差异")])
def test_a_contract_against_itself_says_no_difference(small: Path, tmp_path: Path, lang: str, words: str) -> None:
    """The same contract twice, once by name and once as a file: no difference, in either language."""
    out = tmp_path / "same"
    result = call("compare", small, "near", small / "near.yaml", "-o", out, "--replications", 5, "--lang", lang)
    assert result.code == 0
    second = next(line for line in result.out.splitlines() if line.startswith("near (2)"))
    assert words in second
    options = json.loads((out / "run.json").read_text(encoding="utf-8"))["options"]
    assert options["contracts"] == ["near", "near"]


def test_an_unknown_contract_lists_the_known_ones(small: Path, tmp_path: Path) -> None:
    """A name that is neither in the scenario nor a file is a usage error, and nothing is written."""
    result = call("compare", small, "nera", "-o", tmp_path / "out")
    assert result.code == 2
    assert "nera" in result.err
    assert "near, far" in result.err
    assert not (tmp_path / "out").exists()


def test_a_damaged_contract_file_is_a_finding(small: Path, tmp_path: Path) -> None:
    """A contract file that cannot be right is reported with its place, exit 3."""
    text = (small / "near.yaml").read_text(encoding="utf-8")
    (tmp_path / "odd.yaml").write_text(text.replace("first_price: 2.10", "first_price: -2.10"), encoding="utf-8")
    result = call("compare", small, tmp_path / "odd.yaml", "-o", tmp_path / "out")
    assert result.code == 3
    assert "odd.yaml:" in result.err
    assert "first_price" in result.err


def test_without_a_common_parcel_there_is_no_verdict(small: Path, tmp_path: Path) -> None:
    """A best contract that does not serve Tibet cannot be compared there: the table says so, and JSON has null."""
    text = (small / "near.yaml").read_text(encoding="utf-8").replace("  - {region: xizang, zone: remote}\n", "")
    (tmp_path / "home.yaml").write_text(text.replace("name: near", "name: home"), encoding="utf-8")
    (tmp_path / "dear.yaml").write_text(
        text.replace("name: near", "name: dear").replace("first_price: 2.10", "first_price: 9.90"), encoding="utf-8"
    )
    names = (tmp_path / "home.yaml", tmp_path / "dear.yaml", "near", "-o", tmp_path / "out")
    near = [r for r in call("compare", small, *names, "--json", "--replications", 3).json()["contracts"] if r["rank"]]
    assert {r["contract"]: r["rank"] for r in near if r["region_group"] == "all"} == {"home": 2, "dear": 3, "near": 1}
    remote = next(r for r in near if (r["contract"], r["region_group"]) == ("home", "remote"))
    assert remote["difference"] is remote["cost_per_order"] is None
    shown = call("compare", small, *names, "--replications", 3, "--force").out
    assert "not known" in next(line for line in shown.splitlines() if line.startswith("home") and "remote" in line)
