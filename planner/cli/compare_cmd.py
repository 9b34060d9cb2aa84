"""`planner compare`: courier contracts side by side on the same parcels."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.cli import options as opt

if TYPE_CHECKING:
    from pandas import DataFrame

    from planner.domain.contracts import Contract
    from planner.formats.scenario.reader import Scenario

Row = dict[str, Any]
TOGETHER = "together"  # as in studies.compare, which is loaded only by the command itself
MOST_CLAUSES = 12

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
        "on time",
        "target met",
    ),
    "zh": (
        "合同",
        "地区",
        "包裹数",
        "每单费用",
        "95% 区间",
        "与最优之差",
        "95% 区间",
        "",
        "不承运",
        "准时率",
        "达标",
    ),
}
CLAUSE_HEADINGS = {
    "en": ("contract", "clause", "now -> changed", "value", "95 % interval"),
    "zh": ("合同", "条款", "现值 -> 变动后", "价值", "95% 区间"),
}
WORDS = {
    "en": {
        "all": "all",
        "remote": "remote",
        "other": "other",
        "best": "best",
        "together": "all together",
        "higher": "more expensive",
        "cheaper": "cheaper",
        "same": "no difference shown",
        "equal": "same cost",
        "refused": "ranked last: refuses orders",
        "late": "ranked last: orders late",
        "by": "{name} costs {amount} {currency} more per order {span}",
        "by_less": "{name} costs {amount} {currency} less per order {span}",
        "not_by": "{name}: no difference shown ({amount} {currency} per order, {span})",
        "equal_to": "{name} costs the same",
        "unknown_to": "{name}: the difference is not known",
        "least": "Best: {name}, {amount} {currency} per order",
        "unknown": "not known",
        "clauses": (
            "What a change is worth to this promotion (routing planned again, on the same orders):"
        ),
        "wins": "{contract} alone beats {rival} at {break_even:,.2f} {currency} or less ({price}, "
        "now {now:,.2f}; "
        "difference there {difference:+,.4f} {span})",
        "never": "{contract} alone beats {rival} at no base price ({price}, now {now:,.2f})",
        "rules": "{rules}: {extra:+,.4f} {currency} per order against the whole routing table "
        "{span}, "
        "{on_time} on time",
        "rule_count": "{n} rules",
        "rule_count_one": "1 rule",
        "ways": "Remote areas, cheapest way by region and weight class: {direct} direct, {hub} "
        "through a hub, "
        "{do_not_sell} not worth selling{unknown}",
        "no_margin": "; margin unknown for {n}: not judged",
    },
    "zh": {
        "all": "全部",
        "remote": "偏远",
        "other": "其他",
        "best": "最优",
        "together": "全部合用",
        "higher": "更贵",
        "cheaper": "更便宜",
        "same": "未显示差异",
        "equal": "费用相同",
        "refused": "排在最后：不承运部分订单",
        "late": "排在最后：迟发过多",
        "by": "{name} 每单贵 {amount} {currency} {span}",
        "by_less": "{name} 每单便宜 {amount} {currency} {span}",
        "not_by": "{name}：未显示差异（每单 {amount} {currency}，{span}）",
        "equal_to": "{name}：费用相同",
        "unknown_to": "{name}：无法判断差异",
        "least": "最优：{name}，每单 {amount} {currency}",
        "unknown": "无法判断",
        "clauses": "每项条款变动对本次大促的价值（重新规划，配对比较）：",
        "wins": "{contract} 单用时，{price}不高于 {break_even:,.2f} {currency} 即优于 "
        "{rival}（现价 {now:,.2f}；"
        "该价差额 {difference:+,.4f} {span}）",
        "never": "{contract} 单用时，无论基础价多低都不优于 {rival}（{price}，现价 {now:,.2f}）",
        "rules": "{rules}：每单与完整分单表相差 {extra:+,.4f} {currency} {span}，准时率 {on_time}",
        "rule_count": "{n} 条规则",
        "rule_count_one": "1 条规则",
        "ways": (
            "偏远地区，各地区与重量段最省的走法：直发 {direct}，中转 {hub}，不值得发售 "
            "{do_not_sell}{unknown}"
        ),
        "no_margin": "；其中 {n} 项毛利未知，未判断",
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
@opt.effort_option
@opt.lang_option
@opt.force_option
@opt.json_option
@opt.quiet_option
@opt.verbose_option
@opt.no_color_option
def command(
    scenario: Path,
    contracts: tuple[str, ...],
    out: Path,
    seed: int | None,
    jobs: int | None,
    scheduler: str | None,
    replications: int,
    effort: int,
    lang: str,
    force: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> None:
    """Compare contracts on the same orders: each alone and in every sensible combination.

    Prints what each combination costs and how often it meets the target, what a change of each
    clause is worth, at which price a contract would win, how few rules route the parcels, and which
    remote areas are served best direct, through a hub, or not at all.

    CONTRACT is the name of a contract of the scenario, or a contract file; without any, all of the
    scenario's.
    """
    from planner.cli.progress import Progress
    from planner.studies.contracts.comparison import write_comparison
    from planner.studies.contracts.study import study_contracts
    from planner.studies.runs.budget import Budget
    from planner.studies.runs.executor import Executor
    from planner.studies.runs.run_context import RunContext, resumable

    at_once = opt.here(jobs, scheduler)
    given = opt.open_scenario(scenario, out, force, seed, quiet, at_once, map(Path, contracts))
    problem = given.problem
    others: list[Path] = []
    chosen = choose(given, contracts, quiet, others)
    progress = Progress(quiet, no_color)
    context = RunContext(
        budget=Budget(replications, effort),
        executor=Executor(opt.available(jobs), scheduler),
        listener=progress,
    )
    names = [c.name for c in chosen]
    asked = {
        "command": "compare",
        "contracts": names,
        "replications": replications,
        "effort": effort,
        "lang": lang,
    }
    with (
        progress,
        resumable(out, given, asked, context, force=force, inputs=others) as draft,
    ):
        tables = study_contracts(problem, chosen, replications, problem.seed, context)
        write_comparison(
            draft, given, [Path(c) for c in contracts if is_file(given, c)], tables, asked
        )
    opt.report_notes(context, verbose, quiet)
    rows = {name: plain_rows(table) for name, table in tables.items()}
    summary = summarise(rows, replications, problem.seed)
    opt.emit(summary, as_json, [*told(rows, summary, problem.currency, lang), str(out)], quiet)


def is_file(scenario: Scenario, wanted: str) -> bool:
    """A contract of the scenario goes before a file of the same name."""
    return wanted not in scenario.problem.contract_names and Path(wanted).is_file()


def choose(
    scenario: Scenario, wanted: tuple[str, ...], quiet: bool, files: list[Path]
) -> list[Contract]:
    """The contracts asked for, by name or from a file; all of the scenario's when none is named.

    `files` gets the files that are read for it.
    """
    from planner.formats.base.input_files import MISSING, why_unreadable
    from planner.formats.contract.reader import read_contract

    problem = scenario.problem
    known = ", ".join(problem.contract_names)
    if not wanted and not known:
        raise click.UsageError("the scenario has no contracts; name contract files to compare")
    chosen, labels = [], {r.label: r.name for r in problem.regions}
    told: list[str] = []
    for name in wanted or problem.contract_names:
        if name in problem.contract_names:
            chosen.append(problem.contract(name))
        elif why_unreadable(Path(name)) != MISSING:
            path = Path(name)
            files.append(path)
            chosen.append(
                read_contract(
                    path,
                    problem.currency,
                    problem.region_names,
                    problem.site_names,
                    name,
                    problem.horizon,
                    labels,
                    told,
                    files,
                )
            )
        else:
            raise click.UsageError(
                f"no contract {name!r}: neither a file nor in the scenario, which has "
                f"{known or 'none'}"
            )
    opt.warn(told, quiet)
    return chosen


def plain_rows(table: DataFrame) -> list[Row]:
    """Rows with None where nothing is known, ready for JSON."""
    known = table.astype(object).where(table.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in known.to_dict("records")]


def summarise(tables: dict[str, list[Row]], replications: int, seed: int) -> dict[str, Any]:
    """What `--json` prints: the rows of the tables, the two best alternatives, and whether these
    differ.
    """
    ranked = {row["rank"]: row for row in tables["contracts"] if row["rank"] is not None}
    second = ranked.get(2)
    return {
        **{name: rows for name, rows in tables.items() if name != "contracts_by_region"},
        "best": ranked[1]["contract"],
        "second": second and second["contract"],
        "second_differs": verdict(second) in ("higher", "cheaper") if second else None,
        "replications": replications,
        "seed": seed,
    }


def verdict(row: Row) -> str:
    """What the sample shows against the best single contract; unknown where no parcel or no
    interval is in common.
    """
    low, high = row["difference_low"], row["difference_high"]
    if row["difference"] == 0:
        return "same"
    if low is None:
        return "unknown"
    if low <= 0 <= high:
        return "same"
    return "higher" if low > 0 else "cheaper"


def told(
    tables: dict[str, list[Row]], summary: dict[str, Any], currency: str, lang: str
) -> list[str]:
    """Everything that is printed, block by block."""
    blocks = [
        aligned(comparison(summary, lang)),
        closing(summary, currency, lang),
        clause_lines(tables.get("clauses", []), currency, lang),
        break_even_lines(tables.get("breakevens", []), currency, lang),
        rule_lines(tables.get("rules_cost", []), currency, lang),
        remote_lines(tables.get("remote", []), lang),
    ]
    return [line for block in blocks if block for line in [*block, ""]]


def comparison(summary: dict[str, Any], lang: str) -> list[tuple[str, ...]]:
    """The table of alternatives as text, headings first: the best first, areas apart of those alone
    and of the best.
    """
    words = WORDS[lang]
    place = {
        row["contract"]: row["rank"] for row in summary["contracts"] if row["rank"] is not None
    }
    lines: list[tuple[str, ...]] = [HEADINGS[lang]]
    for row in sorted(summary["contracts"], key=lambda row: int(place[row["contract"]])):
        if (
            row["region_group"] != "all"
            and row["members"] > 1
            and row["contract"] != summary["best"]
        ):
            continue
        lines.append(
            (
                words["together"] if row["contract"] == TOGETHER else row["contract"],
                words[row["region_group"]],
                f"{row['parcels']:,.1f}",
                money(row["cost_per_order"]),
                span(row["low"], row["high"]),
                money(row["difference"]),
                span(row["difference_low"], row["difference_high"]),
                words["best" if row["contract"] == summary["best"] else standing(row)],
                f"{row['refused']:.2%}",
                share(row["on_time_share"]),
                share(row["kept"]),
            )
        )
    return lines


def standing(row: Row) -> str:
    """How an alternative stands to the best; why it is ranked after all others comes first."""
    return row.get("fails") or ("equal" if is_equal(row) else verdict(row))


def is_equal(row: Row) -> bool:
    """Does an alternative cost exactly the same on every order?"""
    return row["difference"] == 0 and not row["difference_low"] and not row["difference_high"]


def closing(summary: dict[str, Any], currency: str, lang: str) -> list[str]:
    """The best and the second best in a sentence each."""
    words = WORDS[lang]
    everywhere = {
        row["contract"]: row for row in summary["contracts"] if row["region_group"] == "all"
    }
    best = everywhere[summary["best"]]
    facts = {"amount": money(best["cost_per_order"]), "currency": currency}
    lines = [words["least"].format(name=named(summary["best"], lang), **facts)]
    if summary["second"] is not None:
        row = everywhere[summary["second"]]
        keys = {"higher": "by", "cheaper": "by_less", "same": "not_by", "unknown": "unknown_to"}
        key = "equal_to" if is_equal(row) else keys[verdict(row)]
        signed = row["difference"]
        facts["amount"] = money(
            abs(signed) if key in ("by", "by_less") and signed is not None else signed
        )
        shown = span(row["difference_low"], row["difference_high"])
        lines.append(
            words[key].format(name=named(summary["second"], lang), span=shown, **facts).rstrip()
        )
    return lines


def clause_lines(rows: list[Row], currency: str, lang: str) -> list[str]:
    """The clauses that are worth most, by falling value."""
    from planner.reporting.language.labels import Labels, language

    labels = Labels(language(lang), currency)
    worth = [row for row in rows if row["value"]][:MOST_CLAUSES]
    if not worth:
        return []
    lines: list[tuple[str, ...]] = [CLAUSE_HEADINGS[lang]]
    for row in worth:
        change = f"{row['now']:g} -> {row['changed']:g} {labels.name('unit', row['unit'])}"
        if row["unit"] == "share":
            change = f"{100 * row['now']:g}% -> {100 * row['changed']:g}%"
        lines.append(
            (
                row["contract"],
                labels.clause(row["clause"]),
                change,
                (f"{row['value']:+,.2f} {currency}"),
                span(row["low"], row["high"], 2),
            )
        )
    return [WORDS[lang]["clauses"], *aligned(lines)]


def break_even_lines(rows: list[Row], currency: str, lang: str) -> list[str]:
    """One sentence a contract."""
    from planner.reporting.language.labels import Labels, language

    words, lines, labels = WORDS[lang], [], Labels(language(lang), currency)
    for row in rows:
        price = labels.clause(row["price"])
        facts = {**row, "price": price, "currency": currency, "span": span(row["low"], row["high"])}
        lines.append(words["never" if row["break_even"] is None else "wins"].format(**facts))
    return lines


def rule_lines(rows: list[Row], currency: str, lang: str) -> list[str]:
    """What each simplification of the routing costs per order."""
    words, lines = WORDS[lang], []
    for row in rows:
        if row["rules"] != "all":
            extra = span(row["extra_low"], row["extra_high"])
            count = words["rule_count_one" if row["rules"] == "1" else "rule_count"].format(
                n=row["rules"]
            )
            on_time = share(row["on_time_share"])
            facts = {**row, "rules": count, "currency": currency, "span": extra, "on_time": on_time}
            lines.append(words["rules"].format(**facts))
    return lines


def remote_lines(rows: list[Row], lang: str) -> list[str]:
    """How many remote cells go which way."""
    remote = [row for row in rows if row["remote"]]
    if not remote:
        return []
    ways = [row["best"] for row in remote]
    counts = {way.replace(" ", "_"): ways.count(way) for way in ("direct", "hub", "do not sell")}
    blank = sum(row["margin"] is None for row in remote)
    unknown = WORDS[lang]["no_margin"].format(n=blank) if blank else ""
    return [WORDS[lang]["ways"].format(unknown=unknown, **counts)]


def named(alternative: str, lang: str) -> str:
    return WORDS[lang]["together"] if alternative == TOGETHER else alternative


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.2%}"


def money(amount: float | None) -> str:
    return "-" if amount is None else f"{amount:,.4f}"


def span(low: float | None, high: float | None, digits: int = 4) -> str:
    return "" if low is None or high is None else f"[{low:,.{digits}f}, {high:,.{digits}f}]"


def aligned(lines: list[tuple[str, ...]]) -> list[str]:
    """Columns of equal width on a terminal, where a Chinese character is two wide; names left,
    figures right.
    """
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
