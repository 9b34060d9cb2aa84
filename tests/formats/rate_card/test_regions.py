"""Names of regions in rate cards: lists, groups of provinces, all others; and what is no region."""

from __future__ import annotations

import pytest

from planner.formats.rate_card.regions import (
    all_but,
    is_zone,
    known_country,
    read_regions,
    zone_name,
)


def names(text: str, country: str | None = "CN") -> list[str]:
    return [region for named in read_regions(text, country) for region in named.regions]


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("浙江省", "浙江"),
        ("内蒙", "内蒙古"),
        ("新疆维吾尔自治区", "新疆"),
        ("江浙沪", "江苏 浙江 上海"),
        ("江浙沪皖地区", "江苏 浙江 上海 安徽"),
        ("京津冀", "北京 天津 河北"),
        ("东三省", "辽宁 吉林 黑龙江"),
        ("黑吉辽", "黑龙江 吉林 辽宁"),
        ("云贵川渝", "云南 贵州 四川 重庆"),
        ("港澳台", "香港 澳门 台湾"),
        ("新疆西藏", "新疆 西藏"),
        ("北京和天津", "北京 天津"),
        ("甘肃/宁夏/青海/内蒙", "甘肃 宁夏 青海 内蒙古"),
        ("辽宁 吉林\n黑龙江", "辽宁 吉林 黑龙江"),
        ("苏、浙、沪", "江苏 浙江 上海"),
        ("一区：江浙沪", "江苏 浙江 上海"),
        ("二区（广东、福建）", "广东 福建"),
    ],
)
def test_lists_and_groups_are_the_provinces_they_mean(text: str, regions: str) -> None:
    """In the order in which they stand."""
    assert names(text) == regions.split()


@pytest.mark.parametrize(
    "text", ["其他省份", "其它", "其余地区", "全国其他", "全国", "rest", "Other provinces"]
)
def test_all_others_are_the_mainland_without_those_named(text: str) -> None:
    """Hong Kong, Macao and Taiwan are only served where they are named."""
    (named,) = read_regions(text, "CN")
    assert (named.regions, named.all_but) == ((), ())
    others = all_but(["浙江", "新疆"], ())
    assert len(others) == 29
    assert not {"浙江", "新疆", "香港", "澳门", "台湾"} & set(others)


@pytest.mark.parametrize(
    "text",
    ["除新疆西藏外", "全国（除新疆、西藏）", "除新疆、西藏外其他省份", "其他省份（不含新疆西藏）"],
)
def test_all_but_some(text: str) -> None:
    """Those left out are no regions of the row."""
    (named,) = read_regions(text, "CN")
    assert (named.regions, named.all_but) == ((), ("新疆", "西藏"))


@pytest.mark.parametrize("text", ["偏远地区", "华东", "华南地区", "珠三角", "省内", "同城", "二类"])
@pytest.mark.parametrize("country", ["CN", None])
def test_words_without_a_common_definition_are_refused(text: str, country: str | None) -> None:
    """The card must name the provinces."""
    with pytest.raises(ValueError, match="is no province: write the provinces it means"):
        read_regions(text, country)


def test_an_unknown_name_among_provinces_is_refused() -> None:
    """A misspelt province, or a part of one, would be a region nobody lives in; without known
    places it is a name.
    """
    for text in ("江西省省", "广东（深圳）", "贵港"):
        with pytest.raises(ValueError, match="is no known province"):
            read_regions(text, "CN")
    assert names("美国、德国", known_country(["美国", "德国"])) == ["美国", "德国"]
    assert names("Texas/NY", known_country(["Texas", "NY", "Ohio"])) == ["Texas", "NY"]


@pytest.mark.parametrize(
    ("text", "zone", "name"),
    [
        ("Zone 2", True, "2"),
        ("002", True, "2"),
        ("Zones 2-4", True, "2-4"),
        ("z-a", True, "z-a"),
        ("Zug", False, "Zug"),
        ("zone a", True, "a"),
        ("三区", True, "三区"),
        ("浙江", False, "浙江"),
        ("Texas", False, "Texas"),
    ],
)
def test_zones_keep_their_names(text: str, zone: bool, name: str) -> None:
    """A number is written in one way."""
    assert (is_zone(text), zone_name(text)) == (zone, name)
