"""Words of what goes wrong and of its repairs, English and Chinese."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

STRESS_TEXTS: dict[str, Bilingual] = {
    "stress_title": ("What breaks the plan", "什么会打破方案"),
    "stress_title_holds": ("What harms the plan most", "什么对方案危害最大"),
    "stress_breaks": (
        "Most harm: {name}; {kept} of {n} promotions then meet the target, instead of {before}.",
        "危害最大的是{name}：{n} 次大促中达标 {kept} 次，原为 {before} 次。",
    ),
    "stress_holds": (
        "The plan keeps its promise under every stress tried. The hardest: {name}; {kept} of {n} "
        "promotions meet the target.",
        "在所有压力情形下方案都守住承诺。最不利的是{name}：{n} 次大促中达标 {kept} 次。",
    ),
    "stress_note": (
        "The same orders, people and parcels as without the stress; each stress where it does most "
        "harm. People who do not come are paid as booked.",
        "订单、人员与包裹均与无压力时相同；每种情形取最不利之处。未到岗人员按预订计薪。",
    ),
    "stress_axis": ("Promotions that meet the target", "达标的大促比例"),
    "stress_promised": ("promised", "承诺"),
    "stress_line": ("{name}: {kept} of {n} meet the target", "{name}：{n} 次达标 {kept} 次"),
    "stress_at": ("{name} ({where})", "{name}（{where}）"),
    "head_stress": ("What breaks it", "什么会打破它"),
    "head_holds": ("What harms it most", "什么对它危害最大"),
    "col_stress": ("Stress", "压力情形"),
    "col_stress_kept": ("Met", "达标"),
    "col_stress_extra": ("Extra cost, {unit}", "增加费用，{unit}"),
    "col_repair": ("Cheapest repair", "最省钱的补救"),
    "col_repair_cost": ("Its cost, {unit}", "补救费用，{unit}"),
    "col_kept_after": ("Then met", "补救后"),
    "repair_mark": ("; ", "；"),
    "repair_person": (
        "+{n} {crew} at {site}, {process}, shift {shift}, from {day}",
        "{site}：{day}起{process}{shift}增加 {n} 名{crew}",
    ),
    "repair_person_one": (
        "+1 {crew} at {site}, {process}, shift {shift}, from {day}",
        "{site}：{day}起{process}{shift}增加 1 名{crew}",
    ),
    "repair_vehicle": (
        "+{n} vehicles of {contract} at {site}, {day}",
        "{site}：{day}{contract}加 {n} 辆车",
    ),
    "repair_vehicle_one": (
        "+1 vehicle of {contract} at {site}, {day}",
        "{site}：{day}{contract}加 1 辆车",
    ),
    "repair_stock": ("+{n} units of {product} at {site}", "{site}：{product}多备 {n} 件"),
    "repair_stock_one": ("+1 unit of {product} at {site}", "{site}：{product}多备 1 件"),
}
