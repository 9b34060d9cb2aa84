"""Words of the text report of `planner compare`, English and Chinese."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

COMPARISON_TEXTS: dict[str, Bilingual] = {
    # headings of the table of alternatives
    "compare_contract": ("contract", "合同"),
    "compare_regions": ("regions", "地区"),
    "compare_parcels": ("parcels", "包裹数"),
    "compare_cost": ("cost/order", "每单费用"),
    "compare_interval": ("95% interval", "95% 区间"),
    "compare_difference": ("against best", "与最优之差"),
    "compare_refused": ("refused", "不承运"),
    "compare_on_time": ("on time", "准时率"),
    "compare_met": ("target met", "达标"),
    # headings of the table of clauses
    "compare_clause": ("clause", "条款"),
    "compare_change": ("now -> changed", "现值 -> 变动后"),
    "compare_value": ("value", "价值"),
    # sentences
    "compare_regions_all": ("all", "全部"),
    "compare_regions_remote": ("remote", "偏远"),
    "compare_regions_other": ("other", "其他"),
    "compare_is_best": ("best", "最优"),
    "compare_together": ("all together", "全部合用"),
    "compare_is_higher": ("more expensive", "更贵"),
    "compare_is_cheaper": ("cheaper", "更便宜"),
    "compare_is_same": ("no difference shown", "未显示差异"),
    "compare_is_equal": ("same cost", "费用相同"),
    "compare_is_refused": ("ranked last: refuses orders", "排在最后：不承运部分订单"),
    "compare_is_late": ("ranked last: orders late", "排在最后：迟发过多"),
    "compare_second_higher": (
        "{name} costs {amount} {currency} more per order {span}",
        "{name} 每单贵 {amount} {currency} {span}",
    ),
    "compare_second_cheaper": (
        "{name} costs {amount} {currency} less per order {span}",
        "{name} 每单便宜 {amount} {currency} {span}",
    ),
    "compare_second_same": (
        "{name}: no difference shown ({amount} {currency} per order, {span})",
        "{name}：未显示差异（每单 {amount} {currency}，{span}）",
    ),
    "compare_second_equal": ("{name} costs the same", "{name}：费用相同"),
    "compare_second_unknown": ("{name}: the difference is not known", "{name}：无法判断差异"),
    "compare_best": (
        "Best: {name}, {amount} {currency} per order",
        "最优：{name}，每单 {amount} {currency}",
    ),
    "compare_is_unknown": ("not known", "无法判断"),
    "compare_clauses": (
        "What a change is worth to this promotion (routing planned again, on the same orders):",
        "每项条款变动对本次大促的价值（重新规划，配对比较）：",
    ),
    "compare_breakeven": (
        (
            "{contract} alone beats {rival} at {break_even:,.2f} {currency} or less ({price}"
            ", now {now:,.2f}; difference there {difference:+,.4f} {span})"
        ),
        (
            "{contract} 单用时，{price}不高于 {break_even:,.2f} {currency} 即优于 {rival}（现"
            "价 {now:,.2f}；该价差额 {difference:+,.4f} {span}）"
        ),
    ),
    "compare_no_breakeven": (
        "{contract} alone beats {rival} at no base price ({price}, now {now:,.2f})",
        "{contract} 单用时，无论基础价多低都不优于 {rival}（{price}，现价 {now:,.2f}）",
    ),
    "compare_rules": (
        (
            "{rules}: {extra:+,.4f} {currency} per order against the whole routing table "
            "{span}, {on_time} on time"
        ),
        "{rules}：每单与完整分单表相差 {extra:+,.4f} {currency} {span}，准时率 {on_time}",
    ),
    "compare_rules_study": (
        "Routing rules of this study of couriers only, without people and stock; `planner run` "
        "gives the rules of a plan:",
        "以下分单规则仅研究快递，不含人员和库存；方案自己的规则见 planner run：",
    ),
    "compare_rule_count": ("{n} rules", "{n} 条规则"),
    "compare_rule_count_one": ("1 rule", "1 条规则"),
    "compare_ways": (
        (
            "Remote areas, cheapest way by region and weight class: {direct} direct, {hub} "
            "through a hub, {do_not_sell} not worth selling{unknown}"
        ),
        (
            "偏远地区，各地区与重量段最省的走法：直发 {direct}，中转 {hub}，不值得发售 "
            "{do_not_sell}{unknown}"
        ),
    ),
    "compare_no_margin": ("; margin unknown for {n}: not judged", "；其中 {n} 项毛利未知，未判断"),
}
