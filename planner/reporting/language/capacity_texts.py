"""Words of the orders a day that a plan can promise."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

CAPACITY_TEXTS: dict[str, Bilingual] = {
    "capacity_every": (
        "On every day of the promotion the plan can promise {n} orders a day (interval {low} to "
        "{high}): {share} on time in {sure} of all promotions.",
        "大促期间每一天，方案都能承诺 {n} 单（区间 {low} 至 {high}）："
        "在 {sure} 的大促中准时率达到 {share}。",
    ),
    "capacity_day": (
        "On {day} alone, with all other days as forecast: {n} orders (interval {low} to {high}); "
        "the forecast is {p50}, in one of twenty promotions {p95} or more.",
        "仅 {day} 一天，其余各天按预测：{n} 单（区间 {low} 至 {high}）；预测中位数 {p50}，"
        "二十次大促中有一次达到 {p95} 以上。",
    ),
    "capacity_or_more": (
        "{n} orders or more: the search ended before anything failed",
        "{n} 单或更多：搜索结束时仍未失败",
    ),
    "capacity_checked": (
        "At that number {met} of {of} held-out promotions keep the promise ({needed} are needed), "
        "at 1.1 times the number {above}.",
        "在该单量下，{of} 次留出的大促中有 {met} 次守住承诺（需 {needed} 次）；"
        "单量为 1.1 倍时有 {above} 次。",
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
        "{what}: {added} orders a day more ({when}) for {cost}.",
        "{what}：每日多 {added} 单（{when}），费用 {cost}。",
    ),
    "capacity_more_none": (
        "No single person or vehicle more that was tried adds orders ({when}).",
        "所试的任何一人或一车都不能增加单量（{when}）。",
    ),
    "capacity_any_day": ("any day", "任意一天"),
    "capacity_all_sites": ("all sites", "全部仓库"),
    "capacity_axis": ("Orders a day", "每日单量"),
    "capacity_promised": ("can be promised", "可承诺"),
    "capacity_every_line": ("can be promised on every day", "每一天都可承诺"),
    "capacity_forecast": ("forecast, median and 95 % point", "预测：中位数与 95% 点"),
}
