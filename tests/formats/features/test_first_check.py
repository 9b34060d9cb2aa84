"""The first check of a new scenario names what is wrong, and no consequence of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import InputError
from planner.formats.base.corrections import meant_currencies
from planner.formats.scenario.reader import read_scenario

_SCENARIO = """\
name: shop
currency: {currency}
timezone: Asia/Shanghai
horizon: {{start: "2026-11-10T00:00", days: 2}}
platform: {platform}
regions: regions.csv
demand: {{baseline_orders_per_day: 100}}
sites:
  - name: main
    processes: {{pack: {{orders_per_hour: 30, stations: 5}}}}
    collections: [{{contract: Express, at: ["18:00"]}}]
shifts: [{{name: day, start: "08:00", end: "16:00"}}]
crews: [{{name: own, site: main, headcount: 5, wage_per_hour: 20}}]
contracts: [x.yaml]
"""
_CONTRACT = (
    "name: express\ncurrency: {currency}\nrates: {{all: {{first_g: 1000, first_price: {price}}}}}\n"
)


def _texts(
    folder: Path,
    currency: str = "CNY",
    platform: str = "kuaishou",
    shares: str = "0.5,0.5",
    price: str = "3.0",
) -> list[str]:
    (folder / "scenario.yaml").write_text(
        _SCENARIO.format(currency=currency, platform=platform), encoding="utf-8"
    )
    rows = [f"r{i},{share}\n" for i, share in enumerate(shares.split(","))]
    (folder / "regions.csv").write_text("region,share\n" + "".join(rows), encoding="utf-8")
    (folder / "x.yaml").write_text(_CONTRACT.format(currency="CNY", price=price), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_scenario(folder)
    return [str(finding) for finding in caught.value.findings]


@pytest.mark.parametrize("currency", ["cny", "人民币", "RMB", "money"])
def test_a_wrong_currency_makes_no_contract_wrong_and_hides_no_name(
    tmp_path: Path, currency: str
) -> None:
    texts = _texts(tmp_path, currency)
    assert not [text for text in texts if "must be the scenario's" in text]
    assert [
        text for text in texts if 'no such contract, got "Express"; did you mean express?' in text
    ]


def test_a_wrong_contract_hides_no_wrong_name_of_one(tmp_path: Path) -> None:
    texts = _texts(tmp_path, price="cheap")
    assert [text for text in texts if "x.yaml" in text]
    assert [
        text for text in texts if 'no such contract, got "Express"; did you mean express?' in text
    ]


@pytest.mark.parametrize(
    ("stated", "name"), [("拼多多", "pinduoduo"), ("天猫", "taobao"), ("快手", "kuaishou")]
)
def test_a_platform_in_chinese_names_its_pack(tmp_path: Path, stated: str, name: str) -> None:
    assert [text for text in _texts(tmp_path, platform=stated) if f"; did you mean {name}?" in text]


@pytest.mark.parametrize(
    ("shares", "cure"),
    [
        ("0.5,0.497", "they sum to 0.997: add 0.003 to the largest"),
        ("0.5,0.505", "they sum to 1.005: take 0.005 from the largest"),
        (
            "0.3,0.2",
            "they sum to 0.5: divide each by 0.5, and correct the largest by what rounding leaves",
        ),
    ],
)
def test_shares_far_from_one_name_a_cure(tmp_path: Path, shares: str, cure: str) -> None:
    assert [text for text in _texts(tmp_path, shares=shares) if cure in text]


@pytest.mark.parametrize(
    "shares",
    ["0.333,0.333,0.333", "0.334,0.334,0.333", "0.091,0.168,0.16,0.091,0.146,0.199,0.047,0.097"],
)
def test_shares_rounded_to_three_decimals_sum_to_one(tmp_path: Path, shares: str) -> None:
    assert not [text for text in _texts(tmp_path, shares=shares) if "sum to 1" in text]


def test_currencies_in_chinese() -> None:
    assert [meant_currencies(text) for text in ("人民币", "美元", "欧元")] == [
        ["CNY"],
        ["USD"],
        ["EUR"],
    ]
