"""Words of a back-test with rolling origins."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

BACKTEST_TEXTS: dict[str, Bilingual] = {
    "backtest_head": (
        "{origins} origins from {first} to {last}, each forecasts {length} days: {ordinary} "
        "ordinary days and {promotion} days of promotions are scored.",
        "自 {first} 至 {last} 共 {origins} 个起点，每个预测 {length} 天：计分普通日 {ordinary} 天、"
        "大促日 {promotion} 天。",
    ),
    "backtest_bands": (
        "Our bands of 50, 80 and 90% held {c50}, {c80} and {c90} of the ordinary days, and {h50}, "
        "{h80} and {h90} of their hours.",
        "本模型 50%、80%、90% 区间分别包含普通日的 {c50}、{c80}、{c90}，"
        "其小时的 {h50}、{h80}、{h90}。",
    ),
    "backtest_held": (
        "The 80% band of days is as wide as it should be: chance explains the difference "
        "(95% interval {low} to {high}).",
        "日 80% 区间宽度合适：差异可由随机性解释（95% 置信区间 {low} 至 {high}）。",
    ),
    "backtest_narrow": (
        "The 80% band of days is too narrow (95% interval {low} to {high}).",
        "日 80% 区间偏窄（95% 置信区间 {low} 至 {high}）。",
    ),
    "backtest_wide": (
        "The 80% band of days is too wide (95% interval {low} to {high}).",
        "日 80% 区间偏宽（95% 置信区间 {low} 至 {high}）。",
    ),
    "backtest_beats": (
        "Ours beats {model}: WAPE {ours} instead of {theirs}, lower by {by} points (95% interval "
        "{low} to {high}).",
        "本模型优于{model}：WAPE 为 {ours}，对方为 {theirs}，低 {by} 个百分点"
        "（95% 置信区间 {low} 至 {high}）。",
    ),
    "backtest_loses": (
        "Ours does NOT beat {model}: WAPE {ours} instead of {theirs}, higher by {by} points (95% "
        "interval {low} to {high}).",
        "本模型未优于{model}：WAPE 为 {ours}，对方为 {theirs}，高 {by} 个百分点"
        "（95% 置信区间 {low} 至 {high}）。",
    ),
    "backtest_even": (
        "Ours is NOT shown to beat {model}: WAPE {ours} and {theirs}; ours minus the other is "
        "between {low} and {high} points (95% interval).",
        "尚不能证明本模型优于{model}：WAPE 为 {ours} 与 {theirs}；本模型减对方介于 {low} 与 {high} "
        "个百分点之间（95% 置信区间）。",
    ),
    "backtest_few": (
        "Against {model}: WAPE {ours} and {theirs}; too few origins to tell chance from skill.",
        "与{model}相比：WAPE 为 {ours} 与 {theirs}；起点太少，无法区分偶然与能力。",
    ),
    "backtest_score_best": (
        "By the interval score (narrow bands that hold what came) ours are better than those of "
        "{models}.",
        "按区间评分（区间窄且包含实际者为优），本模型优于{models}。",
    ),
    "backtest_score_rest": (
        "By the interval score (narrow bands that hold what came) ours are NOT shown to be better "
        "than those of {models}.",
        "按区间评分（区间窄且包含实际者为优），尚不能证明本模型优于{models}。",
    ),
    "backtest_of": ("{name} {value}", "{name} {value}"),
    "backtest_paired": (
        "The intervals are paired over the origins and allow for their overlap and correlation.",
        "置信区间按起点配对，并考虑了起点之间的重叠与相关。",
    ),
    "backtest_promotions": (
        "Days of promotions, scored apart ({days}): {orders} orders came, ours expected "
        "{expected}. WAPE: {wapes}.",
        "大促日单独计分（{days} 天）：实际 {orders} 单，本模型预期 {expected} 单。WAPE：{wapes}。",
    ),
    "backtest_unannounced": (
        "No model foresees a promotion that nobody has announced: state it as an event of a "
        "scenario.",
        "没有模型能预见未公布的大促：请在方案中写成事件。",
    ),
    "backtest_announced": (
        "Ours knew the announced events of the scenario from the day on which it is planned; the "
        "other models cannot use them.",
        "自方案制定日起，本模型已知方案中公布的事件；其他模型无法使用。",
    ),
    "backtest_no_promotions": (
        "No promotion was scored: the log shows no surge on the days that are forecast.",
        "没有大促日计分：预测日内订单记录未见激增。",
    ),
    "backtest_days": ("What the bands of days held (ordinary days)", "日区间实际包含（普通日）"),
    "backtest_hours": ("What the bands of hours held", "小时区间实际包含"),
    "backtest_promised": ("probability of the band", "区间概率"),
    "backtest_inside": ("share inside", "落入比例"),
    "backtest_perfect": ("a true forecast", "完美预测"),
    "backtest_wape": ("Error: WAPE of days", "误差：日 WAPE"),
    "backtest_ordinary": ("ordinary days", "普通日"),
    "backtest_promotion": ("promotions", "大促日"),
}
