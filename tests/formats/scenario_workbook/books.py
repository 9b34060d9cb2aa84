"""Workbooks as people and programs write them: the small scenario, cell by cell."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.conftest import libreoffice

Sheets = dict[str, list[list[Any]]]


@dataclass(frozen=True)
class Formula:
    """A formula and the value that a spreadsheet has stored with it."""

    text: str
    value: Any


@dataclass(frozen=True)
class Merged:
    """A value in so many cells that are merged downwards."""

    value: Any
    rows: int


def small() -> Sheets:
    """The small scenario (`tests/cli/builders.py`), written in two languages and many manners."""
    return {
        "说明": [["whatever", "is", "not read"]],
        "Promotion": [
            ["■ Promotion"],
            ["Item", "Value", "Unit"],
            [" Name ", "small"],
            ["币种", "CNY"],
            ["Time zone", None],
            ["timezone", "Asia/Shanghai"],
            ["First day", datetime(2026, 11, 9)],
            ["天数", "４"],
            ["Tail days", 0],
            ["Reporting bucket (minutes)", "60"],
            ["Seed", " 11 "],
            ["准时率目标", "95%"],
            ["Confidence", 0.8],
            ["Open orders at the start", 0],
        ],
        "平台": [
            ["计时节点", "交接揽收"],
            ["Deadline", 48],
            ["Compensation: share of paid", Formula("=1/10", 0.1)],
            ["最低赔付", "5"],
            ["Compensation: at most", "￥30"],
            ["Late-share threshold", "4 %"],
        ],
        "Regions": [
            ["Where orders come from, asked of sales"],
            [],
            ["region", "显示", "占比", "偏远", "Name"],
            ["zhejiang", None, "６０%", "no", " 浙江\u00a0"],
            ["sichuan", None, 0.3, False, "四川"],
            [],
            ["xizang", None, Formula("=1-C4-C5", 0.1), "是", "西藏"],
        ],
        "商品": [
            ["商品", "占比", "单件重量（克）", "重量变异系数", "paid", "毛利"],
            ["light", 0.7, "300", 0.3, 60, 15],
            ["heavy", 0.3, "1,500", 0.3, 120, 25],
        ],
        "Demand": [["Baseline orders per day", 300]],
        "活动": [
            ["名称", "时间", "Orders, median", "订单 95% 点", "爬升（分钟）", "half_life_hours"],
            ["live", datetime(2026, 11, 10, 20), 300, 420, 20, 2],
        ],
        "Sites": [["Name", "Region"], ["yiwu", "zhejiang"]],
        "工序": [
            ["仓库", "工序", "每小时单量", "cv", "工位数", "每批单量", "每批准备（秒）"],
            [Merged("yiwu", 2), "pick", 40, 0.5, 30, 4, 60],
            [None, "pack", 30, 0.4, 20],
        ],
        "Collections": [
            ["Contract", "At 1", "At 3", "Capacity, parcels"],
            ["near", time(12, 0), "18：00", "2 000"],
            ["far", time(18, 0), None, 2000],
        ],
        "班次": [
            ["名称", "开始", "结束", "休息1时间", "休息1分钟"],
            ["day", "8:00", time(17, 0), time(12, 0), 60],
        ],
        "Crews": [
            [
                *("name", "site", "headcount", "max headcount", "Wage per hour (CNY)"),
                *("min_days", "ramp", "absence", "hire cost"),
            ],
            ["own", "yiwu", 6, None, 26],
            ["agency", None, None, 20, 24, 2, "0.7; 1", "5%", 100],
        ],
        "排班": [
            ["工序", "班组", "班次", "人数"],
            ["pick", "own", "day", 3],
            ["pack", "own", "day", "３"],
        ],
        "Contract near": contract("near", "2.10", 6, "15.00 元"),
        "合同 2": contract("far", 3, 4, 11.0),
        "scratch": [["my own sums", 1234]],
    }


def contract(name: str, home: Any, away: Any, remote: Any) -> list[list[Any]]:
    """A contract of the small scenario."""
    return [
        ["■ Contract — whatever"],
        ["Name", name],
        ["■ 报价表"],
        ["分区", "首重", "首重价格", "续重单位（克）", "Price per additional weight"],
        ["home", 1000, home, 1000, 0.8],
        ["away", 1000, away, 1000, 1.6],
        ["remote", 1000, remote, 1000, 9],
        ["■ Zones"],
        ["地区", "Zone"],
        ["zhejiang", "home"],
        ["sichuan", "away"],
        ["xizang", "remote"],
    ]


def write_book(sheets: Sheets, path: Path, hidden: tuple[str, ...] = ()) -> Path:
    """Write sheets by XlsxWriter."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        looks = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            time: book.add_format({"num_format": "hh:mm"}),
        }
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            if title in hidden:
                sheet.hide()
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    _write(sheet, row, column, value, looks)
    return path


def _write(sheet: Any, row: int, column: int, value: Any, looks: dict[Any, Any]) -> None:
    if isinstance(value, Formula):
        sheet.write_formula(row, column, value.text, None, value.value)
    elif isinstance(value, Merged):
        sheet.merge_range(row, column, row + value.rows - 1, column, value.value)
    elif isinstance(value, datetime | date | time):
        sheet.write_datetime(row, column, value, looks[type(value)])
    elif value is not None:
        sheet.write(row, column, value)


def saved_by_libreoffice(path: Path) -> Path:
    """The same workbook, opened and saved by LibreOffice."""
    program = libreoffice()
    assert program is not None
    out = path.parent / "saved"
    profile = path.parent / "profile"
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return out / path.name


Change = Callable[[Sheets], None]
