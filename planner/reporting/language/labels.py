"""Language of a report: numbers, dates and names in English or Chinese; the sentences stand in
`texts.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce

from planner.domain.choices import LANGUAGES, Language
from planner.domain.dates import day_month
from planner.domain.money import minor_digits
from planner.domain.on_call import ON_CALL
from planner.errors import PlannerError
from planner.reporting.language.bilingual import Bilingual
from planner.reporting.language.glossary import GLOSSARY
from planner.reporting.language.texts import TEXTS

MISSING = "–"
EXACTLY = 1e-9  # shares closer to each other are the same
WHOLE_FROM = 100  # amounts from here on are written in whole units of the currency
_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ZH_DAYS = "一二三四五六日"
_ZH_MARKS = ((", ", "，"), (" (", "（"), (")", "）"), (": ", "："))


@dataclass(frozen=True)
class Labels:
    """One language, one currency, and the names shown instead of a scenario's keys (by kind, then
    key).
    """

    lang: Language = "en"
    currency: str = "CNY"
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __call__(self, key: str, **values: object) -> str:
        """The sentence `key` with its values filled in."""
        return self.pick(TEXTS[key]).format(**values)

    def pick(self, text: Bilingual) -> str:
        """The text in this language."""
        return text[LANGUAGES.index(self.lang)]

    def name(self, kind: str, key: str) -> str:
        """Name to show: the scenario's own label, else our word for a well-known key, else the key
        itself.
        """
        own = self.names.get(kind, {}).get(key)
        if own:
            return own
        if kind == "crew" and key.endswith(ON_CALL):
            return self("crew_on_call", crew=self.name(kind, key.removesuffix(ON_CALL)))
        known = GLOSSARY.get((kind, key))
        return self.pick(known) if known else key

    def clause(self, text: str) -> str:
        """A clause as the studies name it, in the reader's language: phrases we know in our words,
        sites by their names, other names stay.
        """
        for kind, phrase in sorted(
            GLOSSARY, key=lambda known: (known[0] == "term", -len(known[1]))
        ):
            if kind in ("clause", "term"):
                text = re.sub(
                    rf"(?<![\w-]){re.escape(phrase)}(?![\w-])", self.name(kind, phrase), text
                )
        for site, name in self.names.get("site", {}).items():
            text = re.sub(rf"(?<![\w-]){re.escape(site)}(?![\w-])", name.replace("\\", r"\\"), text)
        return (
            reduce(lambda done, mark: done.replace(*mark), _ZH_MARKS, text)
            if self.lang == "zh"
            else text
        )

    def number(self, value: float, digits: int = 0) -> str:
        """`1234567.8` -> `1,234,568`; a dash for an unknown value."""
        if not math.isfinite(value):
            return MISSING
        text = f"{abs(value):,.{digits}f}"
        negative = value < 0 and any(c in "123456789" for c in text)
        return f"\u2212{text}" if negative else text

    def plain(self, value: float) -> str:
        """A number with no more than the two decimals it needs: `2`, `0.5`."""
        text = self.number(value, 2)
        return text.rstrip("0").rstrip(".") if "." in text else text

    def percent(self, share: float, digits: int = 1) -> str:
        """Share -> per cent; never rounds up to 100 or down to 0 what is neither."""
        if not math.isfinite(share):
            return MISSING
        if share in (0.0, 1.0):
            return f"{share:.0%}"
        for more in (digits, digits + 1, digits + 2):
            text = f"{100 * share:.{more}f}"
            if float(text) not in (0.0, 100.0):
                break
        return text.replace("-", "\u2212") + "%"

    def at_least(self, share: float, digits: int = 1) -> str:
        """A share that is only claimed as far as it was reached: rounded down, `0.99354` ->
        `99.3%`.
        """
        return self._towards(math.floor, share, digits)

    def at_most(self, share: float, digits: int = 1) -> str:
        """A share of what goes wrong: rounded up, `0.0401` -> `4.1%`."""
        return self._towards(math.ceil, share, digits)

    def _towards(self, whole: Callable[[float], int], share: float, digits: int) -> str:
        if not math.isfinite(share):
            return MISSING
        step = 10.0 ** (digits + 2)
        rounded = whole(round(share * step, 6)) / step
        return (
            self.exact(share) if abs(rounded - share) < EXACTLY else f"{100 * rounded:.{digits}f}%"
        )

    def exact(self, share: float) -> str:
        """A share somebody asked for, with no more decimals than it has: `98%`, `97.5%`."""
        digits = next((d for d in range(4) if abs(round(share, d + 2) - share) < 1e-9), 4)
        return f"{100 * share:.{digits}f}%"

    def money(self, amount: float, digits: int | None = None) -> str:
        """An amount with its currency: `CNY 1,234`, in Chinese `1,234 元`; small amounts with their
        minor units.
        """
        minor = minor_digits(self.currency) if 0 < abs(amount) < WHOLE_FROM else 0
        text = self.number(amount, minor if digits is None else digits)
        if self.lang == "zh":
            return f"{text} {self.unit}"
        return f"{self.currency} {text}"

    @property
    def unit(self) -> str:
        """The currency as a unit on an axis."""
        return "元" if self.lang == "zh" and self.currency == "CNY" else self.currency

    def day(self, on: date) -> str:
        """`Wed 11 Nov`, `11月11日（周三）`."""
        if self.lang == "zh":
            return f"{on.month}月{on.day}日（{self.weekday(on)}）"
        return f"{self.weekday(on)} {day_month(on)}"

    def short_day(self, on: date) -> str:
        """`11 Nov`, `11月11日`."""
        return f"{on.month}月{on.day}日" if self.lang == "zh" else day_month(on)

    def days(self, first: date, last: date) -> str:
        """A span of days without their year: `27 to 30 Nov`, `30 Nov to 2 Dec`,
        `11月27日至30日`.
        """
        if first == last:
            return self.short_day(first)
        start, end = self.short_day(first), self.short_day(last)
        if (first.year, first.month) == (last.year, last.month):
            start = start if self.lang == "zh" else f"{first.day}"
            end = f"{last.day}日" if self.lang == "zh" else end
        return self("from_to", a=start, b=end)

    def dates(self, first: date, last: date) -> str:
        """A span of days with its year once.

        `Fri 27 Nov to Mon 30 Nov 2026`, `2026年11月27日（周五）至11月30日（周一）`.
        """
        if self.lang == "zh":
            year = f"{last.year}年" if last.year != first.year else ""
            start = f"{first.year}年{self.day(first)}"
            return start if first == last else f"{start}至{year}{self.day(last)}"
        year = f" {first.year}" if last.year != first.year else ""
        end = f"{self.day(last)} {last.year}"
        return end if first == last else f"{self.day(first)}{year} to {end}"

    def weekday(self, on: date) -> str:
        """`Wed`, `周三`."""
        return f"周{_ZH_DAYS[on.weekday()]}" if self.lang == "zh" else _EN_DAYS[on.weekday()]

    def moment(self, at: datetime) -> str:
        """`Tue 10 Nov 20:00`, `11月10日（周二）20:00`."""
        return f"{self.day(at)}{'' if self.lang == 'zh' else ' '}{at:%H:%M}"

    def text(self, *sentences: str) -> str:
        """Sentences one after the other; the empty ones are left out."""
        return (" " if self.lang == "en" else "").join(s for s in sentences if s)

    def listed(self, names: Iterable[str]) -> str:
        """Names as a list within a sentence."""
        return self("list_mark").join(names)

    def ranges(self, numbers: Iterable[int]) -> str:
        """Whole numbers in their order, runs of them shortened: `12–15, 18`."""
        runs: list[list[int]] = []
        for n in numbers:
            if runs and n == runs[-1][-1] + 1:
                runs[-1].append(n)
            else:
                runs.append([n])
        return self.listed(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)

    def many(self, key: str, count: int, **values: object) -> str:
        """Say the sentence `key`, or `key_one` for exactly one.

        Parameters
        ----------
        key : str
            Key of the sentence.
        count : int
            How many; fills in `n`.
        **values : object
            Further values of the sentence.

        Returns
        -------
        str
            The sentence.
        """
        return self(f"{key}_one" if count == 1 else key, n=self.number(count), **values)


def language(name: str) -> Language:
    """The language of that name; PlannerError when there is none."""
    for known in LANGUAGES:
        if known == name:
            return known
    raise PlannerError(f"language {name!r} is not known; choose one of {', '.join(LANGUAGES)}")


def short(text: str, ems: float) -> str:
    """`text` cut with an ellipsis to about `ems` times the font size (for labels next to axes)."""
    width, kept = 0.0, ""
    for character in text:
        width += 1.0 if character > "\u2e7f" else 0.58
        if width > ems:
            return kept.rstrip() + "…"
        kept += character
    return text


def two_lines(text: str, ems: float) -> str:
    """`text` on one line where it fits, else broken at a blank into two; what still does not fit is
    cut.
    """
    if short(text, ems) == text:
        return text
    fits = [
        k
        for k, character in enumerate(text)
        if character == " " and short(text[:k], ems) == text[:k]
    ]
    if not fits:
        return short(text, ems)
    return f"{text[: fits[-1]]}\n{short(text[fits[-1] + 1 :], ems)}"
