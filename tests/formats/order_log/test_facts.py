"""Moments, contract, site and id of each order of a log, read where they are asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import OrderLog, read_orders

CHINESE = """订单编号,下单时间,付款时间,发货时间,揽收时间,最晚发货时间,快递公司,仓库
A1,2026-11-11 00:10,2026-11-11 09:00,2026-11-12 18:00,2026-11-12 20:00,2026-11-13 00:10,快递甲,义乌
A2,2026-11-11 00:20,2026-11-11 00:21,,,2026-11-13 00:20,快递甲,
"""
ROWS_OF_ONE_ORDER = """order_id,ordered_at,handed_over_at,deadline,contract
A1,2026-11-11 00:10,2026-11-12 18:00,2026-11-14 00:00,express-a
A2,2026-11-11 00:20,2026-11-12 17:00,2026-11-13 12:00,express-b
A1,2026-11-11 00:10,2026-11-13 18:00,2026-11-13 00:00,
A1,2026-11-11 00:10,,,express-b
"""


def read(
    tmp_path: Path, text: str, columns: dict[str, str] | None = None, **form: object
) -> OrderLog:
    """The orders of a text with all that it says of them."""
    path = tmp_path / "log.csv"
    path.write_text(text, encoding="utf-8")
    asked = LogForm(columns or {}, **form).of_orders
    return read_orders(path, path.name, asked)


def moments(log: OrderLog, key: str) -> list[str]:
    """A moment of every order as text."""
    return [str(moment) for moment in log.moment(key).astype("datetime64[m]")]


def test_columns_are_known_by_the_names_of_shops(tmp_path: Path) -> None:
    """The moment of the order is told from its payment; an empty moment is unknown."""
    log = read(tmp_path, CHINESE)
    assert moments(log, "ordered_at") == ["2026-11-11T00:10", "2026-11-11T00:20"]
    assert moments(log, "approved_at") == ["2026-11-11T09:00", "2026-11-11T00:21"]
    assert moments(log, "handed_over_at") == ["2026-11-12T18:00", "NaT"]
    assert moments(log, "scanned_at") == ["2026-11-12T20:00", "NaT"]
    assert moments(log, "deadline") == ["2026-11-13T00:10", "2026-11-13T00:20"]
    assert moments(log, "packed_at") == ["NaT", "NaT"]
    assert log.label("contract").tolist() == ["快递甲", "快递甲"]
    assert log.label("site").tolist() == ["义乌", ""]
    assert log.ids is not None
    assert log.ids.tolist() == ["A1", "A2"]
    assert log.order_lines is not None
    assert log.order_lines.tolist() == [2, 3]


def test_names_of_the_public_log_are_known(tmp_path: Path) -> None:
    """Deadline, approval, hand-over and delivery of the marketplace's export."""
    header = (
        "order_id,order_purchase_timestamp,order_approved_at,shipping_limit_date,"
        "order_delivered_carrier_date,order_delivered_customer_date,customer_state"
    )
    row = "a,2017-11-24 10:00:00,2017-11-25 10:00:00,2017-11-30 10:00:00,2017-11-28,2017-12-04,SP"
    log = read(tmp_path, f"{header}\n{row}\n")
    assert moments(log, "approved_at") == ["2017-11-25T10:00"]
    assert moments(log, "handed_over_at") == ["2017-11-28T00:00"]
    assert moments(log, "delivered_at") == ["2017-12-04T00:00"]
    assert moments(log, "deadline") == ["2017-11-30T10:00"]


def test_a_log_with_only_the_payment_has_the_order_then(tmp_path: Path) -> None:
    """The one moment is not read twice."""
    log = read(tmp_path, "付款时间\n2026-11-11 00:10\n")
    assert moments(log, "ordered_at") == ["2026-11-11T00:10"]
    assert "approved_at" not in log.names


@pytest.mark.parametrize("rows", [1, 2, None])
def test_rows_of_one_order_have_its_last_moments_and_first_deadline(
    tmp_path: Path, rows: int | None
) -> None:
    """However the file is cut; what differs is said."""
    log = read(tmp_path, ROWS_OF_ONE_ORDER, rows=rows)
    assert moments(log, "handed_over_at") == ["2026-11-13T18:00", "2026-11-12T17:00"]
    assert moments(log, "deadline") == ["2026-11-13T00:00", "2026-11-13T12:00"]
    assert log.label("contract").tolist() == ["express-a", "express-b"]
    assert [words for words in log.warnings if "different" in words] == [
        "handed_over_at: 1 order with rows of different moments: A1; the last counts",
        "deadline: 1 order with rows of different moments: A1; the first counts",
        "contract: 1 order with rows of different contracts: A1; the first counts",
    ]


def test_a_moment_that_cannot_be_read_is_a_finding_or_unknown(tmp_path: Path) -> None:
    """All of them at once with their places; with --skip-bad-rows the order stays."""
    text = (
        "order_id,ordered_at,handed_over_at,scanned_at\n"
        "A1,2026-11-11 00:10,soon,2026-11-12\nA2,2026-11-11 00:20,2026-11-12,later\n"
    )
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert [(f.line, f.field) for f in caught.value.findings] == [
        (2, "handed_over_at"),
        (3, "scanned_at"),
    ]
    log = read(tmp_path, text, skip_bad_rows=True)
    assert moments(log, "handed_over_at") == ["NaT", "2026-11-12T00:00"]
    assert sum(log.unknown.rows.values()) == 2
    assert len(log) == 2


def test_moments_with_an_offset_become_local_times(tmp_path: Path) -> None:
    """Offsets may differ from row to row; a time without one is taken as local, which is said."""
    text = (
        "ordered_at,handed_over_at\n"
        "2026-11-11T00:10:00+08:00,2026-11-12T10:00:00Z\n2026-11-11T01:10:00+08:00,2026-11-12 18:00\n"
    )
    log = read(tmp_path, text, timezone="Asia/Shanghai")
    assert moments(log, "handed_over_at") == ["2026-11-12T18:00", "2026-11-12T18:00"]
    assert any(
        words.startswith("handed_over_at: times without an offset") for words in log.warnings
    )


def test_an_import_does_not_read_them(tmp_path: Path) -> None:
    """A moment that is not asked for cannot be wrong, and takes no memory."""
    path = tmp_path / "log.csv"
    path.write_text("ordered_at,handed_over_at\n2026-11-11,soon\n", encoding="utf-8")
    log = read_orders(path, path.name, LogForm({}))
    assert log.moments == {}
    assert log.ids is None
    assert np.isnat(log.moment("handed_over_at")).all()
