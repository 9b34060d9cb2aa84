"""The table of a sweep: a plan for every point of a grid."""

from __future__ import annotations

from planner.reporting.tables.column_types import Column, ResultTable

SWEEP_TABLE = ResultTable(
    name="sweep",
    title=("What-ifs", "情形对比"),
    meaning=(
        "a plan for every point of a grid; before these columns stands one for each value that "
        "varies, named by its path"
    ),
    columns=(
        Column(
            "status",
            "choice",
            ("Status", "状态"),
            "what the plan of the point is, or why there is none",
            among=("certified", "not certified", "draft", "no plan", "invalid input"),
        ),
        Column(
            "cost",
            "money",
            ("Cost, mean", "平均费用"),
            "mean cost over the replications (empty: no plan)",
            unit="currency",
            empty=True,
        ),
        Column(
            "on_time_share",
            "share",
            ("On time", "准时率"),
            "mean share on time over the replications (empty: no plan)",
            empty=True,
        ),
        Column(
            "met",
            "count",
            ("Target met", "达标"),
            "replications that met the service level of the point (empty: no plan)",
            empty=True,
        ),
        Column(
            "replications",
            "count",
            ("Replications", "仿真次数"),
            "simulated replications, the same orders at every point of the same demand",
        ),
        Column(
            "people",
            "count",
            ("Most people", "最多人数"),
            "people on the day with most of them (empty: no plan)",
            empty=True,
        ),
        Column(
            "person_days",
            "count",
            ("Person-days", "人日"),
            "people over all days (empty: no plan)",
            empty=True,
        ),
        Column(
            "message",
            "text",
            ("Message", "说明"),
            "what is wrong with a point without a plan",
            empty=True,
        ),
    ),
    open=True,
)
