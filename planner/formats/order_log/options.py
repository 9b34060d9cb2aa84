"""How an order log is to be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from re import search
from shlex import quote

from planner.domain.weight_units import GRAMS
from planner.formats.base.datetimes import ON_COMMAND_LINE, DateAdvice, DateTimeForm

# Our column -> what it is; only ordered_at is needed.
COLUMNS = {
    "ordered_at": "time of the order, local time",
    "region": "where it goes to",
    "order_id": "rows of the same order count once",
    "weight_g": "weight in grams",
    "items": "items of the order",
    "freight": "what the customer paid for shipping",
    "price": "what the customer paid for the goods",
}
# What a log may say of the way of each order, where it is asked for (`LogForm.of_orders`).
MOMENTS = {
    "approved_at": "when the payment was approved",
    "packed_at": "when it was packed",
    "handed_over_at": "when it was handed over to the courier",
    "scanned_at": "when the courier scanned it first",
    "delivered_at": "when it was delivered",
    "deadline": "by when it had to be handed over or scanned",
}
LABELS = {"contract": "courier or contract", "site": "warehouse"}
# Columns that state the weight in another unit -> grams of one.
WEIGHTS = {f"weight_{unit}": grams for unit, grams in GRAMS.items()}
GUESSED = ("ordered_at", "region", "order_id")
AMOUNTS = ("weight_g", "items", "freight", "price")


@dataclass(frozen=True)
class LogForm:
    """How to read a log.

    Attributes
    ----------
    columns : mapping
        Column of ours -> its name in the file; a column with an empty name is not read.
    known, guessed : tuple of str
        Columns of ours that may be named, and those that may be recognised by a usual name.
    date_format, timezone, advice
        How dates are written, see `DateTimeForm`.
    skip_bad_rows : bool
        Leave bad rows out instead of reporting findings.
    region_needed : bool
        An empty region is a finding; otherwise it is an empty name.
    region_of : callable or None
        Text of a cell -> the region it names; None: spellings of one place are joined.
    sheet : str or None
        Sheet of a workbook; None: the one whose header names most columns.
    status, kept_statuses
        Column of the order status, and the statuses of orders that count.
    keeps_ids : bool
        Keep the id and the line of every order.
    rows : int or None
        Rows of a chunk; None: as many as suit the file.
    """

    columns: Mapping[str, str]
    _: KW_ONLY
    known: tuple[str, ...] = tuple(COLUMNS)
    guessed: tuple[str, ...] = GUESSED
    date_format: str | None = None
    timezone: str | None = None
    advice: DateAdvice = ON_COMMAND_LINE
    skip_bad_rows: bool = False
    region_needed: bool = True
    region_of: Callable[[str], str] | None = None
    sheet: str | None = None
    status: str | None = None
    kept_statuses: tuple[str, ...] = ()
    keeps_ids: bool = False
    rows: int | None = None

    @property
    def of_orders(self) -> LogForm:
        """The same with the way of each order: its id, moments, contract and site."""
        return replace(
            self,
            known=(*COLUMNS, *MOMENTS, *LABELS),
            guessed=(*GUESSED, *MOMENTS, *LABELS),
            keeps_ids=True,
        )

    @property
    def datetimes(self) -> DateTimeForm:
        """How its dates and times are written."""
        return DateTimeForm(self.date_format, self.timezone, self.advice)

    @property
    def on_command_line(self) -> bool:
        """Whether the log is named on the command line, so that messages can advise its options."""
        return self.advice == ON_COMMAND_LINE

    def option(self, ours: str, theirs: str) -> str:
        """How to state which column is ours (empty: none is)."""
        if not self.on_command_line:
            return f"columns: {{{ours}: " + (theirs or '""') + "}"
        return f"--columns {quoted(f'{ours}={theirs}')}"


def quoted(argument: str) -> str:
    """Quote an argument for the command line.

    In quotation marks where a shell would read more than text in it, in single ones where it would
    run a part of it.
    """
    if search(r"""[$`"\\!]""", argument):
        return quote(argument)
    return f'"{argument}"' if search(r"[^\w=.,:/#-]|^#", argument) else argument
