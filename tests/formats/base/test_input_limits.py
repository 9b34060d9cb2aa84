"""Long inputs: read in linear time, refused beyond a limit of their kind, with few findings that
are short.
"""

from __future__ import annotations

import difflib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from planner.errors import LONGEST_TEXT, MOST_FINDINGS, MOST_OF_A_KIND, Finding, InputError
from planner.formats.base import input_limits
from planner.formats.base.region_names import RegionNames
from planner.formats.base.similar_names import nearest
from planner.formats.base.yaml_source import parse_yaml
from planner.formats.rate_card.reader import read_rate_card
from tests.formats.builders import FILES, findings_of, spoil, write_demand, write_folder


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many names each search for a close one has looked at."""
    looked: list[int] = []
    close = difflib.get_close_matches

    def counted(word: str, known: Any, **named: Any) -> list[str]:
        looked.append(len(known))
        return close(word, known, **named)

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    return looked


def messages(folder: Path) -> list[str]:
    return [f"{f.field}: {f.message}" for f in findings_of(folder)]


def test_few_of_many_unknown_names_are_compared_with_those_known(
    tmp_path: Path, compared: list[int]
) -> None:
    """Unknown columns, keys, products and regions: as many findings as there are, hints for the
    first.
    """
    columns = ",".join(f"c{i}" for i in range(500))
    folder = write_folder(
        tmp_path / "columns", regions_csv=f"region,share,{columns}\neast,1{',x' * 500}\n"
    )
    assert sum("unknown column" in text for text in messages(folder)) == 500
    keys = FILES["scenario.yaml"] + "".join(f"k{i}: 1\n" for i in range(500))
    assert (
        sum(
            "unknown key" in text
            for text in messages(write_folder(tmp_path / "keys", scenario_yaml=keys))
        )
        == 500
    )
    rows = "".join(f"yiwu,q{i},1\n" for i in range(500))
    stock = messages(write_folder(tmp_path / "stock", stock_csv=f"site,product,units\n{rows}"))
    assert "product: 400 more findings" in stock
    zones = "".join(f"r{i},near\n" for i in range(500))
    found = messages(write_folder(tmp_path / "zones", contracts__zones_csv=f"region,zone\n{zones}"))
    assert "region: 400 more findings" in found
    assert len(compared) <= 6 * input_limits.HINTS


def test_a_name_is_compared_with_a_bounded_number_of_others(compared: list[int]) -> None:
    """Those that begin with the same letter; a text that is no name with none."""
    known = [f"{letter}{i}" for letter in "abc" for i in range(2_000)]
    assert nearest("b1999x", known).startswith("; did you mean b1")
    RegionNames(known).wrong("b77777")
    assert max(compared) <= input_limits.NAMES_COMPARED
    before = len(compared)
    nearest("x" * 1_000, known)
    RegionNames(known).wrong("x" * 1_000)
    assert len(compared) == before


@pytest.mark.parametrize(
    ("file", "kind", "row"),
    [
        ("regions.csv", "regions", "r{},0.001\n"), ("products.csv", "products", "p{},0.001,5\n"),
        ("stock.csv", "stock", "yiwu,small,{}\n"), ("staffing.csv", "staffing", "pick,permanent,day,{}\n"),
        ("contracts/zones.csv", "zones", "r{},near\n"),
    ],
)  # fmt: skip
def test_each_kind_of_table_has_a_limit(
    tmp_path: Path, file: str, kind: str, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of rows, and of bytes before anything is read."""
    header = {
        "regions": "region,share",
        "products": "product,share,weight_g",
        "zones": "region,zone",
    }
    header |= {"stock": "site,product,units", "staffing": "process,crew,shift,headcount"}
    write_folder(tmp_path)
    (tmp_path / file).write_text(
        header[kind] + "\n" + "".join(row.format(i) for i in range(20)), encoding="utf-8"
    )
    monkeypatch.setitem(input_limits.TABLES, kind, input_limits.TableLimit(10, 1_000_000))
    assert ": has more than 10 rows" in messages(tmp_path)
    monkeypatch.setitem(input_limits.TABLES, kind, input_limits.TableLimit(10, 100))
    assert ": is larger than 100 bytes" in messages(tmp_path)


def test_a_wide_table_is_refused(tmp_path: Path) -> None:
    """Whatever its columns are called."""
    header = ",".join(f"c{i}" for i in range(1_001))
    assert ": has 1,001 columns; at most 1,000 are read" in messages(
        write_folder(tmp_path, regions_csv=header + "\n")
    )


def test_a_long_cell_is_not_looked_at(tmp_path: Path) -> None:
    """Patterns of numbers and dates are not tried on it, and the finding is short."""
    rows = f"region,share\n{'r' * 50_000},1\nwest,{'1' * 50_000}\n"
    found = findings_of(write_folder(tmp_path, regions_csv=rows))
    assert [f.message for f in found if f.file == "regions.csv"] == [
        "is longer than 20,000 characters"
    ] * 2


def test_a_demand_that_cannot_be_laid_out_is_refused_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths times steps times regions times products, and hours times regions."""
    monkeypatch.setattr(input_limits, "COUNTS", 100)
    given = "time,region,orders\n2026-11-08T00:00,east,5\n2026-11-08T01:00,west,5\n"
    found = messages(write_demand(tmp_path / "a", "given: demand.csv", "demand.csv", given))
    assert any(
        "1 paths x 96 steps x 2 regions x 1 products are 192 numbers; at most 100" in text
        for text in found
    )
    counts = "time,region,orders\n2026-10-01T00:00,east,5\n2026-10-05T00:00,west,5\n"
    found = messages(write_demand(tmp_path / "b", "history: {path: h.csv}", "h.csv", counts))
    assert any(
        "97 hours of 2 regions are more numbers than can be held, 100" in text for text in found
    )


def test_ways_and_contracts_have_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sites times regions times contracts; files of contracts, and the values in them."""
    monkeypatch.setattr(input_limits, "LANES", 1)
    assert any(
        "2 ways from sites to regions by contracts" in text
        for text in messages(write_folder(tmp_path / "a"))
    )
    monkeypatch.setattr(input_limits, "CONTRACTS", 2)
    many = spoil(
        tmp_path / "b",
        "scenario.yaml",
        "[contracts/one.yaml]",
        "[contracts/one.yaml, b.yaml, c.yaml]",
    )
    assert any("contracts: names 3 files; at most 2 are read" in text for text in messages(many))
    monkeypatch.setattr(input_limits, "CONTRACT_VALUES", 10)
    two = spoil(
        tmp_path / "c",
        "scenario.yaml",
        "[contracts/one.yaml]",
        "[contracts/one.yaml, contracts/one.yaml]",
    )
    assert any(
        "contracts.1: is not read: the contracts before it hold more than 10" in text
        for text in messages(two)
    )


def test_a_yaml_file_of_many_values_is_refused_while_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The finding stands where the limit is reached; what follows is not parsed."""
    monkeypatch.setattr(input_limits, "YAML_VALUES", 50)
    _, (found,) = parse_yaml("a: [" + "1, " * 100 + "}", "s.yaml")
    most = "holds more than 50 values"
    assert str(found) == f"s.yaml:1:149: {most}; write long tables, such as staffing, as CSV files"


def test_a_rate_card_has_a_limit_and_its_merged_cells_do_not_overlap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading stops at the limit."""
    monkeypatch.setattr(input_limits, "CARD_CELLS", 100)
    (tmp_path / "c.csv").write_text("a,b,c\n" * 50, encoding="utf-8")
    with pytest.raises(InputError, match="has more than 10,000 rows or 100 cells"):
        read_rate_card(tmp_path / "c.csv", "CNY")


def test_an_error_holds_a_bounded_number_of_short_findings() -> None:
    """The first of each kind, then how many more there are; at most a thousand in all."""
    same = [Finding("a.csv", i, 1, "share", f"must be a number, got {i}") for i in range(1, 301)]
    found = InputError(same).findings
    assert len(found) == MOST_OF_A_KIND + 1
    assert found[0].message == "200 more findings"
    kinds = [Finding("a.yaml", i, 1, f"k{i}", "unknown key") for i in range(1, 1501)]
    found = InputError(kinds).findings
    assert len(found) == MOST_FINDINGS + 1
    assert [f.message for f in found if not f.line] == ["500 more findings"]
    (long,) = InputError([Finding("a", 1, 1, "f" * 10_000, "m" * 10_000)]).findings
    assert len(str(long)) < 2 * LONGEST_TEXT + 50


@pytest.mark.slow
@pytest.mark.parametrize("name", ["regions", "columns", "history", "stock", "keys"])
def test_long_inputs_end_within_little_memory(tmp_path: Path, name: str) -> None:
    """Each of some ten megabytes, through the command, in a process that may not take more than 1.5
    GB of addresses.
    """
    long = {
        "regions": {"regions_csv": "region,share\n" + "east,0.5\n" * 1_000_000},
        "columns": {"regions_csv": ",".join(f"c{i}" for i in range(12_000)) + "\n"},
        "stock": {
            "stock_csv": "site,product,units\n" + "".join(f"yiwu,q{i},1\n" for i in range(190_000))
        },
        "keys": {
            "scenario_yaml": FILES["scenario.yaml"] + "".join(f"k{i}: 1\n" for i in range(24_000))
        },
        "history": {},
    }[name]
    folder = write_folder(tmp_path, **long)
    if name == "history":
        rows = "".join(
            f"2026-10-{1 + i % 30:02d}T{i % 24:02d}:00,unknown{i},5\n" for i in range(300_000)
        )
        folder = write_demand(
            tmp_path, "history: {path: h.csv}", "h.csv", "time,region,orders\n" + rows
        )
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2)\n"
        "from planner.cli.main import main; main(['check', sys.argv[1]])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 3, ran.stderr[-500:]
    assert len(ran.stderr) < 200_000
