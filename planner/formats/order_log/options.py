"""How an order log is to be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from re import search
from shlex import quote

from planner.domain.weight_units import GRAMS
from planner.formats.base.datetimes import ON_COMMAND_LINE, Advice, MomentForm

# Our column -> what it is; only ordered_at is needed.
COLUMNS = {
    "ordered_at": "moment of the order, local time",
    "region": "where it goes to",
    "order_id": "rows of the same order count once",
    "weight_g": "weight in grams",
    "items": "items of the order",
    "freight": "what the customer paid for shipping",
    "price": "what the customer paid for the goods",
}
# Columns that state the weight in another unit -> grams of one.
WEIGHTS = {f"weight_{unit}": grams for unit, grams in GRAMS.items()}
AMOUNTS = ("weight_g", "items", "freight", "price")


@dataclass(frozen=True)
class LogForm:
    """How to read a log: the file's own names of our columns (an empty one is not read), how its
    dates are written, whose local time moments with an offset are converted to, what to do with bad
    rows.

    `guessed`: columns that may be recognised by a usual name. `region_needed`: an empty region is a
    finding (else an empty name). `region_of`: the text of a cell -> the region it names; None:
    spellings of one place are put together. `status`, `kept_statuses`: orders of another status are
    left out. `rows`: of a piece; None: what is sensible.
    """

    columns: Mapping[str, str]
    known: tuple[str, ...] = tuple(COLUMNS)
    guessed: tuple[str, ...] = ("ordered_at", "region", "order_id")
    date_format: str | None = None
    timezone: str | None = None
    advice: Advice = ON_COMMAND_LINE
    skip_bad_rows: bool = False
    region_needed: bool = True
    region_of: Callable[[str], str] | None = None
    sheet: str | None = None
    status: str | None = None
    kept_statuses: tuple[str, ...] = ()
    rows: int | None = None

    @property
    def moments(self) -> MomentForm:
        """How its moments are written."""
        return MomentForm(self.date_format, self.timezone, self.advice)

    @property
    def on_command_line(self) -> bool:
        """Is the log named on the command line, whose options can be advised?"""
        return self.advice == ON_COMMAND_LINE

    def option(self, ours: str, theirs: str) -> str:
        """How to state which column is ours (empty: none is)."""
        if not self.on_command_line:
            return f"columns: {{{ours}: " + (theirs or '""') + "}"
        return f"--columns {quoted(f'{ours}={theirs}')}"


def quoted(argument: str) -> str:
    """An argument as a command line takes it: in quotation marks where a shell would read more than
    text in it, and in single ones where it would run a part of it.
    """
    if search(r"""[$`"\\!]""", argument):
        return quote(argument)
    return f'"{argument}"' if search(r"[^\w=.,:/#-]|^#", argument) else argument
