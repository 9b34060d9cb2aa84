"""One function per figure: it takes a table and axes, and draws; nothing is read or computed
elsewhere.
"""

from planner.reporting.figures.axes import save_png
from planner.reporting.figures.backlog import backlog_fan, promise_used, staff_steps
from planner.reporting.figures.contracts import courier_dots, interval_dots, tornado
from planner.reporting.figures.cost_waterfall import cost_waterfall
from planner.reporting.figures.demand import daily_bars, demand_fan
from planner.reporting.figures.planning_history import hindsight_dots, path_costs, path_kept
from planner.reporting.figures.regions import region_dots, split_bars
from planner.reporting.figures.service import late_ecdf, late_histogram
from planner.reporting.figures.staffing import day_strip, staffing_heat

__all__ = [
    "backlog_fan",
    "cost_waterfall",
    "courier_dots",
    "daily_bars",
    "day_strip",
    "demand_fan",
    "hindsight_dots",
    "interval_dots",
    "late_ecdf",
    "late_histogram",
    "path_costs",
    "path_kept",
    "promise_used",
    "region_dots",
    "save_png",
    "split_bars",
    "staff_steps",
    "staffing_heat",
    "tornado",
]
