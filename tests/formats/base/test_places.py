"""Names, codes and addresses of first-level regions give the place that they mean, or nothing where
that is open.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from planner.formats.base.places import country_of, place_of, place_of_address, places_of_country

COUNTS = {
    "CN": 34,
    "US": 59,
    "BR": 27,
    "CA": 13,
    "DE": 16,
    "MX": 32,
    "AU": 8,
    "GB": 4,
    "IN": 36,
    "JP": 47,
}


def key(text: str, country: str | None = None) -> str | None:
    found = place_of(text, country)
    return found.key if found else None


def address(text: str, country: str | None = None) -> str | None:
    found = place_of_address(text, country)
    return found.key if found else None


@pytest.mark.parametrize("country", COUNTS)
def test_every_place_is_found_by_its_name_code_and_key(country: str) -> None:
    """The table holds every place of a country once, and its key, name and code lead back to it."""
    places = places_of_country(country)
    assert len({place.key for place in places}) == len(places) == COUNTS[country]
    for place in places:
        assert (
            place_of(place.key)
            == place_of(place.name)
            == place_of(place.name.upper(), country)
            == place
        )
        assert not place.code or place_of(place.code.lower(), country) == place


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ("浙江 浙江省 Zhejiang 浙 ZHEJIANG CN-ZJ", "CN-ZJ"),
        ("新疆 新疆维吾尔自治区 新疆自治区 Xinjiang Sinkiang", "CN-XJ"),
        ("内蒙 内蒙古 内蒙古自治区 內蒙古 Neimenggu", "CN-NM"),
        ("香港 香港特别行政区 HongKong", "CN-HK"),
        ("西藏 西藏自治区 Tibet Xizang", "CN-XZ"),
        ("Shaanxi 陕西 陕西省", "CN-SN"),
        ("Shanxi 山西 山西省", "CN-SX"),
        ("São-Paulo Sao_Paulo SÃO.PAULO", "BR-SP"),
        ("Thüringen Thueringen Thuringia THURINGEN", "DE-TH"),
        ("東京都 東京 Tokyo", "JP-13"),
    ],
)
def test_usual_forms_of_a_name_are_one_place(texts: str, expected: str) -> None:
    """Short and full names, spellings in Latin letters and without accents are one place."""
    assert {key(text) for text in texts.split()} == {expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zhejiang  province", "CN-ZJ"),
        ("Inner Mongolia Autonomous Region", "CN-NM"),
        ("Hong Kong SAR", "CN-HK"),
        ("State of New York", "US-NY"),
        ("NEW YORK", "US-NY"),
        ("Washington D.C.", "US-DC"),
        ("Texas (TX)", "US-TX"),
        ("TX - Texas", "US-TX"),
        ("Texas (CA)", None),
        ("Estado de São Paulo", "BR-SP"),
        ("Hamburg-Süd", None),
        ("New York City", None),
        ("吉林市", None),
        ("north", None),
        ("zone 3", None),
        ("10115", None),
        ("", None),
    ],
)
def test_names_with_their_kind_are_placed_and_other_words_are_not(
    text: str, expected: str | None
) -> None:
    """A province, a state or both name and code are understood; a part of a place or a city is no
    place.
    """
    assert key(text) == expected


@pytest.mark.parametrize("code", ["CA", "PA", "AL", "MT", "MS", "GA", "TX"])
def test_a_code_counts_only_with_its_country(code: str) -> None:
    """What a code means is decided by the country, never guessed."""
    assert place_of(code) is None
    assert key(code, "US") == f"US-{code}"
    assert key(code, "CN") is None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["NY", "TX", "CA"], "US"),
        (["SP", "RJ"], "BR"),
        (["PA", "AL", "MT", "MS"], None),
        (["PA", "AL", "MT", "MS", "SP"], "BR"),
        (["CA"], None),
        (["CA", "Texas"], "US"),
        (["浙江省", "Zhejiang", "广东"], "CN"),
        (["浙江", "Texas"], None),
        (["NE", "SE", "NW", "SW"], None),
        (["north", "south"], None),
        ([], None),
    ],
)
def test_the_country_that_explains_most_of_a_column_is_its_country(
    texts: list[str], expected: str | None
) -> None:
    """One country must explain more than any other; a single code or words of other kinds decide
    nothing.
    """
    assert country_of(texts) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("浙江省杭州市某区3号", "CN-ZJ"),
        ("上海上海市某区4号", "CN-SH"),
        ("内蒙古自治区呼和浩特市某街2号", "CN-NM"),
        ("新疆维吾尔自治区 乌鲁木齐市 某路1号", "CN-XJ"),
        ("中国广东省深圳市", "CN-GD"),
        ("浙江 杭州", "CN-ZJ"),
        ("收件人,13800000000,浙江省杭州市某区", "CN-ZJ"),
        ("吉林市昌邑区1号", "CN-JL"),
        ("海南藏族自治州共和县", "CN-QH"),
        ("青海省海南藏族自治州共和县", "CN-QH"),
        ("上海市南京路1号", "CN-SH"),
        ("北京西路100号", None),
        ("江苏路5号", None),
        ("河北区中山路", None),
        ("杭州市北京路1号", None),
        ("浙江北部", None),
        ("東京都千代田区1-1", "JP-13"),
        ("123 Main St, Austin, TX 78701", "US-TX"),
        ("123 Main St, Austin, TX, 78701-1234, USA", "US-TX"),
        ("5 Montana Ave, Houston, Texas", "US-TX"),
        ("12 New York Ave, Albany, New York 12207", "US-NY"),
        ("99 Bay St, Toronto ON M5J 2N8, Canada", "CA-ON"),
        ("Rua X, 3, São Paulo - SP, 01310-100", "BR-SP"),
        ("Sydney NSW 2000", "AU-NSW"),
        ("1 Main St, Boston, MA", None),
        ("1 Texas Ave, London", None),
        ("Hamburg-Süd", None),
    ],
)
def test_an_address_says_its_place_at_its_begin_or_end(text: str, expected: str | None) -> None:
    """Provinces stand at the begin, states at the end; streets and districts named after a place
    are no place.
    """
    assert address(text) == expected


def test_the_country_decides_the_code_of_an_address() -> None:
    """Without a postcode a code at the end needs the country."""
    assert address("1 Main St, Boston, MA", "US") == "US-MA"
    assert address("Rua X, Belém, PA", "BR") == "BR-PA"


def test_the_table_is_loaded_only_when_a_name_is_looked_up() -> None:
    """A command that names no region pays nothing for the table."""
    code = "import planner.formats.base.places as p; print(p._table.cache_info().currsize)"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        == "0\n"
    )
