"""Columns that several result tables share."""

from __future__ import annotations

from planner.documents.values import LARGEST
from planner.reporting.language.bilingual import Bilingual
from planner.reporting.tables.column_types import Column

SITE = Column("site", "name", ("Site", "仓库"), "site", vocabulary="site")
PROCESS = Column("process", "name", ("Process", "环节"), "process", vocabulary="process")
CREW = Column("crew", "name", ("Crew", "班组"), "crew", vocabulary="crew")
SHIFT = Column("shift", "name", ("Shift", "班次"), "shift", vocabulary="shift")
PRODUCT = Column("product", "name", ("Product", "商品"), "product", vocabulary="product")
REGION = Column("region", "name", ("Region", "地区"), "region", vocabulary="region")
CONTRACT = Column("contract", "name", ("Contract", "合同"), "contract", vocabulary="contract")
DATE = Column("date", "date", ("Date", "日期"), "day")
FROM = Column("from", "moment", ("From", "自"), "from this moment")
TO = Column("to", "moment", ("To", "至"), "until this moment")
SHARE = Column("share", "share", ("Share", "占比"), "share of the orders")
COST = Column("cost", "money", ("Cost", "费用"), "cost", unit="currency")
ABOVE_G = Column(
    "above_g",
    "count",
    ("Above, g", "大于（克）"),
    "only parcels of more actual grams (empty: of any)",
    unit="g",
    empty=True,
)
TO_G = Column(
    "to_g",
    "count",
    ("Up to, g", "不超过（克）"),
    "only parcels of at most so many actual grams (empty: of any)",
    unit="g",
    empty=True,
)
PAID_HOURS = Column("paid_hours", "number", ("Paid hours", "计薪工时"), "hours paid", unit="h")
START = Column("start", "clock", ("Start", "开始"), "start of the shift")
END = Column("end", "clock", ("End", "结束"), "end of the shift")
WORK = (DATE, SITE, PROCESS, CREW, SHIFT)
TIME = Column("time", "moment", ("Time", "时间"), "start of the bucket")
REMOTE = Column("remote", "flag", ("Remote", "偏远"), "whether the region is remote")
ORDERS = Column("orders", "number", ("Orders", "订单"), "orders", unit="orders")
LATE_ORDERS = Column(
    "late_orders", "number", ("Late orders", "迟发订单"), "late orders", unit="orders"
)
ON_TIME = Column(
    "on_time_share", "share", ("On time", "准时率"), "share on time (empty: no orders)", empty=True
)
COST_PER_ORDER = Column(
    "cost_per_order",
    "money",
    ("Cost per order", "每单费用"),
    "mean cost per order",
    unit="currency/order",
    empty=True,
)
COST_MEAN = Column(
    "cost_mean", "money", ("Cost, mean", "平均费用"), "mean cost", unit="currency", low=-LARGEST
)
MET = Column("met", "flag", ("Target met", "达标"), "whether the service level was reached")
REPLICATIONS = Column("replications", "count", ("Replications", "模拟次数"), "replications", low=1)
CERTIFIED = Column("certified", "flag", ("Certified", "认证"), "whether the plan is certified")

POINT_HEADINGS: dict[str, Bilingual] = {
    "p05": ("5% point", "5% 分位"),
    "p25": ("25% point", "25% 分位"),
    "p50": ("Median", "中位数"),
    "p75": ("75% point", "75% 分位"),
    "p95": ("95% point", "95% 分位"),
}
POINT_ENDINGS: dict[str, Bilingual] = {
    "p05": (", 5% point", " 5% 分位"),
    "p50": (", median", " 中位数"),
    "p95": (", 95% point", " 95% 分位"),
}
INTERVAL_ENDINGS: dict[str, Bilingual] = {
    "low": (", 95% from", " 95% 下限"),
    "high": (", 95% to", " 95% 上限"),
}
INTERVAL_HEADINGS: dict[str, Bilingual] = {
    "low": ("95% from", "95% 下限"),
    "high": ("95% to", "95% 上限"),
}


def joined(heading: Bilingual, ending: Bilingual) -> Bilingual:
    """Return a heading with an ending, in both languages."""
    return heading[0] + ending[0], heading[1] + ending[1]


def with_points(
    name: str, heading: Bilingual, meaning: str, unit: str
) -> tuple[Column, Column, Column, Column]:
    """Declare a mean over the replications with its 5 %, 50 % and 95 % points.

    Parameters
    ----------
    name : str
        Name of the mean's column; the points append `_p05`, `_p50`, `_p95`.
    heading : Bilingual
        Heading of the mean's column.
    meaning : str
        What is counted.
    unit : str
        Unit of all four columns.

    Returns
    -------
    tuple of Column
        The mean and the three points.
    """
    low, middle, high = (
        Column(
            f"{name}_{point}",
            "number",
            joined(heading, ending),
            f"{meaning}, {int(point[1:])} % point",
            unit=unit,
        )
        for point, ending in POINT_ENDINGS.items()
    )
    return Column(name, "number", heading, f"{meaning}, mean", unit=unit), low, middle, high


def signed_money(
    name: str, heading: Bilingual, meaning: str, *, unit: str = "currency", empty: bool = True
) -> Column:
    """Declare an amount of money that may be negative, and unknown.

    Parameters
    ----------
    name : str
        Name of the column.
    heading : Bilingual
        Heading of the column.
    meaning : str
        What the amount is.
    unit : str
        `currency`, or `currency/order`.
    empty : bool
        Whether a cell may be left empty.

    Returns
    -------
    Column
        The column.
    """
    return Column(name, "money", heading, meaning, unit=unit, empty=empty, low=-LARGEST)
