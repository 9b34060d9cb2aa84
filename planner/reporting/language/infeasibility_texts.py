"""Sentences on why there is no plan and what would make one, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

from planner.domain.business_limits import LIMITS
from planner.domain.choices import LANGUAGES
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.relaxations import (
    DAY_HOURS,
    LONGER_PROMISE,
    OF_CREW,
    RELAXATIONS,
    aimed_share,
)
from planner.errors import Blame
from planner.reporting.language.labels import Labels, language

Key = tuple[str, ...]
Bilingual = tuple[str, str]
MOST_NAMED = 3

BLAMES: dict[str, Bilingual] = {
    "crew": ("", "{site} {crew} 人数：现有 {allowed:,} 人，需要 {needed:,} 人"),
    "skills": ("", "{site} {crew} 中会做该工作的人数：现有 {allowed:,} 人，需要 {needed:,} 人"),
    "days": ("", "{site} {crew} 出勤人日：最多 {allowed:,}，需要 {needed:,}"),
    "hours": ("", "{site} {crew} 工时：最多 {allowed:,} 小时，需要 {needed:,} 小时"),
    "notice": ("", "{site} {crew} 的提前通知天数：现为 {allowed:,} 天，最多只能是 {needed:,} 天"),
    "stations": ("", "{site} {process} 工位：现有 {allowed:,} 个，需要 {needed:,} 个"),
    "presence": (
        "",
        "{site} {process} 每班最少人数：要求 {allowed:,} 人，最多只能是 {needed:,} 人",
    ),
    "temporaries": (
        "",
        "{site} {process} 超出占比的临时工：允许 {allowed:,} 人，需要 {needed:,} 人",
    ),
    "starters": (
        "",
        "{site} {process} 超出带教比例的首日新人：允许 {allowed:,} 人，需要 {needed:,} 人",
    ),
    "collection": (
        "",
        "{contract}在{site} {clock} 的揽收（含加车）：可装 {allowed:,} 件，需要 {needed:,} 件",
    ),
    "allotment": ("", "{contract}每日限量：{allowed:,} 件，需要 {needed:,} 件"),
    "supply": ("", "{products}的货源：{allowed:,} 件，需要 {needed:,} 件"),
    "space": ("", "{site} 库容：{allowed:,} 件，需要 {needed:,} 件"),
    "service": ("", "最难的一次大促中允许 {allowed:,} 单失约，实际需要 {needed:,} 单"),
    "target": (
        "",
        "最难的一次大促中允许 {allowed:,} 单未在 {hours} 小时内完成，实际需要 {needed:,} 单",
    ),
    "whole_people": ("", "人数若可取小数则各项限制都能满足，取整数则不行"),
}
REPAIRS: dict[str, Bilingual] = {
    "crew": ("{n:,} more {crew} people at {site}{when}", "{site} 增加 {n:,} 名 {crew}{when}"),
    "days": (
        "{crew} people at {site} work up to {n:,} days more in a week",
        "{site} {crew} 每人每周多上 {n:,} 天",
    ),
    "hours": (
        "{crew} people at {site} work up to {n:,} hours more in a week",
        "{site} {crew} 每人每周多 {n:,} 小时",
    ),
    "notice": (
        "book {crew} people at {site} with {n:,} days less of notice ({left} instead of {now})",
        "{site} {crew} 的提前通知缩短 {n:,} 天（由 {now} 天改为 {left} 天）",
    ),
    "stations": ("{n:,} more {process} stations at {site}", "{site} 增加 {n:,} 个 {process} 工位"),
    "presence": (
        "{n:,} people fewer in every shift of {process} at {site} ({left} instead of {now})",
        "{site} {process} 每班最少人数减少 {n:,} 人（由 {now} 人改为 {left} 人）",
    ),
    "temporaries": (
        "any share of temporaries among the people of {process} at {site} (now {now} at most)",
        "{site} {process} 不再限制临时工占比（现为最多 {now}）",
    ),
    "starters": (
        "any number of people on their first day at {process} at {site} "
        "(now {now} for each permanent person)",
        "{site} {process} 不再限制首日新人人数（现为每名正式员工最多带 {now} 人）",
    ),
    "collection": (
        "{n:,} more vehicles of {contract} at {clock} at {site}{when}",
        "{contract}在{site} {clock} 加 {n:,} 辆车{when}",
    ),
    "pickup": (
        "one more collection of {contract} at {clock} at {site} every day ({n:,} vehicles)",
        "{contract}在{site}每天 {clock} 增加一次揽收（{n:,} 辆车）",
    ),
    "allotment": (
        "{contract} takes {n:,} more parcels a day ({total:,} instead of {now:,})",
        "{contract}每天多收 {n:,} 件（由 {now:,} 件改为 {total:,} 件）",
    ),
    "supply": ("{n:,} more units of {products}", "{products}多备 {n:,} 件"),
    "space": ("space for {n:,} more units at {site}", "{site} 库容增加 {n:,} 件"),
    "aim": ("aim at {share} on time instead of {now}", "准时率目标由 {now} 改为 {share}"),
    "target": (
        "aim at {share} within {hours} h instead of {now}",
        "{hours} 小时内的目标占比由 {now} 改为 {share}",
    ),
    "promise": (
        "promise {total:g} h{where} instead of {now:g} h",
        "{where}承诺时效由 {now:g} 小时改为 {total:g} 小时",
    ),
    "working_days": (
        "promise {total} working days instead of {now}",
        "承诺时效由 {now} 个工作日改为 {total} 个工作日",
    ),
    "shift": ("one more shift, from {start} to {end}", "增加一个 {start} 至 {end} 的班次"),
    "overtime": ("every shift may run {n:,} hours longer (overtime)", "各班次均可加班 {n:,} 小时"),
    "cap": ("sell at most {n:,} orders in {event}", "{event}最多接 {n:,} 单"),
}
ONE = {
    "crew": "1 more {crew} person at {site}{when}",
    "days": "{crew} people at {site} work up to 1 day more in a week",
    "notice": "book {crew} people at {site} with 1 day less of notice ({left} instead of {now})",
    "stations": "1 more {process} station at {site}",
    "presence": "1 person fewer in every shift of {process} at {site} ({left} instead of {now})",
    "collection": "1 more vehicle of {contract} at {clock} at {site}{when}",
    "overtime": "every shift may run an hour longer (overtime)",
    "pickup": "one more collection of {contract} at {clock} at {site} every day",
}
# a limit of a labour rule without a sentence of its own: named by its key in the scenario
OTHER_BLAME = "{site} {crew} 的排班限制 {key}：最多 {allowed:,}，需要 {needed:,}"
OTHER_REPAIR: Bilingual = (
    "raise {key} of {crew} people at {site} by {n:,}",
    "{site} {crew} 的 {key} 提高 {n:,}",
)
COUNTED_OVER_DAYS = ("days", "hours")  # limits whose day is the first of several
AND, AND_ZH = ", and ", "，并且"
_WIDE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
BETWEEN = re.compile(f"(?<={_WIDE}) (?={_WIDE})")


def blame_in_words(problem: Problem, blame: Blame, lang: str) -> str:
    """One blamed limit as a sentence.

    Parameters
    ----------
    problem : Problem
        The problem without a plan.
    blame : Blame
        The limit; its English words come from the planning model and name the worst moment.
    lang : str
        `en` or `zh`.

    Returns
    -------
    str
        The sentence; the English one where the language has none.
    """
    if lang == "en":
        return blame.words
    kind = LIMITS.get(blame.rule)
    if kind is not None:
        of, allowed = kind.relaxation.of, kind.allowed(blame.needed, blame.excess)
        text = BLAMES[kind.key][1]
    elif blame.rule in BLAMES:
        of, allowed, text = (), blame.needed, BLAMES[blame.rule][1]
    elif blame.unit and len(blame.key) == 1 + len(OF_CREW):
        of, allowed, text = OF_CREW, blame.needed - blame.excess, OTHER_BLAME
    else:
        return blame.words
    named = _named(problem, of, blame.key[1:], lang)
    text = text.format(key=blame.rule, allowed=round(allowed), needed=round(blame.needed), **named)
    return tight(_moment_zh(blame) + text)


def _moment_zh(blame: Blame) -> str:
    """When a limit falls short most, before its sentence."""
    labels, on = Labels("zh"), blame.on
    if on is None:
        return ""
    if blame.rule in COUNTED_OVER_DAYS:
        return f"{labels.day(on)}起，"
    return f"{labels.moment(on) if isinstance(on, datetime) else labels.day(on)}，"


def tight(text: str) -> str:
    """A sentence without the blanks between Chinese characters.

    It has them where it takes names of any script.
    """
    return BETWEEN.sub("", text)


def repair_in_words(
    problem: Problem, change: Sequence[tuple[Key, float]], days: Sequence[date], lang: str
) -> str:
    """A repair as a sentence.

    Parameters
    ----------
    problem : Problem
        The problem without a plan.
    change : sequence of (key, amount)
        Every limit of the repair and by how much it moves, in the unit of its relaxation.
    days : sequence of date
        Days on which it is needed; empty where it is tied to none.
    lang : str
        `en` or `zh`.

    Returns
    -------
    str
        The limits, joined by `and`.
    """
    words = (_change(problem, key, amount, days, lang) for key, amount in change)
    return AND.join(words) if lang == "en" else tight(AND_ZH.join(words))


def _change(problem: Problem, key: Key, amount: float, days: Sequence[date], lang: str) -> str:
    """One limit that moves."""
    kind, *names = key
    values: dict[str, object] = {"n": round(amount), "when": _when(days, lang)}
    of = RELAXATIONS[kind].of if kind in RELAXATIONS else OF_CREW
    values |= _named(problem, of, names, lang)
    if kind in NUMBERS:
        values |= NUMBERS[kind](problem, names, amount)
    if kind == LONGER_PROMISE.key and _tightest(problem, names).deadline_working_days is not None:
        kind = "working_days"
    text = REPAIRS.get(kind, OTHER_REPAIR)[LANGUAGES.index(lang)]
    if lang == "en" and round(amount) == 1:
        text = ONE.get(kind, text)
    return text.format(key=kind, **values)


def _aim_numbers(problem: Problem, names: Sequence[str], amount: float) -> dict[str, object]:
    """The aim at present, and the lower one."""
    return {"share": f"{amount:.1%}", "now": f"{aimed_share(problem, tuple(names)):.1%}"}


def _notice_numbers(problem: Problem, names: Sequence[str], amount: float) -> dict[str, object]:
    """Days of notice at present, and what is left of them."""
    now = problem.crew(*names).notice_days
    return {"now": now, "left": now - round(amount)}


def _presence_numbers(problem: Problem, names: Sequence[str], amount: float) -> dict[str, object]:
    """People asked for in every shift at present, and what is left of them."""
    now = problem.site(names[0]).process(names[1]).min_people
    return {"now": now, "left": now - round(amount)}


def _temporaries_numbers(
    problem: Problem, names: Sequence[str], amount: float
) -> dict[str, object]:
    """The largest share of temporaries at present."""
    return {"now": f"{problem.site(names[0]).process(names[1]).max_temporary_share:.0%}"}


def _starters_numbers(problem: Problem, names: Sequence[str], amount: float) -> dict[str, object]:
    """Starters for each permanent person at present."""
    return {"now": f"{problem.site(names[0]).process(names[1]).starters_per_permanent or 0:g}"}


def _allotment_numbers(problem: Problem, names: Sequence[str], amount: float) -> dict[str, object]:
    """Parcels a day at present, and with those added."""
    now = problem.contract(names[0]).commitment.allotment_per_day or 0
    return {"now": now, "total": now + round(amount)}


def _promise_numbers(problem: Problem, names: Sequence[str], amount: float) -> dict[str, object]:
    """The promise at present, in hours or working days, and the longer one."""
    rule = _tightest(problem, names)
    if rule.deadline_working_days is not None:
        days = rule.deadline_working_days
        return {"now": days, "total": days + round(amount / DAY_HOURS)}
    hours = _hours(problem, rule, names)
    return {"now": hours, "total": hours + amount}


def _hours(problem: Problem, rule: PlatformRule, names: Sequence[str]) -> float:
    """The longest promise in hours of some regions, of all where none is named."""
    return max(rule.hours_in(name) for name in names or problem.region_names)


def _tightest(problem: Problem, names: Sequence[str]) -> PlatformRule:
    """Of several platforms the one that promises least: of it a longer promise is spoken."""

    def promised(rule: PlatformRule) -> float:
        days = rule.deadline_working_days
        return _hours(problem, rule, names) if days is None else days * DAY_HOURS

    return min(problem.platforms, key=promised)


NUMBERS: dict[str, Callable[[Problem, Sequence[str], float], dict[str, object]]] = {
    "aim": _aim_numbers,
    "target": _aim_numbers,
    "notice": _notice_numbers,
    "presence": _presence_numbers,
    "temporaries": _temporaries_numbers,
    "starters": _starters_numbers,
    "allotment": _allotment_numbers,
    "promise": _promise_numbers,
}


def _named(
    problem: Problem, of: Sequence[str], names: Sequence[str], lang: str
) -> dict[str, object]:
    """The things that the names of a limit stand for, as they are called in the language."""
    if "products" in of:
        named = [p for p in problem.products if p.name in names]
        return {"products": _listed([p.label if lang == "zh" else p.name for p in named], lang)}
    if "regions" in of:
        return {"where": _where(problem, names, lang)}
    return {role: _name(problem, role, name, lang) for role, name in zip(of, names, strict=True)}


def _name(problem: Problem, role: str, name: str, lang: str) -> str:
    """One thing as it is called in the language."""
    if role in ("crew", "process"):
        return Labels(language(lang)).name(role, name)
    if lang == "zh" and role == "site":
        return problem.site(name).label
    if lang == "zh" and role == "contract":
        return problem.contract(name).label
    return name


def _where(problem: Problem, regions: Sequence[str], lang: str) -> str:
    if not regions:
        return "" if lang == "en" else "全部地区"
    names = [r.label if lang == "zh" else r.name for r in problem.regions if r.name in regions]
    return f" for {_listed(names, lang)}" if lang == "en" else f"{_listed(names, lang)}的"


def _listed(names: Sequence[str], lang: str) -> str:
    more, mark = len(names) - MOST_NAMED, ", " if lang == "en" else "、"
    rest = f" (+{more})" if lang == "en" else f"等 {len(names)} 个"
    return mark.join(names[:MOST_NAMED]) + (rest if more > 0 else "")


def _when(days: Sequence[date], lang: str) -> str:
    """Runs of days: ` on 11 to 12 Nov`."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    if not runs:
        return ""
    labels = Labels(language(lang))
    named = labels.listed(labels.days(run[0], run[-1]) for run in runs)
    return f" on {named}" if lang == "en" else f"（{named}）"
