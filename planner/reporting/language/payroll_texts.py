"""Words of the payroll, English and Chinese."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

PAYROLL_TEXTS: dict[str, Bilingual] = {
    "payroll_title": ("Payroll", "工资表"),
    "payroll_message": (
        "{scheduled} person-days are scheduled, {amount} in all, as in the costs.",
        "共排班 {scheduled} 人天，合计 {amount}，与费用表一致。",
    ),
    "payroll_idle": (
        (
            "{n} guaranteed days of permanent people are not scheduled; they are paid all the "
            "same, {cost}."
        ),
        "正式员工有 {n} 个保底人天未排班，照付 {cost}。",
    ),
    "payroll_idle_one": (
        ("1 guaranteed day of permanent people is not scheduled; it is paid all the same, {cost}."),
        "正式员工有 1 个保底人天未排班，照付 {cost}。",
    ),
    "payroll_bare": (
        "Crews without guaranteed days are paid for scheduled days only.",
        "未约定保底天数的班组只付排班日的工资。",
    ),
}
