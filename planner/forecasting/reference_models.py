"""Plain forecasts to compare ours with: the last same weekday, the mean of the last four.

They know nothing of surges, trends or holidays. To be fair to them their hours share a day as ours
do, and their spread is measured in the same way, from their own past errors with the same lead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.demand import Baseline
from planner.domain.horizon import Horizon
from planner.domain.order_history import History
from planner.forecasting.baseline_fit import week_profile
from planner.forecasting.closed_times import Mask
from planner.forecasting.daily_series import DaySeries, day_number, weekday, whole_days
from planner.forecasting.spread import measure_spread


@dataclass(frozen=True)
class SameWeekdays:
    """A model that expects the mean of the last `weeks` same weekdays.

    Called with a history of at least a week and the horizon, it gives a baseline.
    """

    weeks: int

    def __call__(self, history: History, horizon: Horizon) -> Baseline:
        """Orders per hour of the horizon."""
        series = whole_days(history).before(day_number(horizon.start))
        everything = np.ones(len(series), dtype=bool)
        days = day_number(horizon.start) + np.arange(horizon.days, dtype=np.int64)
        profile = week_profile(series, everything)
        spread = measure_spread(series, everything, days, profile, self.expected)
        per_day = self.expected(series, everything, days)
        return Baseline(
            orders_per_hour=(per_day[:, None] * profile[weekday(days)]).ravel(),
            day_cv=spread.day_cv,
            hour_cv=spread.hour_cv,
            level_cv=spread.level_cv,
        )

    def expected(self, known: DaySeries, _usual: Mask, days: Ints) -> Floats:
        """Mean of the last same weekdays among the known days; fewer where there are fewer.

        Parameters
        ----------
        known : DaySeries
            What is known.
        _usual : Mask
            Not used: all days are as good as any.
        days : Ints
            Days to forecast, numbers since 1970-01-01.

        Returns
        -------
        Floats
            Expected orders [day].
        """
        last = int(known.days[-1])
        back = 7 * (1 + np.maximum(days - last - 1, 0) // 7)
        found = np.zeros(len(days))
        for i, nearest in enumerate((days - back - known.first_day).tolist()):
            same = np.arange(nearest, -1, -7)[: self.weeks]
            found[i] = known.daily[same].mean() if len(same) else 0.0
        return found


seasonal_naive = SameWeekdays(1)
mean_of_four = SameWeekdays(4)
