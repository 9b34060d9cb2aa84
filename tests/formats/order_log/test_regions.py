"""One place is one region of an order log, however it is written; what cannot be placed is never
one of its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import InputError
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import OrderLog, read_orders
from planner.formats.order_log.regions import (
    number_words,
    put_together,
    region_text,
    spelling_lines,
)


def read(folder: Path, regions: list[str], **form: bool) -> OrderLog:
    """A log of one order a minute for each of these texts."""
    rows = [f'2025-11-11 08:{i:02d},"{text}"' for i, text in enumerate(regions)]
    (folder / "log.csv").write_text(
        "ordered_at,region\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    return read_orders(folder / "log.csv", "log.csv", LogForm({}, **form))


def counts(log: OrderLog) -> dict[str, int]:
    return {name: log.region.count(name) for name in log.regions}


def test_spellings_of_a_place_are_one_region(tmp_path: Path) -> None:
    """Full names, short names, spellings in Latin letters and codes are put together, and it is
    said.
    """
    texts = (
        "新疆 新疆维吾尔自治区 新疆自治区 广西 广西壮族自治区 内蒙古自治区 内蒙古 北京 北京市 "
        "浙江省 浙江 Zhejiang "
        "香港特别行政区 TX Texas tx"
    )
    log = read(tmp_path, texts.split())
    assert counts(log) == {
        "Texas": 3,
        "内蒙古": 2,
        "北京": 2,
        "广西": 2,
        "新疆": 3,
        "浙江": 3,
        "香港": 1,
    }
    assert log.region_line == (15, 7, 9, 5, 2, 11, 14)
    assert log.together["Texas"] == {"TX": 1, "Texas": 1, "tx": 1}
    assert spelling_lines(log.together) == [
        "3 spellings of 新疆: 新疆 (1), 新疆维吾尔自治区 (1), 新疆自治区 (1)",
        "3 spellings of 浙江: 浙江省 (1), 浙江 (1), Zhejiang (1)",
        "3 spellings of Texas: TX (1), Texas (1), tx (1)",
        "3 more regions of several spellings, see region_spellings in summary.json",
        "regions by their usual names: 香港特别行政区 is 香港",
    ]


@pytest.mark.parametrize(
    ("texts", "regions"),
    [
        (["NY", "TX", "TX", "CA"], ("CA", "NY", "TX")),
        (["NY", "New York", "NEW YORK", "TX"], ("New York", "TX")),
        (["Zhejiang", "Guangdong Province"], ("Guangdong Province", "Zhejiang")),
        (["PA", "AL", "MT"], ("AL", "MT", "PA")),
        (["TX", "NY", "CA", "ON"], ("CA", "NY", "ON", "TX")),
        (["north", "zone 3", "浙江"], ("north", "zone 3", "浙江")),
        (["Hamburg", "Bremen", "Hamburg-Süd"], ("Bremen", "Hamburg", "Hamburg-Süd")),
        (["SP", "RJ", "São Paulo", "Sao Paulo"], ("RJ", "São Paulo")),
    ],
)
def test_one_spelling_stays_as_it_is(
    tmp_path: Path, texts: list[str], regions: tuple[str, ...]
) -> None:
    """Codes of one spelling, regions of the user's own and what may be two places are not
    renamed.
    """
    assert read(tmp_path, texts).regions == regions


def test_addresses_give_their_provinces(tmp_path: Path) -> None:
    """A column of whole addresses, Chinese or American, gives the places they lie in."""
    chinese = [
        "新疆维吾尔自治区 乌鲁木齐市 某路1号",
        "内蒙古自治区呼和浩特市某街2号",
        "浙江省杭州市某区3号",
        "上海上海市某区4号",
    ]
    log = read(tmp_path, [*chinese, "浙江省宁波市北京路5号"])
    assert counts(log) == {"上海": 1, "内蒙古": 1, "新疆": 1, "浙江": 2}
    assert spelling_lines(log.together) == ["4 regions are those of 5 addresses"]
    log = read(
        tmp_path,
        ["1 Main St, Austin, TX 78701", "2 Elm St, Houston, Texas", "3 Oak St, Boston, MA", "MA"],
    )
    assert counts(log) == {"MA": 2, "Texas": 2}


def test_what_cannot_be_placed_is_a_finding_or_left_out(tmp_path: Path) -> None:
    """Among places a text that is none is counted with its line; with --skip-bad-rows its orders
    are left out.
    """
    texts = ["浙江", "江苏", "上海", "广东", "某地", "海外", "某地"]
    with pytest.raises(InputError) as caught:
        read(tmp_path, texts)
    (finding,) = caught.value.findings
    assert (finding.line, finding.field) == (6, "region")
    assert finding.message == (
        '2 names are no place, though most rows name one: "某地" (2 rows, line 6), "海外" (1 row, '
        "line 7); "
        "--skip-bad-rows leaves them out"
    )
    log = read(tmp_path, texts, skip_bad_rows=True)
    assert (log.regions, len(log), log.rows) == (("上海", "广东", "江苏", "浙江"), 4, 7)
    assert log.left_out.words() == ["region: names no place: 3 rows (lines 6, 7, 8)"]


def test_many_misspelt_texts_in_few_rows_are_not_regions() -> None:
    """Nearly all rows name places: texts that do not are bad, even when there are more of them."""
    found = put_together(["浙江", "江苏", "上海", "a", "b", "c", "d"], [50, 50, 50, 1, 1, 1, 1])
    assert found.unplaced == {"a", "b", "c", "d"}
    assert not put_together(
        ["浙江", "江苏", "上海", "a", "b", "c", "d"], [5, 5, 5, 2, 2, 2, 2]
    ).unplaced


def test_numbers_as_regions_are_said(tmp_path: Path) -> None:
    """Postcodes are no regions: it is said that each became one."""
    assert read(tmp_path, ["78701", "78702", "10001-2000"]).warnings == (
        "region: holds 3 numbers (78701, 78702, 10001-2000), each taken as a region; "
        "is there a column of provinces or states? --columns region=NAME names it",
    )
    assert number_words(["1", "2", "zone 3"], [1, 1, 1]) == ""


def test_a_place_is_never_read_as_an_address() -> None:
    """The text of a place stays; an address becomes the key of its place; anything else stays
    too.
    """
    assert [
        region_text(t)
        for t in ("浙江省", "浙江省杭州市", "Austin, TX 78701", "north", "Boston, MA")
    ] == [
        "浙江省",
        "CN-ZJ",
        "US-TX",
        "north",
        "MA",
    ]


def test_rows_of_one_order_may_spell_their_region_in_two_ways(tmp_path: Path) -> None:
    """TX and Texas in the rows of an order are no conflict; a row without a region has that of its
    order.
    """
    rows = ["8:00,TX,a", "8:00,Texas,a", "8:00,,a", "8:01,New York,b"]
    text = "ordered_at,region,order_id\n" + "".join(f"2025-11-11 0{row}\n" for row in rows)
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    log = read_orders(tmp_path / "log.csv", "log.csv", LogForm({}))
    assert (counts(log), log.merged) == ({"New York": 1, "Texas": 1}, 2)
