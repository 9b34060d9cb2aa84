"""Rolling origins: the scores by hand, bands on synthetic shops and on a real log."""

from datetime import datetime

import numpy as np
import pytest

from planner.domain.arrays import Floats
from planner.domain.order_history import History
from planner.forecasting.baseline_fit import fit_baseline
from planner.forecasting.daily_series import day_number, weekday, whole_days
from planner.forecasting.forecast_score import accuracy
from planner.forecasting.reference_models import SameWeekdays, mean_of_four, seasonal_naive
from planner.forecasting.rolling_origins import MODELS, Ahead, Origin, possible_origins, roll
from planner.forecasting.surge_detection import usual_days
from tests.forecasting.builders import history
from tests.forecasting.real_log import real_history

START = datetime(2026, 1, 5)  # a Monday
SATURDAY = 5


def _scores(rolled: list[Origin], on: tuple[int, ...] = tuple(range(7))) -> dict[str, float]:
    days = np.concatenate([origin.days for origin in rolled])
    chosen = np.isin(weekday(days), on)
    sampled = np.concatenate([origin.sampled for origin in rolled], axis=1)
    return accuracy(
        sampled[:, chosen], np.concatenate([origin.actual for origin in rolled])[chosen]
    )


def _rolled(log: History, first: int) -> list[Origin]:
    """Two weeks forecast every two weeks."""
    origins = possible_origins(log, first, 14, 0, step=14)
    return roll(log, fit_baseline, origins, Ahead(length=14, paths=150))


def test_scores_by_hand() -> None:
    """Three days, eleven paths 0..10 each: one inside all bands, one whose eleventh of probability
    begins at 9/11 and lies inside the 80 % band up to 0.9, one that begins at 10/11 and lies inside
    the 90 % band up to 0.95.
    """
    sampled = np.tile(np.arange(11), (3, 1)).T
    assert accuracy(sampled, np.array([5, 9, 10])) == {
        "days": 3,
        "coverage_50": pytest.approx(1 / 3),
        "coverage_80": pytest.approx((1 + (0.9 - 9 / 11) * 11) / 3),
        "coverage_90": pytest.approx((1 + 1 + (0.95 - 10 / 11) * 11) / 3),
        "wape": pytest.approx((0 + 4 + 5) / 24),
        "bias": pytest.approx((15 - 24) / 24),
    }


def test_an_origin_knows_nothing_of_what_follows_it() -> None:
    """Orders after the origin change what came, not what was forecast; the lead shifts the days."""
    log = history(np.full(140, 50.0), START)
    changed = History(start_hour=log.start_hour, counts=log.counts.copy())
    changed.counts[24 * 100 :] += 7
    first = day_number(START)
    before, after = (
        roll(h, fit_baseline, [first + 100], Ahead(length=7, lead=3, paths=20))[0]
        for h in (log, changed)
    )
    assert before.days.tolist() == list(range(first + 103, first + 110))
    assert before.sampled.tolist() == after.sampled.tolist()
    assert before.actual.tolist() == whole_days(log).daily[103:110].tolist()
    assert (after.actual > before.actual).all()


def test_origins_end_where_the_log_no_longer_holds_what_is_forecast() -> None:
    """A hundred days, two weeks of forecast after one of lead: the last day of the last forecast is
    in the log.
    """
    log = history(np.full(100, 50.0), START)
    first = day_number(START)
    assert list(possible_origins(log, first + 70, 14, 7)) == [first + 70, first + 77]
    assert list(possible_origins(log, first + 79, 14, 7)) == [first + 79]
    assert list(possible_origins(log, first + 80, 14, 7)) == []


@pytest.mark.parametrize("model", [seasonal_naive, mean_of_four])
@pytest.mark.parametrize("lead", [0, 9])
def test_the_same_weekdays_are_their_mean(model: SameWeekdays, lead: int) -> None:
    """The plain models forecast the mean of the last known same weekdays, closed ones included;
    with a lead of more than a week these are further back.
    """
    daily = np.tile([100.0, 90, 80, 70, 60, 0, 50], 20)
    counts = history(daily, START)
    known = 140 - 7 - lead
    ahead = Ahead(length=7, lead=lead, paths=300)
    rolled = roll(counts, model, [day_number(START) + known], ahead)[0]
    before = whole_days(counts).daily[:known]
    last = [before[(day - day_number(START)) % 7 :: 7][-model.weeks :] for day in rolled.days]
    seen = np.array([same.mean() for same in last])
    assert rolled.sampled.mean(axis=0) == pytest.approx(seen, rel=0.06)
    assert rolled.sampled[:, weekday(rolled.days) == SATURDAY].max() == 0


def _shop(per_day: float, closed: bool) -> History:
    week: Floats = np.array([1.1, 1.1, 1.05, 1.0, 1.0, 0.0 if closed else 0.8, 0.95])
    return history(per_day * np.tile(week, 52), START, seed=8, day_cv=0.2)


@pytest.mark.parametrize("per_day", [25.0, 200.0])
def test_the_80_percent_band_holds_on_a_shop_that_is_closed_on_saturdays(per_day: float) -> None:
    """75 to 85 % of all days, every Saturday exactly, and the open days as well as in a shop
    without closed days.
    """
    first = day_number(START) + 84
    closed = _rolled(_shop(per_day, closed=True), first)
    assert 0.75 <= _scores(closed)["coverage_80"] <= 0.85
    saturdays = np.concatenate([o.sampled[:, weekday(o.days) == SATURDAY] for o in closed], axis=1)
    assert saturdays.max() == 0
    without = _rolled(_shop(per_day, closed=False), first)
    on_open = [w for w in range(7) if w != SATURDAY]
    found, reference = (_scores(rolled, tuple(on_open)) for rolled in (closed, without))
    assert found["coverage_80"] == pytest.approx(reference["coverage_80"], abs=0.05)
    assert found["wape"] < reference["wape"] + 0.01


@pytest.mark.slow
def test_the_80_percent_band_holds_on_a_real_shop() -> None:
    """The shipped real counts from April on: 75 to 85 % of the usual days, and no worse than the
    plain model.
    """
    log = real_history()
    series = whole_days(log)
    origins = possible_origins(log, day_number(datetime(2017, 4, 3)), 14, 0, step=14)
    usual = usual_days(series, 7)
    found = {}
    for name, model in MODELS.items():
        rolled = roll(log, model, origins, Ahead(length=14, paths=200))
        days = np.concatenate([origin.days for origin in rolled]) - series.first_day
        sampled = np.concatenate([origin.sampled for origin in rolled], axis=1)
        actual = np.concatenate([origin.actual for origin in rolled])
        found[name] = accuracy(sampled[:, usual[days]], actual[usual[days]])
    assert found["planner"]["days"] > 180
    assert 0.75 <= found["planner"]["coverage_80"] <= 0.85
    assert found["planner"]["wape"] < found["mean_of_four"]["wape"] + 0.01


def test_the_same_seed_gives_the_same_paths() -> None:
    """Bit by bit; another seed gives others."""
    log = history(np.full(120, 50.0), START)
    first = day_number(START) + 100
    one, two, other = (
        roll(log, fit_baseline, [first], Ahead(length=7, paths=20, seed=s))[0].sampled
        for s in (1, 1, 2)
    )
    assert one.tobytes() == two.tobytes()
    assert one.tobytes() != other.tobytes()
