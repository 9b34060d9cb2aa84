"""Words of the pages on couriers, contracts, clauses, routing rules and remote areas, English and
Chinese.
"""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

CONTRACT_TEXTS: dict[str, Bilingual] = {
    # couriers
    "couriers_title": ("Who carries what", "快递分配"),
    "couriers_message": (
        (
            "{n} parcels on average, {share} of them to remote areas. Bars: share of the parcels "
            "of "
            "each region."
        ),
        "平均 {n} 件，其中偏远地区占 {share}。条形为各地区件数的占比。",
    ),
    "all_regions": ("All regions", "全部地区"),
    "remote_regions": ("Remote areas", "偏远地区"),
    "other_regions": ("Other regions", "其他地区"),
    "share_axis": ("share of parcels, %", "件数占比（%）"),
    "other_contracts": ("other contracts", "其他合同"),
    # regions
    "regions_title": ("Cost, service and transit by region", "各地区费用、准时率与时效"),
    "regions_message": (
        (
            "Remote areas cost {remote} per order, other regions {other}. Rows by number of "
            "orders, "
            "remote areas apart."
        ),
        "偏远地区每单 {remote}，其他地区每单 {other}。按单量排序，偏远地区单列。",
    ),
    "regions_message_one": (
        "Courier cost per order {cost}. Rows by number of orders.",
        "每单快递费 {cost}。按单量排序。",
    ),
    "regions_cost_axis": ("courier cost per order, {unit}", "每单快递费（{unit}）"),
    "regions_on_time_axis": ("orders on time, %", "准时率（%）"),
    "regions_transit_axis": ("days in transit, mean", "平均在途天数"),
    "regions_no_transit": (
        "Days in transit are shown only where every contract in use states them.",
        "仅在所用合同均写明运输天数的地区显示在途天数。",
    ),
    "regions_count": (
        "{n} orders per promotion on average; with those still open at the end, {m} parcels.",
        "平均每次大促 {n} 单；连同期末未完的共 {m} 件。",
    ),
    # contracts
    "study_note": (
        "A study of the contracts, not the plan of page 1: every alternative has its own routing, "
        "every order counts "
        "as packed at once, and other replications are simulated.",
        (
            "本页为合同研究，不是第 1 页的方案：各方案单独分单，订单均按下单即打包计算，"
            "所用模拟大促也不同。"
        ),
    ),
    "study_orders": (
        "Orders per promotion: {n} on average here, {m} in the simulation of the plan.",
        "平均每次大促：本研究 {n} 单，方案模拟 {m} 单。",
    ),
    "contracts_title": (
        "Contracts and combinations on the same orders",
        "同一批订单下的合同与组合对比",
    ),
    "contract_alone": ("{name} alone", "单用 {name}"),
    "contracts_best": ("{name} is best at {cost} per order", "{name} 最优，每单 {cost}"),
    "contracts_higher": (
        "; {name} costs {x} ({low} to {high}) more",
        "；{name} 每单贵 {x}（{low} 至 {high}）",
    ),
    "contracts_no_difference": (
        "; no difference to {name} is shown ({x}, {low} to {high})",
        "；与 {name} 相比未显示差异（{x}，{low} 至 {high}）",
    ),
    "contracts_equal": ("; {name} costs the same", "；{name} 费用相同"),
    "contracts_cheaper_refused": (
        ". {name} is cheaper but ranked last: it refuses {share} of the orders",
        "。{name} 每单更低但排在最后：有 {share} 的订单不承运",
    ),
    "contracts_cheaper_late": (
        ". {name} is cheaper but ranked last: only {share} of its orders are on time",
        "。{name} 每单更低但排在最后：准时率仅 {share}",
    ),
    "contracts_note": (
        (
            ". All costs of the alternative; differences on the orders both carry. Dot: mean; "
            "line: "
            "95% interval."
        ),
        "。含该方案全部费用；差额按双方都承运的订单计算。圆点为均值，线段为 95% 区间。",
    ),
    "contracts_ranked": (
        " Ranked by: cost per order placed, refused ones at the highest price.",
        "排序依据：每单费用，不承运的按最高价计。",
    ),
    "col_ranked_by": ("Ranked by", "排序依据"),
    "col_fails": ("Why last", "排在最后的原因"),
    "fails_refused": ("refuses orders", "不承运部分订单"),
    "fails_late": ("orders late", "迟发过多"),
    "same": ("same", "相同"),
    "contracts_axis": ("cost per order, {unit}", "每单费用（{unit}）"),
    "col_rule_cost": ("Cost per order, {unit}", "每单费用（{unit}）"),
    "col_rank": ("No.", "序号"),
    "col_all": ("All: {unit} per order", "全部：每单（{unit}）"),
    "col_difference": ("Against the best (95%)", "与最优之差（95%）"),
    "col_remote": ("Remote", "偏远"),
    "col_other": ("Other", "其他"),
    "col_refused": ("Refused", "快递不承运"),
    "col_kept": ("Target met", "达标概率"),
    "col_missed": ("Commitment missed", "未达保底概率"),
    "col_at_risk": ("At risk (95% point), {unit}", "风险金额，95%（{unit}）"),
    # terms of contracts
    "terms_page": ("Terms of the contracts and break-even prices", "合同条款执行与平衡价"),
    "terms_title": ("Tiers, commitments and allotments", "阶梯、保底量与限额"),
    "terms_missed": (
        (
            "{name}: the commitment of {contract} is missed in {share} of replications and costs "
            "{cost} on average."
        ),
        "{name}：{contract} 在 {share} 的大促中未达保底量，平均补差 {cost}。",
    ),
    "terms_none": (
        "{name}: no commitment is missed in any simulated replication.",
        "{name}：所有模拟大促均达到保底量。",
    ),
    "col_alternative": ("Alternative", "方案"),
    "col_signed": ("Signed", "已签"),
    "col_tier": ("Usual tier, parcels from", "阶梯起量（件）"),
    "col_tier_reached": ("Tier reached", "达到概率"),
    "col_discount": ("Discount, {unit}", "阶梯优惠（{unit}）"),
    "col_commitment": ("Committed parcels", "保底件数"),
    "col_shortfall": ("Shortfall, {unit}", "保底补差（{unit}）"),
    "col_full_days": ("Days at the allotment", "用满限额天数"),
    # clauses
    "clauses_title": ("What a change of each clause is worth", "各条款变动的价值"),
    "clauses_message": (
        "Largest: {name}: {value} per promotion. Plain bars save, hatched bars cost; line: 95% "
        "interval; one that contains 0 shows no difference.",
        (
            "最大：{name}：每次大促 {value}。实心为节省，斜线为增加；线段为 95% 区间，含 0 "
            "即未显示差异。"
        ),
    ),
    "clauses_nothing": (
        "Worth nothing in this promotion: {names}.",
        "对本次大促没有价值的变动：{names}。",
    ),
    "clauses_axis": ("saved per promotion, {unit}", "每次大促节省（{unit}）"),
    "breakevens_title": ("At which price a contract wins", "合同胜出的价格"),
    "breakevens_message": (
        "Each contract alone, on the parcels both carry, all its base prices shifted by the same "
        "amount; the "
        "difference is simulated at exactly this price.",
        "各合同单用，按双方都承运的包裹，全部基础运价同额调整；差额按该价格实际模拟。",
    ),
    "breakeven_below": (
        "{contract} beats {rival} at {x} or less (now {now}).",
        "不高于 {x}（现价 {now}）时，{contract} 优于 {rival}。",
    ),
    "breakeven_up_to": (
        "{contract} beats {rival} now ({now}), and up to {x}.",
        "现价 {now} 时 {contract} 已优于 {rival}，直至 {x}。",
    ),
    "breakeven_now": (
        "{contract} beats {rival} at its present price ({now}), but at no higher one.",
        "{contract} 按现价（{now}）优于 {rival}，再高则不再占优。",
    ),
    "breakeven_never": (
        "{contract} beats {rival} at no price (now {now}).",
        "任何价格（现价 {now}）下 {contract} 均不优于 {rival}。",
    ),
    "col_finding": ("Finding", "结论"),
    "col_price": ("Price", "价格"),
    "col_now": ("Now, {unit}", "现价（{unit}）"),
    "col_break_even": ("Equal at, {unit}", "平衡价（{unit}）"),
    "col_at_break_even": (
        "Difference there, {unit} per order (95%)",
        "该价下每单差额（{unit}，95%）",
    ),
    # rules
    "rules_title": ("Routing rules to type in", "可录入的路由规则"),
    "rules_message": (
        "{rules}: {x} {unit} ({low} to {high}) more per order than the plan's whole routing "
        "table. ",
        "{rules}每单比方案的完整分单表贵 {x} {unit}（{low} 至 {high}）。",
    ),
    "rules_cheaper": (
        "{rules}: {x} {unit} ({low} to {high}) less per order than the plan's whole routing "
        "table. ",
        "{rules}每单比方案的完整分单表省 {x} {unit}（{low} 至 {high}）。",
    ),
    "rules_equal": (
        "{rules}: the same cost as the plan's whole routing table. ",
        "{rules}与方案的完整分单表费用相同。",
    ),
    "rules_same_in_money": (
        "{rules}: less than {least} {unit} per order from the cost of the plan's whole routing "
        "table. ",
        "{rules}与方案的完整分单表相比，每单费用相差不到 {least} {unit}。",
    ),
    "rules_no_difference": (
        "{rules}: no difference in cost to the plan's whole routing table is shown ({x} {unit} per "
        "order, {low} to {high}). ",
        "{rules}与方案的完整分单表相比，费用未显示差异（每单 {x} {unit}，{low} 至 {high}）。",
    ),
    "rules_kept": (
        "With them {kept} of {n} replications meet the target, with the whole table {own}; "
        "{verdict}. ",
        "按此规则 {n} 次模拟中 {kept} 次达标，按完整分单表 {own} 次，{verdict}。",
    ),
    "rules_couriers": (
        "A study of couriers only, without people and stock: these rules are not those of a plan. ",
        "本页仅研究快递，不含人员和库存：这些规则不是任何方案的规则。",
    ),
    "rules_note": (
        "The first rule that fits an order decides.",
        "订单按第一条符合的规则执行。",
    ),
    "rules_plan": (
        "Simulated with the people, stock and collections of the plan, on the replications of its "
        "certificate. A share takes so many of the orders that reach the rule; the others go on to "
        "the next one.",
        "按方案的人员、库存和揽收，在认证所用的模拟大促中检验。规则占比指符合并到达该规则的订单中由它承接的部分，其余订单继续匹配下一条。",
    ),
    "rules_kept_of": ("{kept} of {n}", "{n} 次中 {kept} 次"),
    "col_rule_share": ("Share", "占比"),
    "rules_k": ("{n} rules", "{n} 条规则"),
    "rules_k_one": ("1 rule", "1 条规则"),
    "rules_all": ("whole table", "完整分单表"),
    "rules_axis": ("more per order than the whole table, {unit}", "每单比完整分单表贵（{unit}）"),
    "col_rules": ("Rules", "规则"),
    "col_extra": ("More per order (95%)", "每单多付（95%）"),
    "col_regions": ("Regions", "地区"),
    "col_weight": ("Weight", "重量"),
    "col_from": ("From", "自"),
    "col_to": ("Until", "至"),
    "list_mark": (", ", "、"),
    "weight_any": ("any", "不限"),
    "weight_to": ("up to {b} g", "{b} 克以内"),
    "weight_over": ("over {a} g", "{a} 克以上"),
    "weight_between": ("over {a} to {b} g", "{a}–{b} 克"),
    # remote areas
    "remote_title": (
        "Remote areas: direct, through a hub, or not at all",
        "偏远地区：直发、中转或不发售",
    ),
    "remote_message": (
        "Cheapest for {direct} orders: direct; for {hub}: through a hub; {refused} are not worth "
        "selling. "
        "Margin and courier per order, {unit}.",
        (
            "{direct} 单直发最省，{hub} 单中转最省，{refused} 单不值得发售。"
            "毛利与快递费均为每单（{unit}）。"
        ),
    ),
    "remote_margin_unknown": (
        "Cheapest for {direct} orders: direct; for {hub}: through a hub. Margin unknown for "
        "{unknown} orders: whether "
        "they are worth selling is not judged; {refused} are not. Margin and courier per order, "
        "{unit}.",
        "{direct} 单直发最省，{hub} 单中转最省。{unknown} 单毛利未知，未判断是否值得发售；"
        "{refused} 单不值得。"
        "毛利与快递费均为每单（{unit}）。",
    ),
    "remote_note": (
        "The cheapest ways by price alone, without limits, fees, stock and cut-off times; the "
        "last column is what the "
        "plan of page 1 does.",
        "仅按价格选最省的走法，不计限额、固定费、库存和截单时间；最后一列为第 1 页方案的实际分配。",
    ),
    "remote_direct": ("direct", "直发"),
    "remote_hub": ("hub", "中转"),
    "remote_margin": ("margin", "毛利"),
    "remote_axis": ("per order, {unit}", "每单（{unit}）"),
    "col_region": ("Region", "地区"),
    "col_orders": ("Orders", "单量"),
    "col_margin": ("Margin", "毛利"),
    "col_direct": ("Direct", "直发"),
    "col_hub": ("Through a hub", "中转"),
    "col_courier": ("Courier", "快递费"),
    "col_best": ("Best", "建议"),
    "col_margin_after": ("Left over", "余利"),
    "col_in_plan": ("Most in the plan", "方案主要走法"),
}
