"""The tables of a back-test with rolling origins."""

from __future__ import annotations

from planner.documents.values import LARGEST
from planner.reporting.tables.column_types import Column, ResultTable

MODEL = Column(
    "model",
    "name",
    ("Model", "模型"),
    "planner (ours), or what it is compared with: seasonal_naive (the last same weekday), "
    "mean_of_four (of the last four same weekdays), negative_binomial (a regression)",
    vocabulary="model",
)
KIND = Column(
    "kind",
    "choice",
    ("Kind of day", "日期类别"),
    "promotion: a day of a surge that the whole log shows, or on which an event of the scenario "
    "begins; ordinary: any other",
    among=("ordinary", "promotion"),
)
ORIGINS = Column("origins", "count", ("Origins", "起点数"), "origins that forecast such days")
ORDERS = Column("orders", "count", ("Orders", "订单"), "orders that came, as the log counts them")


def _coverage(band: int, name: str = "coverage", of: str = "days or hours") -> Column:
    by_hour = name == "hours"
    return Column(
        f"{name}_{band}",
        "share",
        (
            f"Hours inside {band}%" if by_hour else f"Inside {band}%",
            f"{band}% 区间内小时" if by_hour else f"{band}% 区间内",
        ),
        f"share of the {of} inside the central {band} % band ({band} % for a true forecast: a "
        "count on the edge counts in part)",
    )


def _wape(name: str, heading: tuple[str, str], of: str) -> Column:
    return Column(
        name,
        "ratio",
        heading,
        f"sum over {of} of |median - orders|, over the orders (empty: no orders)",
        empty=True,
    )


BIAS = Column(
    "bias",
    "ratio",
    ("Bias", "偏差"),
    "orders forecast on average minus those that came, over those that came (empty: no orders)",
    low=-LARGEST,
    empty=True,
)


def _difference(name: str, heading: tuple[str, str], of: str) -> tuple[Column, ...]:
    """Ours minus the row's own, with the ends of its interval."""
    ends = (
        ("low", (f"{heading[0]}, lower end", f"{heading[1]}，下限"), "lower"),
        ("high", (f"{heading[0]}, upper end", f"{heading[1]}，上限"), "upper"),
    )
    return (
        Column(
            name,
            "ratio",
            heading,
            f"{of} of planner minus that of the row (empty: ours itself, or no orders)",
            low=-LARGEST,
            empty=True,
        ),
        *(
            Column(
                f"{name}_{end}",
                "ratio",
                words,
                f"{which} end of its 95 % interval, paired over origins (empty: ours itself, or "
                "too few origins)",
                low=-LARGEST,
                empty=True,
            )
            for end, words, which in ends
        ),
    )


BACKTEST_TABLE = ResultTable(
    name="backtest",
    title=("Back-test by origin", "回测（按起点）"),
    meaning="how the forecast of each model from each origin did",
    columns=(
        Column("origin", "date", ("Origin", "起点"), "the days before it were known"),
        Column("horizon_days", "count", ("Days ahead", "预测天数"), "days that are forecast"),
        MODEL,
        *(_coverage(band) for band in (50, 80, 90)),
        _wape("wape", ("WAPE", "WAPE"), "the days or hours"),
        BIAS,
        KIND,
        Column("unit", "choice", ("By", "单位"), "what is scored", among=("day", "hour")),
        Column("times", "count", ("Scored", "计分数"), "days or hours that are scored"),
        ORDERS,
        Column("expected", "number", ("Forecast, mean", "预测均值"), "orders forecast on average"),
        Column("missed", "number", ("Missed", "误差"), "sum of |median - orders|"),
        Column("width_80", "number", ("80% wide", "80% 宽度"), "sum of widths of the 80% band"),
        Column(
            "interval_score",
            "number",
            ("Interval score", "区间评分"),
            "sum of weighted interval scores: small where bands are narrow and hold what came",
        ),
    ),
)

SUMMARY_TABLE = ResultTable(
    name="backtest_summary",
    title=("Back-test", "回测"),
    meaning="how each model did over all origins; days unless it says hours",
    columns=(
        MODEL,
        KIND,
        ORIGINS,
        Column("days", "count", ("Days", "天数"), "days that are scored, once for each origin"),
        ORDERS,
        *(_coverage(band, of="days") for band in (50, 80, 90)),
        *(
            Column(
                f"coverage_80_{end}",
                "ratio",
                (f"80%, {words}", f"80%，{zh}"),
                f"{words} end of the 95 % interval of coverage_80 (empty: too few origins)",
                low=-LARGEST,
                empty=True,
            )
            for end, words, zh in (("low", "lower", "下限"), ("high", "upper", "上限"))
        ),
        *(_coverage(band, "hours", "hours") for band in (50, 80, 90)),
        _wape("wape", ("WAPE", "WAPE"), "days"),
        _wape("wape_hours", ("WAPE, hours", "WAPE（小时）"), "hours"),
        BIAS,
        Column(
            "width_80",
            "ratio",
            ("80% wide", "80% 宽度"),
            "width of the 80 % band over the orders (empty: no orders)",
            empty=True,
        ),
        Column(
            "interval_score",
            "ratio",
            ("Interval score", "区间评分"),
            "weighted interval score over the orders: small where bands are narrow and hold what "
            "came (empty: no orders)",
            empty=True,
        ),
        *_difference("ours_minus", ("Ours minus it", "本模型减该模型"), "WAPE"),
        *_difference("score_minus", ("Score, ours minus it", "评分差"), "interval score"),
    ),
)
TABLES = (BACKTEST_TABLE, SUMMARY_TABLE)
