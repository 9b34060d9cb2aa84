"""Which column of an order log is which.

As stated, by our own name, or by a name that shops and marketplaces use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from planner.errors import Finding, InputError
from planner.formats.base.findings import nearest
from planner.formats.order_log.options import WEIGHTS, LogForm
from planner.formats.tables.table_files import TableFile

# Our column -> names it has in exports of shops and marketplaces; case, blanks, hyphens and the
# like do not count.
USUAL = {
    "ordered_at": "下单时间, 下单日期, 订单创建时间, 订单时间, 订单日期, 创建时间, 拍下时间, "
    "成交时间, 付款时间, "
    "订单付款时间, 支付时间, ordered at, order time, order date, order created at, created at, "
    "paid at, payment time, "
    "purchase date, payments date, order purchase timestamp, date placed, data do pedido, "
    "bestelldatum",
    "region": "省份, 省, 收货省份, 收货省, 收件省份, 收件省, 收货人省份, 收件人省份, "
    "收货人所在省份, 目的省份, 目的省, "
    "province, state or province, shipping province, shipping state, ship state, ship to state, "
    "delivery state, "
    "recipient state, customer state",
    "order_id": "订单编号, 订单号, 订单ID, 主订单编号, 主订单号, 交易编号, 交易订单号, order id, "
    "order number, "
    "order no, order ref, amazon order id",
    "approved_at": "付款时间, 支付时间, 订单付款时间, 付款成功时间, approved at, "
    "order approved at, "
    "payment approved at, paid at, payment time, payments date",
    "packed_at": "打包时间, 打包完成时间, 打包完成, 包装时间, 包装完成时间, packed at, "
    "packing time",
    "handed_over_at": "发货时间, 出库时间, 交接时间, 交接快递时间, 交付快递时间, 发货完成时间, "
    "handed over at, hand over time, handover time, shipped at, ship time, ship date, "
    "shipping date, dispatched at, "
    "dispatch time, fulfilled at, order delivered carrier date, data de envio, versanddatum",
    "scanned_at": "揽收时间, 揽件时间, 快递揽收时间, 首次揽收时间, 首条物流时间, scanned at, "
    "first scan, first scan at, "
    "first scan time, collected at, pickup time, picked up at, carrier accepted at",
    "delivered_at": "签收时间, 妥投时间, 送达时间, delivered at, delivery time, delivered date, "
    "order delivered customer date",
    "deadline": "最晚发货时间, 最迟发货时间, 承诺发货时间, 发货截止时间, 应发货时间, "
    "最晚揽收时间, 揽收截止时间, "
    "ship by, ship by date, "
    "latest ship date, dispatch by, dispatch by date, shipping deadline, shipping limit date, "
    "expected ship date",
    "contract": "快递公司, 物流公司, 快递, 承运商, 合同, courier, carrier, shipping carrier, "
    "carrier name, tracking company, transportadora",
    "site": "仓库, 发货仓, 发货仓库, 仓库名称, warehouse, warehouse name, fulfillment center, "
    "ship from",
}
# Whole addresses, which are read where there is no column of provinces or states.
ADDRESSES = "收货地址, 收件地址, 收货人地址, 收件人地址, 收货详细地址, 完整地址, full address"
STATUS = re.compile(r"状态|狀態|status", re.IGNORECASE)
_DATETIME_LIKE = re.compile(r"时间|日期|date|time|moment|created|placed|paid", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[\s_\-./:]+")
# In exports of Shopify an order has a row for every item, and "Name" (#1001) is its number.
_ID_OF_SHOPIFY, _ITEM_OF_SHOPIFY = "Name", "Lineitem "
_MOST_STATUS = 3  # columns of a status that are looked at without being asked for


@dataclass(frozen=True)
class LogColumns:
    """The columns of a log.

    Attributes
    ----------
    names : dict
        Column of ours -> its name in the file.
    status : tuple of str
        Columns that look like a status.
    notes : tuple of str
        What was recognised by a usual name, in words.
    unit_g : float
        Grams of one in the column of the weight.
    """

    names: dict[str, str]
    status: tuple[str, ...]
    notes: tuple[str, ...]
    unit_g: float = 1.0


def score(row: Sequence[str], form: LogForm) -> int:
    """How many of the columns that are asked for a row of cells names."""
    return sum(bool(_candidates(row, key, form)) for key in form.known) + (form.status in row)


def find_columns(table: TableFile, form: LogForm) -> LogColumns:
    """Find the columns of a log.

    Raises InputError with what is missing, what stands twice and what could be either.
    """
    finder = _ColumnFinder(table, form)
    finder.check_stated_names()
    for key in form.known:
        finder.find(key)
    finder.check_status()
    if finder.findings:
        raise InputError(finder.findings)
    taken = set(finder.names.values())
    status = [
        name
        for name in table.columns
        if STATUS.search(name) and name not in taken and table.columns.count(name) == 1
    ]
    return LogColumns(
        finder.names, tuple(status[:_MOST_STATUS]), tuple(finder.notes), WEIGHTS[finder.weight]
    )


class _ColumnFinder:
    """Finds the columns of a log one by one, with findings and notes."""

    def __init__(self, table: TableFile, form: LogForm) -> None:
        self.names: dict[str, str] = {}
        self.notes: list[str] = []
        self.findings: list[Finding] = []
        self.weight = _stated_weight(table.columns, form)
        self._table = table
        self._form = form

    def _add(self, field: str, words: str) -> None:
        self.findings.append(Finding(self._table.name, self._table.line, 0, field, words))

    def check_stated_names(self) -> None:
        """Check that the columns that are stated are known, and the weight is stated once."""
        form = self._form
        for key in form.columns:
            if key not in form.known and not (key in WEIGHTS and "weight_g" in form.known):
                words = "unknown column" + nearest(key, form.known)
                self.findings.append(Finding(self._table.name, 0, 0, key, words))
        stated_twice = [key for key in WEIGHTS if key in form.columns]
        if len(stated_twice) > 1:
            both = " and ".join(stated_twice)
            self._add(self.weight, f"{both} state the same: leave one of them out")

    def check_status(self) -> None:
        """Check that the column of the status exists, if one is stated."""
        status, columns = self._form.status, self._table.columns
        if status is not None and status not in columns:
            self._add(status, "no such column" + nearest(status, columns))

    def find(self, key: str) -> None:
        """Find one column, or say why there is none."""
        asked = self.weight if key == "weight_g" else key
        found = _candidates(self._table.columns, asked, self._form)
        if len(set(found)) > 1:
            choices = " or ".join(self._form.option(key, name) for name in found)
            self._add(key, f"could be read from {' or '.join(found)}: state {choices}")
        elif len(found) > 1:
            self._add(found[0], "two columns have this name")
        elif found:
            self.names[key] = found[0]
            self._note_name(key, asked, found[0])
        else:
            self._miss(key, self._form.columns.get(asked))

    def _note_name(self, key: str, asked: str, name: str) -> None:
        """Note where a column is read from, unless it has its own name or a stated one."""
        stated = self._form.columns.get(asked)
        if asked != key:
            source = f", read from {stated}" if stated else ""
            self.notes.append(f"{key} is converted from {asked}{source}")
        elif not stated and name != key:
            needed = key == "ordered_at"
            option = self._form.option(key, "NAME" if needed else "")
            words = "another column" if needed else "none"
            self.notes.append(f"{key} is read from {name} ({words}: {option})")

    def _miss(self, key: str, stated: str | None) -> None:
        """Say what a missing column means: a finding, or a note about regions."""
        form, columns = self._form, self._table.columns
        if stated:
            self._add(stated, "no such column" + nearest(stated, columns))
        elif key == "ordered_at":
            self._add(key, _which_datetime(columns, form))
        elif key == "region" and key in form.guessed and key not in form.columns:
            option = form.option(key, "NAME")
            self.notes.append(
                f"no column of regions is known: all orders go to one region; {option} names it"
            )


def _stated_weight(columns: Sequence[str], form: LogForm) -> str:
    """The column of ours, by its unit, under which the weight is stated.

    On the command line, else in the header.
    """
    ways = [key for key in WEIGHTS if key in form.columns] or [
        key for key in WEIGHTS if key in columns
    ]
    return ways[0] if ways else "weight_g"


def _candidates(columns: Sequence[str], key: str, form: LogForm) -> list[str]:
    """Columns of the file that can be ours.

    The stated one, or the one of our own name, or those of a usual name.
    """
    stated = form.columns.get(key)
    if stated is not None:
        return [name for name in columns if stated and name == stated]
    own = [name for name in columns if name == key]
    if own or key not in form.guessed:
        return own
    usual = [name for name in columns if _plain(name) in _USUAL[key]]
    if "approved_at" in form.guessed and key in ("ordered_at", "approved_at"):
        usual = _of_payment(usual, key, columns, form)
    if (
        key == "order_id"
        and not usual
        and any(name.startswith(_ITEM_OF_SHOPIFY) for name in columns)
    ):
        return [name for name in columns if name == _ID_OF_SHOPIFY]
    if key == "order_id" and not usual and form.keeps_ids:  # as runs of the planner name it
        return [name for name in columns if _plain(name) == "order"]
    if key == "region" and not usual:
        return [name for name in columns if _plain(name) in _ADDRESSES]
    return usual


def _of_payment(usual: list[str], key: str, columns: Sequence[str], form: LogForm) -> list[str]:
    """Tell the moment of the order from that of its payment.

    A log that has only the payment has it as the moment of the order.
    """
    if key == "ordered_at":
        return [name for name in usual if _plain(name) not in _USUAL["approved_at"]] or usual
    taken = _candidates(columns, "ordered_at", form)
    return [name for name in usual if name not in taken]


def _plain(name: str) -> str:
    """A column's name without case, width and what separates words."""
    return _BETWEEN_WORDS.sub("", unicodedata.normalize("NFKC", name).casefold())


_USUAL = {key: frozenset(_plain(name) for name in names.split(",")) for key, names in USUAL.items()}
_ADDRESSES = frozenset(_plain(name) for name in ADDRESSES.split(","))


def _which_datetime(columns: Sequence[str], form: LogForm) -> str:
    """The message for a log in which no column is known to hold the times."""
    likely = [name for name in columns if _DATETIME_LIKE.search(name)]
    words = "no such column; state the one that holds the time of the order: "
    if likely:
        return words + " or ".join(form.option("ordered_at", name) for name in likely[:3])
    known = nearest("", [name for name in columns if name])
    return words + form.option("ordered_at", "NAME") + known
