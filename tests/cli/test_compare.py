"""`planner compare` as a user calls it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from planner.reporting.language.labels import Labels, language
from planner.reporting.outputs.contract_text import (
    break_even_lines,
    clause_lines,
    remote_lines,
    rule_lines,
)
from planner.studies.runs.run_context import RunContext
from planner.studies.verification.verify import verify
from tests.cli.conftest import call_here
from tests.cli.forging import cell, forged, key, proof_of, table

TABLES = {
    "contracts",
    "contract_terms",
    "contracts_by_region",
    "clauses",
    "breakevens",
    "rules",
    "rules_cost",
    "remote",
}
EN = (
    "5% -> 4%", "+12.50 CNY", "near alone beats far at 1.63 CNY or less",
    ("near alone beats far at no base "
    "price"), "3 rules: +0.0123 CNY", "1 direct, 2 through a hub, 1 not worth",
    "; margin unknown for 1: not judged",
)  # fmt: skip
ZH = (
    "合同",
    "+12.50 CNY",
    "不高于 1.63 CNY 即优于 far",
    "无论基础价多低都不优于 far",
    "3 条规则",
    "直发 1，中转 2，不值得发售 1；其中 1 项毛利未知，未判断",
)


@pytest.fixture(scope="module")
def compared(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("compare") / "result"
    result = call_here("compare", small, "-o", out, "--replications", 10, "--jobs", 1)
    assert result.code == 0, result.err
    return out


def test_a_comparison_is_verified(compared: Path, tmp_path: Path, remembering: RunContext) -> None:
    """Its facts are proved, its tables named as not proved; facts that are not the scenario's are
    found.
    """
    proof = verify(compared, context=remembering)
    assert proof.verified, proof.findings
    assert proof.not_proved[0] == "the tables (use --full, which compares the contracts again)"
    forgeries = [key("run.json", "name", "another"), key("run.json", "currency", "USD")]
    named = key("run.json", "options.contracts", ["near", "nobody"])
    proof = proof_of(compared, tmp_path / "copy", remembering, *forgeries, named)
    assert [f.where for f in forgeries if not f.found_in(proof.findings)] == []
    assert "run.json: options.contracts: not of the scenario: nobody" in proof.findings


@pytest.mark.slow
def test_a_comparison_is_made_again(
    compared: Path, tmp_path: Path, remembering: RunContext
) -> None:
    """With `--full` an unchanged comparison is proved whole, and a forged cell of any of its tables
    is found.
    """
    proof = verify(compared, full=True, context=remembering)
    assert (proof.findings, proof.not_proved) == ([], [])
    names = sorted(TABLES)
    copy = forged(
        compared,
        tmp_path / "copy",
        *(cell(n, 0, table(compared, n).columns[-1], "?") for n in names),
    )
    proof = verify(copy, full=True, context=remembering)
    assert [
        n for n in names if not any(f"tables/{n}.csv:2:" in words for words in proof.findings)
    ] == []


def test_compare_shows_each_alone_and_all_together(compared: Path) -> None:
    """Without names all contracts of the scenario are compared, by remote and other areas."""
    table = pd.read_csv(compared / "tables" / "contracts.csv")
    assert list(table["contract"].unique()) == ["near", "far", "together"]
    assert set(table["region_group"]) == {"all", "remote", "other"}
    regions = pd.read_csv(compared / "tables" / "contracts_by_region.csv")
    assert set(regions["region"]) == {"zhejiang", "sichuan", "xizang"}
    far = table.set_index(["contract", "region_group"]).loc[("near", "remote")]
    assert far["difference"] == far["difference_low"] == 4.0  # 15.00 against 11.00, the same steps


def test_json_names_the_best_and_the_second(small: Path, tmp_path: Path, compared: Path) -> None:
    """stdout is one JSON object with the rows of the tables and the ranking; two jobs write the
    bytes of one.
    """
    result = call_here(
        "compare", small, "-o", tmp_path / "two", "--replications", 10, "--jobs", 2, "--json"
    )
    summary = json.loads(result.out)
    assert (summary["best"], summary["second"], summary["second_differs"]) == (
        "together",
        "far",
        True,
    )
    assert len(summary["contracts"]) == 9
    tables = {path.stem: pd.read_csv(path) for path in (compared / "tables").glob("*.csv")}
    assert set(tables) == TABLES
    for name in TABLES - {"contracts_by_region"}:
        assert len(summary[name]) == len(tables[name])
        assert set(summary[name][0]) == set(tables[name].columns)
    for path in compared.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "two" / path.relative_to(compared)).read_bytes()


def test_the_tables_tell_what_was_printed(compared: Path) -> None:
    """Clauses by falling value, the price at which the loser wins, rules that cost nothing more,
    one remote area.
    """
    tables = {name: pd.read_csv(compared / "tables" / f"{name}.csv") for name in TABLES}
    clauses = tables["clauses"].set_index(["contract", "clause"])
    assert clauses["value"].tolist() == sorted(clauses["value"], reverse=True)
    near = clauses.loc[("near", "base price, zone home")]
    assert (near["now"], near["changed"], near["unit"]) == (2.1, 1.89, "CNY")
    even = tables["breakevens"].iloc[0]
    assert (even["contract"], even["rival"], even["now"]) == ("near", "far", 2.1)
    assert even["break_even"] < even["now"]
    assert even["difference"] <= 0
    assert tables["rules_cost"]["rules"].tolist() == [
        "2",
        "all",
    ]  # two are enough: no lists of three, ten and fifty
    assert (tables["rules_cost"]["extra"] == 0).all()
    rules = tables["rules"][tables["rules"]["rules"] == 2]
    assert (rules["regions"].iloc[-1], rules["rule"].tolist()) == ("all", [1, 2])
    remote = tables["remote"].set_index("region").loc["xizang"]
    assert (remote["remote"], remote["direct_contract"], remote["best"]) == (1, "far", "direct")
    terms = tables["contract_terms"].set_index(["alternative", "contract"])
    assert terms["signed"].tolist() == [1, 1, 1, 1]
    assert terms.loc[("together", "near"), "parcels"] + terms.loc[
        ("together", "far"), "parcels"
    ] == pytest.approx(terms.loc[("near", "near"), "parcels"], abs=0.11)


@pytest.mark.parametrize(("lang", "words"), [("en", EN), ("zh", ZH)])
def test_what_is_printed_is_in_the_readers_language(lang: str, words: Sequence[str]) -> None:
    """Clauses, break-evens, rules and remote areas take a line each, losers without a price as
    well.
    """
    row = {"contract": "near", "rival": "far", "price": "base price home up to 1,000 g", "now": 2.1}
    wins = {**row, "break_even": 1.63, "difference": -0.007, "low": -0.0373, "high": 0.0232}
    never = {**row, "break_even": None, "difference": None, "low": None, "high": None}
    clause = {
        "contract": "far",
        "clause": "fuel",
        "unit": "share",
        "now": 0.05,
        "changed": 0.04,
        "value": 12.5,
        "low": 10.0,
        "high": 15.0,
    }
    rules = {
        "rules": "3",
        "extra": 0.0123,
        "extra_low": 0.01,
        "extra_high": 0.02,
        "on_time_share": 0.99,
    }
    ways = (("hub", 20.0), ("hub", None), ("direct", 20.0), ("do not sell", 1.0))
    remote = [{"remote": 1, "best": best, "margin": margin} for best, margin in ways]
    labels = Labels(language(lang))
    lines = [
        *clause_lines([clause, {**clause, "value": 0.0}], labels),
        *break_even_lines([wins, never], labels),
        *rule_lines([rules, {**rules, "rules": "all"}], labels),
        *remote_lines([*remote, {"remote": 0, "best": "direct"}], labels),
    ]
    assert len(lines) == 8
    for shown in words:
        assert any(shown in line for line in lines), shown


@pytest.mark.parametrize(("lang", "words"), [("en", "same cost"), ("zh", "费用相同")])
def test_a_contract_against_itself_costs_the_same(
    small: Path, tmp_path: Path, lang: str, words: str
) -> None:
    """The same contract twice, once by name and once as a file: the same cost, in either
    language.
    """
    out = tmp_path / "same"
    result = call_here(
        "compare",
        small,
        "near",
        small / "near.yaml",
        "-o",
        out,
        "--replications",
        5,
        "--jobs",
        1,
        "--lang",
        lang,
    )
    assert result.code == 0
    second = next(line for line in result.out.splitlines() if line.startswith("near (2)"))
    assert words in second
    options = json.loads((out / "run.json").read_text(encoding="utf-8"))["options"]
    assert options["contracts"] == ["near", "near"]


def test_an_unknown_contract_lists_the_known_ones(small: Path, tmp_path: Path) -> None:
    """A name that is neither in the scenario nor a file is a usage error, and nothing is
    written.
    """
    result = call_here("compare", small, "nera", "-o", tmp_path / "out")
    assert result.code == 2
    assert "nera" in result.err
    assert "near, far" in result.err
    assert not (tmp_path / "out").exists()


def test_a_damaged_contract_file_is_a_finding(small: Path, tmp_path: Path) -> None:
    """A contract file that cannot be right is reported with its place, exit 3."""
    text = (small / "near.yaml").read_text(encoding="utf-8")
    (tmp_path / "odd.yaml").write_text(
        text.replace("first_price: 2.10", "first_price: -2.10"), encoding="utf-8"
    )
    result = call_here("compare", small, tmp_path / "odd.yaml", "-o", tmp_path / "out")
    assert result.code == 3
    assert "odd.yaml:" in result.err
    assert "first_price" in result.err


def test_without_a_common_parcel_there_is_no_verdict(small: Path, tmp_path: Path) -> None:
    """A best contract that does not serve Tibet cannot be compared there: the table says so, and
    JSON has null.
    """
    text = (
        (small / "near.yaml")
        .read_text(encoding="utf-8")
        .replace("  - {region: xizang, zone: remote}\n", "")
    )
    (tmp_path / "home.yaml").write_text(text.replace("name: near", "name: home"), encoding="utf-8")
    (tmp_path / "expensive.yaml").write_text(
        text.replace("name: near", "name: expensive").replace(
            "first_price: 2.10", "first_price: 9.90"
        ),
        encoding="utf-8",
    )
    names = (
        tmp_path / "home.yaml",
        tmp_path / "expensive.yaml",
        "near",
        "-o",
        tmp_path / "out",
        "--jobs",
        1,
    )
    rows = call_here("compare", small, *names, "--json", "--replications", 3).json()["contracts"]
    rank = {r["contract"]: r["rank"] for r in rows if r["region_group"] == "all"}
    assert rank["near"] == 1 < rank["together"] < rank["home"] < rank["expensive"]
    remote = next(r for r in rows if (r["contract"], r["region_group"]) == ("home", "remote"))
    assert remote["difference"] is remote["cost_per_order"] is None
    shown = call_here("compare", small, *names, "--replications", 3, "--force").out
    assert "not known" in next(
        line for line in shown.splitlines() if line.startswith("home") and "remote" in line
    )
