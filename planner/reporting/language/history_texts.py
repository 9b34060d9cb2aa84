"""Words of the pages on the way to a plan, on hindsight, on late orders and on a scenario without a
plan, English and Chinese.
"""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

HISTORY_TEXTS: dict[str, Bilingual] = {
    # where orders miss
    "misses_title": ("Where orders miss", "订单在哪里失约"),
    "misses_head": (
        "Late orders by place and day, in the replications with most of them",
        "失约订单按环节与日期统计（失约最多的几次大促）",
    ),
    "miss_worst": (
        "Where most late orders miss their deadline: {reason} ({place}), at least {share} of "
        "them, most of all on "
        "{at}.",
        "失约最多的原因：{reason}（{place}），至少占 {share}，以 {at} 最多。",
    ),
    "unit_best": (
        "Cheapest help: {unit}, {cost}: {after} instead of {before} late orders per promotion.",
        "最省钱的补救：{unit}，费用 {cost}；平均每次大促失约由 {before} 单降至 {after} 单。",
    ),
    "unit_person": (
        "one more person at {site}: {crew}, {process}, shift {shift}, {day}",
        "{site}：{day}{process}{shift}增加 1 名{crew}",
    ),
    "unit_vehicle": (
        "one more vehicle of {contract} at {site}, {day}",
        "{site}：{day}{contract}加 1 辆车",
    ),
    "units_head": ("What one more would do", "增加一个单位的效果"),
    "units_none": (
        "No single further person or vehicle that the limits allow saves an order.",
        "在限制范围内，单独增加一人或一辆车都不能减少失约。",
    ),
    "units_note": (
        "Late orders per promotion, mean over all replications; most orders saved per "
        "money first. Hired people come for their shortest booking.",
        "失约单数为全部模拟大促的均值；按单位费用减少的失约单数排序；临时工按最短用工天数计。",
    ),
    "col_reason": ("Reason", "原因"),
    "col_where": ("Where", "环节"),
    "col_when": ("When", "时间"),
    "col_late_orders": ("Late orders per promotion", "每次大促失约单数"),
    "col_share_late": ("Share", "占比"),
    "col_unit": ("Unit", "补救"),
    "col_late_before": ("Late orders before", "原失约单数"),
    "col_late_after": ("after", "之后"),
    "col_saved_orders": ("Saved", "减少"),
    "col_cost_per_saved": ("{unit} per order saved", "每减少一单（{unit}）"),
    # no plan
    "no_plan": ("NO PLAN", "没有可行方案"),
    "blame_head": ("Limits to blame: they cannot all be met together", "受限之处：无法同时满足"),
    "repairs_head": (
        "Each of these alone makes a plan possible, the cheapest plan first",
        "以下任何一项即可得到可行方案，按方案总费用从低到高",
    ),
    "repair_best": (
        "No plan meets every rule of the scenario. Cheapest way out: {words}.",
        "没有方案能满足场景的全部规则。最省钱的补救：{words}。",
    ),
    "repairs_none": (
        (
            "No plan meets every rule of the scenario, and no single change that was tried makes "
            "one possible."
        ),
        "没有方案能满足场景的全部规则，所试的单项改动都得不到可行方案。",
    ),
    "repairs_note": (
        (
            "Each was proved by planning again. Costs are those of the planning model, not of the "
            "simulation."
        ),
        "均已重新求解验证；费用为规划模型的费用。",
    ),
    "col_limit": ("Limit", "限制"),
    "col_repair": ("Change", "改动"),
    "col_repair_plan": ("Cost of the plan, {unit}", "方案费用（{unit}）"),
    "col_repair_price": ("of which the change, {unit}", "其中改动本身（{unit}）"),
    "col_above_cheapest": ("Above the cheapest, {unit}", "比最省多（{unit}）"),
    # the way to the plan
    "path_title": ("How the plan was reached, step by step", "方案的求解过程"),
    "path_counts": (
        "Plans made: {plans}; certifications on replications of their own: {verdicts}; "
        "replications simulated before the last of them: {simulated}.",
        (
            "共规划 {plans} 次，在未参与规划的大促上认证 {verdicts} 次；最后一次认证前共模拟大促 "
            "{simulated} 次。"
        ),
    ),
    "path_axis": ("step", "步骤"),
    "path_cost_axis": ("cost of a promotion, {unit}", "每次大促费用（{unit}）"),
    "path_kept_axis": ("replications that met the target, %", "达标的大促（%）"),
    "path_simulated": ("simulated mean", "模拟均值"),
    "path_planned": ("planned", "规划值"),
    "path_bound": ("lower bound, without margins", "下界（不计余量）"),
    "path_rehearsal": ("pilot replications", "预演"),
    "path_verdict_yes": ("certified", "通过认证"),
    "path_verdict_no": ("not certified", "未通过认证"),
    "path_proved": ("What the solver proved", "求解器的证明"),
    "path_gap": (
        "The planning model expected the plan as first made to cost {objective}, safety margins "
        "included: within {gap} of the least that it can expect of any plan, {bound}.",
        "规划模型（含安全余量）预计最初方案的费用为 {objective}，与该模型"
        "对任何方案的最低预计费用 {bound} 相差不超过 {gap}。",
    ),
    "path_gap_tail": (
        "The planning model expected the plan as first made to cost {objective}, safety margins "
        "and the days after the promotion included: within {gap} of the least that it can expect "
        "of any plan on all these days, {bound}.",
        "规划模型（含安全余量和大促后的收尾日）预计最初方案的费用为 {objective}，与"
        "该模型在同样这些天对任何方案的最低预计费用 {bound} 相差不超过 {gap}。",
    ),
    "path_loose": (
        "Without any safety margin, the planning model expects no plan to cost less than {bound} "
        "for the promotion itself, on its sampled scenarios.",
        "不留任何安全余量时，规划模型在其抽样情景上预计，任何方案的大促费用都不低于 {bound}。",
    ),
    "path_nothing_proved": (
        "No lower bound on the cost was proven for this plan.",
        "本方案没有已证的费用下界。",
    ),
    "path_changed": ("What simulation added and took out", "按模拟增减的资源"),
    "added_units": (
        "Added where orders failed: {units}; planned costs rise by {cost}.",
        "在失约之处补充：{units}；计划费用增加 {cost}。",
    ),
    "added_rerouted": (
        "{share} of the orders were moved to other contracts, as collections were full.",
        "因揽收车已满，{share} 的订单改走其他合约。",
    ),
    "added_missed": (
        "{missed} of {runs} pilot replications then missed the target, {before} before.",
        "{runs} 次预演中此后 {missed} 次未达标，此前 {before} 次。",
    ),
    "trim_none": (
        "Nothing was trimmed: no plan met the target often enough in its pilot replications.",
        "未做精简：没有方案在预演中足够多次达标。",
    ),
    "trim_nothing": (
        "Nothing could be taken out: the plan needs every person-day, booking and vehicle.",
        "没有可精简的资源：每个人天、每段用工和每辆车都是必需的。",
    ),
    "trim_units": ("{kind} ({n})", "{kind}（{n}）"),
    "trim_taken": ("Taken out: {units}; that saves {saved}.", "去掉：{units}；节省 {saved}。"),
    "trim_undone": (
        "A plan without {units} was tried, which would save {saved}, but it was given up: the "
        "plan shown is the one "
        "before trimming.",
        "曾试去掉：{units}，可节省 {saved}，但未采用：最终方案为精简前的方案。",
    ),
    "trim_complete": (
        "No further person-day, booking or vehicle could be taken out.",
        "其余人天、用工和车辆均不能再减。",
    ),
    "trim_spent": ("Trimming stopped when its effort was spent.", "精简因计算量用尽而停止。"),
    "trim_played": (
        "Replications simulated for it: {n}, all with the same random numbers.",
        "为此模拟大促 {n} 次，均用相同的随机数。",
    ),
    "path_glossary": (
        "Pilot replications: simulated before certification; where orders fail, more is added; "
        "what is not needed is taken out. Certification: judged on replications of its own. "
        "Lower bound: the planning model expects no plan to cost less on its sampled scenarios, "
        "without safety margins; the gap is how far the planned cost is above it, as a share of "
        "that cost. Safety factor: people and vehicles are planned as if the work were that many "
        "times as much; it grows where a plan fails.",
        "预演：认证前的模拟；在其中失约之处增加资源，去掉用不到的资源（精简）。认证：在未参与规划的大促上评定。下界：不留安全余量时，"
        "规划模型在其抽样情景上对任何方案的预计费用都不更低；差距为规划费用高出下界的部分占规划费用的比例。安全系数：人员和车辆按工作量的该倍数安排，"
        "方案未达标时增大。",
    ),
    "levers_title": ("Longer promises and order caps that were tried", "试过的承诺时效与限量"),
    "levers_used": (
        "Used: {levers}. That saves {saved} per promotion against no lever.",
        "采用：{levers}，每次大促比不用杠杆省 {saved}。",
    ),
    "levers_needed": (
        "Used: {levers}. Without it no plan keeps all limits.",
        "采用：{levers}。不采用则没有满足全部限制的方案。",
    ),
    "levers_none": (
        "None is used: no choice saved money beyond doubt and met the service level as often.",
        "均未采用：没有一种选择既确定省钱、又同样多次达标。",
    ),
    "levers_how": (
        "Each choice was planned and trimmed by itself and simulated on the same {n} pilot "
        "replications; interval: 95%.",
        "每种选择各自规划、精简，并在同样的 {n} 次预演中模拟；区间为 95%。",
    ),
    "lever_none": ("without levers", "不用杠杆"),
    "lever_promise": ("{region}: promise of {hours} h", "{region}：承诺 {hours} 小时"),
    "lever_cap": ("{event}: at most {n} orders", "{event}：限 {n} 单"),
    "lever_cap_one": ("{event}: at most 1 order", "{event}：限 1 单"),
    "lever_joint": ("; ", "；"),
    "col_levers": ("Choice", "选择"),
    "col_lever_difference": ("Against none, {unit}", "与不用相比（{unit}）"),
    "col_lever_used": ("Used", "采用"),
    "hindsight_title": ("If the demand were known beforehand", "若需求可以预知"),
    "hindsight_mean": (
        "Nobody can know the demand beforehand. On the sampled scenarios the plan costs {ours} "
        "on average; a plan "
        "made for each of them alone, with its demand known, would cost {least} at least. Knowing "
        "the demand would "
        "therefore save {share} of the cost at most.",
        "需求无法预知。在抽样大促上，本方案平均费用为 {ours}；若逐次预知需求并单独规划，至少也要 "
        "{least}。"
        "因此即使预知需求，最多也只能节省 {share}。",
    ),
    "hindsight_note": (
        "Costs of the planning model without safety margins.",
        "均为规划模型的费用，不计安全余量。",
    ),
    "hindsight_axis": ("orders of the scenario", "该次大促的订单数"),
    "hindsight_ours": ("this plan", "本方案"),
    "hindsight_least": ("demand known, at least", "预知需求的下界"),
    "col_step": ("Step", "步骤"),
    "col_done": ("Done", "内容"),
    "col_plan": ("Plan", "方案"),
    "col_planned_cost": ("Planned, {unit}", "规划值（{unit}）"),
    "col_bound": ("Lower bound, {unit}", "下界（{unit}）"),
    "col_gap": ("Gap to it", "与下界差距"),
    "col_simulated_cost": ("Simulated, {unit}", "模拟均值（{unit}）"),
    "col_person_days": ("Person-days", "人天"),
    "col_vehicles": ("Extra vehicles", "加派车辆"),
    "col_headroom": ("Safety factor", "安全系数"),
    "col_weight_of": ("Weight", "权重"),
    "col_regret": ("could be saved", "可省"),
    "col_regret_share": ("of the cost", "占费用"),
}
