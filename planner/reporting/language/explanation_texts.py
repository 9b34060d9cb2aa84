"""Explanation of a finished folder in English and Chinese: `planner explain`."""

from __future__ import annotations

from datetime import date
from typing import Any

from planner.domain.choices import LANGUAGES
from planner.domain.dates import day_month
from planner.reporting.language.labels import language

LATE_WHERE: dict[str, tuple[str, str]] = {
    "waiting": (
        "waiting for {process} at {site}, from {from}",
        "在{site}等待{process}，自 {from} 起",
    ),
    "collection": (
        "packed, but no room in the collection of {contract} at {site} on {from}",
        "已打包，但{contract}在{site} {from} 的揽收装不下",
    ),
    "stock": ("no stock of {product}, orders from {from} on", "{product}缺货，自 {from} 起的订单"),
    "carrier": (
        "too slow on the way with {contract} from {site}, orders from {from} on",
        "{contract}从{site}发出后太慢，自 {from} 起的订单",
    ),
    "promise": (
        "ordered too late for any collection of {contract} at {site}, from {from} on",
        "下单后期限内{contract}在{site}已无揽收，自 {from} 起",
    ),
}
SENTENCES: dict[str, tuple[str, str]] = {
    "misses": (
        (
            "Not certified: the target was met in {met} of {replications} replications. Where "
            "orders are late in the worst:"
        ),
        "未通过认证：{replications} 次大促中 {met} 次达标。最差几次中订单失约之处：",
    ),
    "deadline": (
        "- by the deadline {percent:.4g}%: {kept:.0f} of {replications:.0f}, on average "
        "{share_mean:.2%}",
        "- 期限内 {percent:.4g}%：{replications:.0f} 次中 {kept:.0f} 次，平均 {share_mean:.2%}",
    ),
    "target": (
        "- within {within_hours:g} h {percent:.4g}%: {kept:.0f} of {replications:.0f}, on average "
        "{share_mean:.2%}",
        "- {within_hours:g} 小时内 {percent:.4g}%：{replications:.0f} 次中 {kept:.0f} 次，平均 "
        "{share_mean:.2%}",
    ),
    "aims": (
        "Replications that reached the share of orders asked for:",
        "达到各项占比目标的大促次数：",
    ),
    "orders": (
        "{n:,.1f} orders per promotion ({share:.1%})",
        "每次大促 {n:,.1f} 单（{share:.1%}）",
    ),
    "none": ("No order was late in these replications.", "这些大促中没有失约订单。"),
    "unit": (
        (
            "The cheapest unit that helps: {words}: {saved_orders:,.1f} fewer late orders per "
            "promotion, for {cost:,.2f}."
        ),
        "最省钱的补救：{words}，每次大促少失约 {saved_orders:,.1f} 单，费用 {cost:,.2f}。",
    ),
    "no_unit": (
        "No single person or vehicle that the limits allow helps: see the repairs of the limits.",
        "在限制范围内再加一人或一车都无济于事，需要放宽限制。",
    ),
    "certified": (
        (
            "Certified: the target was met in {met} of {replications} replications. Closest to "
            "their limits:"
        ),
        "已通过认证：{replications} 次大促中 {met} 次达标。最接近上限之处：",
    ),
    "draft": (
        "Not certified: a draft plan, of which nothing was simulated. Closest to their limits:",
        "未通过认证：草案，未做任何模拟。最接近上限之处：",
    ),
    "limit": (
        "{words}: {used:,} of {allowed:,} ({share:.0%})",
        "{words}：{used:,} / {allowed:,}（{share:.0%}）",
    ),
}
LIMITS: dict[str, tuple[str, str]] = {
    "crew": ("{crew} people at {site} on {day}", "{site} {crew} {day}人数"),
    "stations": ("stations of {process} at {site}", "{site} {process} 工位"),
    "vehicles": (
        "extra vehicles of {contract} at {site} at {clock}",
        "{contract} 在 {site} {clock} 的加车",
    ),
}


def late_where(lang: str, row: dict[str, Any]) -> str:
    """Where orders are late, from a row of the table `misses`."""
    return LATE_WHERE[row["reason"]][_place(lang)].format(**row)


def sentence(key: str, lang: str, **values: Any) -> str:
    """The sentence `key` with its values filled in.

    Parameters
    ----------
    key : str
        A key of `SENTENCES`.
    lang : str
        `en` or `zh`.
    **values : Any
        What the sentence takes.

    Returns
    -------
    str
        The sentence.
    """
    return SENTENCES[key][_place(lang)].format(**values)


def limit_in_words(kind: str, on: date | None = None, **values: str) -> dict[str, str]:
    """A limit in every language, by language.

    Parameters
    ----------
    kind : str
        A key of `LIMITS`.
    on : date or None
        The day on which most of it is used, where the limit is one of a day.
    **values : str
        Names that the text takes.

    Returns
    -------
    dict[str, str]
        The words by language.
    """
    days = ("", "") if on is None else (day_month(on), f"{on.month}月{on.day}日")
    return {
        lang: text.format(day=day, **values)
        for lang, text, day in zip(LANGUAGES, LIMITS[kind], days, strict=True)
    }


def _place(lang: str) -> int:
    """Index of a language in a pair of texts."""
    return LANGUAGES.index(language(lang))
