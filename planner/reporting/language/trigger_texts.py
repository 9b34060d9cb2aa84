"""Words of a trigger card, English and Chinese."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

TRIGGER_TEXTS: dict[str, Bilingual] = {
    "trigger_title": ("Trigger card · {name}", "触发卡 · {name}"),
    "trigger_message": (
        "Count at each checkpoint. Find the line that holds your count and do everything it says. "
        "What is not on the card stays as planned.",
        "到检查时刻就计数，找到实数所在的一条，整条照做。卡上没有的，一律按原方案。",
    ),
    "trigger_nothing_at": (
        "Nothing needs to be done at {moments}.",
        "{moments}：无需任何行动。",
    ),
    "trigger_nothing": (
        "Nothing needs to be done in addition to the plan at any checkpoint: no threshold saves "
        "money beyond doubt.",
        "各检查时刻都无需在原方案之外采取行动：没有任何阈值确定能省钱。",
    ),
    "trigger_orders": ("orders since {since}", "{since}以来的订单"),
    "trigger_waiting": ("orders not yet packed", "尚未打包的订单"),
    "trigger_waiting_at": ("orders not yet packed at {site}", "{site}尚未打包的订单"),
    "trigger_more": ("more than {n}", "超过 {n}"),
    "trigger_between": ("{low} to {high}", "为 {low} 至 {high}"),
    "trigger_up_to": ("at most {high}", "不超过 {high}"),
    "trigger_always": ("in any case", "无论多少"),
    "trigger_call": (
        "call {n} people for {site}, {process}, {shift} shift {day} {at} (phone list: {crew})",
        "为{site}{process}叫 {n} 人，{day}{shift} {at}（电话名单：{crew}）",
    ),
    "trigger_call_one": (
        "call 1 person for {site}, {process}, {shift} shift {day} {at} (phone list: {crew})",
        "为{site}{process}叫 1 人，{day}{shift} {at}（电话名单：{crew}）",
    ),
    "trigger_pickup": (
        "book {n} more vehicles of {contract} at {site}, {day} {at}",
        "{site}加订 {n} 辆{contract}，{day} {at}",
    ),
    "trigger_pickup_one": (
        "book 1 more vehicle of {contract} at {site}, {day} {at}",
        "{site}加订 1 辆{contract}，{day} {at}",
    ),
    "trigger_promise": (
        "from now on promise {hours} hours to {regions}",
        "从现在起承诺 {hours} 小时：{regions}",
    ),
    "trigger_cap": (
        "stop the sale of {event} at {n} orders",
        "{event}：满 {n} 单即停售",
    ),
    "trigger_col_when": ("Count at", "计数时刻"),
    "trigger_col_what": ("What", "数什么"),
    "trigger_col_counted": ("Counted", "实数"),
    "trigger_col_if": ("If", "如果"),
    "trigger_col_do": ("Do", "就做"),
    "trigger_col_by": ("By", "最迟"),
    "trigger_col_cost": ("{unit}", "{unit}"),
    "trigger_col_done": ("Done", "完成"),
    "trigger_better": (
        "With the card a promotion costs {cost} on average, {saving} less than with the plan alone "
        "(95% interval {low} to {high} less).",
        "按卡执行，一次大促平均 {cost}，比只按原方案少 {saving}（95% 区间：少 {low} 至 {high}）。",
    ),
    "trigger_not_better": (
        "With the card a promotion costs {cost} on average, with the plan alone {static}: the "
        "difference is within chance (95% interval {low} to {high} less).",
        "按卡执行，一次大促平均 {cost}，只按原方案 {static}："
        "差额在偶然范围内（95% 区间：少 {low} 至 {high}）。",
    ),
    "trigger_kept": (
        "The target is met in {kept} of {n} promotions, with the plan alone in {static}.",
        "{n} 次大促中达标 {kept} 次，只按原方案达标 {static} 次。",
    ),
    "trigger_naive": (
        "Naive threshold ({share} more orders than expected: call everybody): {cost}, target met "
        "in {kept}.",
        "经验阈值（订单比预期多 {share} 就全员叫来）：{cost}，达标 {kept} 次。",
    ),
    "trigger_judged": (
        "Judged on {n} promotions that were not used to find the card.",
        "以 {n} 次未用于制卡的大促评判。",
    ),
    "trigger_enough": (
        "The plan alone is as good, {cost} on average: nothing needs to be done on the evening.",
        "原方案已足够，平均 {cost}：当晚无需另外行动。",
    ),
    "trigger_figure_title": (
        "What is counted, and what is missed without the card",
        "会数到多少，不按卡会错过什么",
    ),
    "trigger_figure_message": (
        "{n} sampled promotions. Hatched: the plan alone misses the target. Lines: thresholds of "
        "the card.",
        "{n} 次抽样大促。斜线：只按原方案不达标。竖线：卡上的阈值。",
    ),
    "trigger_promotions": ("promotions", "大促次数"),
    "trigger_axis": ("{measure}, {moment}", "{measure}，{moment}"),
    "trigger_met": ("target met by the plan alone", "原方案达标"),
    "trigger_missed": ("missed", "未达标"),
    "trigger_line": ("{moment}: {words}", "{moment}：{words}"),
    "trigger_sentence": ("{over} {what}: {do}", "{what}{over}：{do}"),
    "trigger_sentence_always": ("in any case: {do}", "无论多少：{do}"),
}
