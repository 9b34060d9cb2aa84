"""The input reference: every file, key and column that the planner reads, as one Markdown page.

`planner schema --markdown` prints it; `configs/README.md` holds it.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.formats.base import input_limits
from planner.formats.base.columns import TABLES, describe
from planner.formats.base.value_types import LONGEST_NAME, MOST_MONEY
from planner.formats.scenario.json_schema import json_schema
from planner.formats.scenario.key_reference import KeyReference, anchor
from planner.formats.scenario.platforms import pack_titles

_INTRODUCTION = """\
# Input reference

Every key and every column that the planner reads. The page is generated from the code that checks
the input: change descriptions there, then run `planner schema --markdown > configs/README.md`.

A scenario is a folder:

```
my-promo/
  scenario.yaml      the promotion
  regions.csv        regions and their share of orders
  products.csv       product classes or SKUs
  contracts/*.yaml   one file for each courier contract, with its zones
  stress.yaml        what a plan is tried under (optional)
  history.csv        past orders (optional)
  ...                roster, stock, routing as they are today (optional)
```

`planner init DIR` writes one that runs as it is, and `planner check DIR` reports every mistake with
file, line and column. Unknown keys are mistakes. Editors complete and check the YAML files with the
JSON Schema that `planner schema --kind scenario|contract|platform|stress` prints.

The same scenario may be one workbook: `planner init my-promo --excel` writes `my-promo.xlsx` in
English or Chinese (`--lang zh`), `planner convert` makes one of a folder and a folder of one. Its
sheets hold the keys and columns of this page under headings in plain words; a heading may also be
the key itself (`orders.median`). A finding names the cell: `my-promo.xlsx!Events!D4`. Lists stand
in one cell (`pick; pack`), mappings too (`a: 0.4; b: 0.6`). What no sheet has a place for stands
on the sheet *More*, as a path and a value. Order logs and tables of more than 20,000 rows stay
files next to the workbook, named there by the same keys."""

_VALUES = f"""\
| type | how it is written |
|---|---|
| name | at most {LONGEST_NAME} printable characters, without blanks at the ends |
| file name | relative to the scenario's folder, inside it |
| rows | a list of mappings with the columns of the table as keys, in place of its file |
| NAME: type | a mapping from names (of processes, zones, regions, ...) to values of that type |
| money | in the major unit of the currency (yuan, not fen), 0 to {MOST_MONEY:,.0f} |
| share | 0 to 1: 0.98 is 98 % |
| number | such as `0.5` |
| count | a whole number |
| date | `"2026-11-10"` |
| datetime | `"2026-11-10T20:00"` (seconds may follow), local time of the scenario's time zone |
| time | time of day, `"20:00"`, in quotes; `"24:00"` is the end of the day |
| currency | ISO 4217 code, such as `CNY` |
| flag | `true` or `false`; in tables also 1 or 0, yes or no, 是 or 否 |
| text | any text |

Money has no more decimals than its currency. An empty default means that the key may be left out;
what holds then stands in its meaning. Where a key has other names (`to_g` or `to_lb`, `to_oz`), one
of them states the same in pounds, ounces or cubic inches, there with fractions."""

_TABLES = """\
A table is a CSV, Excel or Parquet file (Parquet: install the extra `parquet`). Encoding and
separator of a CSV file are recognised, columns may stand in any order, and the header may stand
below title rows (in an Excel file, on any sheet). An unknown column is a mistake; an order log and
a parcel table may have further columns.

**Dates and times** are read in the forms that shops and spreadsheets write (`2026/11/11 下午8:05`,
`Nov 11, 2026 8:05 PM`, serial numbers of a spreadsheet, `24:00`). `11/12/2026` needs
`--date-format dmy` or `--date-format mdy`; other forms take a pattern (`--date-format '%d.%m.%Y
%H.%M'`). Times with an offset from UTC and seconds since 1970 are converted to local time
(`timezone` of the scenario, `--timezone` of `planner import`).

**Regions** are known in every usual form of their names (浙江, 浙江省, Zhejiang; Texas, TX where
the country is clear), in logs and parcel tables also by whole addresses. Known are the provinces
and states of ten countries.

**Weights and volumes** are in grams and cubic centimetres, or in another unit where the column is
named for it (`weight_kg`, `weight_lb`, `weight_oz`, `volume_l`, `volume_m3`, `volume_in3`).

An apostrophe that keeps a spreadsheet from running a cell as a formula (`'=1+1`) is removed."""

_LIMITS = f"""\
A file that is larger than any real promotion needs is refused before it costs time or memory. At
most {input_limits.YAML_VALUES:,} values of a YAML file and {input_limits.CONTRACTS} contracts are
read, {input_limits.SHEET_CELLS:,} cells of an Excel sheet (empty cells with a format included),
{input_limits.LOG_BYTES // 10**9} GB of an order log, and the rows stated with each table. One
replication has at most {input_limits.ORDERS:,} orders."""

_TABLE_USES = {
    "regions": "Where orders come from: `regions` of scenario.yaml.",
    "products": "What is ordered: `products` of scenario.yaml.",
    "staffing": (
        "Who works when: `staffing` of scenario.yaml, and a decision table of a plan. Without it, "
        "`planner simulate` needs a plan."
    ),
    "staff": (
        "People by name: `staff` of scenario.yaml. Plans then keep to who is there and able, and "
        "every shift gets names. People of a crew beyond those named are always available and able "
        "to do all its processes."
    ),
    "stock": "Stock as placed: `stock` of scenario.yaml, and a decision table of a plan.",
    "routing": (
        "Which site ships with which contract: `routing` of scenario.yaml, and a decision table of "
        "a plan."
    ),
    "zones": (
        "Zones of a contract: `zones` of a contract file. Places that are no regions of the "
        "scenario are a warning; regions without a zone are not served."
    ),
    "history (counts)": "Past orders by hour: `demand.history.path` of scenario.yaml.",
    "history (log)": (
        "Past orders one by one: `demand.history.path` of scenario.yaml, or the input of `planner "
        "import`, which recognises the usual names of the columns (`--columns region=省份` states "
        "others)."
    ),
    "given demand": "Your own forecast: `demand.given` of scenario.yaml.",
    "opening backlog": (
        "Orders that are open when the horizon begins: `opening_backlog.table` of scenario.yaml."
    ),
    "extra_collections": "Vehicles added to pick-ups: a decision table of a plan.",
    "routing rules": "Lists of rules for `planner simulate --rules`, as a run writes them "
    "(`tables/rules.csv`): the first rule that fits an order decides.",
    "actuals: orders": (
        "What `planner replan --actuals` reads: orders until now, by hour or one by one (then "
        "`ordered_at` may stand for `time`); the key `orders` of its YAML file, or the file itself."
    ),
    "actuals: backlog": "Key `backlog`: orders that wait now. The rates of work follow from them.",
    "actuals: people": "Key `people`: who came to the shifts until now; others as they may come.",
    "actuals: pickups": "Key `pickups`: which collections came; others as they may come.",
    "actuals: stock": "Key `stock`: units left now.",
    "parcels": "Parcels to be priced: the input of `planner rate`. Other columns are copied.",
}
_KINDS = {
    "scenario": "scenario.yaml",
    "platform": "Platform rule",
    "contract": "Contract file",
    "stress": "stress.yaml",
}


def reference_page() -> str:
    r"""The whole page.

    Returns
    -------
    str
        Markdown; lines end with ``\n``, the last one too.
    """
    parts = [_INTRODUCTION, *_contents(), "## Values", _VALUES]
    for kind in _KINDS:
        parts += _keys(kind)
    parts += ["## Tables", _TABLES, *_columns(), "## Limits", _LIMITS]
    return "\n\n".join(parts) + "\n"


def _contents() -> Iterator[str]:
    yield "\n".join(
        f"- [{title}](#{anchor(title)})"
        for title in ("Values", *_KINDS.values(), "Tables", "Limits")
    )


def _keys(kind: str) -> Iterator[str]:
    """The sections of one kind of YAML file, the file itself first."""
    reference = KeyReference(json_schema(kind), _KINDS[kind], _links(kind))
    for section in reference.sections():
        level = "###" if section.path else "##"
        yield f"{level} {reference.heading(section.path)}"
        yield section.meaning
        yield "\n".join(section.rows)
        if kind == "platform" and not section.path:
            yield _packs()


def _links(kind: str) -> dict[str, str]:
    """Keys that hold a table or another file -> links to its columns or keys."""
    if kind == "contract":
        return {"zones": _columns_of("zones")}
    if kind in ("platform", "stress"):
        return {}
    tables = ("regions", "products", "staffing", "staff", "stock", "routing")
    return {
        **{key: _columns_of(key) for key in tables},
        "platform": f"[Keys](#{anchor(_KINDS['platform'])})",
        "contracts": f"[Keys](#{anchor(_KINDS['contract'])})",
        "demand.history.path": _columns_of("history (log)", "history (counts)"),
        "demand.given": _columns_of("given demand"),
    }


def _columns_of(*tables: str) -> str:
    links = [f"[{name}](#{anchor(_table_heading(name))})" for name in tables]
    return f"Columns: {' or '.join(links)}."


def _table_heading(name: str) -> str:
    return f"Table: {name}"


def _packs() -> str:
    """The shipped rule packs, one line each."""
    rows = [f"| `{name}` | {title} |" for name, title in pack_titles().items()]
    return "\n".join(["Shipped rule packs:", "", "| `platform` | rule |", "|---|---|", *rows])


def _columns() -> Iterator[str]:
    """A section for every table: what it is for, how long it may be, its columns."""
    for name, columns in TABLES.items():
        yield f"### {_table_heading(name)}"
        rows = input_limits.TABLES.get(name, input_limits.TABLE).rows
        limit = "" if name == "history (log)" else f" At most {rows:,} rows."
        yield _TABLE_USES[name] + limit
        yield "\n".join(describe(columns))
