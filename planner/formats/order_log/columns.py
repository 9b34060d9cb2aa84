"""Which column of an order log is which: as stated, by our own name, or by a name that shops and
marketplaces use.
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
    """Our column -> the file's; columns that look like a status; what was recognised by a usual
    name, in words; grams of one in the column of the weight.
    """

    names: dict[str, str]
    status: tuple[str, ...]
    notes: tuple[str, ...]
    unit_g: float = 1.0


def score(row: Sequence[str], form: LogForm) -> int:
    """How many of the columns that are asked for a row of cells names."""
    return sum(bool(_candidates(row, key, form)) for key in form.known) + (form.status in row)


def find_columns(table: TableFile, form: LogForm) -> LogColumns:
    """The columns of a log.

    Raises InputError with what is missing, what stands twice and what could be either.
    """
    columns, at = table.columns, (table.name, table.line, 0)
    findings = [
        Finding(table.name, 0, 0, key, "unknown column" + nearest(key, form.known))
        for key in form.columns
        if key not in form.known and not (key in WEIGHTS and "weight_g" in form.known)
    ]
    weight = _stated_weight(columns, form)
    if len(stated_twice := [key for key in WEIGHTS if key in form.columns]) > 1:
        findings.append(
            Finding(
                *at, weight, f"{' and '.join(stated_twice)} state the same: leave one of them out"
            )
        )
    names: dict[str, str] = {}
    notes = []
    for key in form.known:
        asked = weight if key == "weight_g" else key
        found = _candidates(columns, asked, form)
        stated = form.columns.get(asked)
        if len(set(found)) > 1:
            choices = " or ".join(form.option(key, name) for name in found)
            findings.append(
                Finding(*at, key, f"could be read from {' or '.join(found)}: state {choices}")
            )
        elif len(found) > 1:
            findings.append(Finding(*at, found[0], "two columns have this name"))
        elif found:
            names[key] = found[0]
            if asked != key:
                notes.append(
                    f"{key} is converted from {asked}" + (f", read from {stated}" if stated else "")
                )
            elif not stated and found[0] != key:
                another = form.option(key, "NAME" if key == "ordered_at" else "")
                words = "another column" if key == "ordered_at" else "none"
                notes.append(f"{key} is read from {found[0]} ({words}: {another})")
        elif stated:
            findings.append(Finding(*at, stated, "no such column" + nearest(stated, columns)))
        elif key == "ordered_at":
            findings.append(Finding(*at, key, _which_datetime(columns, form)))
        elif key == "region" and key in form.guessed and key not in form.columns:
            notes.append(
                "no column of regions is known: all orders go to one region; "
                f"{form.option(key, 'NAME')} names it"
            )
    if form.status is not None and form.status not in columns:
        findings.append(Finding(*at, form.status, "no such column" + nearest(form.status, columns)))
    if findings:
        raise InputError(findings)
    taken = set(names.values())
    status = [
        name
        for name in columns
        if STATUS.search(name) and name not in taken and columns.count(name) == 1
    ]
    return LogColumns(names, tuple(status[:_MOST_STATUS]), tuple(notes), WEIGHTS[weight])


def _stated_weight(columns: Sequence[str], form: LogForm) -> str:
    """The name of ours, by its unit, under which the weight is stated: on the command line, else in
    the header.
    """
    ways = [key for key in WEIGHTS if key in form.columns] or [
        key for key in WEIGHTS if key in columns
    ]
    return ways[0] if ways else "weight_g"


def _candidates(columns: Sequence[str], key: str, form: LogForm) -> list[str]:
    """Columns of the file that can be ours: the stated one, or the one of our own name, or those of
    a usual one.
    """
    stated = form.columns.get(key)
    if stated is not None:
        return [name for name in columns if stated and name == stated]
    own = [name for name in columns if name == key]
    if own or key not in form.guessed:
        return own
    usual = [name for name in columns if _plain(name) in _USUAL[key]]
    if (
        key == "order_id"
        and not usual
        and any(name.startswith(_ITEM_OF_SHOPIFY) for name in columns)
    ):
        return [name for name in columns if name == _ID_OF_SHOPIFY]
    if key == "region" and not usual:
        return [name for name in columns if _plain(name) in _ADDRESSES]
    return usual


def _plain(name: str) -> str:
    return _BETWEEN_WORDS.sub("", unicodedata.normalize("NFKC", name).casefold())


_USUAL = {key: frozenset(_plain(name) for name in names.split(",")) for key, names in USUAL.items()}
_ADDRESSES = frozenset(_plain(name) for name in ADDRESSES.split(","))


def _which_datetime(columns: Sequence[str], form: LogForm) -> str:
    """Words for a log in which no column is known to hold the times."""
    likely = [name for name in columns if _DATETIME_LIKE.search(name)]
    words = "no such column; state the one that holds the time of the order: "
    if likely:
        return words + " or ".join(form.option("ordered_at", name) for name in likely[:3])
    known = nearest("", [name for name in columns if name])
    return words + form.option("ordered_at", "NAME") + known
