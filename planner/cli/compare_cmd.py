"""`planner compare`: courier contracts side by side on the same parcels."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.cli import options as opt

if TYPE_CHECKING:
    from pandas import DataFrame

    from planner.domain.carriers import Contract
    from planner.formats.scenario import Scenario

Row = dict[str, Any]

HEADINGS = {
    "en": (
        "contract",
        "regions",
        "parcels",
        "cost/order",
        "95 % interval",
        "against best",
        "95 % interval",
        "",
        "refused",
        "over allotment",
    ),
    "zh": ("合同", "地区", "包裹数", "单均成本", "95% 区间", "与最优之差", "95% 区间", "", "拒收", "超出日限量"),
}
WORDS = {
    "en": {
        "all": "all",
        "remote": "remote",
        "other": "other",
        "best": "best single contract",
        "together": "all together",
        "dearer": "dearer",
        "cheaper": "cheaper",
        "same": "no difference",
        "unknown": "not known",
    },
    "zh": {
        "all": "全部",
        "remote": "偏远",
        "other": "其他",
        "best": "最优单一合同",
        "together": "全部合用",
        "dearer": "更贵",
        "cheaper": "更便宜",
        "same": "无差异",
        "unknown": "无法判断",
    },
}


@click.command("compare")
@opt.scenario_argument
@click.argument("contracts", metavar="[CONTRACT]...", nargs=-1)
@opt.out_option
@opt.seed_option
@opt.jobs_option
@opt.scheduler_option
@opt.replications_option(40)
@opt.lang_option
@opt.force_option
@opt.json_option
@opt.quiet_option
def command(
    scenario: Path,
    contracts: tuple[str, ...],
    out: Path,
    seed: int | None,
    jobs: int | None,
    scheduler: str | None,
    replications: int,
    lang: str,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Compare contracts on the same parcels: each alone, and all together, each parcel with the cheapest.

    CONTRACT is the name of a contract of the scenario, or a contract file; without any, all of the scenario's.
    """
    from planner.cli.progress import Progress
    from planner.studies.compare import compare, write_comparison
    from planner.studies.effort import Effort, resumable

    given = opt.open_scenario(scenario, out, force, seed, quiet)
    problem = given.problem
    chosen = choose(given, contracts)
    work = Effort(replications, opt.available(jobs), scheduler=scheduler)
    names = [c.name for c in chosen]
    asked = {"command": "compare", "contracts": names, "replications": replications, "lang": lang}
    with Progress(quiet).attach(work), resumable(out, force, given, asked, work) as draft:
        work.begin("comparing contracts", replications)
        tables = compare(problem, chosen, replications, problem.seed, work)
        write_comparison(draft, given, [Path(c) for c in contracts if is_file(given, c)], tables, asked)
    rows = plain_rows(tables["contracts"])
    summary = summarise(rows, replications, problem.seed)
    opt.emit(
        summary, as_json, [*aligned(readable(summary, lang)), "", *closing(summary, problem.currency, lang), str(out)]
    )


def is_file(scenario: Scenario, wanted: str) -> bool:
    """A contract of the scenario goes before a file of the same name."""
    return wanted not in scenario.problem.contract_names and Path(wanted).is_file()


def choose(scenario: Scenario, wanted: tuple[str, ...]) -> list[Contract]:
    """The contracts asked for, by name or from a file; all of the scenario's when none is named."""
    from planner.formats.contracts import read_contract

    problem = scenario.problem
    known = ", ".join(problem.contract_names)
    if not wanted and not known:
        raise click.UsageError("the scenario has no contracts; name contract files to compare")
    chosen = []
    for name in wanted or problem.contract_names:
        if name in problem.contract_names:
            chosen.append(problem.contract(name))
        elif Path(name).is_file():
            path = Path(name)
            chosen.append(read_contract(path, problem.currency, problem.region_names, problem.site_names, name))
        else:
            raise click.UsageError(
                f"no contract {name!r}: neither a file nor in the scenario, which has {known or 'none'}"
            )
    return chosen


def plain_rows(table: DataFrame) -> list[Row]:
    """Rows with None where nothing is known, ready for JSON."""
    known = table.astype(object).where(table.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in known.to_dict("records")]


def summarise(rows: list[Row], replications: int, seed: int) -> dict[str, Any]:
    """What `--json` prints: the rows of the table, the two best single contracts, and whether these differ."""
    ranked = {row["rank"]: row for row in rows if row["region_group"] == "all" and row["rank"] is not None}
    second = ranked.get(2)
    return {
        "contracts": rows,
        "best": ranked[1]["contract"],
        "second": second and second["contract"],
        "second_differs": verdict(second) in ("dearer", "cheaper") if second else None,
        "replications": replications,
        "seed": seed,
    }


def verdict(row: Row) -> str:
    """What the sample shows against the best single contract; unknown where no parcel or no interval is in common."""
    low, high = row["difference_low"], row["difference_high"]
    if row["difference"] == 0:
        return "same"
    if low is None:
        return "unknown"
    if low <= 0 <= high:
        return "same"
    return "dearer" if low > 0 else "cheaper"


def readable(summary: dict[str, Any], lang: str) -> list[tuple[str, ...]]:
    """The table as text, headings first."""
    words = WORDS[lang]
    lines: list[tuple[str, ...]] = [HEADINGS[lang]]
    for row in summary["contracts"]:
        lines.append(
            (
                words["together"] if row["rank"] is None else row["contract"],
                words[row["region_group"]],
                f"{row['parcels']:,.1f}",
                money(row["cost_per_order"]),
                span(row["low"], row["high"]),
                money(row["difference"]),
                span(row["difference_low"], row["difference_high"]),
                words["best" if row["contract"] == summary["best"] else verdict(row)],
                f"{row['refused']:.2%}",
                f"{row['over_allotment_share']:.2%}",
            )
        )
    return lines


def closing(summary: dict[str, Any], currency: str, lang: str) -> list[str]:
    """The outcome in a sentence or two."""
    everywhere = {row["contract"]: row for row in summary["contracts"] if row["region_group"] == "all"}
    best = everywhere[summary["best"]]
    line = f"{WORDS[lang]['best']}: {summary['best']}, {money(best['cost_per_order'])} {currency}"
    if best["over_allotment_share"]:
        line += f" ({HEADINGS[lang][-1]} {best['over_allotment_share']:.2%})"
    lines = [line]
    if summary["second"] is not None:
        second = everywhere[summary["second"]]
        gap = "" if verdict(second) == "same" else f" {money(second['difference'])}"
        shown = span(second["difference_low"], second["difference_high"])
        lines.append(f"{summary['second']}: {WORDS[lang][verdict(second)]}{gap} {shown}".rstrip())
    return lines


def money(amount: float | None) -> str:
    return "-" if amount is None else f"{amount:,.4f}"


def span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"[{low:,.4f}, {high:,.4f}]"


def aligned(lines: list[tuple[str, ...]]) -> list[str]:
    """Columns of equal width on a terminal, where a Chinese character is two wide; names left, figures right."""
    widths = [max(shown_width(line[k]) for line in lines) for k in range(len(lines[0]))]
    shown = []
    for line in lines:
        cells = []
        for k, (text, width) in enumerate(zip(line, widths, strict=True)):
            gap = " " * (width - shown_width(text))
            cells.append(text + gap if k < 2 else gap + text)
        shown.append("  ".join(cells).rstrip())
    return shown


def shown_width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
