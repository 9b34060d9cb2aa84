"""Words of a plan changed in the middle of the promotion."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

REPLAN_TEXTS: dict[str, Bilingual] = {
    "replan_size": (
        "{event}: {p50} orders as known now (90 % between {p05} and {p95}); planned with {stated}, "
        "at most {stated_p95} in 19 of 20 cases",
        "{event}：目前估计 {p50} 单（90% 在 {p05} 至 {p95} 之间）；"
        "计划时中位数 {stated}，95% 分位 {stated_p95}",
    ),
    "replan_waits": (
        "waiting now at {site}, {process}: {orders}",
        "{site} {process} 目前在手：{orders}",
    ),
    "replan_waits_rate": (
        "; people work at {rate} of the stated rate",
        "；作业效率为设定值的 {rate}",
    ),
    "replan_none": (
        "nothing to change: no change that is still possible saves more than its price of {price} "
        "beyond doubt",
        "无需调整：仍可做的调整中，没有一项确定能节省超过其代价（{price}）",
    ),
    "replan_some_one": (
        "1 change, which saves more than its price of {price} or is needed for the service level:",
        "1 项调整，节省超过其代价（{price}），或为达标所需：",
    ),
    "replan_some_other": (
        "{n} changes; each saves more than its price of {price} or is needed for the service "
        "level:",
        "{n} 项调整，每项节省超过其代价（{price}），或为达标所需：",
    ),
    "replan_call": (
        "call {n} {crew}: {site}, {process}, {shift} shift on {day}",
        "{day} {shift} {site} {process}：叫 {crew} {n} 人",
    ),
    "replan_shift": (
        "{n} {crew} people work a shift more: {site}, {process}, {shift} shift on {day}",
        "{day} {shift} {site} {process}：{crew} 加班一班 {n} 人",
    ),
    "replan_overtime": (
        "{n} {crew} people extend {from_shift} to {shift}: {site}, {process}, {day}",
        "{day} {site} {process}：{crew} {n} 人由 {from_shift} 延长为 {shift}",
    ),
    "replan_move": (
        "{n} {crew} people go from {from_process} to {process}: {site}, {shift} shift on {day}",
        "{day} {shift} {site}：{crew} {n} 人由 {from_process} 调到 {process}",
    ),
    "replan_booking": (
        "book {n} {crew} people from {day}: {site}, {process}, {shift} shift",
        "{day} 起预订 {crew} {n} 人：{site} {process} {shift}班",
    ),
    "replan_pickup": (
        "order {n} vehicles more of {contract}: {site}, {day} {at}",
        "{day} {at} {site}：加订 {contract} {n} 车",
    ),
    "replan_rest": (
        "{n} {crew} people get a day off: {site}, {process}, {shift} shift on {day}",
        "{day} {shift} {site} {process}：{crew} {n} 人休息",
    ),
    "replan_cancel": (
        "cancel {n} extra vehicles of {contract}: {site}, {day} {at}",
        "{day} {at} {site}：取消加订的 {contract} {n} 车",
    ),
    "replan_by": (
        "  by {by}: {what}; was {before}, now {after}; saves {saves}",
        "  {by} 前：{what}；原 {before}，现 {after}；节省 {saves}",
    ),
    "replan_calls": (
        "{n} people to tell, see tables/calls.csv; what changed is framed on the wall sheets",
        "需通知 {n} 人，见 tables/calls.csv；排班墙表上变动处加框",
    ),
    "replan_cost": (
        "expected cost {before} -> {after} (difference {difference}, 95% interval {low} to {high})",
        "预计费用 {before} -> {after}（差额 {difference}，95% 区间 {low} 至 {high}）",
    ),
    "replan_same_cost": ("expected cost {before}", "预计费用 {before}"),
    "replan_late": (
        "late orders, those until now included: {before} -> {after} on average",
        "迟发订单（含此前）：平均 {before} -> {after}",
    ),
    "replan_kept": (
        "service level over all orders of the promotion, those until now included: kept in "
        "{before} -> {after} of {n} promotions given what came (after: 95% interval {low} to "
        "{high})",
        "全活动订单（含此前）的达标情况：在已知订单下模拟 {n} 次，"
        "达标 {before} -> {after} 次（现：95% 区间 {low} 至 {high}）",
    ),
    "replan_certified": ("certified for the rest", "剩余时段通过认证"),
    "replan_not_certified": ("NOT certified for the rest", "剩余时段未通过认证"),
    "wall_was": ("was {n}", "原 {n}"),
    "wall_message_changed": (
        "What is framed has changed since the plan was hung up.",
        "加框处与原排班不同。",
    ),
}
