"""Every figure draws what its table says, in both languages, also from one row or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from planner.domain.choices import LANGUAGES
from planner.reporting.figures.axes import numbered, save_png
from planner.reporting.figures.backlog import (
    backlog_fan,
    hours_to_finish,
    promise_used,
    staff_steps,
)
from planner.reporting.figures.contracts import courier_dots, interval_dots, tornado
from planner.reporting.figures.cost_waterfall import cost_waterfall
from planner.reporting.figures.demand import daily_bars, demand_fan
from planner.reporting.figures.planning_history import hindsight_dots, path_costs, path_kept
from planner.reporting.figures.regions import region_dots, split_bars
from planner.reporting.figures.service import late_ecdf, late_histogram
from planner.reporting.figures.staffing import staffing_heat
from planner.reporting.language.labels import Labels
from planner.reporting.layout import fonts
from planner.reporting.layout.sheet import RIGHT, Sheet
from planner.reporting.layout.style import FILLS, applied, shade
from planner.reporting.pages.demand_backlog_cost import backlog_message
from planner.reporting.report import open_context
from planner.reporting.tables.run_folder import RunFolder, read_run_folder
from tests.reporting.builders import large_run

Draw = Callable[[Axes, pd.DataFrame, Labels], None]
DATES = [date(2026, 11, 8 + d) for d in range(9)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return read_run_folder(large_run(tmp_path_factory.mktemp("run")))


def of(table: pd.DataFrame, **values: str) -> pd.DataFrame:
    """Rows with these values, numbered again."""
    for column, value in values.items():
        table = table[table[column] == value]
    return table.reset_index(drop=True)


def triples(table: pd.DataFrame, *columns: str) -> list[tuple[float, float, float]]:
    """Three columns row by row."""
    return [(a, b, c) for a, b, c in table[list(columns)].to_numpy(dtype=float)]


FIGURES: dict[str, tuple[str, dict[str, str], Draw]] = {
    "demand_fan": ("forecast_hourly", {"region": "all"}, demand_fan),
    "daily_bars": ("forecast_daily", {"region": "all"}, daily_bars),
    "staffing_heat": (
        "staffing",
        {"site": "yiwu"},
        lambda ax, t, lab: staffing_heat(ax, t, DATES, lab),
    ),
    "backlog_fan": ("hourly", {"site": "yiwu", "process": "pack"}, backlog_fan),
    "staff_steps": ("hourly", {"site": "yiwu", "process": "pack"}, staff_steps),
    "promise_used": (
        "hourly",
        {"site": "yiwu"},
        lambda ax, t, lab: promise_used(ax, t, lab, 48.0),
    ),
    "late_histogram": (
        "replications",
        {},
        lambda ax, t, lab: late_histogram(ax, t, lab, 0.02, 0.05),
    ),
    "late_ecdf": ("replications", {}, lambda ax, t, lab: late_ecdf(ax, t, lab, 0.02, 0.95)),
    "cost_waterfall": ("costs", {}, cost_waterfall),
    "interval_dots": (
        "contracts",
        {"region_group": "all"},
        lambda ax, t, lab: interval_dots(
            ax, list(t["contract"]), triples(t, "cost_per_order", "low", "high"), lab
        ),
    ),
    "tornado": (
        "clauses",
        {},
        lambda ax, t, lab: tornado(
            ax, list(t["clause"]), triples(t, "value", "low", "high"), lab, str
        ),
    ),
    "courier_dots": (
        "remote",
        {"region": "xinjiang"},
        lambda ax, t, lab: courier_dots(ax, triples(t, "direct_cost", "hub_cost", "margin"), lab),
    ),
    "path_costs": ("path", {}, path_costs),
    "path_kept": ("path", {}, lambda ax, t, lab: path_kept(ax, t, lab, 0.95)),
    "hindsight_dots": ("hindsight", {}, hindsight_dots),
    "region_dots": (
        "regions",
        {},
        lambda ax, t, lab: region_dots(
            ax,
            [] if t.empty else list(zip(t["name"], t["cost_per_order"], strict=True)),
            lab,
            2,
            named=True,
        ),
    ),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rows", [None, 1, 0])
@pytest.mark.parametrize("name", sorted(FIGURES))
def test_figures_draw_any_number_of_rows(
    name: str, rows: int | None, lang: str, run: RunFolder, tmp_path: Path
) -> None:
    """A figure of the full table, of one row, and of none is drawn without a warning, in both
    languages.
    """
    table, values, draw = FIGURES[name]
    data = of(run.table(table), **values)
    labels = Labels("zh" if lang == "zh" else "en", "CNY", run.names())
    with applied(fonts.register()):
        figure = Figure(figsize=(8, 4))
        draw(figure.add_subplot(), data if rows is None else data.head(rows), labels)
        path = save_png(figure, tmp_path / f"{name}.png", dpi=50)
    assert path.read_bytes()[:4] == b"\x89PNG"


def axes() -> Axes:
    return Figure().add_subplot()


def test_fan_shows_what_came() -> None:
    """Actual orders are drawn at their own height and named in the legend."""
    times = [f"2026-11-08 {h:02d}:00" for h in range(24)]
    fan = pd.DataFrame(
        {"time": times} | {q: np.full(24, 10.0) for q in ("p05", "p25", "p50", "p75", "p95")}
    )
    came = pd.DataFrame({"time": times[:6], "orders": [50.0] * 6})
    with applied(fonts.register()):
        ax = axes()
        demand_fan(ax, fan, Labels(), came)
        legend = ax.get_legend()
    assert legend is not None
    assert [t.get_text() for t in legend.get_texts()][-1] == "actual"
    assert any(
        np.nanmax(np.asarray(line.get_ydata(), dtype=float), initial=0.0) == 50.0
        for line in ax.lines
    )
    assert ax.get_ylim()[1] > 50


def test_waterfall_ends_at_the_total(run: RunFolder) -> None:
    """The bars hang together, and the last one is as long as all others together."""
    costs = run.table("costs")
    with applied(fonts.register()):
        ax = axes()
        cost_waterfall(ax, costs, Labels())
    bars = sorted(ax.patches, key=lambda p: p.get_y())
    total = costs["amount"].sum()
    assert bars[-1].get_width() == pytest.approx(total)
    ends = np.cumsum([b.get_width() for b in bars[:-1]])
    assert [b.get_x() for b in bars[1:-1]] == pytest.approx(list(ends[:-1]))
    assert ends[-1] == pytest.approx(total)


def test_waterfall_goes_back_where_something_is_taken_off() -> None:
    """700 and 20 less a discount of 500 and a refund of 300: the bars end at 700, 720, 220 and -80,
    the axis shows them all, and the figures keep their signs; what is zero is left out.
    """
    rows = [
        ("courier", 700.0),
        ("volume_surcharges", 20.0),
        ("volume_discounts", -500.0),
        ("late_refunds", -300.0),
    ]
    costs = pd.DataFrame(
        [*((n, a, a) for n, a in rows), ("losses", 0.0, 0.0)], columns=["name", "amount", "planned"]
    )
    with applied(fonts.register()):
        ax = axes()
        cost_waterfall(ax, costs, Labels())
        bars = sorted(ax.patches, key=lambda p: p.get_y())
        texts = [t.get_text() for t in ax.texts]
    assert [b.get_x() + b.get_width() for b in bars] == pytest.approx([700, 720, 220, -80, -80])
    low, high = ax.get_xlim()
    assert low < -80
    assert high > 720
    assert [b.get_facecolor() == bars[0].get_facecolor() for b in bars[:4]] == [
        True,
        True,
        False,
        False,
    ]
    assert {"\u2212500", "\u2212300", "\u221280"} <= set(texts)
    assert "Lost parcels" not in [t.get_text() for t in ax.get_yticklabels()]


def test_histogram_counts_every_replication(run: RunFolder) -> None:
    """Bars of replications that met and missed the target add up to all replications, split at the
    target.
    """
    table = run.table("replications")
    with applied(fonts.register()):
        ax = axes()
        late_histogram(ax, table, Labels(), 0.02, None)
    heights = [(p.get_x(), p.get_height()) for p in ax.patches]
    assert sum(h for _, h in heights) == len(table)
    assert sum(h for x, h in heights if x >= 2.0 - 1e-9) == (table["late_share"] > 0.02).sum()


def test_split_bars_fill_the_whole(run: RunFolder) -> None:
    """Every region's parts add up to 100 %."""
    parcels = run.table("couriers").pivot_table(
        index="region", columns="contract", values="parcels_mean", aggfunc="sum", fill_value=0.0
    )
    with applied(fonts.register()):
        ax = axes()
        split_bars(ax, parcels, list(parcels.columns), Labels(), percent=False)
    sums = (
        pd.Series([p.get_width() for p in ax.patches])
        .groupby([round(p.get_y(), 6) for p in ax.patches])
        .sum()
    )
    assert len(sums) == 31
    assert np.allclose(sums, 100.0)


def test_bars_of_clauses_go_right_when_they_save() -> None:
    """A saving of 30 is a plain bar to the right, a cost of 20 a hatched one to the left, both from
    0.
    """
    with applied(fonts.register()):
        ax = axes()
        tornado(ax, ["a", "b"], [(30.0, 20.0, 40.0), (-20.0, -25.0, -15.0)], Labels(), str)
    saving, costing = ax.patches
    assert (saving.get_x(), saving.get_width(), saving.get_hatch()) == (0.0, 30.0, "")
    assert (costing.get_x() + costing.get_width(), costing.get_width()) == (-20.0, -20.0)
    assert costing.get_hatch() == "////"
    whiskers = [tuple(line.get_xdata()) for line in ax.lines if line.get_marker() == "|"]
    assert whiskers == [(20.0, 40.0), (-25.0, -15.0)]


def test_sheets_of_one_comparison_share_their_scale() -> None:
    """What other sheets show widens the axis, without being drawn."""
    with applied(fonts.register()):
        ax = axes()
        interval_dots(ax, ["a"], [(3.0, 2.9, 3.1)], Labels(), reach=[(9.0, 8.0, 10.0)])
    assert ax.get_xlim()[1] > 10.0
    assert [t.get_text() for t in ax.texts] == ["3.00"]


def test_hours_to_finish_counts_by_hand() -> None:
    """Ten orders an hour for two hours, five done an hour: the fourth hour finishes what came two
    hours before.
    """
    table = pd.DataFrame(
        {
            "time": [f"2026-11-08 0{h}:00" for h in range(4)],
            "process": "pack",
            "arrivals": [10.0, 10.0, 0.0, 0.0],
            "done": [5.0, 5.0, 5.0, 5.0],
        }
    )
    ends, hours = hours_to_finish(table)
    assert np.allclose(ends * 24, [0, 1, 2, 3, 4])
    assert np.isnan(hours[0])
    assert np.allclose(hours[1:], [0.5, 1.0, 1.5, 2.0])


def test_returns_do_not_count_as_the_last_process() -> None:
    """The process `receive` is no step of an order on its way out."""
    rows = [("2026-11-08 00:00", "pack", 10.0, 10.0), ("2026-11-08 00:00", "receive", 3.0, 0.0)]
    _, hours = hours_to_finish(pd.DataFrame(rows, columns=["time", "process", "arrivals", "done"]))
    assert hours[1] == pytest.approx(0.0, abs=1e-6)


def test_shades_darken_steadily() -> None:
    """More people is always darker, and neighbouring fills differ in grey or hatch."""
    grey = [np.dot(shade(s), (0.299, 0.587, 0.114)) for s in np.linspace(0, 1, 11)]
    assert (np.diff(grey) < 0).all()
    assert len(set(FILLS)) == len(FILLS)


def test_ticks_have_the_decimals_of_their_step() -> None:
    """No axis shows the same number twice, whatever its scale; a whole step has no decimals."""
    for reach in (1e-4, 0.003, 0.04, 0.5, 7.0, 90.0, 12_000.0):
        ax = Figure().add_subplot()
        ax.set_xlim(0, reach)
        numbered(ax, "x", Labels(), 4)
        ticks = [t for t in ax.get_xticks() if 0 <= t <= reach]
        texts = ax.xaxis.get_major_formatter().format_ticks(ticks)
        assert len(set(texts)) == len(texts) >= 2, texts
        assert [float(t.replace(",", "")) for t in texts] == pytest.approx(ticks)
        assert ("." in texts[-1]) == any(t % 1 for t in ticks)


def test_a_tick_at_the_margin_of_a_sheet_ends_there() -> None:
    """Axes that reach the right margin write their last number before it, others centre it below
    the tick.
    """
    context = fonts.register()
    sheet = Sheet(typeface=context, slug="sheet")
    for x, expected in ((150.0, "right"), (20.0, "center")):
        ax = sheet.axes(x, 30, RIGHT - 150.0, 100)
        ax.set_xlim(0, 100_000)
        numbered(ax, "x", Labels(), 4)
        assert ax.get_xticklabels()[-1].get_horizontalalignment() == expected


def test_every_cell_says_who_it_is_made_of() -> None:
    """Where anybody is hired, cells of permanent people only are split as well; where nobody is,
    none is.
    """
    columns = ["date", "process", "shift", "since", "headcount", "paid_hours"]
    rows = [("2026-11-09", "pack", "day", "", 10, 80.0), ("2026-11-10", "pack", "day", "", 8, 64.0),
            ("2026-11-10", "pack", "day", "2026-11-10", 3, 24.0)]  # fmt: skip
    dates = [date(2026, 11, 9), date(2026, 11, 10)]
    for most, parts in ((3, {"10 + 0", "8 + 3"}), (2, set())):
        ax = Figure().add_subplot()
        staffing_heat(ax, pd.DataFrame(rows[:most], columns=columns), dates, Labels())
        assert {t.get_text() for t in ax.texts if "+" in t.get_text()} == parts


def test_the_page_of_a_site_has_the_backlog_of_page_one(run: RunFolder) -> None:
    """The largest 95 % point of each process, at the end of its hour, the process with most orders
    first.
    """
    context, _ = open_context(run.path, "en")
    table = of(run.table("hourly"), site="yiwu")
    worst = table.loc[table["backlog_p95"].idxmax()]
    end = context.labels.moment(datetime.fromisoformat(worst["time"]) + timedelta(hours=1))
    message = backlog_message(context, table)
    assert message.startswith("Largest backlog, exceeded one time in twenty: ")
    assert f": {worst['process']} {context.labels.number(worst['backlog_p95'])} on {end}" in message
