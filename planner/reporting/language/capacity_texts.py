"""Words of the orders a day that a plan can promise."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

CAPACITY_TEXTS: dict[str, Bilingual] = {
    "capacity_every": (
        "On every day of the promotion the plan can promise {n} orders a day (interval {n} to "
        "{high}): {share} on time in {sure} of all promotions.",
        "大促期间每一天，方案都能承诺 {n} 单（区间 {n} 至 {high}）："
        "在 {sure} 的大促中准时率达到 {share}。",
    ),
    "capacity_site": (
        "{site} by itself, on every day: {n} orders a day (interval {n} to {high}).",
        "仅 {site}，每一天：每日 {n} 单（区间 {n} 至 {high}）。",
    ),
    "capacity_day": (
        "On {day} alone, with all other days as forecast: {n} orders (interval {n} to {high}); "
        "the forecast is {p50}, in one of twenty promotions {p95} or more.",
        "仅 {day} 一天，其余各天按预测：{n} 单（区间 {n} 至 {high}）；预测中位数 {p50}，"
        "二十次大促中有一次达到 {p95} 以上。",
    ),
    "capacity_or_more": (
        "{where}: {n} orders a day or more; nothing failed up to there.",
        "{where}：每日 {n} 单或更多；到此为止仍未失败。",
    ),
    "capacity_zero": (
        "{where}: no number can be promised; too few promotions keep the service level even with "
        "one order a day.",
        "{where}：无法承诺任何单量；即使每日只有一单，守住服务水平的大促也太少。",
    ),
    "capacity_checked": (
        "At that number {met} of {of} held-out promotions keep the promise ({needed} are needed), "
        "at 1.1 times the number {above} at most.",
        "在该单量下，{of} 次留出的大促中有 {met} 次守住承诺（需 {needed} 次）；"
        "单量为 1.1 倍时至多 {above} 次。",
    ),
    "capacity_unconfirmed": (
        "NOT CONFIRMED: too few held-out promotions take {n} orders a day ({met} of {of}).",
        "未确认：{of} 次留出的大促中只有 {met} 次能承接每日 {n} 单。",
    ),
    "capacity_waiting": ("{process} at {site} limits it.", "瓶颈：{site}的{process}。"),
    "capacity_collection": (
        "The vehicles of {contract} at {site} limit it.",
        "瓶颈：{site}{contract}的揽收车辆。",
    ),
    "capacity_allotment": (
        "The parcels a day that {contract} takes limit it.",
        "瓶颈：{contract}每日可揽件量。",
    ),
    "capacity_carrier": (
        "The time that {contract} takes until parcels count limits it.",
        "瓶颈：{contract}的揽收扫描时效。",
    ),
    "capacity_promise": (
        "No collection of {contract} comes in time for some hours of the day.",
        "瓶颈：部分时段下单后，{contract}没有来得及的揽收。",
    ),
    "capacity_stock": ("Parcels that no contract takes limit it.", "瓶颈：没有合同承运的包裹。"),
    "capacity_more": (
        "With {what}: {added} orders a day more ({when}) for {cost}.",
        "{what}：每日多 {added} 单（{when}），费用 {cost}。",
    ),
    "capacity_more_none": (
        "No single person or vehicle more that was tried adds orders ({when}).",
        "所试的任何一人或一车都不能增加单量（{when}）。",
    ),
    "capacity_declare": (
        "Order handling capacity to declare ({platform}): {n} orders a day, {interval}. "
        "With {demand} the promise is then kept in {kept} of {of} held-out promotions, "
        "without a declaration in {before}: {effect}.",
        "应申报的处理能力（{platform}）：每日 {n} 单，{interval}。在{demand}下，"
        "{of} 次留出的大促中有 {kept} 次守住承诺，不申报为 {before} 次：{effect}。",
    ),
    "capacity_declare_effect": (
        "{avoided} late orders fewer on average (95% interval {low} to {high}); {extended} orders "
        "get a later deadline, and {delayed} orders leave an hour later or more (by {hours} h on "
        "average)",
        "平均少迟发 {avoided} 单（95% 区间 {low} 至 {high}），{extended} 单延长时限，"
        "{delayed} 单至少晚一小时发出（平均晚 {hours} 小时）",
    ),
    "capacity_declare_paced": (
        "On days above {most} orders ({pacing} times the number) the platform would hold orders "
        "back, in {share} of the promotions; here they are worked on all the same.",
        "单日超过 {most} 单（申报值的 {pacing} 倍）时平台会限流，{share} 的大促会出现这种情况；"
        "此处仍按全部承接计算。",
    ),
    "capacity_declare_stated": (
        "With the stated demand {kept} of {of} held-out promotions keep the promise without a "
        "declaration.",
        "在所述需求下，不申报时 {of} 次留出的大促中有 {kept} 次守住承诺。",
    ),
    "capacity_declare_sure": (
        "the largest number tried that keeps the promise; {high} does not",
        "这是所试单量中能守住承诺的最大值；{high} 单则不能",
    ),
    "capacity_declare_open": (
        "the largest number tried that keeps the promise; of larger ones it is not sure",
        "这是所试单量中能守住承诺的最大值；更大的单量尚不能确定",
    ),
    "capacity_declare_none": (
        "No number that was tried is enough for {demand} ({platform}): {needed} of {of} held-out "
        "promotions would have to keep the promise, and {before} do without a declaration. With "
        "{n} orders a day declared {kept} do: {effect}. More people or vehicles are needed as "
        "well.",
        "在{demand}下，所试的任何申报值都不够（{platform}）：{of} 次留出的大促中需有 {needed} 次"
        "守住承诺，不申报为 {before} 次；申报每日 {n} 单时为 {kept} 次：{effect}。"
        "还需要更多人手或车辆。",
    ),
    "capacity_declare_needless": (
        "Without a declaration the plan keeps its promise even with {demand}.",
        "即使在{demand}下，不申报也能守住承诺。",
    ),
    "capacity_not_asked": (
        "No order handling capacity is asked for ({platform}): there is nothing to declare.",
        "平台不要求申报处理能力（{platform}），无需申报。",
    ),
    "capacity_demand_stated": ("the stated demand", "所述需求"),
    "capacity_demand_times": ("{times} times the stated demand", "{times} 倍的所述需求"),
    "capacity_title": (
        "Orders a day that can be promised: {name}",
        "每日可承诺单量：{name}",
    ),
    "capacity_note": (
        "Judged on {n} promotions that no plan has seen. A number holds where {needed} of them "
        "keep the service level with so many orders, as forecast by the hour and in their mix; "
        "goods are taken to be there. A site is judged on its own orders.",
        "以 {n} 次方案未见过的大促检验。单量可承诺，是指按预测的小时分布和品类结构达到该单量时，"
        "其中 {needed} 次守住服务水平；假定货品充足。单仓按该仓自己的订单判断。",
    ),
    "capacity_col_where": ("Where and when", "范围"),
    "capacity_col_number": ("Orders a day", "每日单量"),
    "capacity_col_high": ("Interval up to", "区间上限"),
    "capacity_col_forecast": ("Forecast, median to 95%", "预测：中位数至 95%"),
    "capacity_col_kept": ("Kept, of {n}", "{n} 次中守住"),
    "capacity_col_above": ("At 1.1 times, at most", "1.1 倍时至多"),
    "capacity_col_limit": ("What limits it", "瓶颈"),
    "capacity_every_day": ("every day", "每一天"),
    "capacity_all_sites": ("all sites", "全部仓库"),
    "capacity_here": ("{site}, {when}", "{site}，{when}"),
    "capacity_at_least": ("{n} or more", "{n} 或更多"),
    "capacity_late": ("late orders", "迟发订单"),
    "capacity_delayed": ("orders that leave an hour later or more", "至少晚一小时发出的订单"),
    "capacity_undeclared": ("late orders without a declaration", "不申报时的迟发订单"),
    "capacity_chosen": ("to declare", "建议申报"),
    "capacity_orders": ("Orders, mean", "平均订单数"),
    "capacity_declared": ("Declared orders a day", "申报的每日单量"),
    "capacity_axis": ("Orders a day", "每日单量"),
    "capacity_promised": ("can be promised", "可承诺"),
    "capacity_forecast": (
        "forecast of the day, median and 95% point",
        "当日预测：中位数与 95% 点",
    ),
}
