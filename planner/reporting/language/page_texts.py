"""Words of the pages of a report but those of contracts and history, English and Chinese."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

PAGE_TEXTS: dict[str, Bilingual] = {
    # footer
    "page": ("page {n} of {m}", "第 {n} 页，共 {m} 页"),
    "footer": (
        "{name} · seed {seed} · same inputs and seed, same bytes",
        "{name} · 随机种子 {seed} · 相同输入与种子，逐字节相同",
    ),
    # decision
    "decision_period": (
        "{dates} · {days} days · {platform}: {clock} within {deadline}",
        "{dates} · 共 {days} 天 · {platform}：{deadline}内{clock}",
    ),
    "decision_day": (
        "{dates} · {platform}: {clock} within {deadline}",
        "{dates} · {platform}：{deadline}内{clock}",
    ),
    "clock_label": ("packed and labelled", "完成打包面单"),
    "clock_handover": ("handed to the courier", "交给快递"),
    "clock_first_scan": ("first scanned by the courier", "有首次揽收记录"),
    "clock_delivered": ("delivered", "送达"),
    "hours": ("{n} h", "{n} 小时"),
    "working_days": ("{n} working days", "{n} 个工作日"),
    "working_days_one": ("1 working day", "1 个工作日"),
    "certified": ("CERTIFIED", "已认证"),
    "not_certified": ("NOT CERTIFIED", "未通过认证"),
    "verdict_met": (
        "{met} of {n} simulated replications, none of them used for "
        "planning, had at least {target} of the orders on time{also}.",
        "{n} 次未参与规划的模拟大促中，有 {met} 次准时率达到 {target} 以上{also}。",
    ),
    "verdict_yes": (
        (
            "With {level} certainty this holds in at least {bound} of promotions; {confidence} was "
            "asked for."
        ),
        "以 {level} 的把握，至少 {bound} 的大促能做到；要求为 {confidence}。",
    ),
    "verdict_no": (
        (
            "Why not: with {level} certainty this is proven for {bound} of promotions only; "
            "{confidence} was asked for."
        ),
        "未通过原因：以 {level} 的把握，只能证明 {bound} 的大促做到；要求为 {confidence}。",
    ),
    "verdict_few": (
        "{confidence} can be proven only with {needed} simulated replications or more.",
        "要证明 {confidence}，至少需模拟 {needed} 次大促。",
    ),
    "verdict_empty": (
        "No roster fills every place of {crew} at {site}: at least {n} stay empty ({dates}).",
        "{site} {crew} 的岗位无法排满：至少空缺 {n} 个（{dates}）。",
    ),
    "verdict_empty_one": (
        "No roster fills every place of {crew} at {site}: at least 1 stays empty ({dates}).",
        "{site} {crew} 的岗位无法排满：至少空缺 1 个（{dates}）。",
    ),
    "verdict_undecided": (
        (
            "No roster was found that fills every place of {crew} at {site}, and none was ruled "
            "out: {n} places are empty ({dates})."
        ),
        "未找到能排满 {site} {crew} 全部岗位的排班，也未证明不存在：空缺 {n} 个（{dates}）。",
    ),
    "verdict_undecided_one": (
        (
            "No roster was found that fills every place of {crew} at {site}, and none was ruled "
            "out: 1 place is empty ({dates})."
        ),
        "未找到能排满 {site} {crew} 全部岗位的排班，也未证明不存在：空缺 1 个（{dates}）。",
    ),
    "verdict_empty_more": ("and {n} more days", "另有 {n} 天"),
    "verdict_empty_more_one": ("and 1 more day", "另有 1 天"),
    "verdict_empty_crews": (
        "{n} more crews have empty places too.",
        "另有 {n} 个班组也有空缺。",
    ),
    "verdict_empty_crews_one": ("1 more crew has empty places too.", "另有 1 个班组也有空缺。"),
    "verdict_repair": (
        (
            "To repair: more people of such a crew on these days, fewer places "
            "(tables/roster_open.csv), or other limits on rest, days and hours."
        ),
        "补救：在这些日期增加该班组人员，或减少岗位（tables/roster_open.csv），或调整休息、天数与工时限制。",
    ),
    "verdict_certain": (
        "Demand was taken as certain ({names}): nothing is proven about a larger promotion.",
        "需求按确定值处理（{names}）：对更大的大促没有任何证明。",
    ),
    "verdict_open": (
        (
            "On average {inside} orders are still open at the end, no more than on a steady day; "
            "none "
            "counts as late."
        ),
        "期末平均有 {inside} 单尚未出库，不多于平日，不计迟发。",
    ),
    "verdict_open_late_one": (
        "On average {inside} orders are still open at the end, more than on a steady day: 1 of "
        "them counts as late.",
        "期末平均有 {inside} 单尚未出库，多于平日，其中 1 单按迟发计。",
    ),
    "verdict_open_late": (
        "On average {inside} orders are still open at the end, more than on a steady day: {late} "
        "of them count as "
        "late.",
        "期末平均有 {inside} 单尚未出库，多于平日，其中 {late} 单按迟发计。",
    ),
    "verdict_none": (
        "No held-out replications were simulated, so nothing is proven about this plan.",
        "没有用未参与规划的大促做模拟，因此无法证明本方案。",
    ),
    "draft_plan": (
        "Draft plan, not certified: {cost} expected, {people}",
        "草案，未通过认证：预计费用 {cost}，{people}",
    ),
    "certified_plan": (
        "Certified plan: {cost} on average, {people}",
        "已认证方案：平均费用 {cost}，{people}",
    ),
    "uncertified_plan": (
        "Plan, not certified: {cost} on average, {people}",
        "方案，未通过认证：平均费用 {cost}，{people}",
    ),
    "people_at_the_peak": (
        "{people} on the peak day ({temporary} temporary)",
        "高峰日 {people}（其中临时工 {temporary} 人）",
    ),
    "draft_next": (
        "planner simulate SCENARIO --plan DIR simulates it; planner plan without --draft improves "
        "and certifies it.",
        "用 planner simulate SCENARIO --plan DIR 模拟本草案；不加 --draft 的 planner plan "
        "会改进方案并做认证。",
    ),
    "kpi_cost": ("Total cost, mean", "总费用（均值）"),
    "kpi_cost_expected": ("Total cost, expected", "总费用（预计）"),
    "kpi_per_order": ("{amount} per order", "每单 {amount}"),
    "kpi_on_time": ("Orders on time, mean", "平均准时率"),
    "kpi_target": (
        "asked for: {target} · worst replication: {worst}",
        "要求 {target} · 最差一次 {worst}",
    ),
    "kpi_target_only": ("asked for: {target}", "要求 {target}"),
    "kpi_peak_orders": ("Busiest day: orders", "单量最高的一天"),
    "kpi_peak_range": ("{day} · 90% of cases: {low} to {high}", "{day} · 90%：{low}–{high}"),
    "kpi_peak_staff": ("Most people in one day", "单日最多用工"),
    "kpi_day_own": ("{day} · of whom {n} hired", "{day} · 其中临时工 {n} 人"),
    "orders_unit": ("{n} orders", "{n} 单"),
    "orders_unit_one": ("1 order", "1 单"),
    "head_baselines": ("What it costs against other ways of planning", "与其他规划方法的费用对比"),
    "head_hiring": ("People to hire, by when", "需招人员及最迟决定日期"),
    "decide_before_shift": ("{day}, before the shift", "{day}上班前"),
    "ask_permanents": ("Permanent people", "正式工"),
    "permanents": (
        "Most at work: {most} on {on}; fewest: {fewest} on {fewest_on}.",
        "{on}最多，{most} 人上班；{fewest_on}最少，{fewest} 人。",
    ),
    "no_permanents": ("None are planned on any day.", "没有安排任何正式工。"),
    "permanents_idle": (
        " {days} person-days are paid without work.",
        "另有 {days} 人天有薪待岗。",
    ),
    "ask_pickup": ("If a pick-up is missed", "漏了一次揽收"),
    "pickup_missed": (
        "Worst if it does not come: {where}. {kept} of {n} replications still meet the target; "
        "{before} do when it comes.",
        "最不利的是{where}没来：{n} 次模拟中 {kept} 次仍达标；正常揽收时 {before} 次。",
    ),
    "ask_courier": ("Why this courier", "为何选这家快递"),
    "courier_main": (
        "{contract} carries {share} of the parcels. If it carried all, an order would cost {cost}",
        "{contract}承运 {share} 的包裹。若全部由它承运，每单 {cost}",
    ),
    "courier_only": (".", "。"),
    "courier_rival": ("; {contract}, the next, {cost}.", "；其次是{contract}，{cost}。"),
    "courier_rival_fails": (
        "; {contract} {cost}, but only {on_time} would be on time.",
        "；{contract} {cost}，但准时率只有 {on_time}。",
    ),
    "courier_rival_refuses": (
        "; {contract} {cost}, but it refuses {refused}, and {on_time} would be on time.",
        "；{contract} {cost}，但拒收 {refused}，准时率 {on_time}。",
    ),
    "head_contracts": ("Contracts to sign", "需签合同"),
    "head_risks": ("What can still go wrong", "仍可能出现的问题"),
    "col_method": ("Method", "方法"),
    "col_cost": ("Cost, {unit}", "费用（{unit}）"),
    "col_against": ("vs. this plan", "较本方案"),
    "col_on_time": ("On time", "准时率"),
    "col_certified": ("Certified", "认证"),
    "col_kept_of": ("Target met", "达标次数"),
    "kept_of": ("{met} of {n}", "{met}/{n}"),
    "baselines_note": (
        (
            "All judged on the same {n} replications, none of them used for planning. Hatched: not "
            "certified."
        ),
        "所有方案均在相同的 {n} 次未参与规划的大促上评定。左侧斜线：未通过认证。",
    ),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "col_decide": ("Decide by", "最迟决定"),
    "col_site": ("Site", "仓库"),
    "col_crew": ("Crew", "班组"),
    "col_people": ("People", "人数"),
    "col_work": ("Working", "在岗"),
    "with_interval": ("{mean} ({low} to {high})", "{mean}（{low}至{high}）"),
    "name_value": ("{name}: {value}", "{name}：{value}"),
    "from_to": ("{a} to {b}", "{a}至{b}"),
    "col_contract": ("Contract", "合同"),
    "col_parcels": ("Parcels", "件数"),
    "col_share": ("Share", "占比"),
    "col_per_parcel": ("{unit} per parcel", "每件（{unit}）"),
    "none_to_hire": ("Nobody has to be hired.", "无需招人。"),
    "alternatives_note": (
        "Pages {pages} compare contracts as alternatives; their costs are not those of this plan.",
        "第 {pages} 页为各合同作为备选的对比，其费用不属于本方案。",
    ),
    "none_to_sign": ("No courier contract is needed.", "无需签订快递合同。"),
    "none_risks": (
        "Nothing stood out in the simulated replications.",
        "模拟大促中没有发现突出问题。",
    ),
    "more_rows": ("and {n} more: see plan.xlsx", "另有 {n} 行，见 plan.xlsx"),
    # risks
    "risk_late": (
        (
            "In the worst twentieth of replications {share} of the orders are late on average, "
            "in the worst one {worst}."
        ),
        "最差的二十分之一大促平均迟发 {share}，最差一次 {worst}。",
    ),
    "risk_late_paid": ("Compensation then costs {money} on average.", "此时平均赔付 {money}。"),
    "risk_threshold": (
        (
            "The platform throttles shops with more than {limit} late; {n} of {m} simulated "
            "replications are above it."
        ),
        "迟发率超过 {limit} 时平台限流；{m} 次模拟大促中有 {n} 次越线。",
    ),
    "risk_threshold_of": (
        (
            "{platform} throttles shops with more than {limit} late; {n} of {m} simulated "
            "replications are above it."
        ),
        "{platform}：迟发率超过 {limit} 时限流；{m} 次模拟大促中有 {n} 次越线。",
    ),
    "platform_rule": ("{platform} {share}: {rule}", "{platform} {share}：{rule}"),
    "rule_cutoff": (
        "orders from {at} on count as the next day's",
        "{at} 起的订单算次日",
    ),
    "rule_hub_delivery": ("delivery over a hub is not scored", "经中转仓的送达不考核"),
    "rule_hub_clock": ("orders over a hub are not scored", "经中转仓的订单不考核"),
    "rule_days": ("orders of {days} are not scored", "{days}的订单不考核"),
    "decision_platforms": ("{dates} · {rules}", "{dates} · {rules}"),
    "platforms_head": ("By platform", "分平台"),
    "rule_mark": ("; ", "；"),
    "col_platform": ("Platform", "平台"),
    "col_exempt": ("Exempt", "免考核"),
    "col_threshold": ("Limit", "红线"),
    "col_compensation": ("Compensation", "赔付"),
    "risk_bottleneck": (
        (
            "{site}, {process}: one time in twenty more than {orders} orders wait on {at}, {hours} "
            "person-hours of work."
        ),
        "{site}{process}：{at} 二十次中有一次积压超过 {orders} 单，约合 {hours} 工时。",
    ),
    "risk_stock": (
        (
            "In the worst twentieth of replications {n} orders find no stock on average; the "
            "margin lost is {money}."
        ),
        "最差的二十分之一大促平均有 {n} 单无货可发，损失毛利 {money}。",
    ),
    "risk_stock_unknown": (
        (
            "In the worst twentieth of replications {n} orders find no stock on average; the "
            "margin lost is unknown."
        ),
        "最差的二十分之一大促平均有 {n} 单无货可发，损失毛利未知。",
    ),
    "risk_courier": (
        "{contract} takes its whole daily allotment at least once in {share} of the replications.",
        "{contract}在 {share} 的模拟大促中至少有一天用满每日限额。",
    ),
    "risk_cost": (
        "Demand decides the bill: the most expensive twentieth of replications costs {over} "
        "more than the mean of {mean}, the most expensive one {worst} more.",
        "费用取决于需求：最贵的二十分之一大促平均比均值 {mean} 高 {over}，最贵一次高 {worst}。",
    ),
    "not_reproducible": (
        "Made under a time limit: another run may give another plan.",
        "在限时内求得：再次运行可能得到不同方案。",
    ),
    # staffing
    "staffing_title": ("{site}: people per shift and day", "{site}：各班次每日人数"),
    "staffing_message": (
        "Most people on {day}: {n}. Large number: people scheduled; "
        "below it permanent + hired. Darker means more people.",
        "{day}人数最多：{n} 人。大数字为排班人数，下方为正式工＋临时工；颜色越深人数越多。",
    ),
    "staffing_message_plain": (
        "Most people on {day}: {n}. Darker means more people.",
        "{day}人数最多：{n} 人。颜色越深人数越多。",
    ),
    "staffing_orders": ("orders per day, all sites (median)", "每日订单，所有仓库（中位数）"),
    "all_people": ("all people", "合计人数"),
    "col_hours": ("person-hours", "工时"),
    # wall sheet
    "wall_title": ("{site}: who works when", "{site}：排班表"),
    "wall_message": (
        "People per shift: permanent + hired. Dark line: the day with most people.",
        "每班人数：正式工＋临时工。深色行为人数最多的一天。",
    ),
    "wall_date": ("Date", "日期"),
    "wall_trucks": ("Extra trucks", "加派车辆"),
    "wall_truck": ("{at} {contract} ×{n}", "{at} {contract} ×{n}"),
    "wall_pickups": ("Pick-ups, trucks", "揽收与加车"),
    "day_closed": ("closed", "休息"),
    "day_hours": ("open {opens}–{closes}", "营业 {opens}–{closes}"),
    "day_no_pickup": ("{contract}: no pick-up", "{contract}：不揽收"),
    "day_some_pickups": ("{contract}: only {at}", "{contract}：仅 {at}"),
    # people by name
    "roster_title": ("{site}: who works when, by name", "{site}：个人排班总表"),
    "roster_message": (
        ("Shift from–to and process. Dark: night shift. {people} with work, {days} of work."),
        "格内为班次起止时间与环节，深色为夜班。有班次 {people}，共 {days}。",
    ),
    "n_people": ("{n} people", "{n} 人"),
    "n_people_one": ("1 person", "1 人"),
    "n_shifts": ("{n} days", "{n} 人次"),
    "n_shifts_one": ("1 day", "1 人次"),
    "n_days": ("{n} days", "{n} 天"),
    "n_days_one": ("1 day", "1 天"),
    "n_nights": ("{n} nights", "夜班 {n} 次"),
    "n_nights_one": ("1 night", "夜班 1 次"),
    "n_bookings": ("{n} bookings", "{n} 批"),
    "n_bookings_one": ("1 booking", "1 批"),
    "roster_empty": ("{n} places stay empty.", "有 {n} 个岗位空缺。"),
    "roster_empty_one": ("1 place stays empty.", "有 1 个岗位空缺。"),
    "roster_no_work": ("Without a shift: {names}.", "未排班：{names}。"),
    "numbers_title": ("{site}: who works when, by number", "{site}：按工号排班表"),
    "numbers_message": (
        "Shift from–to and process. Dark: night shift. {people} without a name, with the same "
        "number on all days; {days} of work.",
        "格内为班次起止时间与环节，深色为夜班。未具名 {people}，各人工号不变，共 {days}。",
    ),
    "numbers_people": ("{crew}, {people}", "{crew}，{people}"),
    "col_empty": ("Empty places", "空缺岗位"),
    "col_days": ("Days", "天数"),
    "col_own_hours": ("Hours", "工时"),
    "col_nights": ("Nights", "夜班"),
    "person_title": ("{site}: sheets for each person", "{site}：个人排班单"),
    "person_message": (
        "Cut along the lines. Times are those of the shift, with its breaks.",
        "沿线剪开分发。时间为班次起止，含休息。",
    ),
    "person_sum": (
        "{days} · {hours} h · {nights}",
        "{days} · {hours} 小时 · {nights}",
    ),
    # demand
    "demand_title": ("Demand", "需求预测"),
    "demand_message": (
        "Busiest hour: {n} orders at {at} in the middle case; one time in "
        "twenty more than {high}. All days: {total} orders (90%: {low} to {top}).",
        "最忙的一小时：中位情形下 {at} 有 {n} 单；二十次中有一次超过 {high} "
        "单。全部天数：{total} 单（90% 区间 {low} 至 {top}）。",
    ),
    "demand_message_short": (
        "Busiest hour: {n} orders at {at} in the middle case; one time in twenty more than {high}.",
        "最忙的一小时：中位情形下 {at} 有 {n} 单；二十次中有一次超过 {high} 单。",
    ),
    "orders_per_hour": ("orders per hour", "每小时订单数"),
    "orders_per_minutes": ("orders per {n} min", "每 {n} 分钟订单数"),
    "orders_per_day": ("orders per day (median, 90% of cases)", "每日订单数（中位数，90% 的情形）"),
    "band_90": ("90% of cases", "90% 的情形"),
    "band_50": ("50% of cases", "50% 的情形"),
    "median": ("median", "中位数"),
    "actual": ("actual", "实际"),
    "peak_note": ("{at}: {n}\n90%: {low} to {high}", "{at}：{n}\n90%：{low} 至 {high}"),
    # backlog
    "backlog_title": ("{site}: orders waiting, and people working", "{site}：积压订单与在岗人数"),
    "backlog_message": (
        "Largest backlog, exceeded one time in twenty: {processes}.",
        "积压最多时，二十次中有一次超过：{processes}。",
    ),
    "backlog_process": (
        "{process} {high} on {at} (median {n})",
        "{process} {at} {high} 单，中位情形 {n} 单",
    ),
    "clause_mark": ("; ", "；"),
    "backlog_message_none": (
        "No orders are left waiting at the end of an hour.",
        "各小时末均无积压。",
    ),
    "backlog_unit": (
        "{process} · orders waiting (median, 90% of cases)",
        "{process} · 积压订单（中位数，90% 的情形）",
    ),
    "people_working": ("people", "人数"),
    "promise_head": (
        "Hours from order to end of the last process, first come first served, on the mean curves",
        "从下单到完成最后一个环节的小时数（按均值曲线、先到先做）",
    ),
    "promise_line": ("deadline {n} h", "时限 {n} 小时"),
    # late share
    "late_title": ("How many orders are late", "迟发订单占比"),
    "late_message": (
        (
            "{met} of {n} simulated replications stay at or below {target} late. Mean {mean}, "
            "worst {worst}."
        ),
        "{n} 次模拟大促中有 {met} 次迟发率不超过 {target}。平均 {mean}，最差一次 {worst}。",
    ),
    "late_axis": ("late orders, % of all orders", "迟发订单占比（%）"),
    "promotions_axis": ("simulated replications", "模拟大促次数"),
    "ecdf_axis": ("share of replications at or below, %", "不超过该值的大促占比（%）"),
    "late_target": ("target {x}", "目标 {x}"),
    "late_threshold": ("platform limit {x}", "平台红线 {x}"),
    "late_confidence": ("asked for {x}", "要求 {x}"),
    "kept": ("met: {n}", "达标：{n}"),
    "missed": ("missed: {n}", "未达标：{n}"),
    # cost
    "cost_title": ("Where the money goes", "费用构成"),
    "cost_message": (
        "{total} on average over the simulated replications; the largest "
        "part: {name} ({share}). The planning model expected {planned}.",
        "模拟大促的平均总费用为 {total}；最大一项是{name}（{share}）。规划模型预计 {planned}。",
    ),
    "cost_bound": (
        " Lower bound: on its sampled scenarios, even without safety margins, the planning model "
        "expects no plan to cost less than {bound}; at most {gap} of what it expects of this plan "
        "could be saved.",
        " 下界：即使不留安全余量，规划模型在其抽样情景上对任何方案的预计费用都不低于 {bound}；"
        "本方案的预计费用最多还能节省 {gap}。",
    ),
    "cost_axis": ("cost so far, {unit}", "累计费用（{unit}）"),
    "cost_total": ("Total", "合计"),
    "cost_mean": ("simulated mean, {unit}", "模拟均值（{unit}）"),
    "cost_planned": ("planned", "规划值"),
    "cost_difference": ("difference", "差额"),
    "cost_zero": ("Nothing is spent on: {names}.", "以下项目为零：{names}。"),
    # tables
    "assumptions_title": ("What the plan assumes", "方案的假设"),
    "assumptions_message": (
        "Grade: how well the source supports the value. A: official; B: trade press; C: collected "
        "from websites; user: "
        "stated by the user.",
        "等级表示来源的可靠程度。A：官方；B：行业媒体；C：网络汇总；user：用户自报。",
    ),
    "assumptions_late": (
        "Dated after the day of planning, {day}, so perhaps not known by then: {names}.",
        "以下来源的查阅日期晚于规划日 {day}，当时未必已知：{names}。",
    ),
    "parts_left_out": (
        "Not computed in this run, as asked: {names}.",
        "本次运行按要求未计算：{names}。",
    ),
    "assumption_platform": ("platform rule: {name}", "平台规则：{name}"),
    "assumption_contract": ("contract: {name}", "合同：{name}"),
    "assumption_set": (
        "set for this run, in place of the scenario's own value (--set)",
        "本次运行用 --set 设定，代替场景中原有的值",
    ),
    "assumption_terms": ("terms as in its file", "条款见合同文件"),
    "assumption_rule": ("{clock} within {deadline}", "{deadline}内{clock}"),
    "col_subject": ("Assumption", "假设"),
    "col_value": ("Value", "取值"),
    "col_source": ("Source", "来源"),
    "col_retrieved": ("Retrieved", "查阅日期"),
    "col_grade": ("Grade", "等级"),
    "stock_title": ("Stock to place", "备货"),
    "other_products": ("{n} other products", "其他 {n} 种商品"),
    "stock_message": (
        "{n} units over all sites, before the promotion starts.",
        "大促开始前各仓合计备货 {n} 件。",
    ),
    "stock_expected": (
        "Expected: {orders} orders with {per_order} units each, {units} units.",
        "预计 {orders} 单，每单 {per_order} 件，共 {units} 件。",
    ),
    "stock_free": (
        "The other {more} cost nothing: the scenario states no inbound_cost_per_unit, so each "
        "site has what the largest sampled scenarios require.",
        "其余 {more} 件不计费用：场景未写 inbound_cost_per_unit，因此各仓按抽样中最大的大促备足。",
    ),
    "stock_reason": (
        "The other {more} are safety: one promotion in twenty brings more than {high} orders "
        "(about {units} units), "
        "and each site needs its own reserve of each product.",
        (
            "其余 {more} 件为安全库存：二十次大促中有一次超过 {high} 单（约 {units} 件），"
            "且各仓每种商品都要单独备余量。"
        ),
    ),
    "col_product": ("Product", "商品"),
    "col_stock_orders": ("Orders expected", "预计订单"),
    "col_stock_per_order": ("Units per order", "每单件数"),
    "col_stock_expected": ("Units expected", "预计件数"),
    "col_stock_cover": ("Placed / expected", "备货/预计"),
    "col_stock_out": ("Runs out", "缺货概率"),
    "col_stock_left": ("Left over", "平均剩余"),
    "stock_out": (
        "Most likely to run out: {product} at {site}, in {share} of the simulated promotions "
        "(the column shows the likeliest site).",
        "最易缺货：{site}的{product}，模拟中 {share} 的大促会缺货（该列取各仓最高值）。",
    ),
    "stock_enough": (
        "No product ran out at any site in the simulated promotions.",
        "模拟的大促中，各仓各商品均未缺货。",
    ),
    "stock_left": (
        "On average {n} units are left over; they cost {cost} in all.",
        "平均剩余 {n} 件，成本合计 {cost}。",
    ),
    "col_total": ("Total", "合计"),
    "hiring_title": ("People to hire", "招人计划"),
    "hiring_message": ("{people} in {bookings}, {cost}.", "共 {people}，{bookings}，{cost}。"),
    "continued": ("{title}, continued", "{title}（续）"),
    # workbook and web page
    "sheet_summary": ("Summary", "摘要"),
    "sheet_site": ("People {site}", "人数 {site}"),
    "sheet_people": ("Day and shift", "每日班次人数"),
    "col_shift": ("Shift", "班次"),
    "col_process": ("Process", "环节"),
    "sum_scenario": ("Scenario", "场景"),
    "sum_seed": ("Seed", "随机种子"),
    "sum_status": ("Status of the plan", "方案状态"),
    "sum_gap": ("Gap to the lower bound (without margins)", "与下界的差距（不计余量）"),
    "sum_model_gap": ("Gap of the planning model (with margins)", "规划模型的差距（含余量）"),
    "sum_verdict": ("Verdict", "结论"),
    "sum_met": ("Replications that met the target", "达标次数"),
    "sum_replications": ("Replications simulated", "模拟次数"),
    "sum_bound": ("Lower bound of the certificate", "认证下界"),
    "sum_confidence": ("Confidence asked for", "要求的把握"),
    "sum_target": ("On-time share asked for", "要求的准时率"),
    "sum_on_time": ("On-time share, simulated mean", "模拟平均准时率"),
    "sum_cost": ("Total cost, simulated mean, {unit}", "模拟平均总费用（{unit}）"),
    "sum_item": ("Item", "项目"),
    "sum_figure": ("Value", "数值"),
}
