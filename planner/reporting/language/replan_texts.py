"""Words of a plan changed in the middle of the promotion."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

REPLAN_TEXTS: dict[str, Bilingual] = {
    "crew_on_call": ("{crew} on call", "{crew}（待命）"),
    "replan_size": (
        "{event}: {p50} orders as known now (90% between {p05} and {p95}); planned with {stated}, "
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
        "call {n} of {crew}: {site}, {process}, {shift} shift on {day}",
        "{day} {shift} {site} {process}：叫 {crew} {n} 人",
    ),
    "replan_shift": (
        "a shift more for {n} of {crew}: {site}, {process}, {shift} shift on {day}",
        "{day} {shift} {site} {process}：{crew} 加班一班 {n} 人",
    ),
    "replan_overtime": (
        "extend {from_shift} to {shift} for {n} of {crew}: {site}, {process}, {day}",
        "{day} {site} {process}：{crew} {n} 人由 {from_shift} 延长为 {shift}",
    ),
    "replan_move": (
        "move {n} of {crew} from {from_process} to {process}: {site}, {shift} shift on {day}",
        "{day} {shift} {site}：{crew} {n} 人由 {from_process} 调到 {process}",
    ),
    "replan_booking": (
        "book {n} of {crew} from {day}: {site}, {process}, {shift} shift",
        "{day} 起预订 {crew} {n} 人：{site} {process} {shift}班",
    ),
    "replan_pickup": (
        "order vehicles of {contract}, {n} more: {site}, {day} {at}",
        "{day} {at} {site}：加订 {contract} {n} 车",
    ),
    "replan_promise": (
        "promise {after} hours to {region}, for orders from {day} {by} on",
        "{day} {by} 起的 {region} 订单：承诺时效延长至 {after} 小时",
    ),
    "replan_cap": (
        "stop the sale of {event} at {after} orders, or now if more have come",
        "{event} 限量 {after} 单（已超过则立即停售）",
    ),
    "replan_unlimited": ("no limit", "不限"),
    "replan_rest": (
        "a day off for {n} of {crew}: {site}, {process}, {shift} shift on {day}",
        "{day} {shift} {site} {process}：{crew} {n} 人休息",
    ),
    "replan_cancel": (
        "cancel extra vehicles of {contract}, {n}: {site}, {day} {at}",
        "{day} {at} {site}：取消加订的 {contract} {n} 车",
    ),
    "replan_by": (
        "  by {by}: {what}; was {before}, now {after}; saves {saves}",
        "  {by} 前：{what}；原 {before}，现 {after}；节省 {saves}",
    ),
    "replan_calls_one": (
        "1 person to tell, see tables/calls.csv; what changed is framed on the wall sheets",
        "需通知 1 人，见 tables/calls.csv；排班墙表上变动处加框",
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
    "replan_title": ("{title}: changes as of {now}", "{title}：{now} 的调整"),
    "replan_head_changes": ("What to change", "需要调整"),
    "replan_none_page": (
        "Nothing: no change that is still possible saves more than its price of {price} beyond "
        "doubt. Carry on as planned.",
        "无：仍可做的调整中，没有一项确定能节省超过其代价（{price}）。照原计划执行。",
    ),
    "replan_head_sizes": ("What is known now", "目前已知"),
    "replan_sizes_note": (
        "Orders of every event; planned: median stated before the promotion.",
        "各场次订单数；原计划：活动前给出的中位数。",
    ),
    "replan_kpi_cost": ("Cost of the promotion, mean", "全活动费用（均值）"),
    "replan_kpi_late": ("Late orders, mean", "迟发订单（均值）"),
    "replan_kpi_kept": ("Promotions that keep the target", "达标次数"),
    "replan_kpi_calls": ("To tell", "需通知"),
    "replan_of": ("{n} of {all}", "{n} / {all}"),
    "replan_before": ("before: {n}", "调整前：{n}"),
    "replan_difference": ("{amount} ({low} to {high})", "{amount}（{low} 至 {high}）"),
    "replan_unchanged": ("as planned", "照原计划"),
    "replan_see_calls": ("names on the next page", "名单见下一页"),
    "replan_col_change": ("Change", "调整"),
    "replan_col_before": ("Was", "原"),
    "replan_col_after": ("Now", "现"),
    "replan_col_saves": ("Saves, {unit}", "节省（{unit}）"),
    "replan_col_event": ("Event", "场次"),
    "replan_col_stated": ("Planned", "原计划"),
    "replan_col_known": ("Now", "现估计"),
    "replan_col_range": ("90% between", "90% 区间"),
    "replan_calls_title": ("Call list", "通知名单"),
    "replan_calls_message": (
        "Who has to be told what, by when; people on call have numbers until names are known.",
        "谁需在何时前得到何种通知；随叫人员在确定姓名前以编号表示。",
    ),
    "replan_col_decide": ("By", "最迟"),
    "replan_col_person": ("Person", "人员"),
    "replan_col_crew": ("Crew", "班组"),
    "replan_col_site": ("Site", "仓库"),
    "replan_col_day": ("Day", "日期"),
    "replan_col_what": ("What", "事项"),
    "replan_col_from": ("From", "原岗位"),
    "replan_col_to": ("To", "新岗位"),
    "wall_was": ("was {n}", "原 {n}"),
    "wall_message_changed": (
        "What is framed has changed since the plan was hung up.",
        "加框处与原排班不同。",
    ),
}
