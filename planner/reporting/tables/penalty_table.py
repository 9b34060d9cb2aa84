"""Penalties as they fall due: late orders and compensation by day, and the platform's threshold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.domain.arrays import Floats, Ints
from planner.domain.money import minor_digits
from planner.domain.penalty_ledger import COMPENSATION, DUE, LATE, window_days, window_late_shares
from planner.domain.platform import PlatformRule
from planner.domain.statistics import proportion_interval
from planner.reporting.language.bilingual import Bilingual
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import DATE

_POINTS = (0.05, 0.50, 0.95)


def _money(name: str, heading: Bilingual, meaning: str) -> Column:
    return Column(name, "money", heading, meaning, unit="currency", empty=True)


def _probability(name: str, heading: Bilingual, meaning: str) -> tuple[Column, Column, Column]:
    """A probability over the replications with its 95 % interval."""
    headings = heading, *((f"{heading[0]}{en}", f"{heading[1]}{zh}") for en, zh in _ENDINGS)
    meanings = meaning, f"{meaning}, 95 % interval from", f"{meaning}, 95 % interval to"
    names = f"{name}_probability", f"{name}_low", f"{name}_high"
    low, middle, high = (
        Column(n, "share", h, f"{m} (empty: no threshold)", empty=True)
        for n, h, m in zip(names, headings, meanings, strict=True)
    )
    return low, middle, high


_ENDINGS: tuple[Bilingual, ...] = ((", 95% from", " 95% 下限"), (", 95% to", " 95% 上限"))
PENALTIES_TABLE = ResultTable(
    name="penalties",
    title=("Penalties by day", "逐日赔付"),
    meaning=(
        "orders by the day on which they fall due, with those of the promotion that are due after "
        "its last day; their compensation adds up to that of the costs. Of a real log: what "
        "happened"
    ),
    columns=(
        DATE,
        Column(
            "platform",
            "name",
            ("Platform", "平台"),
            "rule pack; log: deadlines of the log alone",
            vocabulary="platform",
        ),
        Column(
            "orders_due_mean", "number", ("Orders due", "到期订单"), "orders due", unit="orders"
        ),
        Column(
            "late_orders_mean",
            "number",
            ("Late orders", "迟发订单"),
            "of these, late",
            unit="orders",
        ),
        _money("compensation_mean", ("Compensation", "赔付"), "compensation, mean"),
        _money("compensation_p05", ("Compensation, 5% point", "赔付 5% 分位"), "5 % point"),
        _money("compensation_p50", ("Compensation, median", "赔付中位数"), "50 % point"),
        _money("compensation_p95", ("Compensation, 95% point", "赔付 95% 分位"), "95 % point"),
        Column(
            "window_days",
            "count",
            ("Days of the window", "窗口天数"),
            "days that the platform's window to this day covers; those before the first day are "
            "not known and left out",
        ),
        Column(
            "window_late_share_mean",
            "share",
            ("Late share of the window", "窗口迟发率"),
            "late share over the window, mean",
        ),
        Column(
            "window_late_share_p95",
            "share",
            ("Late share of the window, 95% point", "窗口迟发率 95% 分位"),
            "its 95 % point",
        ),
        *_probability(
            "crossing",
            ("Above the threshold", "超过阈值的概率"),
            "share of replications above the platform's threshold on this day",
        ),
        *_probability(
            "crossed",
            ("Above it by then", "截至当日曾超过的概率"),
            "share of replications above it on this day or one before",
        ),
    ),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Ledger:
    """The ledger of one platform.

    Attributes
    ----------
    rule : PlatformRule
        Its threshold and window.
    first : date
        The day of index 0.
    days : Ints
        Orders due, late, and compensation in minor units [replication, day, 3].
    priced : bool
        Whether the compensation is known.
    simulated : bool
        Whether they are replications; of what happened there are no intervals.
    """

    rule: PlatformRule
    first: date
    days: Ints
    priced: bool = True
    simulated: bool = True

    @property
    def window_share(self) -> Floats:
        """Late shares of the window [replication, day]."""
        return window_late_shares(self.days, self.rule.threshold_window_days)

    @property
    def crossed(self) -> NDArray[np.bool_]:
        """Replications above the threshold, by day [replication, day]."""
        limit = self.rule.threshold_late_share
        return np.asarray(self.window_share > (np.inf if limit is None else limit + 1e-12))


def penalties_table(ledgers: list[Ledger], currency: str) -> pd.DataFrame:
    """One row for each platform and day."""
    rows = [row for ledger in ledgers for row in _rows(ledger, currency)]
    return PENALTIES_TABLE.frame(rows)


def _rows(ledger: Ledger, currency: str) -> list[tuple[object, ...]]:
    """The days of one platform."""
    scale = 10 ** minor_digits(currency)
    counts = ledger.days
    money = counts[..., COMPENSATION] / scale
    means = counts.mean(axis=0)
    points = np.quantile(money, _POINTS, axis=0)
    share, crossed = ledger.window_share, ledger.crossed
    so_far = np.logical_or.accumulate(crossed, axis=1)
    days = window_days(counts.shape[1], ledger.rule.threshold_window_days)
    known = ledger.rule.threshold_late_share is not None
    paid = [money.mean(axis=0), *points]
    rows: list[tuple[object, ...]] = []
    for d in range(counts.shape[1]):
        rows.append(
            (
                (ledger.first + timedelta(days=d)).isoformat(),
                ledger.rule.name,
                round(float(means[d, DUE]), 3),
                round(float(means[d, LATE]), 3),
                *(round(float(p[d]), 4) if ledger.priced else "" for p in paid),
                int(days[d]),
                round(float(share[:, d].mean()), 6),
                round(float(np.quantile(share[:, d], 0.95)), 6),
                *(_shares(ledger, crossed[:, d]) if known else ("", "", "")),
                *(_shares(ledger, so_far[:, d]) if known else ("", "", "")),
            )
        )
    return rows


def _shares(ledger: Ledger, crossed: NDArray[np.bool_]) -> tuple[float | str, ...]:
    """Share of replications with its interval."""
    count, n = int(crossed.sum()), len(crossed)
    if not ledger.simulated:
        return float(count), "", ""
    low, high = proportion_interval(count, n)
    return round(count / n, 6), round(low, 6), round(high, 6)
