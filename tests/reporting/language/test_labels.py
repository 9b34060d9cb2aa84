"""Both languages are complete, consistent and printable; numbers and dates read as intended."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from pathlib import Path
from string import Formatter

import planner.reporting
from planner.domain.choices import LANGUAGES
from planner.reporting.language.glossary import GLOSSARY
from planner.reporting.language.labels import Labels, short
from planner.reporting.language.texts import TEXTS
from planner.reporting.layout import fonts
from tests.reporting.builders import PROVINCES


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_are_complete() -> None:
    """Every sentence is there in both languages, asks for the same values, and is Chinese in
    Chinese.
    """
    for key, (english, chinese) in TEXTS.items():
        assert english.strip(), key
        assert chinese.strip(), key
        assert fields(english) == fields(chinese), key
        assert not re.search("[\u4e00-\u9fff]", english), key
    assert all(english and chinese for english, chinese in GLOSSARY.values())


def test_every_text_used_exists_and_is_used() -> None:
    """Each key the code asks for is defined, and no sentence is left that nobody prints.

    A key may be put together from a beginning or an end and a word that stands somewhere.
    """
    folder = Path(planner.__path__[0])
    source = "\n".join(
        p.read_text(encoding="utf-8")
        for kind in ("*.py", "*.j2", "*.js")
        for p in sorted(folder.rglob(kind))
        if not p.name.endswith("texts.py")
    )
    begins = set(re.findall(r'f"(\w+_)\{', source))
    ends = {*re.findall(r'f"\{\w+\}(_[a-z]+)"', source), "_one"}  # `many` asks for _one
    words = set(re.findall(r"[\"'](\w+)[\"']", source))
    names = words | set(re.findall(r"\b(\w+)(?==|:)", source))  # of columns and fields

    def used(key: str) -> bool:
        return (
            key in words
            or any(key.removesuffix(end) in words for end in ends if key.endswith(end))
            or any(key.removeprefix(begin) in names for begin in begins if key.startswith(begin))
        )

    unverified = {"diff_verdict_"}  # of a result that states no verdict
    assert {key for key in TEXTS if not used(key)} - unverified == set()
    asked = set(re.findall(r'labels\(\s*"(\w+)"', source))
    assert asked - set(TEXTS) == set()


def test_no_glyph_is_missing() -> None:
    """Our own font has every character of every sentence and of all province names; titles also in
    bold.
    """
    face = fonts.register().faces[0]
    texts = [t for pair in (*TEXTS.values(), *GLOSSARY.values()) for t in pair] + list(
        PROVINCES.values()
    )
    assert (
        sorted({c for text in texts for c in text if c != "\n" and ord(c) not in face.advances})
        == []
    )
    bold = fonts.register().bold
    assert (
        sorted(
            {
                c
                for c in "".join(PROVINCES.values()) + "未通过认证已义乌成都仓"
                if ord(c) not in bold.advances
            }
        )
        == []
    )


def test_font_covers_gb2312() -> None:
    """All 6,763 Chinese characters of GB 2312 are in the regular face, the 3,755 of level 1 in the
    bold one.
    """
    cells = [
        bytes([0xA0 + r, 0xA0 + c]).decode("gb2312", errors="ignore")
        for r in range(16, 88)
        for c in range(1, 95)
    ]
    hanzi = [c for c in cells if c]
    typeface = fonts.register()
    assert len(hanzi) == 6763
    assert all(ord(c) in typeface.faces[0].advances for c in hanzi)
    assert all(typeface.has_bold(c) for c in hanzi[:3755])


def test_fonts_are_small_and_licensed() -> None:
    """The shipped fonts stay within their size and carry their licence."""
    here = fonts.HERE
    assert (here / "PlannerSans-Regular.ttf").stat().st_size < 3_000_000
    assert (here / "PlannerSans-Bold.ttf").stat().st_size < 1_800_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (here / "OFL.txt").read_text(encoding="utf-8")


def test_numbers_are_grouped_by_commas() -> None:
    """Thousands are apart, minus is a minus, an unknown value is a dash, and nothing becomes minus
    zero.
    """
    labels = Labels()
    assert labels.number(1234567.8) == "1,234,568"
    assert labels.number(-1234.5, 1) == "\u22121,234.5"
    assert labels.number(-0.2) == "0"
    assert labels.number(math.nan) == "–"
    assert labels.plain(2.0) == "2"
    assert labels.plain(0.25) == "0.25"


def test_percent_never_rounds_to_certainty() -> None:
    """99.96 % is not printed as 100 %, 0.04 % not as 0 %; 1 and 0 are."""
    labels = Labels()
    assert labels.percent(0.9996) == "99.96%"
    assert labels.percent(0.0004) == "0.04%"
    assert (labels.percent(1.0), labels.percent(0.0)) == ("100%", "0%")
    assert (labels.exact(0.98), labels.exact(0.975)) == ("98%", "97.5%")


def test_dates_and_money_follow_the_language() -> None:
    """Wednesday 11 November 2026 and 12,345.6 yuan in both languages."""
    day, at = date(2026, 11, 11), datetime(2026, 11, 11, 20, 0)
    english, chinese = (Labels(lang, "CNY") for lang in LANGUAGES)
    assert (english.day(day), chinese.day(day)) == ("Wed 11 Nov", "11月11日（周三）")
    assert (english.moment(at), chinese.moment(at)) == ("Wed 11 Nov 20:00", "11月11日（周三）20:00")
    assert (english.money(12345.6, 1), chinese.money(12345.6, 1)) == ("CNY 12,345.6", "12,345.6 元")


def test_large_amounts_are_in_whole_units() -> None:
    """Cents are written only where they matter, and only where the currency has them."""
    assert [Labels("en", "USD").money(x) for x in (0.0, 8.594, 6904.56)] == [
        "USD 0",
        "USD 8.59",
        "USD 6,905",
    ]
    assert Labels("zh", "JPY").money(5) == "5 JPY"


def test_what_was_reached_is_rounded_down_and_what_failed_up() -> None:
    """No figure claims more than was reached: 89.997 % is no 90 %; whole figures stay as they
    are.
    """
    labels = Labels()
    assert [labels.at_least(x) for x in (0.993541, 0.89997, 0.29, 1.0)] == [
        "99.3%",
        "89.9%",
        "29%",
        "100%",
    ]
    assert labels.at_least(0.996098, 2) == "99.60%"
    assert [labels.at_most(x, 2) for x in (0.04001, 0.04, 0.0)] == ["4.01%", "4%", "0%"]
    assert labels.at_least(math.nan) == "–"


def test_a_period_has_its_year_once() -> None:
    """Both years only where there are two; a day alone has its year."""
    first, last, later = date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 2)
    english, chinese = (Labels(lang) for lang in LANGUAGES)
    assert english.dates(first, last) == "Wed 30 Dec to Thu 31 Dec 2026"
    assert english.dates(first, later) == "Wed 30 Dec 2026 to Sat 2 Jan 2027"
    assert english.dates(first, first) == "Wed 30 Dec 2026"
    assert chinese.dates(first, last) == "2026年12月30日（周三）至12月31日（周四）"
    assert chinese.dates(first, later) == "2026年12月30日（周三）至2027年1月2日（周六）"
    assert (english.days(date(2026, 11, 27), last), english.days(first, last)) == (
        "27 Nov to 31 Dec",
        "30 to 31 Dec",
    )
    assert (chinese.days(first, last), chinese.days(last, last)) == ("12月30日至31日", "12月31日")
    assert english.ranges([2, 3, 4, 7]) == "2–4, 7"


def test_names_prefer_the_scenarios_own() -> None:
    """A scenario's own label wins over our word, our word over the key."""
    labels = Labels("zh", "CNY", {"process": {"pick": "波次拣选"}})
    assert labels.name("process", "pick") == "波次拣选"
    assert labels.name("process", "pack") == "打包"
    assert labels.name("process", "gift-wrap") == "gift-wrap"


def test_short_cuts_by_width() -> None:
    """A Chinese character counts as one em, a Latin letter as about half; cut texts show it."""
    assert short("浙江", 4) == "浙江"
    assert short("a" * 40, 10).endswith("…")
    assert len(short("浙" * 40, 10)) == 11


def test_intervals_are_written_as_their_numbers_are() -> None:
    """`95% interval 96.05% to 99.11%`: no blank before one sign and none before the next."""
    intervals = {key: en for key, (en, _) in TEXTS.items() if " interval" in en and "95" in en}
    assert len(intervals) > 3
    assert [key for key, en in intervals.items() if "95 %" in en] == []
