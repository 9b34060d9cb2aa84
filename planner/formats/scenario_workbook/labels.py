"""What sheets and columns are called in each language, and which of them a text names.

`texts.csv` holds the Chinese texts, and English ones where the words of a key are no good heading.
A key that is not in it is called by its own words in both languages.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from planner.formats.scenario_workbook.fields import Field, Step

LANGUAGES = ("en", "zh")
PARENT = "^"  # begins a path that does not start at the item itself
NO_CURRENCY = "XXX"
_TEXTS = Path(__file__).with_name("texts.csv")
_UNITS = {  # end of a key -> unit in both languages
    "minutes": ("minutes", "分钟"),
    "hours": ("hours", "小时"),
    "days": ("days", "天"),
    "seconds": ("s", "秒"),
    "s": ("s", "秒"),
    "g": ("g", "克"),
    "kg": ("kg", "公斤"),
    "lb": ("lb", "磅"),
    "oz": ("oz", "盎司"),
    "km": ("km", "公里"),
    "cm3": ("cm³", "立方厘米"),
    "l": ("l", "升"),
    "m3": ("m³", "立方米"),
    "in3": ("in³", "立方英寸"),
}


@dataclass(frozen=True)
class Text:
    """A heading and a note in one language; empty where there is none."""

    label: str
    note: str


@cache
def _texts() -> dict[str, dict[str, Text]]:
    """Key -> language -> text."""
    with _TEXTS.open(encoding="utf-8", newline="") as stream:
        return {
            row["key"]: {
                "en": Text(row["en"], row["note_en"]),
                "zh": Text(row["zh"], row["note"]),
            }
            for row in csv.DictReader(stream)
        }


def has_text(field: Field) -> bool:
    """Whether a value has a heading and a note in Chinese."""
    words = _found(field, "zh")
    return words is not None and bool(words.label and words.note)


def _found(field: Field, lang: str) -> Text | None:
    """The text of a value in its block, else of the longest end of its path."""
    names = [str(step) for step in field.path if not isinstance(step, int) and step != PARENT]
    keys = [f"{field.block}/{'.'.join(names)}"]
    keys += [".".join(names[begin:]) for begin in range(len(names))]
    return next((_texts()[key][lang] for key in keys if key in _texts()), None)


def label(field: Field, lang: str) -> str:
    """Heading of a value, without its unit."""
    parts: list[str] = []
    names = [step for step in field.path if step != PARENT]
    while names:
        in_block = "" if parts else f"{field.block}/"
        found = ((n, _whole(names[:n], lang, in_block)) for n in range(len(names), 0, -1))
        taken, words = next((each for each in found if each[1]), (1, _own_words(names[0])))
        parts.append(words)
        names = names[taken:]
    text = (" " if lang == "en" else "").join(parts)
    return text[:1].upper() + text[1:]


def _whole(steps: Sequence[Step], lang: str, in_block: str) -> str:
    """The heading that the table states for just these keys, first as those of a block."""
    if any(isinstance(step, int) for step in steps):
        return ""
    key = ".".join(map(str, steps))
    tried = (f"{in_block}{key}", key, _in_our_unit(key))
    return next((_texts()[k][lang].label for k in tried if k in _texts()), "")


def _in_our_unit(key: str) -> str:
    """The key that states the same in grams or cubic centimetres: first_lb -> first_g."""
    stem, _, end = key.rpartition("_")
    ours = {"kg": "g", "lb": "g", "oz": "g", "l": "cm3", "m3": "cm3", "in3": "cm3"}
    return f"{stem}_{ours[end]}" if end in ours else key


def _own_words(step: Step) -> str:
    if isinstance(step, int):
        return f"{step + 1}"
    words = step.split("_")
    if len(words) > 1 and words[-1] in _UNITS:
        words.pop()
    return " ".join(words)


def unit(field: Field, currency: str, lang: str) -> str:
    """Unit of a value; empty where it has none.

    Parameters
    ----------
    field : Field
        The value.
    currency : str
        ISO 4217 code of amounts.
    lang : str
        Language of the unit.

    Returns
    -------
    str
        Such as hours, or CNY.
    """
    if field.kind == "money":
        return "" if currency == NO_CURRENCY else currency
    if field.kind not in ("number", "count"):
        return ""
    ends = [str(step).rpartition("_") for step in reversed(field.path)]
    end = next(
        (end for stem, _, end in ends if stem and end in _UNITS and not stem.endswith("_per")), ""
    )
    return _UNITS[end][LANGUAGES.index(lang)] if end else ""


def heading(field: Field, currency: str, lang: str) -> str:
    """Heading of a column.

    Parameters
    ----------
    field : Field
        What the column holds.
    currency : str
        ISO 4217 code of amounts.
    lang : str
        Language.

    Returns
    -------
    str
        Label and unit.
    """
    measure = unit(field, currency, lang)
    words = label(field, lang)
    if not measure:
        return words
    return f"{words} ({measure})" if lang == "en" else f"{words}（{measure}）"


def note(field: Field, lang: str) -> str:
    """What a value means: a text of the table, else what the schema says."""
    text = _found(field, lang)
    return text.note if text is not None and text.note else field.meaning


def plain(text: str) -> str:
    """A heading without case, blanks and signs, by which it is recognised."""
    whole = unicodedata.normalize("NFKC", str(text)).casefold()
    return "".join(letter for letter in whole if letter.isalnum())


def without_unit(text: str) -> str:
    """A heading up to its parenthesis."""
    return unicodedata.normalize("NFKC", str(text)).partition("(")[0]


@cache
def exact_names(field: Field) -> set[str]:
    """Plain headings that stand for this value and no other."""
    whole = {plain(heading(field, NO_CURRENCY, lang)) for lang in LANGUAGES}
    steps = (step + 1 if isinstance(step, int) else step for step in field.path)
    return {plain("".join(map(str, steps))), *whole}


@cache
def loose_names(field: Field) -> set[str]:
    """Plain headings that stand for it where no other value claims them."""
    return {plain(label(field, lang)) for lang in LANGUAGES}


def word(key: str, lang: str) -> str:
    """A text of the workbook itself, such as the title of a sheet."""
    return _texts()[key][lang].label


def meaning(key: str, lang: str) -> str:
    """What a sheet or block holds."""
    return _texts()[key][lang].note


def words(key: str) -> dict[str, str]:
    """A text of the workbook itself in every language."""
    return {lang: word(key, lang) for lang in LANGUAGES}


def shown_choice(value: str, lang: str) -> str:
    """A choice as the workbook shows it."""
    text = _texts().get(f"={value}", {}).get(lang)
    return text.label if text is not None and text.label else value


def plain_choice(text: str, choices: Sequence[str]) -> str:
    """The choice that a text names in any language; other texts as they are."""
    wanted = plain(text)
    for choice in choices:
        if wanted in {plain(choice), *(plain(shown_choice(choice, lang)) for lang in LANGUAGES)}:
            return choice
    return text
